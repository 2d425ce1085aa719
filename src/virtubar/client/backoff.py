"""How long to wait before trying again (§8, §9). Pure: chance is an argument."""

from collections.abc import Callable

from virtubar.protocol.constants import (
    BACKOFF_FIRST_MS,
    BACKOFF_MAX_MS,
    DRAIN_JITTER_MS,
    HOPS_MAX,
    CloseCode,
)


class Backoff:
    """Full jitter: anything from nothing to a ceiling, which doubles from 0.25 s to 8 s.

    Args:
        chance: gives numbers, 0 ≤ n < 1.
    """

    def __init__(self, chance: Callable[[], float]) -> None:
        self._chance = chance
        self._tries = 0
        self._hops = 0

    def reset(self) -> None:
        """Things went well for a while: begin again with the shortest wait."""
        self._tries = 0
        self._hops = 0

    def next_ms(self, at_least_ms: float = 0.0) -> float:
        """The wait before the next try; `at_least_ms` is what the server asked for."""
        ceiling_ms = min(float(BACKOFF_MAX_MS), BACKOFF_FIRST_MS * 2.0 ** min(self._tries, 16))
        self._tries += 1
        return at_least_ms + self._chance() * ceiling_ms

    def after_close_ms(self, code: int) -> float:
        """The wait after a close code that allows another try (§8)."""
        if code == CloseCode.ROOM_MOVED and self._hops < HOPS_MAX:
            self._hops += 1
            return 0.0
        if code == CloseCode.GOING_AWAY and self._tries == 0:
            self._tries += 1
            return self._chance() * DRAIN_JITTER_MS
        return self.next_ms()
