"""Notices when the machine's clock was set. Pure."""

from typing import Final

CLOCK_STEP_MIN_MS: Final = 250
"""Steps of the machine's clock that are felt: less is a busy moment between two looks at one."""


class ClockSteps:
    """How far the machine's clock is ahead of the monotonic one, as the deadlines know it."""

    def __init__(self) -> None:
        self._ahead_ms: float | None = None

    def step_ms(self, now_ms: float, wall_ms: int) -> int:
        """By how much the clock was set forward since the last look; 0 where it was not."""
        ahead_ms = wall_ms - now_ms
        if self._ahead_ms is None:
            self._ahead_ms = ahead_ms
        step_ms = round(ahead_ms - self._ahead_ms)
        if abs(step_ms) < CLOCK_STEP_MIN_MS:
            return 0
        self._ahead_ms = ahead_ms
        return step_ms
