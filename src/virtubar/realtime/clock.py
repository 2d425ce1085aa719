"""The one clock of the process."""

import time


class Clock:
    """Monotonic time for rules, and epoch time that agrees with it.

    Epoch time is read once, when the clock is made, and then runs with monotonic time: a step of
    the system's clock must not move everyone's motion times (§1).
    """

    __slots__ = ("_offset_ms",)

    def __init__(self) -> None:
        self._offset_ms = time.time() * 1000.0 - time.monotonic() * 1000.0

    def now_ms(self) -> float:
        """Monotonic milliseconds."""
        return time.monotonic() * 1000.0

    def wall_ms(self) -> int:
        """Milliseconds since the Unix epoch."""
        return int(time.monotonic() * 1000.0 + self._offset_ms)

    def wall_at(self, now_ms: float) -> int:
        """Epoch milliseconds of a monotonic moment."""
        return int(now_ms + self._offset_ms)

    def now_at(self, wall_ms: int) -> float:
        """Monotonic milliseconds of an epoch moment."""
        return wall_ms - self._offset_ms
