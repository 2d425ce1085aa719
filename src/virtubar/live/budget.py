"""When a room is flushed: soon while it is cheap, together when it is not; pure."""

from typing import Final

FLUSH_INTERVAL_MIN_MS: Final = 5.0
FLUSH_INTERVAL_MAX_MS: Final = 50.0
INTERVAL_OF_RECEIVER_MS: Final = 0.5
"""A room is written to 2 000 times a second at most: 5 ms between flushes for ten people, 25 ms for
fifty, 50 ms from a hundred on. Clients draw others 100 ms late and more, so nobody sees it."""
SHARE_GOAL: Final = 0.10
"""Of one core that fan-out may take before flushes move apart."""
_WINDOW_MS: Final = 250.0
_STEP_DOWN_MIN: Final = 0.5


class FlushBudget:
    """The least time between two flushes of one room, for all rooms of a process.

    A room has an interval of its own by how many are in it, and all of them one that grows with
    what flushes cost.

    Every quarter of a second the time that flushes took is compared with the goal, and the
    interval moves by their ratio, within 5 to 50 ms: up at once, since a crowd that starts to move
    must not drown the first second, and down by halves.
    """

    def __init__(self, now_ms: float) -> None:
        self.interval_ms = FLUSH_INTERVAL_MIN_MS
        self._since_ms = now_ms
        self._spent_ms = 0.0

    def interval_for(self, receivers: int) -> float:
        """The least time between two flushes of a room of so many, in ms."""
        wanted_ms = min(FLUSH_INTERVAL_MAX_MS, receivers * INTERVAL_OF_RECEIVER_MS)
        return max(self.interval_ms, wanted_ms)

    def spend(self, cost_ms: float, now_ms: float) -> None:
        """A flush that ended now took that long."""
        self._spent_ms += cost_ms
        elapsed_ms = now_ms - self._since_ms
        if elapsed_ms < _WINDOW_MS:
            return
        ratio = self._spent_ms / elapsed_ms / SHARE_GOAL
        wanted_ms = self.interval_ms * max(_STEP_DOWN_MIN, ratio)
        self.interval_ms = min(FLUSH_INTERVAL_MAX_MS, max(FLUSH_INTERVAL_MIN_MS, wanted_ms))
        self._since_ms = now_ms
        self._spent_ms = 0.0
