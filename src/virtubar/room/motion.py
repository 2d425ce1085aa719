"""Motion time: when a move was made, on the server's clock (§1)."""

from collections import deque

from virtubar.protocol.constants import (
    MOTION_JUMP_MS,
    MOTION_LATENESS_MAX_MS,
    MOTION_WINDOW_MS,
)


class MotionEstimator:
    """Maps one connection's envelope times to the server's clock, free of its network jitter.

    The smallest (arrival - ts) of the last 10 s is the connection's clock offset plus its fastest
    way here; what a message is above that is its lateness. All times in epoch milliseconds.

    Args:
        last_ms: the member's last motion time, over an earlier connection; none is below it.

    Attributes:
        last_ms: the last answer.
    """

    __slots__ = ("_last_ts", "_minima", "last_ms")

    def __init__(self, last_ms: int = 0) -> None:
        # (arrival, offset), offsets rising: the first is the window's smallest. One entry a
        # message at most, so the message rate limit bounds it: 200/s x 10 s.
        self._minima: deque[tuple[int, int]] = deque()
        self._last_ts: int | None = None
        self.last_ms = last_ms

    def motion_ms(self, ts: int, arrival_ms: int) -> int:
        """When the move in a message stamped `ts` was made; never below an earlier answer.

        A clock that stands still, is not positive, or jumps by over 500 ms makes no sense: the
        answer is the arrival until it does again.
        """
        answer = arrival_ms
        if ts > 0 and (self._last_ts is None or ts > self._last_ts):
            answer = self._estimate(ts, arrival_ms)
        self._last_ts = ts
        return self.now(answer)

    def now(self, moment_ms: int) -> int:
        """The motion time of a move that was made then, as the server knows for itself; never
        below an earlier answer."""
        self.last_ms = max(moment_ms, self.last_ms)
        return self.last_ms

    def _estimate(self, ts: int, arrival_ms: int) -> int:
        offset = arrival_ms - ts
        minima = self._minima
        while minima and minima[0][0] <= arrival_ms - MOTION_WINDOW_MS:
            minima.popleft()
        if minima and abs(offset - minima[0][1]) > MOTION_JUMP_MS:
            minima.clear()
        while minima and minima[-1][1] >= offset:
            minima.pop()
        minima.append((arrival_ms, offset))
        return max(ts + minima[0][1], arrival_ms - MOTION_LATENESS_MAX_MS)
