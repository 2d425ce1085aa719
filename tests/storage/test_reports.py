"""Reports keep their evidence until they are closed and old."""

import asyncio

import pytest
from msgspec.structs import replace

from storage.samples import NOW, line, report
from virtubar.room.records import Report, ReportStatus
from virtubar.storage.ports import AuditQuery, StorageError
from virtubar.storage.sql import SqlStorage


async def test_a_report_comes_back_with_its_evidence(storage: SqlStorage) -> None:
    """And with its line of the audit."""
    await storage.reports.add(report(), line("report"))
    assert await storage.reports.get(report().report_id) == report()
    assert await storage.reports.get("unknown") is None
    assert [kept.action for kept in await storage.audit.find(AuditQuery())] == ["report"]


async def test_a_report_without_evidence_is_kept_too(storage: SqlStorage) -> None:
    """Nothing need have happened before."""
    await storage.reports.add(report(evidence={}), line("report"))
    assert await storage.reports.get(report().report_id) == report(evidence={})


async def test_a_report_and_its_line_happen_together_or_not(storage: SqlStorage) -> None:
    """A taken id leaves no second line."""
    await storage.reports.add(report(), line("report"))
    with pytest.raises(StorageError):
        await storage.reports.add(report(reason="again"), line("report"))
    assert len(await storage.audit.find(AuditQuery())) == 1


async def test_a_report_is_hidden_from_whom_it_is_about(storage: SqlStorage) -> None:
    """In lists; those about others are there."""
    for number, reported_id in enumerate(("olga", "bob", "olga")):
        await storage.reports.add(
            report(number, reported_id=reported_id, made_ms=NOW + number), line("report")
        )
    listed = await storage.reports.find("snug", "open", limit=9, hidden_from="olga")
    assert [one.reported_id for one in listed] == ["bob"]
    assert len(await storage.reports.find("snug", "open", limit=9, hidden_from="ann")) == 3


@pytest.mark.parametrize(
    ("room_id", "status", "found"),
    [
        (None, None, [3, 2, 1, 0]),
        ("snug", None, [3, 1, 0]),
        (None, "open", [3, 2, 0]),
        ("snug", "closed", [1]),
        ("other", "closed", []),
    ],
)
async def test_lists_are_without_evidence_and_newest_first(
    storage: SqlStorage, room_id: str | None, status: ReportStatus | None, found: list[int]
) -> None:
    """By room and by status."""
    for number in range(4):
        where = "other" if number == 2 else "snug"
        await storage.reports.add(
            report(number, room_id=where, made_ms=NOW + number), line("report")
        )
    await storage.reports.close(report(1).report_id, "", line("close_report"))
    listed = await storage.reports.find(room_id, status, limit=9)
    assert [one.made_ms - NOW for one in listed] == found
    assert all(one.evidence == {} for one in listed)


async def test_pages_follow_each_other_even_in_one_millisecond(storage: SqlStorage) -> None:
    """Whatever the ids look like."""
    ids = ["Zy", "aB", "ab", "-1", "x", "Y"]
    for position, report_id in enumerate(ids):
        made_ms = NOW + position // 3
        await storage.reports.add(report(report_id=report_id, made_ms=made_ms), line("report"))
    seen: list[str] = []
    cursor: str | None = None
    while page := await storage.reports.find(None, None, limit=2, before_id=cursor):
        seen += [one.report_id for one in page]
        cursor = seen[-1]
    assert seen == [*sorted(ids[3:], reverse=True), *sorted(ids[:3], reverse=True)]


async def test_of_many_closers_one_closes(storage: SqlStorage) -> None:
    """The others are told that it is not open, and leave no line."""
    await storage.reports.add(report(), line("report"))
    acts = [line("close_report", at_ms=NOW + 5, actor_id=f"m{i}") for i in range(8)]
    closed = await asyncio.gather(
        *(storage.reports.close(report().report_id, f"note {a.actor_id}", a) for a in acts)
    )
    assert sum(closed) == 1
    closer = f"m{closed.index(True)}"
    assert await storage.reports.get(report().report_id) == report(
        status="closed",
        closed_ms=NOW + 5,
        closed_by=closer,
        closed_by_name="Mona",
        note=f"note {closer}",
    )
    (kept,) = await storage.audit.find(AuditQuery(action="close_report"))
    assert kept.actor_id == closer


async def test_there_is_nothing_to_close_where_nothing_is(storage: SqlStorage) -> None:
    """False, and no line."""
    assert not await storage.reports.close("unknown", "", line("close_report"))
    assert await storage.audit.find(AuditQuery()) == []


async def test_old_reports_are_forgotten_open_or_closed(storage: SqlStorage) -> None:
    """By when they were made."""
    made: list[Report] = [report(number, made_ms=NOW + number) for number in range(3)]
    for one in made:
        await storage.reports.add(one, line("report"))
    await storage.reports.close(made[0].report_id, "", line("close_report"))
    assert await storage.reports.forget(NOW + 2) == 2
    assert await storage.reports.find(None, None, limit=9) == [replace(made[2], evidence={})]
