"""The carrier of a client that polls: what waits for its next request, and for how long.

Nothing here waits itself: a request that finds nothing gets a future. Longer than most modules
because asking, writing, waiting and ending share the state of one queue.
"""

import asyncio
from typing import Final

import structlog

from virtubar.live.ports import Dialect, Sink
from virtubar.protocol.constants import (
    BEHIND_MAX_BYTES,
    BEHIND_MAX_MS,
    MESSAGE_BURST,
    MESSAGE_RATE_HZ,
    PING_INTERVAL_MS,
    CloseCode,
)
from virtubar.room.buckets import TokenBucket
from virtubar.runtime.clock import Clock
from virtubar.runtime.metrics import Metrics
from virtubar.runtime.timer import Timer
from virtubar.transport.messages import MessageRefusedError, check_text
from virtubar.transport.socketio import packets
from virtubar.transport.socketio.dialect import SEPARATED
from virtubar.transport.websocket import (
    CLOSE_TIMEOUT_MS,
    SLOW_CLOSE_TIMEOUT_MS,
    STATE_RATE_MIN_BYTES_S,
    WRITE_HIGH_BYTES,
    WRITE_LOW_BYTES,
)

_log = structlog.get_logger(__name__)
_OVERLAP: Final = "two requests at once"


class PollingCarrier:
    """The transport of a client that polls; see ports.Transport.

    Args:
        sink: gets every packet, and is told of drains and of the end.

    Attributes:
        probing: a WebSocket is being tried: polls are answered at once, so that the client may
            go over between two of them.
        told_end: the client has been told that the session is over.
    """

    __slots__ = (
        "_asked_ms",
        "_behind_ms",
        "_bucket",
        "_clock",
        "_closing",
        "_heard_ms",
        "_metrics",
        "_ping_due",
        "_ping_ms",
        "_poll",
        "_posting",
        "_queue",
        "_queued_bytes",
        "_sink",
        "_state_bytes",
        "_state_taken",
        "_timer",
        "congested",
        "deflates",
        "dialect",
        "probing",
        "told_end",
        "wake_ms",
    )

    def __init__(self, sink: Sink, *, clock: Clock, timer: Timer, metrics: Metrics) -> None:
        now_ms = clock.now_ms()
        self.dialect: Dialect = SEPARATED
        self.deflates = False
        self.congested = False
        self.probing = False
        self.told_end = False
        self.wake_ms: float | None = None
        self._sink: Sink | None = sink
        self._clock = clock
        self._timer = timer
        self._metrics = metrics
        self._bucket = TokenBucket(MESSAGE_RATE_HZ, MESSAGE_BURST, now_ms)
        self._queue: list[bytes] = []
        self._queued_bytes = 0
        # A `room_state` that waits or is under way, and whether it is in an answer already.
        self._state_bytes = 0
        self._state_taken = False
        # Since when something waits; None where nothing does.
        self._behind_ms: float | None = None
        self._heard_ms = now_ms
        # When the last ping was sent, and when the next one is: who has not been heard by then is
        # gone, since an answer has as long as there is between pings.
        self._asked_ms: float | None = None
        self._ping_ms = now_ms + PING_INTERVAL_MS
        self._ping_due = False
        self._poll: asyncio.Future[None] | None = None
        self._posting = False
        self._closing: CloseCode | None = None
        timer.schedule(self, now_ms + PING_INTERVAL_MS)

    # Writing

    def write(self, data: bytes) -> None:
        """Keep packets for the next poll; one that waits is answered with all of a flush."""
        if self._closing is not None:
            return
        self._queue.append(data)
        self._queued_bytes += len(data)
        self._metrics.traffic.bytes_out += len(data)
        if self._poll is not None:
            self._answer()
            return
        if self._behind_ms is None:
            self._behind_ms = self._clock.now_ms()
            self._wake_by(self._behind_ms + self._behind_max_ms)
        if self._queued_bytes > BEHIND_MAX_BYTES + self._state_bytes:
            self.close(CloseCode.TOO_SLOW, "too slow")
        elif self._queued_bytes > WRITE_HIGH_BYTES:
            self.congested = True

    def expect_state(self, size_bytes: int) -> None:
        """See ports.Transport; nothing tells how much of an answer was taken, so the next poll may
        come as late as the slowest that is fast enough."""
        self._state_bytes, self._state_taken = max(self._state_bytes, size_bytes), False

    @property
    def _behind_max_ms(self) -> float:
        """How long something may wait for a poll."""
        return BEHIND_MAX_MS + self._state_bytes * 1000 / STATE_RATE_MIN_BYTES_S

    def close(self, code: CloseCode, reason: str) -> None:
        """Tell the next poll why, and end with the one after it, or at the limit."""
        if self._closing is not None:
            return
        self._closing = code
        self.probing = False
        self._metrics.closes[str(int(code))] += 1
        slow = code is CloseCode.TOO_SLOW
        if slow:
            self._queue.clear()
        self._queue += packets.last_words(code, reason, self._clock.wall_ms())
        limit_ms = SLOW_CLOSE_TIMEOUT_MS if slow else CLOSE_TIMEOUT_MS
        self._timer.schedule(self, self._clock.now_ms() + limit_ms)
        self._answer()

    def lost(self) -> None:
        """The client is gone, or has had its last words."""
        self._timer.cancel(self)
        self._closing = self._closing or CloseCode.NORMAL
        self._queue.clear()
        self._answer()
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.closed(left=False)

    def hand_over(self) -> list[bytes]:
        """The client goes on over a WebSocket: what still waits for it; this one is done."""
        waiting = [packet for data in self._queue for packet in packets.split(data)]
        self._sink = None
        self.lost()
        return waiting

    @property
    def is_closing(self) -> bool:
        """Whether the session is over, but for its last words."""
        return self._closing is not None

    # Requests

    def poll(self) -> asyncio.Future[None] | None:
        """A request asks for packets: what it has to wait for, None where it need not.

        Raises:
            MessageRefusedError: another one waits already; the session ends.
        """
        self._heard_ms = self._clock.now_ms()
        if self._poll is not None:
            self.close(CloseCode.PROTOCOL_ERROR, _OVERLAP)
            raise MessageRefusedError(CloseCode.PROTOCOL_ERROR, _OVERLAP)
        if self._state_taken:
            self._state_bytes, self._state_taken = 0, False
        if self._queue or self._ping_due or self.probing or self._closing is not None:
            return None
        self._poll = asyncio.get_running_loop().create_future()
        return self._poll

    def take(self, packets_max: int | None = None) -> bytes:
        """The body of the answer: everything that waits, or so many packets of it.

        Args:
            packets_max: for a client that reads no more in one answer; at least 1. The rest waits
                for its next request, which need not wait then.
        """
        queue: list[bytes] = []
        if self._ping_due:
            self._ping_due = False
            queue.append(packets.PING)
        queue += self._dequeue(None if packets_max is None else packets_max - len(queue))
        if self._closing is not None and not queue:
            # In an answer of its own: npm's client hands events on after it has read all of one,
            # and would keep them for the next connection if the end came with them.
            queue.append(packets.ENGINE_CLOSE)
            self.told_end = True
            self.lost()
        elif self.congested and self._queued_bytes <= WRITE_LOW_BYTES:
            self.congested = False
            if self._sink is not None:
                self._sink.drained()
        return packets.join(queue or [packets.NOOP])

    def _dequeue(self, packets_max: int | None) -> list[bytes]:
        waiting, rest = self._queue, list[bytes]()
        if packets_max is not None:
            single = [packet for data in waiting for packet in packets.split(data)]
            waiting, rest = single[:packets_max], single[packets_max:]
        self._queue, self._queued_bytes = rest, sum(map(len, rest))
        # Whoever asks on is not behind; what may wait for them is bounded in bytes.
        self._behind_ms = self._clock.now_ms() if rest else None
        self._state_taken = self._state_bytes > 0
        return waiting

    def begin_post(self) -> None:
        """A request brings packets.

        Raises:
            MessageRefusedError: another one does already, and order would be lost; the session
                ends.
        """
        self._heard_ms = self._clock.now_ms()
        if self._posting:
            self.close(CloseCode.PROTOCOL_ERROR, _OVERLAP)
            raise MessageRefusedError(CloseCode.PROTOCOL_ERROR, _OVERLAP)
        self._posting = True

    def end_post(self, body: bytes | None) -> None:
        """It has brought that; None where it was too large.

        Raises:
            MessageRefusedError: this is no body of packets; the session ends.
        """
        self._posting = False
        try:
            self._unpack(body)
        except MessageRefusedError as error:
            self.close(error.code, error.reason)
            raise

    def _unpack(self, body: bytes | None) -> None:
        if body is None:
            raise MessageRefusedError(CloseCode.TOO_BIG, "too big")
        check_text(body)
        self._metrics.traffic.bytes_in += len(body)
        for packet in packets.split(body):
            self._receive(packet)
        if self._closing is CloseCode.PROTOCOL_ERROR:
            raise MessageRefusedError(CloseCode.PROTOCOL_ERROR, "not a packet")

    def _receive(self, packet: bytes) -> None:
        if self._closing is not None or self._sink is None:
            return
        now_ms = self._clock.now_ms()
        if not self._bucket.take(now_ms):
            self.close(CloseCode.FLOODING, "too many messages")
            return
        if len(packet) > packets.PACKET_MAX_BYTES:
            raise MessageRefusedError(CloseCode.TOO_BIG, "too big")
        try:
            self._sink.message(packet, now_ms)
        except Exception:
            # A defect of ours showed on this connection: it alone ends.
            _log.exception("connection_failed")
            self.close(CloseCode.INTERNAL, "internal error")

    def _answer(self) -> None:
        """Let the request that waits, if any, take what there is."""
        poll, self._poll = self._poll, None
        if poll is not None and not poll.done():
            poll.set_result(None)

    def start_probing(self) -> None:
        """A WebSocket is being tried."""
        self.probing = True
        self._answer()

    # Time

    def wake(self, now_ms: float) -> None:
        """Whichever deadline has come: the end's, that of who does not poll, or the ping's."""
        if self._closing is not None:
            self.lost()
            return
        if self._behind_ms is not None and now_ms >= self._behind_ms + self._behind_max_ms:
            self.close(CloseCode.TOO_SLOW, "too slow")
            return
        if now_ms >= self._ping_ms:
            if self._asked_ms is not None and self._heard_ms < self._asked_ms:
                self.lost()
                return
            self._asked_ms = now_ms
            self._ping_ms = now_ms + PING_INTERVAL_MS
            self._ping_due = True
            self._answer()
        self._reschedule()

    def _reschedule(self) -> None:
        self._timer.schedule(self, self._ping_ms)
        if self._behind_ms is not None:
            self._wake_by(self._behind_ms + self._behind_max_ms)

    def _wake_by(self, when_ms: float) -> None:
        if self.wake_ms is None or when_ms < self.wake_ms:
            self._timer.schedule(self, when_ms)
