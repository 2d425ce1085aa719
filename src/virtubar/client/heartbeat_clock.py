"""The server's clock as the client sees it, from heartbeats (§4). Pure: times are arguments."""

from collections import deque

from msgspec import Struct

from virtubar.protocol.constants import CLOCK_SHIFT_MS, HEARTBEAT_WINDOW_MS


class _Measurement(Struct, frozen=True, gc=False):
    at_ms: float
    round_trip_ms: float
    offset_ms: float


class HeartbeatClock:
    """Estimates `offset_ms` = server - client from request and answer times.

    The measurement with the smallest round trip of the last minute wins: what a round trip takes
    above the smallest is waiting, of which nobody knows on which way it happened. The estimate is
    wrong by at most half that smallest round trip.
    """

    def __init__(self) -> None:
        self._measurements: deque[_Measurement] = deque()
        self._seed_ms: float | None = None
        self._newest_round_trip_ms: float | None = None

    @property
    def offset_ms(self) -> float | None:
        """Server - client in ms; None before anything is known."""
        if not self._measurements:
            return self._seed_ms
        return min(self._measurements, key=lambda one: one.round_trip_ms).offset_ms

    @property
    def round_trip_ms(self) -> float | None:
        """The newest heartbeat's round trip; None before the first answer."""
        return self._newest_round_trip_ms

    def seed(self, server_ms: float, received_ms: float) -> None:
        """Take a one-way time as a first guess; it is late by the way here.

        Args:
            server_ms: the server's epoch time when it wrote the message.
            received_ms: the client's epoch time when the message came.
        """
        self._seed_ms = server_ms - received_ms

    def measure(self, sent_ms: float, server_ms: float, received_ms: float) -> None:
        """Take one heartbeat's answer; one that arrives before it was sent is ignored.

        Args:
            sent_ms: the client's epoch time in the heartbeat.
            server_ms: the server's epoch time in the answer.
            received_ms: the client's epoch time when the answer came.
        """
        round_trip_ms = received_ms - sent_ms
        if round_trip_ms < 0.0:
            return
        offset_ms = server_ms - (sent_ms + received_ms) / 2.0
        known_ms = self.offset_ms
        shift_ms = 0.0 if known_ms is None else abs(offset_ms - known_ms)
        if shift_ms > CLOCK_SHIFT_MS + round_trip_ms / 2.0:
            self._measurements.clear()
        oldest_ms = received_ms - HEARTBEAT_WINDOW_MS
        while self._measurements and self._measurements[0].at_ms < oldest_ms:
            self._measurements.popleft()
        self._measurements.append(_Measurement(received_ms, round_trip_ms, offset_ms))
        self._newest_round_trip_ms = round_trip_ms

    def server_ms(self, client_ms: float) -> float:
        """The server's epoch time at a client's; the client's own while nothing is known."""
        return client_ms + (self.offset_ms or 0.0)
