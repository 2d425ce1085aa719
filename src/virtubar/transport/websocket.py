"""One raw WebSocket: picows reads frames, and this adds what picows leaves to its user.

picows checks opcode, mask and the size of control frames. Here: messages (with `messages`),
floods, pings with a deadline, the close handshake with a time limit, and bounded writing
(RFC 6455 §5, §7).
Longer than most modules because reading, writing and closing share the state of one socket.
"""

import asyncio
import fcntl
import socket
import struct
import termios
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import picows.picows as pw
import structlog

from virtubar.protocol.constants import (
    BEHIND_MAX_BYTES,
    BEHIND_MAX_MS,
    MESSAGE_BURST,
    MESSAGE_RATE_HZ,
    PING_INTERVAL_MS,
    PONG_TIMEOUT_MS,
    CloseCode,
)
from virtubar.room.buckets import TokenBucket
from virtubar.runtime.clock import Clock
from virtubar.runtime.metrics import Metrics
from virtubar.runtime.timer import Timer
from virtubar.transport.dialect import SocketDialect
from virtubar.transport.frames import close_frame, pong_frame
from virtubar.transport.half_close import Discard, hang_up, switch
from virtubar.transport.messages import (
    Fragments,
    MessageRefusedError,
    check_frame,
    check_text,
)

if TYPE_CHECKING:
    from virtubar.live.ports import Sink

_log = structlog.get_logger(__name__)

SEND_BUFFER_BYTES: Final = 64 * 1024
"""The kernel's part (it doubles it): small, so that a receiver that does not read shows soon."""
WRITE_HIGH_BYTES: Final = 64 * 1024
"""Our part in the event loop's transport; past it the receiver is congested."""
WRITE_LOW_BYTES: Final = 16 * 1024
LAST_WORDS_BUFFER_BYTES: Final = 512 * 1024
"""The kernel's part for a receiver that is closed as too slow: room for the close frame."""
CLOSE_TIMEOUT_MS: Final = 2_000
"""From our last words to the peer's end of the socket; then it is cut."""
SLOW_CLOSE_TIMEOUT_MS: Final = 10_000
"""The same for a receiver that is closed as too slow."""
STATE_RATE_MIN_BYTES_S: Final = 4 * 1024
"""How fast a `room_state` must be taken, looked at every 10 s: a phone on a very slow line. Whoever
takes it so fast is not behind, however long it is."""
_TEXT, _CLOSE = pw.WSMsgType.TEXT, pw.WSMsgType.CLOSE
_PING, _PONG = pw.WSMsgType.PING, pw.WSMsgType.PONG
_SENDABLE_CODES: Final = frozenset({1000, 1001, 1002, 1003, *range(1007, 1015)})


