"""Storage of sanctions and audit that answers when a test says so, or fails."""

import asyncio
from collections import deque

from virtubar.room.records import AuditEntry, AuditLine, Sanction, SanctionKind
from virtubar.storage.ports import AuditQuery, StorageError


class GatedSanctions:
    """The SanctionStore port in a list. Writes wait in order until `finish` or `fail` is called;
    with `open` set they are done at once.

    Attributes:
        kept: what was stored, oldest first.
        audit: the lines that were stored with it.
    """

    def __init__(self, *, opened: bool = True) -> None:
        self.opened = opened
        self.kept: list[Sanction] = []
        self.audit: list[AuditEntry] = []
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """Writes that wait."""
        return len(self._waiting)

    def finish(self) -> None:
        """The longest waiting write is done."""
        self._waiting.popleft().set_result(None)

    def fail(self) -> None:
        """The longest waiting write fails; nothing of it has happened."""
        self._waiting.popleft().set_exception(StorageError("the disk is full"))

    async def _written(self) -> None:
        if not self.opened:
            gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(gate)
            try:
                await gate
            except asyncio.CancelledError:  # whoever gives up has asked for nothing
                self._waiting.remove(gate)
                raise

    async def in_force(self, wall_ms: int) -> list[Sanction]:
        del wall_ms
        return list(self.kept)

    async def record(self, sanction: Sanction, audit: AuditEntry) -> None:
        await self._written()
        self.kept.append(sanction)
        self.audit.append(audit)

    async def lift(
        self, kind: SanctionKind, room_id: str | None, user_id: str, audit: AuditEntry
    ) -> int:
        await self._written()
        before = len(self.kept)
        self.kept = [
            held
            for held in self.kept
            if (held.kind, held.room_id, held.user_id) != (kind, room_id, user_id)
        ]
        self.audit.append(audit)
        return before - len(self.kept)

    async def holding(
        self,
        kind: SanctionKind,
        room_id: str | None,
        wall_ms: int,
        *,
        limit: int,
        before_id: str | None = None,
    ) -> list[Sanction]:
        del wall_ms, before_id
        return [held for held in self.kept if (held.kind, held.room_id) == (kind, room_id)][:limit]

    async def forget(self, before_ms: int) -> int:
        del before_ms
        return 0


class MemoryAudit:
    """The AuditStore port in a list.

    Attributes:
        fails: whether every write fails.
        gate: what every write waits for; None for nothing.
    """

    def __init__(self) -> None:
        self.lines: list[AuditEntry] = []
        self.fails = False
        self.gate: asyncio.Event | None = None

    async def add(self, entry: AuditEntry) -> None:
        if self.gate is not None:
            await self.gate.wait()
        if self.fails:
            raise StorageError("the disk is full")
        self.lines.append(entry)

    async def find(self, query: AuditQuery) -> list[AuditLine]:
        del query
        return []

    async def forget(self, before_ms: int) -> int:
        del before_ms
        return 0
