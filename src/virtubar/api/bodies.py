"""Bodies of requests and answers as frozen structs; camelCase on the wire (§1, §3)."""

from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from virtubar.protocol.constants import (
    NAME_RAW_MAX_CHARS,
    ROOM_NAME_MAX_CHARS,
    SLOW_MODE_MAX_S,
    USER_ID_PATTERN,
    WORD_MAX_CHARS,
    WORDS_MAX,
    Device,
    Role,
)
from virtubar.room.config import (
    CAPACITY_MAX,
    RETENTION_MAX_DAYS,
    Guard,
    RoomConfig,
)
from virtubar.room.records import Scope

BODY_MAX_BYTES: Final = 16 * 1024
"""Larger bodies are refused with 413 (§1); the largest good one is under 2 KiB."""
HEARING_RADIUS_MAX_M: Final = 10_000
EMOTES_MAX: Final = 32

ROOM_ID_SCHEMA: Final = r"^[A-Za-z0-9_-]{1,64}$(?!\n)"
RoomId = Annotated[str, Meta(pattern=ROOM_ID_SCHEMA, description="Letters, digits, `_` and `-`.")]
EmoteId = Annotated[str, Meta(pattern=r"^[a-z0-9_-]{1,32}$(?!\n)")]
UserId = Annotated[str, Meta(pattern=USER_ID_PATTERN)]
RawName = Annotated[str, Meta(max_length=NAME_RAW_MAX_CHARS)]
RoomName = Annotated[str, Meta(min_length=1, max_length=ROOM_NAME_MAX_CHARS)]
Capacity = Annotated[int, Meta(ge=1, le=CAPACITY_MAX)]
HearingRadius = Annotated[float, Meta(gt=0, le=HEARING_RADIUS_MAX_M)]
Emotes = Annotated[list[EmoteId], Meta(min_length=1, max_length=EMOTES_MAX)]
AllowedRoles = Annotated[list[Role], Meta(min_length=1, max_length=len(Role))]
SlowMode = Annotated[int, Meta(ge=0, le=SLOW_MODE_MAX_S)]
Word = Annotated[str, Meta(min_length=1, max_length=WORD_MAX_CHARS)]
Words = Annotated[list[Word], Meta(max_length=WORDS_MAX)]
CrowdThreshold = Annotated[int, Meta(ge=1, le=CAPACITY_MAX)]
RetentionDays = Annotated[int, Meta(ge=0, le=RETENTION_MAX_DAYS)]


class ErrorBody(Struct, frozen=True, rename="camel", omit_defaults=True):
    """The one shape of every error.

    Attributes:
        code: for programs; stays the same when the message changes.
        message: one sentence for people.
        retry_after_ms: with 429 and 503: when another try makes sense.
        until_ms: with `banned` and `kicked`: when it ends, in ms since the epoch; null for good.
        reason: with `banned` and `kicked`: the moderator's words, maybe none.
        scope: with `banned` and `kicked`: whether it holds in this room or on the whole server.
    """

    code: str
    message: str
    retry_after_ms: int | None = None
    until_ms: int | UnsetType | None = UNSET
    reason: str | UnsetType = UNSET
    scope: Scope | UnsetType = UNSET


class JoinRequest(Struct, frozen=True, rename="camel"):
    """Who wants to enter which room.

    Attributes:
        display_name: as `join_room` will say it; a provider's name for the caller wins over both.
        avatar_id: as `join_room` will say it.
        device: decides the rate of transforms; absent, `Sec-CH-UA-Mobile` does.
        bot: whether a program comes in. A guest that is made for one is a bot for good, whatever
            is said later; nobody else becomes one.
    """

    room_id: RoomId
    display_name: RawName | None = None
    avatar_id: RawName | None = None
    device: Device | None = None
    bot: bool = False


