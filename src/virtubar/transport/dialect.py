"""What kinds of WebSocket speak: events ⇄ messages ⇄ frames, how they ping, how they say why."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Final

from virtubar.live.ports import Envelopes
from virtubar.protocol.codec import ClientEnvelope, decode_client
from virtubar.protocol.constants import MESSAGE_MAX_BYTES, CloseCode
from virtubar.room.member import MOVE_BYTES
from virtubar.room.parts import Post
from virtubar.transport.frames import DeflateStream, deflated_frame, ping_frame, text_frames


class SocketDialect(ABC):
    """How a WebSocket's transport talks to its peer; see live.ports.Dialect.

    Attributes:
        name: what the metrics call such connections.
        message_max_bytes: of one message that comes, all fragments together.
        ping: the frame that asks whether the peer is there; whatever it sends answers it.
    """

    name: str
    message_max_bytes: int
    ping: bytes

    def move_bytes(self, *, deflates: bool) -> int:
        """See live.ports.Dialect."""
        return 50 if deflates else MOVE_BYTES

    @abstractmethod
    def decode(self, message: bytes, name: str | None) -> ClientEnvelope:
        """See live.ports.Dialect."""

    @abstractmethod
    def messages(self, posts: Sequence[Post], envelopes: Envelopes) -> list[bytes]:
        """See live.ports.Dialect."""

    def last_words(self, code: CloseCode, reason: str, ts: int) -> bytes:
        """The frames before a close frame that say why."""
        del code, reason, ts  # the close frame says it
        return b""

    def plain(self, messages: Iterable[bytes]) -> bytes:
        """See live.ports.Dialect."""
        return text_frames(messages)

    def joined(self, buffers: Iterable[bytes]) -> bytes:
        """See live.ports.Dialect."""
        return b"".join(buffers)

    def deflated(self, messages: Iterable[bytes]) -> bytes:
        """See live.ports.Dialect."""
        return b"".join(map(deflated_frame, messages))

    def stream(self) -> DeflateStream:
        """See live.ports.Dialect."""
        return DeflateStream()


class JsonDialect(SocketDialect):
    """An envelope a message, and the WebSocket's own pings and close codes (spec §2)."""

    name = "websocket"
    message_max_bytes = MESSAGE_MAX_BYTES
    ping = ping_frame()

    def decode(self, message: bytes, name: str | None) -> ClientEnvelope:
        """See live.ports.Dialect; the event's name is in the envelope alone."""
        del name
        return decode_client(message)

    def messages(self, posts: Sequence[Post], envelopes: Envelopes) -> list[bytes]:
        """See live.ports.Dialect."""
        return list(filter(None, envelopes.of(posts)))


JSON: Final = JsonDialect()
