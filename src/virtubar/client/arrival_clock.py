"""How late transforms come, from the least late of them (§9). Pure: times are arguments."""

from collections import deque

from virtubar.protocol.constants import ARRIVAL_WINDOW_MS, CLOCK_SHIFT_MS

SHIFT_PATIENCE_MS = 1_000.0
"""A stall of the network ends with punctual samples well within this."""


class ArrivalClock:
    """One a connection: `offset_ms` = min(arrival - ts) over the last ten seconds.

    What a sample is above that is its lateness. Nothing needs the two clocks to agree: the offset
    holds the way here too.
    """

    def __init__(self) -> None:
        self._least: deque[tuple[float, float]] = deque()
        self._late_since_ms: float | None = None

    @property
    def offset_ms(self) -> float | None:
        """Arrival minus motion time of the most punctual sample; None before the first."""
        return self._least[0][1] if self._least else None

    def reset(self) -> None:
        """After a reconnect: begin anew."""
        self._least.clear()
        self._late_since_ms = None

    def observe(self, ts_ms: float, arrival_ms: float) -> float:
        """Take one sample's times; how late it came, 0 or more.

        Args:
            ts_ms: motion time, server epoch ms.
            arrival_ms: on any steady clock of the client's, not going back.
        """
        delay_ms = arrival_ms - ts_ms
        while self._least and arrival_ms - self._least[0][0] > ARRIVAL_WINDOW_MS:
            self._least.popleft()
        if self._is_shift(delay_ms, arrival_ms):
            self.reset()
        while self._least and self._least[-1][1] >= delay_ms:
            self._least.pop()
        self._least.append((arrival_ms, delay_ms))
        return delay_ms - self._least[0][1]

    def server_ms(self, now_ms: float) -> float:
        """The motion time that would arrive punctually now; `now_ms` on the clock of arrivals."""
        return now_ms - (self.offset_ms or 0.0)

    def _is_shift(self, delay_ms: float, arrival_ms: float) -> bool:
        offset_ms = self.offset_ms
        if offset_ms is None or delay_ms - offset_ms <= CLOCK_SHIFT_MS:
            self._late_since_ms = None
            return False
        if self._late_since_ms is None:
            self._late_since_ms = arrival_ms
        return arrival_ms - self._late_since_ms > SHIFT_PATIENCE_MS
