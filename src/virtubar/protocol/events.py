"""Every payload of the protocol as a frozen struct with its bounds (§3, §4).

The wire's camelCase names are made from the fields' (`rename="camel"`). A server event carries
exactly the fields the specification gives it (the additive rule); client events ignore fields they
do not know. Longer than most modules because the whole vocabulary is best read in one place.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from virtubar.protocol.constants import (
    ACT_DURATION_MAX_S,
    COORDINATE_MAX_M,
    REASON_MAX_CHARS,
    REQUEST_ID_PATTERN,
    SEAT_ID_PATTERN,
    SEQ_MAX,
    TIME_MS_MAX,
    USER_ID_PATTERN,
    ClientEventName,
    ServerEventName,
)

Coordinate = Annotated[float, Meta(ge=-COORDINATE_MAX_M, le=COORDINATE_MAX_M)]
"""Metres, y up, right-handed; ±10 000 (§5)."""
Angle = float
"""Radians about +y; the decoder lets only finite numbers through (§5)."""
Seq = Annotated[int, Meta(ge=0, le=SEQ_MAX)]
TimeMs = Annotated[int, Meta(ge=-TIME_MS_MAX, le=TIME_MS_MAX)]
"""Milliseconds since the Unix epoch on the sender's clock (§1)."""
ClockMs = (
    Annotated[int, Meta(ge=-TIME_MS_MAX, le=TIME_MS_MAX)]
    | Annotated[float, Meta(ge=-float(TIME_MS_MAX), le=float(TIME_MS_MAX))]
)
"""A client's clock reading, echoed as it came: fractions are allowed."""
Anim = Literal["idle", "walk", "dance", "wave"]
Text = Annotated[str, Meta(max_length=4096)]
Id = Annotated[str, Meta(max_length=128)]
"""One that is only compared with an id that is known; it is never kept, shown or logged."""
UserId = Annotated[str, Meta(max_length=128, pattern=USER_ID_PATTERN)]
"""One that is kept and shown: of the form that HTTP asks for too."""
SeatId = Annotated[str, Meta(max_length=32, pattern=SEAT_ID_PATTERN)]
RequestId = Annotated[str, Meta(max_length=64, pattern=REQUEST_ID_PATTERN)]
ModerationType = Literal["kicked", "banned", "mutedByMod"]
ModerationVerb = Literal["kick", "ban", "mute", "unmute", "unban"]
ModerationScope = Literal["room", "server"]


class ClientEvent(Struct, frozen=True, rename="camel"):
    """What a client sends; `EVENT` is its name on the wire."""

    EVENT: ClassVar[ClientEventName]


class ServerEvent(Struct, frozen=True, rename="camel"):
    """What the server sends; `EVENT` is its name on the wire."""

    EVENT: ClassVar[ServerEventName]


# Client → server (§3)


class JoinUser(Struct, frozen=True, rename="camel"):
    """Who the client says it is; the token decides (§3)."""

    user_id: Id
    display_name: Text
    avatar_id: Text


class JoinRoom(ClientEvent, frozen=True):
    """Enter a room, resume a membership or renew its token (§3)."""

    EVENT = ClientEventName.JOIN_ROOM
    room_id: Id
    user: JoinUser
    realtime_token: Text | None = None
    last_message_id: Id | None = None


class Heartbeat(ClientEvent, frozen=True):
    """Ask for the server's clock and its newest accepted seq (§4)."""

    EVENT = ClientEventName.HEARTBEAT
    room_id: Id
    client_time_ms: ClockMs
    last_seq: Annotated[int, Meta(ge=-1, le=SEQ_MAX)]


class AvatarTransform(ClientEvent, frozen=True, gc=False):
    """Where the sender's avatar is now (§5)."""

    EVENT = ClientEventName.AVATAR_TRANSFORM
    room_id: Id
    seq: Seq
    x: Coordinate
    y: Coordinate
    z: Coordinate
    rot_y: Angle
    anim: Anim
    speaking: bool


class LocalChat(ClientEvent, frozen=True, gc=False):
    """Say something to those who can hear (§6)."""

    EVENT = ClientEventName.LOCAL_CHAT
    room_id: Id
    text: Text
    mode: Literal["local"]


