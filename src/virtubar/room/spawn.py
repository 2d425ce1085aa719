"""Where people come in."""

import math

from msgspec import Struct

_DOOR_X_M = 0.0
_DOOR_Z_M = 6.0
_SPACING_M = 0.45
_PLACES = 24
_GOLDEN_ANGLE_RAD = math.pi * (3 - math.sqrt(5))


class Spawn(Struct, frozen=True):
    """Where someone who comes in stands: metres, and radians about +y."""

    x: float
    y: float
    z: float
    rot_y: float


def spawn_point(n: int) -> Spawn:
    """A place near the door for the n-th person, facing the bar.

    A sunflower spiral (Vogel 1979): even spacing, so that nobody stands in another, within 2.2 m;
    it starts over after 24 people, who will have walked on.
    """
    n %= _PLACES
    radius_m = _SPACING_M * math.sqrt(n)
    angle_rad = n * _GOLDEN_ANGLE_RAD
    return Spawn(
        round(_DOOR_X_M + radius_m * math.cos(angle_rad), 3),
        0.0,
        round(_DOOR_Z_M + 0.6 * radius_m * math.sin(angle_rad), 3),
        round(math.pi, 3),
    )
