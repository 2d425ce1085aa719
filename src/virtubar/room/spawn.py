"""Where people come in."""

from msgspec import Struct

from virtubar.venue.bundled import BAR


class Spawn(Struct, frozen=True):
    """Where someone who comes in stands: metres, and radians about +y."""

    x: float
    y: float
    z: float
    rot_y: float


def spawn_point(n: int) -> Spawn:
    """A place before the door for the n-th person, looking away from it into the room.

    The bar has three rows that fan out from the doorway, the middle first: a view from behind the
    newcomer, 4.5 m away as clients have it, is through the door, with neither wall nor post in it,
    and everybody is 0.35 m from the others and from every chair. It starts over after the last,
    21 people, who will have walked on.
    """
    return _PLACES[n % len(_PLACES)]


_PLACES = tuple(Spawn(place.x, 0.0, place.z, place.rot_y) for place in BAR.spawns)
