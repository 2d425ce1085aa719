"""When each client comes in and when it sends: fixed at the start, whatever happens later. Pure.

An open loop: a move that is sent late was due when it was due, and its age counts from then, so
that a stall of the server or of the generator is seen by every move that it held up.
"""

import math

from msgspec import Struct


class Schedule(Struct, frozen=True, kw_only=True):
    """Moves in turn, one client after the other, evenly over each period.

    Attributes:
        clients: how many take turns.
        rate_hz: moves of each client a second.
        start_ms: when client 0 would send its seq 0, monotonic.
        ramp_s: from the first client's arrival to just after the last's.
    """

    clients: int
    rate_hz: float
    start_ms: float
    ramp_s: float

    @property
    def period_ms(self) -> float:
        """Between two moves of one client."""
        return 1000.0 / self.rate_hz

    def arrival_ms(self, number: int) -> float:
        """When a client begins to join."""
        return self.start_ms + number * self.ramp_s * 1000.0 / self.clients

    def due_ms(self, number: int, seq: int) -> float:
        """When a client is to send a seq."""
        return self.start_ms + (seq + number / self.clients) * self.period_ms

    def turns_until(self, now_ms: float) -> int:
        """How many moves were due from the start to now, of all clients together; turn `n` is
        client `n % clients` with seq `n // clients`."""
        gone_ms = now_ms - self.start_ms
        return max(0, math.floor(gone_ms * self.clients / self.period_ms + 1e-9) + 1)

    def turn_ms(self, turn: int) -> float:
        """When a turn is due."""
        return self.start_ms + turn * self.period_ms / self.clients

    def first_seq(self, now_ms: float) -> int:
        """The first seq that nobody is to send before now."""
        return max(0, math.ceil((now_ms - self.start_ms) / self.period_ms))

    def moves_in(self, seconds: float) -> int:
        """How many moves each client makes in so long; at least one."""
        return max(1, round(seconds * self.rate_hz))
