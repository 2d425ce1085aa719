"""One raw WebSocket: picows reads frames, and this adds what picows leaves to its user.

picows checks opcode, mask and the size of control frames. Here: messages from fragments, with a
limit over all of them, reserved bits, fragment order, UTF-8, compression, floods, pings with a
deadline, the close handshake with a time limit, and bounded writing (RFC 6455 §5, §7; RFC 7692).
Longer than most modules because reading, writing and closing share the state of one socket.
"""

import asyncio
import socket
from typing import TYPE_CHECKING, Final

import structlog
from picows import WSFrame, WSListener, WSMsgType, WSTransport
from zlib_ng import zlib_ng

from virtubar.protocol.constants import (
    BEHIND_MAX_BYTES,
    BEHIND_MAX_MS,
    FRAGMENTS_MAX,
    MESSAGE_BURST,
    MESSAGE_MAX_BYTES,
    MESSAGE_RATE_HZ,
    PING_INTERVAL_MS,
    PONG_TIMEOUT_MS,
    CloseCode,
)
from virtubar.realtime.clock import Clock
from virtubar.realtime.metrics import Metrics
from virtubar.realtime.timer import Timer
from virtubar.realtime.wire import close_frame, ping_frame, pong_frame
from virtubar.room.buckets import TokenBucket

if TYPE_CHECKING:
    from virtubar.realtime.ports import Sink

_log = structlog.get_logger(__name__)

SEND_BUFFER_BYTES: Final = 64 * 1024
"""The kernel's part (it doubles it): small, so that a receiver that does not read shows soon."""
WRITE_HIGH_BYTES: Final = 64 * 1024
"""Our part in the event loop's transport; past it the receiver is congested."""
WRITE_LOW_BYTES: Final = 16 * 1024
LAST_WORDS_BUFFER_BYTES: Final = 512 * 1024
"""The kernel's part for a receiver that is closed as too slow: room for the close frame."""
CLOSE_TIMEOUT_MS: Final = 2_000
SLOW_CLOSE_TIMEOUT_MS: Final = 10_000
_INFLATE_TAIL: Final = b"\x00\x00\xff\xff"
_TEXT, _BINARY, _CONTINUATION = WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.CONTINUATION
_PING, _PONG = WSMsgType.PING, WSMsgType.PONG
_SENDABLE_CODES: Final = frozenset({1000, 1001, 1002, 1003, *range(1007, 1015)})


