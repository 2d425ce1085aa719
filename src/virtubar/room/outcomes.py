"""What a room tells its shell beside what goes to everybody: answers, endings, counts. Pure."""

from typing import Literal

from msgspec import Struct

from virtubar.protocol.constants import CloseCode, ErrorCode
from virtubar.protocol.events import (
    ClientEvent,
    Error,
    Moderate,
    ModerationAction,
    ModerationDetails,
    ModerationType,
)
from virtubar.room.parts import Post, Route
from virtubar.room.ports import Mute, Refusal

JoinKind = Literal["new", "resumed", "replaced"]


class Ending(Struct, frozen=True):
    """A membership that ended, to be told to its connection after the routes.

    Attributes:
        close_code: with which the socket is closed, None where it stays open, unjoined.
    """

    user_id: str
    close_code: CloseCode | None
    reason: str


class Flush(Struct, frozen=True):
    """Everything that one drain hands out.

    Attributes:
        number: how many there were before it.
        coalesced: transforms that are not sent to somebody who does not keep up.
    """

    routes: list[Route]
    endings: list[Ending]
    number: int
    coalesced: int


class Counts:
    """What a room has let through since it was made."""

    __slots__ = ("emotes", "messages", "moves")

    def __init__(self) -> None:
        self.moves = 0
        self.messages = 0
        self.emotes = 0

    def now(self) -> tuple[int, int, int]:
        """Moves, messages and emotes until now."""
        return self.moves, self.messages, self.emotes


def refuse(
    event: ClientEvent, code: ErrorCode, message: str, retry_after_ms: float | None = None
) -> Error:
    """The answer to an event that was refused (§2)."""
    whole_ms = None if retry_after_ms is None else max(1, -int(-retry_after_ms // 1))
    request_id = event.request_id if isinstance(event, Moderate) else None
    return Error(code, message, event.EVENT, whole_ms, request_id)


def moderation_posts(kind: ModerationType, held: Refusal | Mute, wall_ms: int) -> list[Post]:
    """How somebody is told what was done to them, and until when (§7)."""
    return [
        Post(ModerationAction(kind, held.reason), wall_ms),
        Post(ModerationDetails(kind, held.until_ms, held.scope), wall_ms),
    ]
