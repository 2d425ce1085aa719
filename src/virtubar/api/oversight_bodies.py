"""Bodies of requests and answers for those who keep order; camelCase on the wire (§7)."""

from typing import Annotated, Any, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from virtubar.api.bodies import (
    AllowedRoles,
    Capacity,
    CrowdThreshold,
    Emotes,
    HearingRadius,
    RetentionDays,
    RoomName,
    SlowMode,
    UserId,
    Words,
)
from virtubar.api.report_bodies import (
    CloseReportRequest,
    ReportPage,
    ReportReceipt,
    ReportRequest,
    ReportView,
    ReportWithEvidence,
)
from virtubar.protocol.constants import ACT_DURATION_MAX_S, REASON_MAX_CHARS, Role
from virtubar.protocol.events import ModerationVerb
from virtubar.room.config import Guard
from virtubar.room.ports import HeardLine, MemberView, RoomLook, RoomOverview
from virtubar.room.records import SanctionKind, Scope


class ModerationRequest(Struct, frozen=True, rename="camel"):
    """One act on one person.

    Attributes:
        reason: the person reads it.
        duration_seconds: how long a ban or a mute holds; absent or null, for good. The others do
            not look at it.
        scope: `server` holds in every room, and is for admins.
    """

    action: ModerationVerb
    user_id: UserId
    reason: Annotated[str, Meta(max_length=REASON_MAX_CHARS)] = ""
    duration_seconds: Annotated[int, Meta(ge=1, le=ACT_DURATION_MAX_S)] | None = None
    scope: Scope = "room"


class ModerationAnswer(Struct, frozen=True, rename="camel"):
    """What was done: it is stored, and the person is out, or silent.

    Attributes:
        sanction_id: null for `unmute` and `unban`.
        until_ms: when it ends; null for good, and for `unmute` and `unban`.
    """

    action: ModerationVerb
    user_id: str
    scope: Scope
    sanction_id: str | None
    until_ms: int | None


class SanctionView(Struct, frozen=True, rename="camel"):
    """A ban or a mute that holds.

    Attributes:
        room_id: null for the whole server.
        actor_id: who did it; `system` for the rules of a room.
        made_ms: in ms since the epoch, as every time here.
        until_ms: when it ends by itself; null for good.
        user_name, actor_name: what they were called when it was made; null where nobody knew.
    """

    sanction_id: str
    kind: SanctionKind
    scope: Scope
    room_id: str | None
    user_id: str
    actor_id: str
    actor_role: Role
    reason: str
    made_ms: int
    until_ms: int | None
    user_name: str | None
    actor_name: str | None


class SanctionPage(Struct, frozen=True, rename="camel"):
    """Sanctions, newest first; `nextCursor` is null at the end."""

    items: list[SanctionView]
    next_cursor: str | None


class AuditLineView(Struct, frozen=True, rename="camel"):
    """One line of the audit: who did what to whom.

    Attributes:
        room_id: null for the whole server.
        user_id: the person concerned, null where there is none.
        detail: what else there is to know; depends on the action, and has no chat in it.
        actor_name, user_name: what the two were called then; null where nobody knew.
    """

    audit_id: int
    at_ms: int
    actor_id: str
    actor_role: str
    action: str
    room_id: str | None
    user_id: str | None
    detail: dict[str, Any]
    actor_name: str | None
    user_name: str | None


class AuditPage(Struct, frozen=True, rename="camel"):
    """Lines of the audit, newest first; `nextCursor` is null at the end."""

    items: list[AuditLineView]
    next_cursor: str | None


class ChatPage(Struct, frozen=True, rename="camel"):
    """Messages that are stored, newest first; `nextCursor` is null at the end."""

    items: list[HeardLine]
    next_cursor: str | None


class Me(Struct, frozen=True, rename="camel"):
    """Who the caller is.

    Attributes:
        role: of the identity; in a room of their own they count as its owner.
        display_name: the provider's name for them; null where none was given.
        external: whether somebody other than this server's guest book vouches for them.
    """

    user_id: str
    role: Role
    display_name: str | None
    external: bool


class Overview(Struct, frozen=True, rename="camel"):
    """The live rooms that the caller may oversee, by id."""

    server_time_ms: int
    rooms: list[RoomOverview]


class RoomSettings(Struct, frozen=True, rename="camel"):
    """Everything that a room is set to.

    Attributes:
        hearing_radius_m: how far chat carries, in metres; null, through the whole room.
        public: whether `GET /rooms` lists it.
        locked: whether newcomers are kept out, but for those who may moderate.
        allowed_roles: who may come in beside those who may moderate; null is everybody.
        slow_mode_seconds: between two messages of one person; 0 is off.
        words: whole words and phrases that are not to be said here.
        guard: how the room answers floods and repetition by itself.
        chat_retention_days: how long chat is kept, 0 not at all; null as long as the server allows.
        crowd_threshold: members above which those far away are seen less often; null is what the
            server says.
    """

    room_id: str
    name: str
    capacity: int
    owner_id: str | None
    hearing_radius_m: float | None
    emotes: list[str]
    public: bool
    locked: bool
    allowed_roles: list[Role] | None
    slow_mode_seconds: int
    words: list[str]
    guard: Guard
    chat_retention_days: int | None
    crowd_threshold: int | None


class ChangeRoomRequest(Struct, frozen=True, rename="camel"):
    """New settings of a room: what is left out stays as it is.

    Attributes:
        hearing_radius_m: null is the whole room.
        allowed_roles: null is everybody.
        words: the whole list, not an addition to it.
        chat_retention_days: null is as long as the server allows, which is the most.
        crowd_threshold: null is what the server says, which is the most.
    """

    name: RoomName | UnsetType = UNSET
    capacity: Capacity | UnsetType = UNSET
    hearing_radius_m: HearingRadius | UnsetType | None = UNSET
    emotes: Emotes | UnsetType = UNSET
    public: bool | UnsetType = UNSET
    locked: bool | UnsetType = UNSET
    allowed_roles: AllowedRoles | UnsetType | None = UNSET
    slow_mode_seconds: SlowMode | UnsetType = UNSET
    words: Words | UnsetType = UNSET
    guard: Guard | UnsetType = UNSET
    chat_retention_days: RetentionDays | UnsetType | None = UNSET
    crowd_threshold: CrowdThreshold | UnsetType | None = UNSET


class ErasedAnswer(Struct, frozen=True, rename="camel"):
    """How many records were removed or made anonymous."""

    messages: int
    reports: int
    sanctions: int
    audit_lines: int
    rooms: int


OVERSIGHT_BODIES: Final = (
    ModerationRequest,
    ModerationAnswer,
    SanctionView,
    SanctionPage,
    AuditLineView,
    AuditPage,
    ChatPage,
    ReportRequest,
    ReportReceipt,
    ReportView,
    ReportWithEvidence,
    ReportPage,
    CloseReportRequest,
    Me,
    Overview,
    RoomOverview,
    RoomLook,
    MemberView,
    HeardLine,
    RoomSettings,
    ChangeRoomRequest,
    ErasedAnswer,
)
"""Every struct that travels here, for the OpenAPI document."""
