"""From one picture to another without a jump (§9). Pure."""

import math

from virtubar.protocol.constants import BLEND_MS

_Four = tuple[float, float, float, float]


class Blend:
    """What is left of the difference between two pictures of a member: metres, radians about +y."""

    def __init__(self) -> None:
        self._whole: _Four = (0.0, 0.0, 0.0, 0.0)
        self._left_ms = 0.0

    @property
    def length_m(self) -> float:
        """From the one picture to the other."""
        return math.hypot(*self._whole[:3])

    @property
    def rest(self) -> _Four:
        """What is still drawn of it: it falls to nothing within 150 ms, slowly at both ends."""
        left = self._left_ms / BLEND_MS
        part = left * left * (3.0 - 2.0 * left)
        x, y, z, rot_y = self._whole
        return (x * part, y * part, z * part, rot_y * part)

    def begin(self, before: _Four, after: _Four) -> None:
        """Begin at the one picture, on the way to the other; headings by the shortest arc."""
        x, y, z = (before[axis] - after[axis] for axis in range(3))
        self._whole = (x, y, z, math.remainder(before[3] - after[3], math.tau))
        self._left_ms = float(BLEND_MS)

    def advance(self, step_ms: float) -> None:
        """Go on by one frame."""
        self._left_ms = max(0.0, self._left_ms - step_ms)

    def clear(self) -> None:
        """Be at the other picture."""
        self._left_ms = 0.0
