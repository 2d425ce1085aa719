"""Every query finds its rows by an index: storage stays quick when there is much in it."""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from sqlalchemy import event

from storage.samples import NOW, ban, line, message, report, room
from support.sqlite import migrated
from virtubar.protocol.constants import Role
from virtubar.room.records import AuditEntry, Salt, SanctionKind, StaffRecord
from virtubar.storage.ports import AuditQuery, Storage
from virtubar.storage.sql import SqlStorage

BAN = SanctionKind.BAN
ERASE = AuditEntry(NOW, "adam", "admin", "erase")
Ask = Callable[[Storage], Awaitable[Any]]
QUERIES: dict[str, Ask] = {
    "rooms.load": lambda s: s.rooms.load(9),
    "rooms.get": lambda s: s.rooms.get("snug"),
    "rooms.several": lambda s: s.rooms.several(["snug", "nook"]),
    "rooms.add": lambda s: s.rooms.add(room("new"), NOW, line()),
    "rooms.change": lambda s: s.rooms.change(room(), line()),
    "rooms.touch": lambda s: s.rooms.touch(["snug"], NOW + 1),
    "rooms.forget_unused": lambda s: s.rooms.forget_unused(NOW + 1, frozenset()),
    "sanctions.in_force": lambda s: s.sanctions.in_force(NOW),
    "sanctions.record": lambda s: s.sanctions.record(ban(2), line()),
    "sanctions.lift": lambda s: s.sanctions.lift(BAN, None, "bob", line()),
    "sanctions.holding": lambda s: s.sanctions.holding(BAN, None, NOW, limit=9, before_id="z"),
    "sanctions.forget": lambda s: s.sanctions.forget(NOW),
    "audit.add": lambda s: s.audit.add(line()),
    "audit.find of all": lambda s: s.audit.find(AuditQuery(before_id=9)),
    "audit.find of a room": lambda s: s.audit.find(AuditQuery(room_id="snug", before_id=9)),
    "audit.find by an actor": lambda s: s.audit.find(AuditQuery(actor_id="mona")),
    "audit.find of a person": lambda s: s.audit.find(AuditQuery(user_id="bob")),
    "audit.find of an action": lambda s: s.audit.find(AuditQuery(action="ban")),
    "audit.forget": lambda s: s.audit.forget(NOW),
    "chat.add": lambda s: s.chat.add([message(2)]),
    "chat.recent": lambda s: s.chat.recent("snug", limit=9, before_id="z"),
    "chat.recent of a person": lambda s: s.chat.recent(
        "snug", limit=9, before_id="z", user_id="bob"
    ),
    "reports.add": lambda s: s.reports.add(report(2), line()),
    "reports.get": lambda s: s.reports.get("r"),
    "reports.find of all": lambda s: s.reports.find(None, None, limit=9, before_id="z"),
    "reports.find of a room": lambda s: s.reports.find("snug", None, limit=9),
    "reports.find by status": lambda s: s.reports.find(None, "open", limit=9),
    "reports.close": lambda s: s.reports.close("r", "", line()),
    "reports.forget": lambda s: s.reports.forget(NOW + 1),
    "people.seen": lambda s: s.people.seen(StaffRecord("adam", Role.ADMIN, NOW)),
    "people.forget_staff": lambda s: s.people.forget_staff(NOW),
    "people.erase": lambda s: s.people.erase("bob", ERASE, NOW),
    "salts.forget": lambda s: s.salts.forget(NOW),
    "salts.add": lambda s: s.salts.add(Salt("s", b"", NOW), NOW),
}
WHOLE = {
    "people.staff": "all of it is asked for",
    "salts.all": "the same, and there are two",
    "chat.forget": "the rooms, of which there are few",
}
"""What may read a whole table, and why."""
SORTED = {"sanctions.in_force": "asked once, when a server starts"}
"""What may sort its rows, and why."""


@pytest.mark.parametrize("name", QUERIES)
async def test_no_query_reads_a_whole_table(tmp_path: Path, name: str) -> None:
    """SQLite's own plan says SCAN where it would; walking an index in order is meant."""
    storage = SqlStorage(migrated(tmp_path))
    await storage.open()
    await storage.rooms.add(room(), NOW, None)
    await storage.sanctions.record(ban(), line())
    await storage.reports.add(report(), line())
    asked: list[tuple[str, Any]] = []
    engine = storage._database._engine.sync_engine

    def listen(_connection: object, _cursor: object, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", listen)
    await QUERIES[name](storage)
    event.remove(engine, "before_cursor_execute", listen)
    plans = []
    async with storage._database.reading() as connection:
        for statement, parameters in asked:
            if not statement.startswith("BEGIN"):
                values = parameters[0] if isinstance(parameters, list) else parameters
                plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                plans += [str(row.detail) for row in plan]
    await storage.close()
    assert asked
    scans = [step for step in plans if step.startswith("SCAN") and " USING " not in step]
    assert scans == []
    if name not in SORTED:
        assert [step for step in plans if "TEMP B-TREE" in step] == []


def test_every_method_of_the_ports_has_been_looked_at() -> None:
    """A new query needs its index, or a reason to go without."""
    stores = {
        name: get_type_hints(member.fget)["return"]
        for name, member in vars(Storage).items()
        if isinstance(member, property)
    }
    methods = {
        f"{store}.{name}"
        for store, port in stores.items()
        for name, member in vars(port).items()
        if iscoroutinefunction(member)
    }
    assert len(methods) == 30
    assert methods == {name.split()[0] for name in (*QUERIES, *WHOLE)}
