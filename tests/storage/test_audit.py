"""The audit keeps every line, finds them and forgets by age alone."""

import re
from pathlib import Path

import pytest
from msgspec.structs import asdict

import virtubar.storage as storage_package
from storage.samples import NOW, line
from virtubar.room.records import AuditEntry
from virtubar.storage.ports import AuditQuery
from virtubar.storage.sql import SqlStorage


async def test_a_line_comes_back_as_it_was(storage: SqlStorage) -> None:
    """With values of every kind in its detail, and without a room or a person."""
    detail = {"text": "größe \x00", "n": 1.5, "list": [1, None, True], "deep": {"a": {}}}
    entry = AuditEntry(NOW, "adam", "admin", "erase", None, None, detail)
    await storage.audit.add(entry)
    (kept,) = await storage.audit.find(AuditQuery())
    assert kept.audit_id > 0
    assert asdict(kept) == {**asdict(entry), "audit_id": kept.audit_id}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (AuditQuery(), [4, 3, 2, 1, 0]),
        (AuditQuery(room_id="snug"), [2, 1, 0]),
        (AuditQuery(actor_id="adam"), [4, 1]),
        (AuditQuery(user_id="carol"), [3, 2]),
        (AuditQuery(action="kick"), [1]),
        (AuditQuery(from_ms=NOW + 3), [4, 3]),
        (AuditQuery(to_ms=NOW + 1), [1, 0]),
        (AuditQuery(from_ms=NOW + 1, to_ms=NOW + 3, room_id="snug"), [2, 1]),
        (AuditQuery(actor_id="adam", user_id="carol"), []),
        (AuditQuery(limit=2), [4, 3]),
    ],
)
async def test_lines_are_found_newest_first(
    storage: SqlStorage, query: AuditQuery, found: list[int]
) -> None:
    """Every condition narrows; both ends of a span belong to it."""
    await storage.audit.add(line(at_ms=NOW))
    await storage.audit.add(line("kick", at_ms=NOW + 1, actor_id="adam"))
    await storage.audit.add(line(at_ms=NOW + 2, user_id="carol"))
    await storage.audit.add(line(at_ms=NOW + 3, user_id="carol", room_id="other"))
    await storage.audit.add(line(at_ms=NOW + 4, actor_id="adam", room_id=None, user_id=None))
    assert [kept.at_ms - NOW for kept in await storage.audit.find(query)] == found


async def test_lines_of_reports_are_hidden_from_whom_they_are_about(storage: SqlStorage) -> None:
    """Every other line about them is there, and so is what has nobody in it."""
    for number, action in enumerate(("report", "view_report", "close_report", "mute")):
        await storage.audit.add(line(action, at_ms=NOW + number, user_id="bob"))
    await storage.audit.add(line("report", at_ms=NOW + 4, user_id="carol"))
    await storage.audit.add(line("view_reports", at_ms=NOW + 5, user_id=None))
    found = await storage.audit.find(AuditQuery(hidden_from="bob"))
    assert [kept.at_ms - NOW for kept in found] == [5, 4, 3]
    assert len(await storage.audit.find(AuditQuery(hidden_from="ann"))) == 6


async def test_pages_follow_each_other_while_lines_are_added(storage: SqlStorage) -> None:
    """The cursor is a line, so that new ones shift nothing."""
    for number in range(4):
        await storage.audit.add(line(at_ms=NOW + number))
    first = await storage.audit.find(AuditQuery(limit=2))
    await storage.audit.add(line(at_ms=NOW + 9))
    second = await storage.audit.find(AuditQuery(limit=2, before_id=first[-1].audit_id))
    assert [kept.at_ms - NOW for kept in (*first, *second)] == [3, 2, 1, 0]


async def test_old_lines_are_forgotten_and_their_ids_never_used_again(storage: SqlStorage) -> None:
    """A cursor that somebody still holds must not lead to newer lines."""
    await storage.audit.add(line(at_ms=NOW))
    await storage.audit.add(line(at_ms=NOW + 1))
    newest = (await storage.audit.find(AuditQuery()))[0].audit_id
    assert await storage.audit.forget(NOW + 1) == 1
    assert [kept.at_ms for kept in await storage.audit.find(AuditQuery())] == [NOW + 1]
    assert await storage.audit.forget(NOW + 2) == 1
    await storage.audit.add(line(at_ms=NOW + 2))
    assert (await storage.audit.find(AuditQuery()))[0].audit_id > newest


def test_nothing_else_in_the_source_changes_a_line() -> None:
    """The audit is append-only by its interface (docs/decisions/0009): a statement that updates
    or deletes lines is in one place each, erasure and retention."""
    statement = re.compile(
        r"\b(update|delete|change|removal)\(\s*audit\b|(?:UPDATE|DELETE FROM)\s+audit\b"
    )
    found = {
        (path.name, match.group())
        for path in Path(storage_package.__file__).parent.rglob("*.py")
        for match in statement.finditer(path.read_text(encoding="utf-8"))
    }
    assert found == {
        ("erasure.py", "change(\n        audit"),
        ("audit.py", "removal(audit"),
    }
