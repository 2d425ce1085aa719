"""What storage promises, whatever database is behind it.

Every method is one transaction: it has happened whole and durably when it returns, or not at all
when it raises; but `forget`, `forget_…` and `erase` do it in portions, and go on when asked again.
Methods may run at the same time. Times are wall time in ms.
"""

from typing import Protocol

from msgspec import Struct

from virtubar.errors import VirtuBarError
from virtubar.room.config import RoomConfig
from virtubar.room.records import (
    AuditEntry,
    AuditLine,
    ChatRecord,
    Report,
    ReportStatus,
    Salt,
    Sanction,
    SanctionKind,
    StaffRecord,
)


class StorageError(VirtuBarError):
    """The database did not do what was asked; nothing of it has happened."""


class Erased(Struct, frozen=True):
    """How many rows an erasure removed or made anonymous."""

    messages: int
    reports: int
    sanctions: int
    audit_lines: int
    rooms: int


class AuditQuery(Struct, frozen=True, kw_only=True):
    """Which lines of the audit, newest first.

    Attributes:
        room_id: None for all rooms and the server.
        before_id: only lines older than this one (the cursor).
        hidden_from: without the lines that tell of a report about this person.
    """

    room_id: str | None = None
    actor_id: str | None = None
    user_id: str | None = None
    action: str | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    before_id: int | None = None
    hidden_from: str | None = None
    limit: int = 50


class RoomStore(Protocol):
    """Rooms and their settings."""

    async def load(self, limit: int) -> list[RoomConfig]:
        """The rooms used last, at most so many."""
        ...

    async def get(self, room_id: str) -> RoomConfig | None:
        """One room."""
        ...

    async def several(self, room_ids: list[str]) -> list[RoomConfig]:
        """Those of these rooms that there are, at most some hundred."""
        ...

    async def add(self, config: RoomConfig, wall_ms: int, audit: AuditEntry | None) -> None:
        """Keep a new room.

        Raises:
            RoomExistsError: the id is taken.
        """
        ...

    async def change(self, config: RoomConfig, audit: AuditEntry) -> None:
        """Keep a room's new settings but its owner; adds a room that is not there (the lobby)."""
        ...

    async def touch(self, room_ids: list[str], wall_ms: int) -> None:
        """These rooms were in use now."""
        ...

    async def forget_unused(self, before_ms: int, keep: frozenset[str]) -> list[str]:
        """Remove rooms not used since, with their chat; the ids. Those in `keep` stay."""
        ...


class SanctionStore(Protocol):
    """Sanctions and the acts that made them."""

    async def in_force(self, wall_ms: int) -> list[Sanction]:
        """Every ban and mute that holds now, and every kick and ban of the last REVOKED_MS, lifted
        or not: tokens issued before them are revoked."""
        ...

    async def record(self, sanction: Sanction, audit: AuditEntry) -> None:
        """Store a sanction and its line of the audit. A ban or mute of the same kind, person and
        scope that holds is replaced (lifted by the same actor)."""
        ...

    async def lift(
        self,
        kind: SanctionKind,
        room_id: str | None,
        user_id: str,
        audit: AuditEntry,
    ) -> int:
        """Lift what holds of that kind, at `audit.at_ms` by `audit.actor_id`; how many."""
        ...

    async def holding(
        self,
        kind: SanctionKind,
        room_id: str | None,
        wall_ms: int,
        *,
        limit: int,
        before_id: str | None = None,
    ) -> list[Sanction]:
        """Sanctions of the kind that hold in that scope, newest first."""
        ...

    async def forget(self, before_ms: int) -> int:
        """Remove what ended, or was lifted, before then; how many."""
        ...


class AuditStore(Protocol):
    """The audit: lines are added and, by age, removed."""

    async def add(self, entry: AuditEntry) -> None:
        """Add a line."""
        ...

    async def find(self, query: AuditQuery) -> list[AuditLine]:
        """Lines, newest first."""
        ...

    async def forget(self, before_ms: int) -> int:
        """Remove older lines; how many."""
        ...


class ChatStore(Protocol):
    """What was said."""

    async def add(self, messages: list[ChatRecord]) -> None:
        """Keep messages; one that is there already is left as it is."""
        ...

    async def recent(
        self,
        room_id: str,
        *,
        limit: int,
        before_id: str | None = None,
        user_id: str | None = None,
    ) -> list[ChatRecord]:
        """Messages of a room, newest first; those of one person where `user_id` says whose."""
        ...

    async def forget(self, wall_ms: int, days_max: int) -> int:
        """Remove what is older than so many days, or than its room's retention; how many. In
        portions, each a transaction, so that acts need not wait for all of it."""
        ...


class ReportStore(Protocol):
    """Reports with their evidence."""

    async def add(self, report: Report, audit: AuditEntry) -> None:
        """Keep a report."""
        ...

    async def get(self, report_id: str) -> Report | None:
        """One report with its evidence."""
        ...

    async def find(
        self,
        room_id: str | None,
        status: ReportStatus | None,
        *,
        limit: int,
        before_id: str | None = None,
        hidden_from: str | None = None,
    ) -> list[Report]:
        """Reports without their evidence, newest first; `room_id` None for all rooms. Those about
        `hidden_from` are left out."""
        ...

    async def close(self, report_id: str, note: str, audit: AuditEntry) -> bool:
        """Close an open report, at `audit.at_ms` by `audit.actor_id`; False where none is open."""
        ...

    async def forget(self, before_ms: int) -> int:
        """Remove reports made before then; how many."""
        ...


class PeopleStore(Protocol):
    """Who is above members, and how to forget somebody."""

    async def staff(self) -> list[StaffRecord]:
        """Everybody last seen as a moderator or an admin."""
        ...

    async def seen(self, record: StaffRecord) -> None:
        """Somebody came with that role now. A guest or member is no staff any more."""
        ...

    async def forget_staff(self, before_ms: int) -> int:
        """Remove those not seen since; how many."""
        ...

    async def erase(self, user_id: str, audit: AuditEntry, wall_ms: int) -> Erased:
        """Forget a person: their messages, reports by them, what others' evidence shows of them,
        sanctions that hold no more; what must stay (a ban that holds, the audit) keeps no words of
        or about them, and the audit names them `erased`. `audit` itself must not name them."""
        ...


class SaltStore(Protocol):
    """Salts for addresses."""

    async def all(self) -> list[Salt]:
        """Every salt that is kept, newest first."""
        ...

    async def add(self, salt: Salt, forget_before_ms: int) -> None:
        """Keep a new one, and throw away those made before then."""
        ...

    async def forget(self, before_ms: int) -> int:
        """Throw away those made before then; how many."""
        ...


class Storage(Protocol):
    """All of it."""

    @property
    def rooms(self) -> RoomStore:
        """Rooms."""
        ...

    @property
    def sanctions(self) -> SanctionStore:
        """Sanctions."""
        ...

    @property
    def audit(self) -> AuditStore:
        """The audit."""
        ...

    @property
    def chat(self) -> ChatStore:
        """What was said."""
        ...

    @property
    def reports(self) -> ReportStore:
        """Reports."""
        ...

    @property
    def people(self) -> PeopleStore:
        """Staff, and how to forget somebody."""
        ...

    @property
    def salts(self) -> SaltStore:
        """Salts for addresses."""
        ...

    async def open(self) -> None:
        """Connect, and see that the schema is one that this version serves.

        Raises:
            ConfigurationError: with one line that says what to do.
        """
        ...

    async def close(self) -> None:
        """Disconnect; idempotent."""
        ...

    async def answers(self) -> bool:
        """Whether the database can be read and written now; never raises."""
        ...
