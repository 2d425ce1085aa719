"""What a transport gives a connection, and what it wants of it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from virtubar.protocol.codec import ClientEnvelope
from virtubar.protocol.constants import CloseCode
from virtubar.room.outcomes import Ending
from virtubar.room.parts import Post


class Stream(Protocol):
    """One compressor that many receivers share, who have had everything that went through it."""

    def read_by(self, receivers: Sequence[object]) -> None:
        """Exactly those receivers get what comes next, whole and in order."""
        ...

    def frames(self, messages: Iterable[bytes]) -> bytes:
        """The messages, compressed, as `Transport.write` takes them."""
        ...

    def forget(self, receiver: object) -> None:
        """The receiver was sent something else that was compressed."""
        ...

    def rest(self) -> None:
        """Let go of the memory; what comes next refers to nothing before."""
        ...


class Envelopes(Protocol):
    """The JSON of posts, made once for the receivers of all dialects.

    Attributes:
        indices: what stands for each member in short messages (§12).
    """

    @property
    def indices(self) -> Mapping[str, int]:
        """See above."""
        ...

    def of(self, posts: Sequence[Post]) -> list[bytes]:
        """The envelope of each; empty where it cannot be encoded, which is known then."""
        ...


class Dialect(Protocol):
    """How events travel over one kind of connection: events ⇄ messages ⇄ bytes for `write`.

    One object serves every connection of its kind; nothing is kept in it.
    """

    @property
    def name(self) -> str:
        """What the metrics call such connections."""
        ...

    def move_bytes(self, *, deflates: bool) -> int:
        """What one move costs on the wire in a crowd, about."""
        ...

    def decode(self, message: bytes, name: str | None) -> ClientEnvelope:
        """The event in one message that came.

        Args:
            name: the event's, where the transport has it besides the envelope.

        Raises:
            DecodeRefusedError: there is none; the sender is at fault.
        """
        ...

    def messages(self, posts: Sequence[Post], envelopes: Envelopes) -> list[bytes]:
        """The messages that say the posts, but for those that cannot be encoded.

        Args:
            envelopes: asked for the JSON of those that are sent as such.
        """
        ...

    def plain(self, messages: Iterable[bytes]) -> bytes:
        """Whole messages, one after another, as `write` takes them."""
        ...

    def joined(self, buffers: Iterable[bytes]) -> bytes:
        """What several calls of the other methods gave, one after another."""
        ...

    def deflated(self, messages: Iterable[bytes]) -> bytes:
        """Messages that are each compressed on their own, for any receiver that inflates; asked
        only where a transport deflates."""
        ...

    def stream(self) -> Stream:
        """A new compressor; asked only where a transport deflates."""
        ...


class Transport(Protocol):
    """One open socket, whatever it speaks.

    Messages reach the other side whole and in order, or the socket closes. Nothing here waits.

    Attributes:
        dialect: what it speaks.
        deflates: whether messages may be compressed.
        congested: the other side does not read as fast as is written. Transforms are to be left
            out then; everything else is kept, up to 256 KiB and 10 s, after which the transport
            closes itself with 1013.
    """

    @property
    def dialect(self) -> Dialect:
        """See above; it may change between two writes, as all of these may."""
        ...

    @property
    def deflates(self) -> bool:
        """See above."""
        ...

    @property
    def congested(self) -> bool:
        """See above."""
        ...

    def write(self, data: bytes) -> None:
        """Send whole messages, made by `dialect`; nothing after `close`."""
        ...

    def expect_state(self, size_bytes: int) -> None:
        """What is written next has a `room_state` in it, and that many bytes: they do not
        count as being behind while the other side takes websocket.STATE_RATE_MIN_BYTES_S."""
        ...

    def close(self, code: CloseCode, reason: str) -> None:
        """Close with that code, once; `Sink.closed` follows within the transport's time limit."""
        ...


class Sink(Protocol):
    """What a transport tells; none of these raise."""

    def message(self, data: bytes, now_ms: float) -> None:
        """A whole text message came: valid UTF-8, no larger than the transport allows."""
        ...

    def drained(self) -> None:
        """The transport is not congested any more."""
        ...

    def closed(self, *, left: bool) -> None:
        """The socket is gone, once. `left`: the client closed it with 1000 (§4)."""
        ...


class RoomConnection(Protocol):
    """A connection as the room that it joined sees it."""

    @property
    def address(self) -> str | None:
        """What limits per address count it by; None where addresses do not count."""
        ...

    @property
    def transport(self) -> Transport:
        """The socket that the room's events go to."""
        ...

    def ended(self, ending: Ending) -> None:
        """The membership is over."""
        ...

    def failed(self) -> None:
        """A defect of ours showed when it was told something: it alone ends (1011)."""
        ...

    def replaced(self) -> None:
        """Another connection of the same user has taken the membership over (§3)."""
        ...
