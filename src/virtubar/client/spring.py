"""The last filter of a drawn avatar: a critically damped spring (§9). Pure."""

import math

from virtubar.protocol.constants import SPRING_LAG_MS

_OMEGA = 2.0 / SPRING_LAG_MS
"""Per ms: a critically damped spring lags 2/ω behind a ramp."""


class Spring:
    """Follows a point and a heading without overshoot; solved exactly, so any frame rate will do.

    Starts at rest at the given point.

    Attributes:
        position: metres.
        rot_y: radians, near the target's turn (it may leave ±π as far as that does).
    """

    def __init__(self, x: float, y: float, z: float, rot_y: float) -> None:
        self.position = (x, y, z)
        self.rot_y = rot_y
        self._speed = [0.0, 0.0, 0.0, 0.0]

    def swing(self, x: float, y: float, z: float, rot_y: float) -> None:
        """Be in full swing behind a target that moves on so fast, metres and radians per ms."""
        self._speed = [x, y, z, rot_y]

    def follow(self, x: float, y: float, z: float, rot_y: float, dt_ms: float) -> None:
        """Move toward the target for `dt_ms`; headings by the shortest arc."""
        decay = math.exp(-_OMEGA * dt_ms)
        px, py, pz = self.position
        self.position = (
            x + self._step(0, px - x, dt_ms, decay),
            y + self._step(1, py - y, dt_ms, decay),
            z + self._step(2, pz - z, dt_ms, decay),
        )
        turn = math.remainder(self.rot_y - rot_y, math.tau)
        self.rot_y = rot_y + self._step(3, turn, dt_ms, decay)

    def _step(self, axis: int, error: float, dt_ms: float, decay: float) -> float:
        """The error after `dt_ms`, toward a target that stands still for so long."""
        speed = self._speed[axis]
        pull = (speed + _OMEGA * error) * dt_ms
        self._speed[axis] = (speed - _OMEGA * pull) * decay
        return (error + pull) * decay
