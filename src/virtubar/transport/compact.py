"""What a WebSocket speaks that asked for short messages: moves as bytes, all else as JSON (§12)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from virtubar.live.ports import Envelopes
from virtubar.protocol.codec import encode
from virtubar.protocol.compact import KIND_MOVES, Move, fits, pack_moves
from virtubar.protocol.constants import COMPACT_SUBPROTOCOL, SUBPROTOCOL
from virtubar.protocol.events import (
    AvatarTransformBroadcast,
    MemberIndices,
    MemberJoined,
    RoomState,
    ServerEvent,
)
from virtubar.room.parts import Post
from virtubar.transport.dialect import JSON, JsonDialect, SocketDialect
from virtubar.transport.frames import (
    DeflateStream,
    binary_frame,
    deflated_frame,
    text_frame,
)


class CompactDialect(JsonDialect):
    """Transforms in binary messages; what comes from the client is JSON."""

    name = "websocket_compact"

    def move_bytes(self, *, deflates: bool) -> int:
        """See live.ports.Dialect."""
        del deflates
        return 12

    def messages(self, posts: Sequence[Post], envelopes: Envelopes) -> list[bytes]:
        """See live.ports.Dialect: moves in a row are one message, and whoever can be moved has been
        given an index before."""
        messages: list[bytes] = []
        moves: list[Move] = []
        indices = envelopes.indices
        for post in posts:
            event = post.event
            if type(event) is AvatarTransformBroadcast and fits(event, post.ts):
                index = indices.get(event.user_id)
                if index is not None:
                    moves.append((index, event, post.ts))
                    continue
            if moves:
                messages += pack_moves(moves)
                moves = []
            messages += filter(None, envelopes.of((post,)))
            told = _told(event, indices)
            if told is not None:
                messages.append(encode(told, post.ts))
        if moves:
            messages += pack_moves(moves)
        return messages

    def plain(self, messages: Iterable[bytes]) -> bytes:
        """See live.ports.Dialect."""
        return b"".join([_frame(message) for message in messages])

    def deflated(self, messages: Iterable[bytes]) -> bytes:
        """See live.ports.Dialect; what is short already is not compressed."""
        return b"".join(
            [
                binary_frame(message) if message[0] == KIND_MOVES else deflated_frame(message)
                for message in messages
            ]
        )

    def stream(self) -> "CompactStream":
        """See live.ports.Dialect."""
        return CompactStream()


class CompactStream(DeflateStream):
    """A compressor that texts go through, and binary messages pass by."""

    __slots__ = ()

    def frames(self, payloads: Iterable[bytes]) -> bytes:
        """See DeflateStream."""
        compressed = super().frames
        return b"".join(
            [
                binary_frame(payload) if payload[0] == KIND_MOVES else compressed((payload,))
                for payload in payloads
            ]
        )


def _frame(message: bytes) -> bytes:
    return binary_frame(message) if message[0] == KIND_MOVES else text_frame(message)


def _told(event: ServerEvent, indices: Mapping[str, int]) -> MemberIndices | None:
    """The indices of those whom the event brings in."""
    if isinstance(event, RoomState):
        members = event.members
    elif isinstance(event, MemberJoined):
        members = [event.member]
    else:
        return None
    return MemberIndices(
        [(indices[one.user_id], one.user_id) for one in members if one.user_id in indices]
    )


COMPACT: Final = CompactDialect()
RAW_DIALECTS: Final[dict[str | None, SocketDialect]] = {
    COMPACT_SUBPROTOCOL: COMPACT,
    SUBPROTOCOL: JSON,
    None: JSON,
}
"""What a raw WebSocket speaks, by the subprotocol that was agreed on: the first of these that a
client offers, or none."""