class JoinAnswer(Struct, frozen=True, rename="camel"):
    """Everything that is needed to open the socket.

    Attributes:
        realtime_token: for `join_room`; good for one room and a few minutes.
        expires_at_ms: when the token ends, in ms since the epoch.
        identity_token: keep it and send it as `Authorization: Bearer` next time, to stay the same
            user; null for operators, and where an identity provider vouches for the caller.
        wire: how the server would like transforms to go over a WebSocket: `compact` where the room
            is crowded, else `json`.
    """

    realtime_token: str
    expires_at_ms: int
    user_id: str
    room_id: str
    realtime_url: str
    socketio_url: str
    identity_token: str | None
    wire: Literal["json", "compact"]


class CreateRoomRequest(Struct, frozen=True, rename="camel"):
    """A room as its creator wants it; everything may be left out.

    Attributes:
        room_id: made up where absent.
        name: for people; the room's id where absent.
        capacity: members at once.
        hearing_radius_m: how far chat carries, in metres; absent or null, through the whole room.
        emotes: the emotes that the room knows; absent or null, the usual eight.
        public: whether the room is listed.
        locked: whether newcomers are kept out, but for those who may moderate.
        allowed_roles: who may come in beside those who may moderate; absent or null, everybody.
        slow_mode_seconds: between two messages of one person; 0 is off.
        words: whole words and phrases that are not to be said here.
        guard: how the room answers floods and repetition by itself.
        chat_retention_days: how long chat is kept, 0 not at all; absent or null, as long as the
            server allows, which is the most.
        crowd_threshold: members above which those far away are seen less often; absent or null,
            what the server says, which is the most.
    """

    room_id: RoomId | None = None
    name: RoomName | None = None
    capacity: Capacity | None = None
    hearing_radius_m: HearingRadius | None = None
    emotes: Emotes | None = None
    public: bool = True
    locked: bool = False
    allowed_roles: AllowedRoles | None = None
    slow_mode_seconds: SlowMode = 0
    words: Words = []
    guard: Guard = "off"
    chat_retention_days: RetentionDays | None = None
    crowd_threshold: CrowdThreshold | None = None


class RoomView(Struct, frozen=True, rename="camel"):
    """A room as everybody may see it; the counts include members who may still come back.

    Attributes:
        member_count: people and bots together: the places that are taken.
        locked, allowed_roles: who cannot come in (None: everybody can), before they try (§7).
    """

    room_id: str
    name: str
    capacity: int
    member_count: int
    person_count: int
    bot_count: int
    owner_id: str | None
    hearing_radius_m: float | None
    emotes: list[str]
    locked: bool
    allowed_roles: list[str] | None


class CreatedRoom(RoomView, frozen=True):
    """The new room, and its owner's identity token as `POST /rooms/join` returns it."""

    identity_token: str | None


class RoomList(Struct, frozen=True, rename="camel"):
    """A page of the public rooms, by id.

    Attributes:
        next: what `after` has to be for the next page; null on the last.
    """

    rooms: list[RoomView]
    next: str | None


class Health(Struct, frozen=True):
    """The process answers."""

    status: str


class Readiness(Struct, frozen=True):
    """The server takes guests; every check by name."""

    status: str
    checks: dict[str, bool]


BODIES: Final = (
    ErrorBody,
    JoinRequest,
    JoinAnswer,
    CreateRoomRequest,
    CreatedRoom,
    RoomView,
    RoomList,
    Health,
    Readiness,
)
"""Every struct that travels, for the OpenAPI document."""


def room_view(room: RoomConfig, member_count: int, bot_count: int) -> RoomView:
    """The room as the API shows it; bots are members too."""
    return RoomView(
        room_id=room.room_id,
        name=room.name,
        capacity=room.capacity,
        member_count=member_count,
        person_count=member_count - bot_count,
        bot_count=bot_count,
        owner_id=room.owner_id,
        hearing_radius_m=room.hearing_radius_m,
        emotes=list(room.emotes),
        locked=room.locked,
        allowed_roles=None if room.allowed_roles is None else list(room.allowed_roles),
    )
