"""Much work is done in portions, between which others have their turn."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from msgspec.structs import asdict
from sqlalchemy import Table, event, insert

from storage.samples import NOW, ban, line, message, report, room
from virtubar.protocol.constants import Role
from virtubar.room.records import AuditEntry, SanctionKind, StaffRecord
from virtubar.storage.engine import Database
from virtubar.storage.portions import REPORTS_AT_ONCE, ROWS_AT_ONCE
from virtubar.storage.ports import AuditQuery, StorageError
from virtubar.storage.rows import values
from virtubar.storage.schema import audit, chat, rooms, sanctions, staff
from virtubar.storage.sql import SqlStorage
from virtubar.storage.urls import read_address

MANY = 2 * ROWS_AT_ONCE + 1
FEW = 2 * REPORTS_AT_ONCE + 1
ERASE = AuditEntry(NOW, "adam", "admin", "erase")


class Transactions:
    """What each transaction of a storage removed or changed, in rows."""

    def __init__(self, storage: SqlStorage) -> None:
        self.rows: list[int] = []
        self._now = 0
        engine = storage._database._engine.sync_engine
        event.listen(engine, "after_cursor_execute", self._executed)
        event.listen(engine, "commit", self._committed)

    def _executed(self, _: object, cursor: Any, statement: str, *__: object) -> None:
        if statement.startswith(("DELETE", "UPDATE")):
            self._now += max(cursor.rowcount, 0)

    def _committed(self, _: object) -> None:
        self.rows.append(self._now)
        self._now = 0


async def _fill(url: str, table: Table, rows: list[dict[str, Any]]) -> None:
    """Many rows at once."""
    database = Database(read_address(url))
    async with database.writing(60) as connection:
        await connection.execute(insert(table), rows)
    await database.close()


async def _old_audit(url: str) -> None:
    await _fill(url, audit, [values(line(at_ms=NOW)) for _ in range(MANY)])


async def _old_sanctions(url: str) -> None:
    over = [ban(i, until_ms=NOW, user_id=f"u{i}") for i in range(MANY)]
    await _fill(url, sanctions, [_row(one) for one in over])


async def _old_staff(url: str) -> None:
    seen = [StaffRecord(f"u{i}", Role.ADMIN, NOW) for i in range(MANY)]
    await _fill(url, staff, [values(one) for one in seen])


def _row(sanction: Any) -> dict[str, Any]:
    row = asdict(sanction)
    row["kind"] = row["kind"].value
    return {**row, "salt_id": None, "digest": None} if row.pop("address", 0) is None else row


Fill = Callable[[str], Awaitable[None]]


@pytest.mark.parametrize(
    ("fill", "forget"),
    [
        (_old_audit, lambda s: s.audit.forget(NOW + 1)),
        (_old_sanctions, lambda s: s.sanctions.forget(NOW + 1)),
        (_old_staff, lambda s: s.people.forget_staff(NOW + 1)),
    ],
    ids=["audit", "sanctions", "staff"],
)
async def test_what_is_old_goes_in_portions(
    storage: SqlStorage, url: str, fill: Fill, forget: Any
) -> None:
    """All of it, and never much in one transaction."""
    await fill(url)
    transactions = Transactions(storage)
    assert await forget(storage) == MANY
    assert transactions.rows == [ROWS_AT_ONCE, ROWS_AT_ONCE, 1]
    assert await forget(storage) == 0


async def test_rooms_go_with_their_chat_in_portions(storage: SqlStorage, url: str) -> None:
    """The chat first: whoever makes a room of that id anew finds none of it."""
    await _fill(url, rooms, [{**values(room(f"r{i}")), "used_ms": NOW} for i in range(150)])
    said = [message(i, room_id="r7", said_ms=NOW) for i in range(MANY)]
    await _fill(url, chat, [values(one) for one in said])
    late = message(MANY, room_id="r8", said_ms=NOW + 5)
    await storage.chat.add([late])
    transactions = Transactions(storage)
    gone = await storage.rooms.forget_unused(NOW + 1, frozenset({"r9"}))
    assert sorted(gone) == sorted({f"r{i}" for i in range(150)} - {"r9"})
    assert max(transactions.rows) <= ROWS_AT_ONCE
    for room_id in ("r7", "r8"):
        assert await storage.chat.recent(room_id, limit=1) == []
    assert await storage.rooms.get("r9")


async def _bobs_life(url: str) -> None:
    """Everything that there may be much of, about one person."""
    said = [values(message(i, user_id="bob")) for i in range(MANY)]
    lines = [values(line(at_ms=NOW, user_id="bob")) for _ in range(MANY)]
    made = [_row(ban(i, user_id=f"u{i}", actor_id="bob")) for i in range(MANY)]
    owned = [{**values(room(f"r{i}")), "owner_id": "bob", "used_ms": NOW} for i in range(MANY)]
    for table, rows in ((chat, said), (audit, lines), (sanctions, made), (rooms, owned)):
        await _fill(url, table, rows)


async def test_a_person_who_left_much_is_erased_in_portions(storage: SqlStorage, url: str) -> None:
    """Whole in the end, with one line in the audit, and never much in one transaction."""
    await _bobs_life(url)
    for i in range(FEW):
        await storage.reports.add(report(i), line("report", user_id=None))
        await storage.reports.add(report(FEW + i, reporter_id="bob"), line("report", user_id=None))
    transactions = Transactions(storage)
    erased = await storage.people.erase("bob", ERASE, NOW)
    assert (erased.messages, erased.audit_lines, erased.rooms) == (MANY, MANY, MANY)
    assert erased.sanctions == MANY
    assert erased.reports == 2 * FEW
    assert max(transactions.rows) <= ROWS_AT_ONCE
    assert transactions.rows.count(ROWS_AT_ONCE) == 4 * 2
    assert [one.action for one in await storage.audit.find(AuditQuery(action="erase"))] == ["erase"]
    again = await storage.people.erase("bob", ERASE, NOW)
    assert set(asdict(again).values()) == {0}


async def test_an_erasure_that_failed_goes_on_where_it_was(
    storage: SqlStorage, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was done is done, nothing says that all of it was, and asking again does the rest."""
    await _bobs_life(url)
    left = [3]
    writing = Database.writing

    def failing(database: Database, within_s: float = 1) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise StorageError("away")
        return writing(database, within_s)

    with monkeypatch.context() as broken:
        broken.setattr(Database, "writing", failing)
        with pytest.raises(StorageError):
            await storage.people.erase("bob", ERASE, NOW)
    assert await storage.audit.find(AuditQuery(action="erase")) == []
    erased = await storage.people.erase("bob", ERASE, NOW)
    assert erased.messages < MANY
    assert await storage.chat.recent("snug", limit=1) == []
    kept = await storage.sanctions.holding(SanctionKind.BAN, "snug", NOW, limit=2 * MANY)
    assert [one.actor_id for one in kept] == ["erased"] * MANY
