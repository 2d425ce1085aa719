"""Where people come in."""

import math

from msgspec import Struct

_DOOR_Z_M = 9.46
"""Where somebody's view is from who stands in the middle row: in the doorway."""
_ROWS_M = (4.25, 4.65, 5.05)
_ACROSS = 7
_STEP_RAD = math.radians(5)


class Spawn(Struct, frozen=True):
    """Where someone who comes in stands: metres, and radians about +y."""

    x: float
    y: float
    z: float
    rot_y: float


def spawn_point(n: int) -> Spawn:
    """A place before the door for the n-th person, looking away from it into the room.

    Three rows that fan out from the doorway, the middle first: a view from behind the newcomer,
    4.5 m away as clients have it, is through the door, with neither wall nor post in it, and
    everybody is 0.35 m from the others and from every chair. It starts over after 21 people, who
    will have walked on.
    """
    return _PLACES[n % len(_PLACES)]


def _place(row: int, column: int) -> Spawn:
    """Rows are from the door, columns from the left."""
    angle_rad = (column - (_ACROSS - 1) / 2) * _STEP_RAD
    x = _ROWS_M[row] * math.sin(angle_rad)
    z = _DOOR_Z_M - _ROWS_M[row] * math.cos(angle_rad)
    rot_y = math.atan2(math.sin(angle_rad), -math.cos(angle_rad))
    return Spawn(round(x, 3), 0.0, round(z, 3), round(rot_y, 3))


def _from_the_middle(place: Spawn) -> float:
    return math.hypot(place.x, place.z - (_DOOR_Z_M - _ROWS_M[1]))


_PLACES = sorted(
    (_place(row, column) for row in range(len(_ROWS_M)) for column in range(_ACROSS)),
    key=_from_the_middle,
)