class Emote(ClientEvent, frozen=True, gc=False):
    """Show a feeling to the room (§6)."""

    EVENT = ClientEventName.EMOTE
    room_id: Id
    emote_id: Id


class Presence(ClientEvent, frozen=True, gc=False):
    """Say whether the client's page can be seen (§4); a hidden one gets no transforms.

    `unloading` says that the page is being closed or loaded again.
    """

    EVENT = ClientEventName.PRESENCE
    visible: bool
    unloading: bool = False


class Moderate(ClientEvent, frozen=True, gc=False):
    """Ask for an act of moderation (§7); its answer carries the `request_id`, if there is one."""

    EVENT = ClientEventName.MODERATE
    action: ModerationVerb
    user_id: UserId
    reason: Annotated[str, Meta(max_length=REASON_MAX_CHARS)] = ""
    duration_seconds: Annotated[int, Meta(ge=1, le=ACT_DURATION_MAX_S)] | None = None
    scope: ModerationScope = "room"
    request_id: RequestId | None = None


class Seat(ClientEvent, frozen=True, gc=False):
    """Ask for a seat, or give the own one up (null) (§11)."""

    EVENT = ClientEventName.SEAT
    room_id: Id
    seat_id: SeatId | None


# Server → client, of the specification (§4)


class MemberInfo(Struct, frozen=True, gc=False, rename="camel"):
    """One member as `room_state` and `member_joined` show it."""

    user_id: str
    display_name: str
    avatar_id: str
    x: float
    y: float
    z: float
    rot_y: float
    anim: Anim


class RoomState(ServerEvent, frozen=True):
    """Everyone in the room and where they last were, the receiver included (§3)."""

    EVENT = ServerEventName.ROOM_STATE
    room_id: str
    server_time_ms: int
    members: list[MemberInfo]


class MemberJoined(ServerEvent, frozen=True):
    """Someone came in, or observers must reset that member's ordering (§5)."""

    EVENT = ServerEventName.MEMBER_JOINED
    member: MemberInfo


class MemberLeft(ServerEvent, frozen=True, gc=False):
    """Someone is no longer in the room (§4)."""

    EVENT = ServerEventName.MEMBER_LEFT
    user_id: str


class AvatarTransformBroadcast(ServerEvent, frozen=True, gc=False):
    """Where a member is; the envelope's `ts` is the motion time (§1, §5)."""

    EVENT = ServerEventName.AVATAR_TRANSFORM_BROADCAST
    user_id: str
    seq: int
    x: float
    y: float
    z: float
    rot_y: float
    anim: Anim
    speaking: bool


class ChatBroadcast(ServerEvent, frozen=True, gc=False):
    """What someone said; `messageId` is a UUIDv7 that rises within the room (§6)."""

    EVENT = ServerEventName.CHAT_BROADCAST
    user_id: str
    text: str
    message_id: str


class ModerationAction(ServerEvent, frozen=True, gc=False):
    """What a moderator did, to the person concerned only (§7)."""

    EVENT = ServerEventName.MODERATION_ACTION
    type: ModerationType
    reason: str


class AuthError(ServerEvent, frozen=True, gc=False):
    """A join was refused or a membership ended; the socket stays open (§3, §6)."""

    EVENT = ServerEventName.AUTH_ERROR
    code: str
    message: str


# Server → client, additional: a client written from the specification alone may ignore them


class Error(ServerEvent, frozen=True, gc=False, omit_defaults=True):
    """One event of the receiver was refused (§2); `request_id` is that of a `moderate`."""

    EVENT = ServerEventName.ERROR
    code: str
    message: str
    event: str | None
    retry_after_ms: int | None = None
    request_id: str | None = None


class Session(ServerEvent, frozen=True, gc=False):
    """What the server decided about the receiver's membership (§3).

    `last_seq` is the highest seq the server broadcast for this user, -1 before the first.
    """

    EVENT = ServerEventName.SESSION
    user_id: str
    role: str
    last_seq: int
    resumed: bool
    rate_hz: float
    expires_at_ms: int
    muted: bool


