"""Events as Socket.IO packets: over a WebSocket in frames, for answers with separators (§1)."""

from collections.abc import Iterable, Sequence
from typing import Final

from virtubar.live.ports import Envelopes, Stream
from virtubar.protocol.codec import ClientEnvelope, DecodeRefusedError, decode_client
from virtubar.protocol.constants import CloseCode, ErrorCode
from virtubar.room.parts import Post
from virtubar.transport.dialect import SocketDialect
from virtubar.transport.frames import text_frame, text_frames
from virtubar.transport.socketio import packets


def _decode(message: bytes, name: str | None) -> ClientEnvelope:
    envelope = decode_client(message)
    if name != envelope.payload.EVENT:
        raise DecodeRefusedError(ErrorCode.MALFORMED, "The event's name is not the envelope's `t`.")
    return envelope


def _messages(posts: Sequence[Post], envelopes: Envelopes) -> list[bytes]:
    heads = packets.EVENT_HEADS
    return [
        b"%s%s]" % (heads[post.event.EVENT], envelope)
        for post, envelope in zip(posts, envelopes.of(posts), strict=True)
        if envelope
    ]


class FramedPackets(SocketDialect):
    """A packet in each WebSocket message."""

    name = "socketio_websocket"
    message_max_bytes = packets.PACKET_MAX_BYTES
    ping = text_frame(packets.PING)

    def decode(self, message: bytes, name: str | None) -> ClientEnvelope:
        """See live.ports.Dialect; `message` is the envelope in the packet."""
        return _decode(message, name)

    def messages(self, posts: Sequence[Post], envelopes: Envelopes) -> list[bytes]:
        """See live.ports.Dialect."""
        return _messages(posts, envelopes)

    def last_words(self, code: CloseCode, reason: str, ts: int) -> bytes:
        """See SocketDialect: a `closing` event, which a close frame's code does not reach (§8)."""
        return text_frames(packets.last_words(code, reason, ts))


class SeparatedPackets:
    """Packets with separators between them, for HTTP bodies; see live.ports.Dialect."""

    name = "socketio_polling"

    def move_bytes(self, *, deflates: bool) -> int:
        """See live.ports.Dialect."""
        return 60 if deflates else 230

    def decode(self, message: bytes, name: str | None) -> ClientEnvelope:
        """See live.ports.Dialect; `message` is the envelope in the packet."""
        return _decode(message, name)

    def messages(self, posts: Sequence[Post], envelopes: Envelopes) -> list[bytes]:
        """See live.ports.Dialect."""
        return _messages(posts, envelopes)

    def plain(self, messages: Iterable[bytes]) -> bytes:
        """See live.ports.Dialect."""
        return packets.PACKET_SEPARATOR.join(messages)

    def joined(self, buffers: Iterable[bytes]) -> bytes:
        """See live.ports.Dialect."""
        return packets.PACKET_SEPARATOR.join(filter(None, buffers))

    def deflated(self, messages: Iterable[bytes]) -> bytes:
        """Never asked: a whole answer is compressed, or nothing."""
        raise NotImplementedError

    def stream(self) -> Stream:
        """Never asked, likewise."""
        raise NotImplementedError


FRAMED: Final = FramedPackets()
SEPARATED: Final = SeparatedPackets()