class WebSocketTransport(pw.WSListener):
    """The transport of one raw WebSocket connection; see ports.Transport.

    Args:
        ended: called once when the socket is gone.
        dialect: what it speaks.
    """

    __slots__ = (
        "_bucket",
        "_clock",
        "_closing",
        "_congested_ms",
        "_ended",
        "_fragments",
        "_heard_ms",
        "_held",
        "_held_bytes",
        "_left",
        "_metrics",
        "_ping_sent_ms",
        "_state_bytes",
        "_timer",
        "_traffic",
        "_transport",
        "_unread_bytes",
        "congested",
        "deflates",
        "dialect",
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
        ended: Callable[[], None],
        dialect: SocketDialect,
    ) -> None:
        self.dialect = dialect
        self.deflates = deflates
        self.congested = False
        self.sink: Sink | None = None
        self.wake_ms: float | None = None
        self._transport = transport
        self._clock = clock
        self._timer = timer
        self._metrics = metrics
        self._traffic = metrics.traffic
        self._ended: Callable[[], None] | None = ended
        now_ms = clock.now_ms()
        self._bucket = TokenBucket(MESSAGE_RATE_HZ, MESSAGE_BURST, now_ms)
        self._heard_ms = now_ms
        self._ping_sent_ms: float | None = None
        self._congested_ms: float | None = None
        self._closing: CloseCode | None = None
        self._left = False
        self._fragments: Fragments | None = None
        # Frames that wait for a congested receiver: 256 KiB with the loop's buffer, then 1013.
        self._held: list[bytes] = []
        self._held_bytes = 0
        # A `room_state` that is under way, and how much was still to be read at the last look.
        self._state_bytes = 0
        self._unread_bytes = 0
        _set_send_buffer(transport, SEND_BUFFER_BYTES)
        transport.set_write_buffer_limits(high=WRITE_HIGH_BYTES, low=WRITE_LOW_BYTES)
        timer.schedule(self, now_ms + PING_INTERVAL_MS)

    # Writing

    def write(self, data: bytes) -> None:
        """Send whole frames; held back, within the bound, while the receiver is congested."""
        if self._closing is not None:
            return
        if not self.congested:
            self._traffic.bytes_out += len(data)
            self._transport.write(data)
            if not self.congested:
                self._state_bytes = 0
            return
        self._held.append(data)
        self._held_bytes += len(data)
        behind_bytes = self._held_bytes + self._transport.get_write_buffer_size()
        if behind_bytes > BEHIND_MAX_BYTES + self._state_bytes:
            self.close(CloseCode.TOO_SLOW, "too slow")

    def expect_state(self, size_bytes: int) -> None:
        """See ports.Transport; of several that wait the largest counts, once."""
        self._state_bytes = max(self._state_bytes, size_bytes)

    @property
    def message_max_bytes(self) -> int:
        """See SocketDialect."""
        return self.dialect.message_max_bytes

    def pause_writing(self) -> None:
        """The loop's buffer is above its mark: the receiver is congested."""
        self.congested = True
        self._congested_ms = self._clock.now_ms()
        self._unread_bytes = self._unread()
        self._reschedule()

    def resume_writing(self) -> None:
        """The loop's buffer has drained: send what was held back, then tell the sink."""
        self.congested = False
        self._congested_ms = None
        if self._closing is not None:
            return
        held, self._held, self._held_bytes = self._held, [], 0
        if self._state_bytes:
            self._heard_ms = self._clock.now_ms()  # a ping could not be answered before
        if held:
            self.write(b"".join(held))
        else:
            self._state_bytes = 0
        if not self.congested and self.sink is not None:
            self.sink.drained()

    # Closing

    def close(self, code: CloseCode, reason: str) -> None:
        """Send a close frame and hang up; the socket ends with the peer's half, or at the limit."""
        if self._closing is not None:
            return
        self._closing = code
        self._metrics.closes[str(int(code))] += 1
        slow = code is CloseCode.TOO_SLOW
        if slow:
            _set_send_buffer(self._transport, LAST_WORDS_BUFFER_BYTES)
        else:
            self._transport.write(b"".join(self._held))
        self._held.clear()
        last_words = self.dialect.last_words(code, reason, self._clock.wall_ms())
        last_words += close_frame(code, reason)
        self._hang_up(last_words, SLOW_CLOSE_TIMEOUT_MS if slow else CLOSE_TIMEOUT_MS)

    def _hang_up(self, last_frames: bytes, limit_ms: float) -> None:
        self._transport.write(last_frames)
        self._timer.schedule(self, self._clock.now_ms() + limit_ms)
        hang_up(self._transport, self.lost)

    def parser_failed(self, code: CloseCode) -> None:
        """picows found bytes that are no WebSocket frames: nothing more is read.

        picows looks one frame ahead, so the frame before those bytes comes only after this, and
        still counts: hence the closing is left for when it is through.
        """
        if self._closing is None:
            switch(self._transport, Discard(self.lost))
            asyncio.get_running_loop().call_soon(self.close, code, "not a valid frame")

    def failed(self, what: str) -> None:
        """A defect of ours showed on this connection: it alone ends, with 1011."""
        _log.error("connection_failed", what=what, exc_info=True)
        self.close(CloseCode.INTERNAL, "internal error")

    def abort(self) -> None:
        """End the socket at once, without a word."""
        self._transport.abort()

    def on_ws_disconnected(self, transport: pw.WSTransport) -> None:  # noqa: ARG002 - picows's signature
        """The socket is gone before it was hung up."""
        self.lost()

    def lost(self) -> None:
        """The socket is gone: for the timer, for the room, and for who counts sockets."""
        self._timer.cancel(self)
        self._closing = self._closing or CloseCode.NORMAL
        self._held.clear()
        ended, self._ended = self._ended, None
        try:
            self._tell_closed()
        finally:
            if ended is not None:
                ended()

    def _tell_closed(self) -> None:
        sink, self.sink = self.sink, None
        if sink is not None:
            sink.closed(left=self._left)

    # Time

    def wake(self, now_ms: float) -> None:
        """Whichever deadline has come: the close handshake's, the congestion's, or the ping's."""
        if self._closing is not None:
            self.abort()
            return
        if self._congested_ms is not None and now_ms >= self._congested_ms + BEHIND_MAX_MS:
            if not self._takes_state(now_ms):
                self.close(CloseCode.TOO_SLOW, "too slow")
                return
            self._heard_ms = self._congested_ms = now_ms
        sent_ms = self._ping_sent_ms
        if sent_ms is not None and self._heard_ms < sent_ms:
            if now_ms >= sent_ms + PONG_TIMEOUT_MS:
                self.abort()
                return
        elif sent_ms is None or now_ms >= sent_ms + PING_INTERVAL_MS:
            self._ping_sent_ms = now_ms
            self.write(self.dialect.ping)
        self._reschedule()

    def _takes_state(self, now_ms: float) -> bool:
        """Whether a `room_state` is under way, and was taken fast enough since the last look."""
        congested_ms, before = self._congested_ms, self._unread_bytes
        self._unread_bytes = self._unread()
        if not self._state_bytes or congested_ms is None:
            return False
        taken = before - self._unread_bytes
        return taken * 1000 >= STATE_RATE_MIN_BYTES_S * (now_ms - congested_ms)

    def _unread(self) -> int:
        """Bytes that the other side has not acknowledged."""
        sock = self._transport.get_extra_info("socket")
        waiting = 0 if sock is None else _kernel_bytes(sock)
        return self._transport.get_write_buffer_size() + waiting

    def _reschedule(self) -> None:
        if self._closing is not None:
            return
        sent_ms = self._ping_sent_ms
        when_ms = (sent_ms if sent_ms is not None else self._heard_ms) + PING_INTERVAL_MS
        if self._congested_ms is not None:
            when_ms = min(when_ms, self._congested_ms + BEHIND_MAX_MS)
        self._timer.schedule(self, when_ms)

    # Reading

    def on_ws_frame(self, transport: pw.WSTransport, frame: pw.WSFrame) -> None:  # noqa: ARG002 - picows's signature
        """One frame came; its payload is valid only during this call."""
        if self._closing is not None:
            return
        now_ms = self._heard_ms = self._clock.now_ms()
        kind = frame.msg_type
        if not self._bucket.take(now_ms) and kind != _CLOSE:
            self.close(CloseCode.FLOODING, "too many messages")
            return
        plain = not (frame.rsv1 or frame.rsv2 or frame.rsv3)
        if kind == _TEXT and frame.fin and plain and self._fragments is None:
            self._traffic.bytes_in += frame.payload_size
            self._deliver(frame.get_payload_as_bytes(), now_ms)
        elif kind not in (_PING, _PONG, _CLOSE):
            self._assemble(frame, now_ms)
        elif not plain:
            self.close(CloseCode.PROTOCOL_ERROR, "reserved bits")
        elif kind == _PING:
            self.write(pong_frame(frame.get_payload_as_bytes()))
        elif kind == _CLOSE:
            self._peer_closes(frame)

    def _assemble(self, frame: pw.WSFrame, now_ms: float) -> None:
        """A data frame that is not a whole plain message of its own."""
        try:
            check_frame(frame, continues=self._fragments is not None, deflates=self.deflates)
            if self._fragments is None:
                limit_bytes = self.dialect.message_max_bytes
                self._fragments = Fragments(limit_bytes, deflated=frame.rsv1)
            self._traffic.bytes_in += frame.payload_size
            self._fragments.add(frame.get_payload_as_bytes())
            if not frame.fin:
                return
            fragments, self._fragments = self._fragments, None
            data = fragments.join()
        except MessageRefusedError as error:
            self._fragments = None
            self.close(error.code, error.reason)
            return
        self._deliver(data, now_ms)

    def _deliver(self, data: bytes, now_ms: float) -> None:
        if not data.isascii():
            try:
                check_text(data)
            except MessageRefusedError as error:
                self.close(error.code, error.reason)
                return
        if self.sink is not None:
            self.sink.message(data, now_ms)

    def _peer_closes(self, frame: pw.WSFrame) -> None:
        """Answer a close frame with its own code, and hang up (RFC 6455 §5.5.1).

        picows has refused most codes that may not be sent, a payload of one byte, and a reason
        that is not UTF-8.
        """
        payload = frame.get_payload_as_bytes()
        code = int.from_bytes(payload[:2]) if payload else None
        valid = code is None or code in _SENDABLE_CODES or 3000 <= code < 5000
        self._closing = CloseCode.NORMAL
        self._left = code == CloseCode.NORMAL
        self._held.clear()
        answer = b"\x88\x00" if code is None else close_frame(code if valid else 1002, "")
        self._hang_up(answer, CLOSE_TIMEOUT_MS)
        self._tell_closed()


def _set_send_buffer(transport: asyncio.Transport, size_bytes: int) -> None:
    sock = transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size_bytes)


def _kernel_bytes(sock: socket.socket) -> int:
    """What the kernel has taken and the other side has not acknowledged; 0 where it does not say
    (a closed socket, another system), which makes progress show later."""
    try:
        answer = fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, b"\0" * 4)
    except OSError:
        return 0
    return int(struct.unpack("i", answer)[0])
