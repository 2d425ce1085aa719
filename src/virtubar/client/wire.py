"""What comes over one connection, as events: envelopes, and moves in bytes (§12). Pure."""

from collections.abc import Mapping
from typing import Final, Literal

from virtubar.protocol.codec import DecodeRefusedError, ServerEnvelope, decode_server
from virtubar.protocol.compact import CompactRefusedError, unpack_moves
from virtubar.protocol.constants import COMPACT_SUBPROTOCOL, SUBPROTOCOL, ErrorCode
from virtubar.protocol.events import MemberIndices

WireChoice = Literal["auto", "json", "compact"]
"""How transforms are to come: as the server would like, as JSON, or as bytes."""

SUBPROTOCOLS: Final = {
    "json": (SUBPROTOCOL,),
    "compact": (COMPACT_SUBPROTOCOL, SUBPROTOCOL),
}
"""What is offered in the handshake, best first."""


class WireReader:
    """The events of one connection, the same whichever wire they come over."""

    def __init__(self) -> None:
        self._users: dict[int, str] = {}

    @property
    def users(self) -> Mapping[int, str]:
        """A live view of whose index is whose in binary messages."""
        return self._users

    def text(self, message: bytes) -> list[ServerEnvelope]:
        """The event in one text message; none where it was for this reader.

        Raises:
            DecodeRefusedError: as of decode_server.
        """
        envelope = decode_server(message)
        if isinstance(envelope.payload, MemberIndices):
            self._users.update(envelope.payload.members)
            return []
        return [envelope]

    def binary(self, message: bytes) -> list[ServerEnvelope]:
        """The events in one binary message.

        Raises:
            DecodeRefusedError: it is none.
        """
        try:
            return unpack_moves(message, self._users)
        except CompactRefusedError as error:
            raise DecodeRefusedError(ErrorCode.MALFORMED, str(error)) from None
