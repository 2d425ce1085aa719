"""What one kind of WebSocket speaks besides events: how large, how it pings, how it says why."""

from collections.abc import Callable
from typing import Final, NamedTuple

from virtubar.live.wire import Wire, ping_frame
from virtubar.protocol.constants import MESSAGE_MAX_BYTES, CloseCode


class Dialect(NamedTuple):
    """How a WebSocket's transport talks to its peer.

    Attributes:
        wire: what it writes.
        message_max_bytes: of one message that comes, all fragments together.
        ping: the frame that asks whether the peer is there; whatever it sends answers it.
        last_words: the frames before a close frame that say why; given its code and reason.
    """

    wire: Wire
    message_max_bytes: int
    ping: bytes
    last_words: Callable[[CloseCode, str], bytes]


def _silent(_code: CloseCode, _reason: str) -> bytes:
    """The close frame says it."""
    return b""


RAW: Final = Dialect(Wire.FRAMES, MESSAGE_MAX_BYTES, ping_frame(), _silent)
"""An envelope a message, and the WebSocket's own pings and close codes."""
