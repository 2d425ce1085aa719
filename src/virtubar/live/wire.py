"""Events to the bytes that receivers get, once for each flush (RFC 6455 §5.2, RFC 7692 §7.2).

Frames from a server are not masked, so the same bytes serve every receiver.
"""

import struct
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any, Final

from zlib_ng import zlib_ng

from virtubar.protocol.codec import encode
from virtubar.protocol.events import SERVER_EVENTS, ServerEvent
from virtubar.room.parts import Part, Post

_TEXT: Final = 0x81
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
PACKET_SEPARATOR: Final = b"\x1e"
"""Between the Engine.IO packets of one HTTP body; no JSON contains it."""
_PACKET_HEADS: Final = {
    event.EVENT: b'42["%s",' % str(event.EVENT).encode() for event in SERVER_EVENTS
}
"""How a Socket.IO event packet begins: an Engine.IO message (4) that is an event (2)."""


class Wire(IntEnum):
    """What the bytes are that a transport writes."""

    FRAMES = 0
    """WebSocket frames, an envelope in each."""
    PACKET_FRAMES = 1
    """WebSocket frames, an Engine.IO packet in each."""
    PACKETS = 2
    """Engine.IO packets with separators between them, for HTTP bodies."""


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


def text_frames(payloads: Iterable[bytes]) -> bytes:
    """Unmasked text messages, one after another."""
    parts: list[bytes] = []
    for payload in payloads:
        size = len(payload)
        parts.append(_TEXT_HEADERS[size] if size < 1024 else _header(_TEXT, size))
        parts.append(payload)
    return b"".join(parts)


def event_frame(event: ServerEvent, ts: int) -> bytes:
    """One event as one text message."""
    return text_frame(encode(event, ts))


def event_packet(event: ServerEvent, ts: int) -> bytes:
    """One event as one Engine.IO packet: its name, and the envelope as the one argument (§1)."""
    return b"%s%s]" % (_PACKET_HEADS[event.EVENT], encode(event, ts))


def event_bytes(event: ServerEvent, ts: int, wire: Wire) -> bytes:
    """One event for one receiver."""
    if wire is Wire.FRAMES:
        return event_frame(event, ts)
    packet = event_packet(event, ts)
    return text_frame(packet) if wire is Wire.PACKET_FRAMES else packet


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


class FlushEncoder:
    """Encodes the parts of one flush, each post once, into buffers that many receivers share.

    Attributes:
        failures: the posts that could not be encoded, which is a defect of ours, and why. They are
            left out, so that nobody misses the others.
    """

    __slots__ = ("_alone", "_json", "_packets", "_plain", "_streamed", "failures")

    def __init__(self) -> None:
        self.failures: list[tuple[Post, Exception]] = []
        # by identity: the posts and parts of one flush are alive as long as this encoder
        self._json: dict[int, bytes] = {}
        self._packets: dict[int, bytes] = {}
        self._plain: dict[tuple[Wire, int], bytes] = {}
        self._alone: dict[tuple[Wire, int], bytes] = {}
        self._streamed: dict[tuple[Wire, int], bytes] = {}

    def plain(self, parts: Sequence[Part], wire: Wire = Wire.FRAMES) -> bytes:
        """The parts as uncompressed messages, one after another."""
        if len(parts) == 1:
            return self.part(parts[0], wire)
        return self.join([self.part(part, wire) for part in parts], wire)

    @staticmethod
    def join(buffers: list[bytes], wire: Wire) -> bytes:
        """Buffers of whole messages, one after another."""
        if len(buffers) == 1:
            return buffers[0]
        if wire is Wire.PACKETS:
            return PACKET_SEPARATOR.join(filter(None, buffers))
        return b"".join(buffers)

    def part(self, part: Part, wire: Wire) -> bytes:
        """One part as uncompressed messages."""
        key = (wire, id(part))
        data = self._plain.get(key)
        if data is None:
            payloads = self.payloads(part.posts, wire)
            joined = PACKET_SEPARATOR.join if wire is Wire.PACKETS else text_frames
            data = self._plain[key] = joined(payloads)
        return data

    def state(self, part: Part, wire: Wire) -> bytes:
        """A part whose posts are each compressed on their own, for any receiver that inflates."""
        key = (wire, id(part))
        if key not in self._alone:
            payloads = self.payloads(part.posts, wire)
            self._alone[key] = b"".join(deflated_frame(payload) for payload in payloads)
        return self._alone[key]

    def streamed(self, part: Part, wire: Wire, stream: "DeflateStream") -> bytes:
        """A part as the next messages of a stream; to be asked in the order of the flush."""
        key = (wire, id(part))
        if key not in self._streamed:
            self._streamed[key] = stream.frames(self.payloads(part.posts, wire))
        return self._streamed[key]

    def payloads(self, posts: Sequence[Post], wire: Wire = Wire.FRAMES) -> list[bytes]:
        """The posts as JSON, or as packets around it."""
        if wire is not Wire.FRAMES:
            return self._as_packets(posts)
        known = self._json
        if not known:
            try:
                payloads = [encode(post.event, post.ts) for post in posts]
            except Exception:  # noqa: S110 - one by one below, where it is reported
                pass
            else:
                known.update(zip(map(id, posts), payloads, strict=True))
                return payloads
        payloads = []
        for post in posts:
            payload = known.get(id(post))
            if payload is None:
                payload = known[id(post)] = self._encode(post)
            if payload:
                payloads.append(payload)
        return payloads

    def _encode(self, post: Post) -> bytes:
        """The post as JSON; empty where it could not be encoded."""
        try:
            return encode(post.event, post.ts)
        except Exception as error:
            self.failures.append((post, error))
            return b""

    def _as_packets(self, posts: Iterable[Post]) -> list[bytes]:
        known = self._packets
        packets = []
        for post in posts:
            packet = known.get(id(post))
            if packet is None:
                packet = known[id(post)] = self._packet(post)
            if packet:
                packets.append(packet)
        return packets

    def _packet(self, post: Post) -> bytes:
        """The post as a packet; empty where it could not be encoded."""
        for payload in self.payloads((post,)):
            return b"%s%s]" % (_PACKET_HEADS[post.event.EVENT], payload)
        return b""


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