class WebSocketTransport(WSListener):
    """The transport of one raw WebSocket connection; see ports.Transport."""

    __slots__ = (
        "_bucket",
        "_clock",
        "_closing",
        "_congested_ms",
        "_fragments",
        "_fragments_bytes",
        "_fragments_deflated",
        "_heard_ms",
        "_held",
        "_held_bytes",
        "_left",
        "_metrics",
        "_ping_sent_ms",
        "_timer",
        "_transport",
        "congested",
        "deflates",
        "sink",
        "wake_ms",
    )

    def __init__(
        self,
        transport: asyncio.Transport,
        *,
        deflates: bool,
        clock: Clock,
        timer: Timer,
        metrics: Metrics,
    ) -> None:
        self.deflates = deflates
        self.congested = False
        self.sink: Sink | None = None
        self.wake_ms: float | None = None
        self._transport = transport
        self._clock = clock
        self._timer = timer
        self._metrics = metrics
        now_ms = clock.now_ms()
        self._bucket = TokenBucket(MESSAGE_RATE_HZ, MESSAGE_BURST, now_ms)
        self._heard_ms = now_ms
        self._ping_sent_ms: float | None = None
        self._congested_ms: float | None = None
        self._closing: CloseCode | None = None
        self._left = False
        # Fragments of the message being received: at most 16 and 4 KiB, then 1009.
        self._fragments: list[bytes] | None = None
        self._fragments_bytes = 0
        self._fragments_deflated = False
        # Frames that wait for a congested receiver: 256 KiB with the loop's buffer, then 1013.
        self._held: list[bytes] = []
        self._held_bytes = 0
        _set_send_buffer(transport, SEND_BUFFER_BYTES)
        transport.set_write_buffer_limits(high=WRITE_HIGH_BYTES, low=WRITE_LOW_BYTES)
        timer.schedule(self, now_ms + PING_INTERVAL_MS)

    # Writing

    def write(self, frames: bytes) -> None:
        """Send whole frames; held back, within the bound, while the receiver is congested."""
        if self._closing is not None:
            return
        if not self.congested:
            self._metrics.bytes_out += len(frames)
            self._transport.write(frames)
            return
        self._held.append(frames)
        self._held_bytes += len(frames)
        if self._held_bytes + self._transport.get_write_buffer_size() > BEHIND_MAX_BYTES:
            self.close(CloseCode.TOO_SLOW, "too slow")

    def pause_writing(self) -> None:
        """The loop's buffer is above its mark: the receiver is congested."""
        self.congested = True
        self._congested_ms = self._clock.now_ms()
        self._reschedule()

    def resume_writing(self) -> None:
        """The loop's buffer has drained: send what was held back, then tell the sink."""
        self.congested = False
        self._congested_ms = None
        if self._closing is not None:
            return
        held, self._held, self._held_bytes = self._held, [], 0
        if held:
            self.write(b"".join(held))
        if not self.congested and self.sink is not None:
            self.sink.drained()

    # Closing

    def close(self, code: CloseCode, reason: str) -> None:
        """Send a close frame; the socket ends with the peer's, or at the time limit."""
        if self._closing is not None:
            return
        self._begin_closing(code)
        self._held.clear()
        if code is CloseCode.TOO_SLOW:
            _set_send_buffer(self._transport, LAST_WORDS_BUFFER_BYTES)
        self._transport.write(close_frame(code, reason))

    def _begin_closing(self, code: CloseCode) -> None:
        self._closing = code
        self._metrics.closes[str(int(code))] += 1
        slow = code is CloseCode.TOO_SLOW
        limit_ms = SLOW_CLOSE_TIMEOUT_MS if slow else CLOSE_TIMEOUT_MS
        self._timer.schedule(self, self._clock.now_ms() + limit_ms)

    def parser_failed(self, code: int) -> None:
        """picows found bytes that are no WebSocket frames, and sends the close frame itself."""
        if self._closing is None:
            self._begin_closing(CloseCode(code))

    def failed(self, what: str) -> None:
        """A defect of ours showed on this connection: it alone ends, with 1011."""
        _log.error("connection_failed", what=what, exc_info=True)
        self.close(CloseCode.INTERNAL, "internal error")

    def abort(self) -> None:
        """End the socket at once, without a word."""
        self._transport.abort()

    def on_ws_disconnected(self, transport: WSTransport) -> None:  # noqa: ARG002 - picows's signature
        """The socket is gone."""
        self._timer.cancel(self)
        if self.sink is not None:
            self.sink.closed(left=self._left)
            self.sink = None

    # Time

    def wake(self, now_ms: float) -> None:
        """Whichever deadline has come: the close handshake's, the congestion's, or the ping's."""
        if self._closing is not None:
            self._end_closing()
            return
        if self._congested_ms is not None and now_ms >= self._congested_ms + BEHIND_MAX_MS:
            self.close(CloseCode.TOO_SLOW, "too slow")
            return
        sent_ms = self._ping_sent_ms
        if sent_ms is not None and self._heard_ms < sent_ms:
            if now_ms >= sent_ms + PONG_TIMEOUT_MS:
                self.abort()
                return
        elif sent_ms is None or now_ms >= sent_ms + PING_INTERVAL_MS:
            self._ping_sent_ms = now_ms
            self.write(ping_frame())
        self._reschedule()

    def _end_closing(self) -> None:
        """The peer did not answer: let the kernel deliver what it took, or give up."""
        if self._closing is CloseCode.TOO_SLOW and not self._transport.get_write_buffer_size():
            self._transport.close()
        else:
            self.abort()

    def _reschedule(self) -> None:
        if self._closing is not None:
            return
        sent_ms = self._ping_sent_ms
        when_ms = (sent_ms if sent_ms is not None else self._heard_ms) + PING_INTERVAL_MS
        if self._congested_ms is not None:
            when_ms = min(when_ms, self._congested_ms + BEHIND_MAX_MS)
        self._timer.schedule(self, when_ms)

    # Reading

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:  # noqa: ARG002 - picows's signature
        """One frame came; its payload is valid only during this call."""
        if self._closing is not None and frame.msg_type != WSMsgType.CLOSE:
            return
        now_ms = self._heard_ms = self._clock.now_ms()
        if not self._bucket.take(now_ms) and frame.msg_type != WSMsgType.CLOSE:
            self.close(CloseCode.FLOODING, "too many messages")
            return
        kind = frame.msg_type
        if kind == _TEXT and frame.fin and self._fragments is None and not _reserved(frame):
            self._metrics.bytes_in += frame.payload_size
            self._deliver(frame.get_payload_as_bytes(), now_ms)
        elif kind in (_TEXT, _CONTINUATION):
            self._fragment(frame, now_ms)
        elif kind == _BINARY:
            self.close(CloseCode.UNSUPPORTED_DATA, "text only")
        elif frame.rsv1 or frame.rsv2 or frame.rsv3:
            self.close(CloseCode.PROTOCOL_ERROR, "reserved bits")
        elif kind == _PING:
            self.write(pong_frame(frame.get_payload_as_bytes()))
        elif kind != _PONG:
            self._peer_closes(frame)

    def _peer_closes(self, frame: WSFrame) -> None:
        """Answer a close frame with its own code, and end the socket (RFC 6455 §5.5.1)."""
        code = frame.get_close_code().value if frame.payload_size else None
        if self._closing is None:
            valid = code is None or code in _SENDABLE_CODES or 3000 <= code < 5000
            self._left = code == CloseCode.NORMAL
            answer = b"\x88\x00" if code is None else close_frame(code if valid else 1002, "")
            self._closing = CloseCode.NORMAL
            self._transport.write(answer)
        self._timer.schedule(self, self._clock.now_ms() + CLOSE_TIMEOUT_MS)
        self._transport.close()

    def _fragment(self, frame: WSFrame, now_ms: float) -> None:
        first = frame.msg_type == _TEXT
        if not self._fragment_is_legal(frame, first=first):
            self.close(CloseCode.PROTOCOL_ERROR, "reserved bits or fragment order")
            return
        if first:
            self._fragments, self._fragments_bytes = [], 0
            self._fragments_deflated = frame.rsv1
        fragments = self._fragments
        if fragments is None:
            return
        fragments.append(frame.get_payload_as_bytes())
        self._fragments_bytes += frame.payload_size
        if self._fragments_bytes > MESSAGE_MAX_BYTES or len(fragments) > FRAGMENTS_MAX:
            self.close(CloseCode.TOO_BIG, "too big")
            return
        if frame.fin:
            self._fragments = None
            self._metrics.bytes_in += self._fragments_bytes
            data: bytes | None = b"".join(fragments)
            if self._fragments_deflated:
                data = self._inflate(b"".join(fragments))
            if data is not None:
                self._deliver(data, now_ms)

    def _fragment_is_legal(self, frame: WSFrame, *, first: bool) -> bool:
        if frame.rsv2 or frame.rsv3 or first != (self._fragments is None):
            return False
        return not frame.rsv1 or (first and self.deflates)

    def _inflate(self, packed: bytes) -> bytes | None:
        """The message in a compressed one, never more than 4 KiB of it (RFC 7692 §7.2.2)."""
        inflater = zlib_ng.decompressobj(-15)
        try:
            data = inflater.decompress(packed + _INFLATE_TAIL, MESSAGE_MAX_BYTES + 1)
        except zlib_ng.error:  # type: ignore[misc]  # the stub gives an instance for the class
            self.close(CloseCode.INVALID_UTF8, "bad compression")
            return None
        if len(data) > MESSAGE_MAX_BYTES:
            self.close(CloseCode.TOO_BIG, "too big")
            return None
        return data

    def _deliver(self, data: bytes, now_ms: float) -> None:
        if not data.isascii():
            try:
                data.decode()
            except UnicodeDecodeError:
                self.close(CloseCode.INVALID_UTF8, "not UTF-8")
                return
        if len(data) > MESSAGE_MAX_BYTES:
            self.close(CloseCode.TOO_BIG, "too big")
            return
        if self.sink is not None:
            self.sink.message(data, now_ms)


def _reserved(frame: WSFrame) -> bool:
    return bool(frame.rsv1 or frame.rsv2 or frame.rsv3)


def _set_send_buffer(transport: asyncio.Transport, size_bytes: int) -> None:
    sock = transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size_bytes)
