"""Messages as WebSocket frames, plain and compressed (RFC 6455 §5.2, RFC 7692 §7.2).

Frames from a server are not masked, so the same bytes serve every receiver.
"""

import struct
from collections.abc import Iterable, Sequence
from typing import Any, Final

from zlib_ng import zlib_ng

_TEXT: Final = 0x81
_BINARY: Final = 0x82
_TEXT_DEFLATED: Final = 0xC1
_CLOSE: Final = 0x88
_PING: Final = 0x89
_PONG: Final = 0x8A
_SYNC_TAIL_BYTES: Final = 4
"""`00 00 ff ff`, which a sync flush ends with and RFC 7692 cuts off."""
_DEFLATE_LEVEL: Final = 4
"""A room of 50 walking: 28 bytes an update at 3.3 µs an event, for all receivers together; level 1
is 35 bytes at 0.9 µs, level 6 is 28 bytes at 4.1 µs."""
CLOSE_REASON_MAX_BYTES: Final = 123


def _header(first: int, size: int) -> bytes:
    if size < 126:
        return bytes((first, size))
    if size < 65536:
        return struct.pack("!BBH", first, 126, size)
    return struct.pack("!BBQ", first, 127, size)


_TEXT_HEADERS: Final = [_header(_TEXT, size) for size in range(1024)]
_DEFLATED_HEADERS: Final = [_header(_TEXT_DEFLATED, size) for size in range(1024)]


def text_frame(payload: bytes) -> bytes:
    """One unmasked text message."""
    size = len(payload)
    return (_TEXT_HEADERS[size] if size < 1024 else _header(_TEXT, size)) + payload


def binary_frame(payload: bytes) -> bytes:
    """One unmasked binary message."""
    return _header(_BINARY, len(payload)) + payload


def text_frames(payloads: Iterable[bytes]) -> bytes:
    """Unmasked text messages, one after another."""
    parts: list[bytes] = []
    for payload in payloads:
        size = len(payload)
        parts.append(_TEXT_HEADERS[size] if size < 1024 else _header(_TEXT, size))
        parts.append(payload)
    return b"".join(parts)


def close_frame(code: int, reason: str) -> bytes:
    """A close frame; the reason is cut to what a control frame holds, at a character."""
    text = reason.encode()[:CLOSE_REASON_MAX_BYTES].decode(errors="ignore").encode()
    return _header(_CLOSE, 2 + len(text)) + code.to_bytes(2) + text


def ping_frame(payload: bytes = b"") -> bytes:
    """A ping; the payload has at most 125 bytes."""
    return _header(_PING, len(payload)) + payload


def pong_frame(payload: bytes) -> bytes:
    """The answer to a ping, with its payload."""
    return _header(_PONG, len(payload)) + payload


def deflated_frame(payload: bytes) -> bytes:
    """One text message compressed on its own: it refers to nothing that was sent before, so that
    any receiver that inflates may get it, in place of anything (RFC 7692 §7.2.1)."""
    compressor = zlib_ng.compressobj(_DEFLATE_LEVEL, zlib_ng.DEFLATED, -15)
    packed = compressor.compress(payload) + compressor.flush(zlib_ng.Z_SYNC_FLUSH)
    packed = packed[:-_SYNC_TAIL_BYTES]
    return _header(_TEXT_DEFLATED, len(packed)) + packed


class DeflateStream:
    """One compressor that the receivers of a room share, flush after flush (RFC 7692 §7.2.1).

    Messages refer back to earlier ones, of earlier flushes too, so a receiver must have had
    everything since the compressor was new. Whoever has not (a newcomer, someone who skipped a
    flush) makes it start over with an empty window, as a sender may do at any message. What is
    sent to them uncompressed in between does not matter.
    """

    __slots__ = ("_compressor", "_group", "_receivers")

    def __init__(self) -> None:
        self._compressor: Any = None
        self._group: frozenset[object] = frozenset()
        self._receivers: Sequence[object] = ()

    def read_by(self, receivers: Sequence[object]) -> None:
        """Exactly those receivers get what comes next, whole and in order."""
        if receivers == self._receivers:
            return
        group = frozenset(receivers)
        if not group <= self._group:
            self._compressor = None
        self._group, self._receivers = group, receivers

    def frames(self, payloads: Iterable[bytes]) -> bytes:
        """The payloads as compressed messages."""
        if self._compressor is None:
            self._compressor = zlib_ng.compressobj(_DEFLATE_LEVEL, zlib_ng.DEFLATED, -15)
        compressor = self._compressor
        compress, flush = compressor.compress, compressor.flush
        sync = zlib_ng.Z_SYNC_FLUSH
        parts: list[bytes] = []
        for payload in payloads:
            packed = (compress(payload) + flush(sync))[:-_SYNC_TAIL_BYTES]
            size = len(packed)
            parts.append(_DEFLATED_HEADERS[size] if size < 1024 else _header(_TEXT_DEFLATED, size))
            parts.append(packed)
        return b"".join(parts)

    def forget(self, receiver: object) -> None:
        """The receiver was sent something else that was compressed: to it nothing that comes may
        refer back, so that the next flush with it starts over."""
        if receiver in self._group:
            self._group -= {receiver}
            self._receivers = ()

    def rest(self) -> None:
        """Let go of the compressor's 260 KiB; the next flush starts over."""
        self._compressor = None
        self._group, self._receivers = frozenset(), ()