class TokenRenewed(ServerEvent, frozen=True, gc=False):
    """A fresh token was taken for the membership (§3)."""

    EVENT = ServerEventName.TOKEN_RENEWED
    expires_at_ms: int


class HeartbeatAck(ServerEvent, frozen=True, gc=False):
    """The heartbeat's time echoed, with the server's own (§4)."""

    EVENT = ServerEventName.HEARTBEAT_ACK
    client_time_ms: int | float
    server_time_ms: int
    last_seq: int


class ChatHeard(ServerEvent, frozen=True, gc=False):
    """How many others heard the receiver's message, where a hearing radius is set (§6)."""

    EVENT = ServerEventName.CHAT_HEARD
    message_id: str
    count: int


class EmoteBroadcast(ServerEvent, frozen=True, gc=False):
    """A member shows a feeling (§6)."""

    EVENT = ServerEventName.EMOTE_BROADCAST
    user_id: str
    emote_id: str


class ModerationDetails(ServerEvent, frozen=True, gc=False):
    """Until when and how widely the `moderation_action` before it holds (§7).

    `until_ms` is wall time, null for good; `scope` is `room` or `server`.
    """

    EVENT = ServerEventName.MODERATION_DETAILS
    type: ModerationType
    until_ms: int | None
    scope: ModerationScope


class ModerationLifted(ServerEvent, frozen=True, gc=False):
    """An earlier act no longer holds (§7)."""

    EVENT = ServerEventName.MODERATION_LIFTED
    type: ModerationType


class ModerationDone(ServerEvent, frozen=True, gc=False, omit_defaults=True):
    """What the receiver asked for with `moderate` is stored and holds (§7).

    `until_ms` is wall time, null for good and for what lifts an act.
    """

    EVENT = ServerEventName.MODERATION_DONE
    action: ModerationVerb
    user_id: str
    scope: ModerationScope
    until_ms: int | None
    request_id: str | None = None


class Roles(ServerEvent, frozen=True):
    """Who keeps order in the room, and who is a bot: of everybody after `session`, then of those
    who came in, or whose token is another (§3). Each is userId, role, and whether it is a bot.
    """

    EVENT = ServerEventName.ROLES
    members: list[tuple[str, str, bool]]


class Closing(ServerEvent, frozen=True, gc=False):
    """The connection is about to be closed, over Socket.IO, which has no close codes (§8)."""

    EVENT = ServerEventName.CLOSING
    code: int
    reason: str


class Seats(ServerEvent, frozen=True):
    """Every seat that somebody has, after `session` (§11): pairs of seatId and userId."""

    EVENT = ServerEventName.SEATS
    taken: list[tuple[str, str]]


class SeatChanged(ServerEvent, frozen=True, gc=False):
    """A member has this seat now and no other, or none (null) (§11)."""

    EVENT = ServerEventName.SEAT_CHANGED
    user_id: str
    seat_id: str | None


class MemberIndices(ServerEvent, frozen=True):
    """What stands for members in binary messages: pairs of index and userId (§12).

    Only on connections that asked for such messages: of everybody after `room_state`, of one after
    each `member_joined`. An index is nobody else's until 60 s after its member left.
    """

    EVENT = ServerEventName.MEMBER_INDICES
    members: list[tuple[int, str]]


CLIENT_EVENTS: tuple[type[ClientEvent], ...] = (
    JoinRoom,
    Heartbeat,
    AvatarTransform,
    LocalChat,
    Emote,
    Presence,
    Moderate,
    Seat,
)
SERVER_EVENTS: tuple[type[ServerEvent], ...] = (
    RoomState,
    MemberJoined,
    MemberLeft,
    AvatarTransformBroadcast,
    ChatBroadcast,
    ModerationAction,
    AuthError,
    Error,
    Session,
    TokenRenewed,
    HeartbeatAck,
    ChatHeard,
    EmoteBroadcast,
    ModerationDetails,
    ModerationLifted,
    ModerationDone,
    Closing,
    Roles,
    Seats,
    SeatChanged,
    MemberIndices,
)
