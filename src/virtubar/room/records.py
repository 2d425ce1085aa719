"""What is remembered beyond an evening: sanctions, the audit, chat, reports (§6, §7).

Plain values that storage keeps and rules judge. Times are wall time in ms since the epoch.
"""

from enum import StrEnum
from typing import Any, Final, Literal

from msgspec import Struct

from virtubar.protocol.constants import Role
from virtubar.protocol.events import ModerationScope

Scope = ModerationScope


class SanctionKind(StrEnum):
    """What a sanction does: refuse for a moment, refuse, or silence (§7)."""

    KICK = "kick"
    BAN = "ban"
    MUTE = "mute"


class AddressMark(Struct, frozen=True):
    """An address as it may be stored: hashed with a salt that is thrown away after two days.

    Attributes:
        salt_id: which salt.
        digest: hexadecimal.
    """

    salt_id: str
    digest: str


class Sanction(Struct, frozen=True):
    """One act against one person that holds, held or was lifted.

    Attributes:
        sanction_id: UUIDv7 as text: unique, and rising in time.
        room_id: None for the whole server.
        actor_id: who did it; `system` for the rules of a room.
        until_ms: when it ends by itself; None for good. A kick's is 30 s after `made_ms`.
        address: from where the person came, for a ban of a guest; new guests from there are
            refused (None where it is not known or does not tell people apart).
        lifted_ms: when somebody lifted it; None where nobody did.
        user_name, actor_name: what they were called when it was made; None where nobody knew.
    """

    sanction_id: str
    kind: SanctionKind
    room_id: str | None
    user_id: str
    actor_id: str
    actor_role: Role
    reason: str
    made_ms: int
    until_ms: int | None
    address: AddressMark | None = None
    lifted_ms: int | None = None
    lifted_by: str | None = None
    user_name: str | None = None
    actor_name: str | None = None

    @property
    def scope(self) -> Scope:
        """`room` or `server`, as clients are told."""
        return "server" if self.room_id is None else "room"


class AuditEntry(Struct, frozen=True):
    """One line of the audit: who did what to whom. Lines are only ever added.

    Attributes:
        action: `kick`, `ban`, `mute`, `unmute`, `unban`, `denied`, `create_room`, `change_room`,
            `report`, `close_report`, `view_room`, `view_report`, `view_audit`, `erase`, …
        room_id: None for the whole server.
        user_id: the person concerned, None where there is none.
        detail: what else there is to know, JSON values only; no chat text.
        actor_name, user_name: what the two were called then; None where nobody knew.
    """

    at_ms: int
    actor_id: str
    actor_role: str
    action: str
    room_id: str | None = None
    user_id: str | None = None
    detail: dict[str, Any] = {}
    actor_name: str | None = None
    user_name: str | None = None


REPORT_ACTIONS: Final = ("report", "view_report", "close_report")
"""Actions that tell of one report, with whom it is about as the person concerned."""


class AuditLine(AuditEntry, frozen=True, kw_only=True):
    """A stored line; `audit_id` rises."""

    audit_id: int


class ChatRecord(Struct, frozen=True):
    """One message that was said."""

    message_id: str
    room_id: str
    user_id: str
    display_name: str
    text: str
    said_ms: int


ReportStatus = Literal["open", "closed"]


class Report(Struct, frozen=True):
    """What one member says of another, with what the reporter saw and heard.

    Attributes:
        evidence: JSON values; empty in listings. See room.evidence.
        reporter_name, reported_name, closed_by_name: what they were called when they reported,
            were reported, or closed it; None where nobody knew.
    """

    report_id: str
    room_id: str
    reporter_id: str
    reported_id: str
    reason: str
    made_ms: int
    status: ReportStatus = "open"
    closed_ms: int | None = None
    closed_by: str | None = None
    note: str = ""
    evidence: dict[str, Any] = {}
    reporter_name: str | None = None
    reported_name: str | None = None
    closed_by_name: str | None = None


class StaffRecord(Struct, frozen=True):
    """The role that somebody above members was last seen with: so that nobody can moderate an
    admin who happens to be away."""

    user_id: str
    role: Role
    seen_ms: int


class Salt(Struct, frozen=True):
    """Random bytes that addresses are hashed with for a day."""

    salt_id: str
    value: bytes
    made_ms: int
