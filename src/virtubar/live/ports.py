"""What a transport gives a connection, and what it wants of it."""

from typing import Protocol

from virtubar.live.wire import Wire
from virtubar.protocol.constants import CloseCode
from virtubar.room.outcomes import Ending


class Transport(Protocol):
    """One open socket, whatever it speaks.

    Messages reach the other side whole and in order, or the socket closes. Nothing here waits.

    Attributes:
        wire: what `write` takes.
        deflates: whether frames may be compressed (wire.DeflateStream).
        congested: the other side does not read as fast as is written. Transforms are to be left
            out then; everything else is kept, up to 256 KiB and 10 s, after which the transport
            closes itself with 1013.
    """

    @property
    def wire(self) -> Wire:
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
        """Send whole messages, made for `wire`; nothing after `close`."""
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
