"""Staff are remembered by their role, and whoever asks for it is forgotten."""

from msgspec import to_builtins
from msgspec.json import encode
from sqlalchemy import select

from storage.samples import DAY, NOW, ban, line, message, report, room
from virtubar.protocol.constants import Role
from virtubar.room.records import AuditEntry, SanctionKind, StaffRecord
from virtubar.storage.engine import Database
from virtubar.storage.ports import AuditQuery, Erased
from virtubar.storage.schema import metadata
from virtubar.storage.sql import SqlStorage
from virtubar.storage.urls import read_address

ERASE = AuditEntry(NOW + 9, "adam", "admin", "erase")


async def test_staff_are_remembered_with_their_last_role(storage: SqlStorage) -> None:
    """Also while they are away."""
    people = storage.people
    await people.seen(StaffRecord("mona", Role.ADMIN, NOW))
    await people.seen(StaffRecord("adam", Role.ADMIN, NOW))
    await people.seen(StaffRecord("mona", Role.MODERATOR, NOW + 1))
    assert await people.staff() == [
        StaffRecord("adam", Role.ADMIN, NOW),
        StaffRecord("mona", Role.MODERATOR, NOW + 1),
    ]


async def test_who_comes_back_as_a_member_is_no_staff_any_more(storage: SqlStorage) -> None:
    """A guest, a member or an owner is known by their token alone."""
    for number, role in enumerate((Role.GUEST, Role.MEMBER, Role.OWNER)):
        await storage.people.seen(StaffRecord(f"u{number}", Role.MODERATOR, NOW))
        await storage.people.seen(StaffRecord(f"u{number}", role, NOW))
    assert await storage.people.staff() == []


async def test_staff_who_stay_away_are_forgotten(storage: SqlStorage) -> None:
    """Those seen at the limit stay."""
    await storage.people.seen(StaffRecord("adam", Role.ADMIN, NOW))
    await storage.people.seen(StaffRecord("mona", Role.ADMIN, NOW - 1))
    assert await storage.people.forget_staff(NOW) == 1
    assert [one.user_id for one in await storage.people.staff()] == ["adam"]


async def _all_rows(url: str) -> str:
    """Every row of every table, as text."""
    database = Database(read_address(url))
    shown: list[str] = []
    async with database.reading() as connection:
        for table in metadata.sorted_tables:
            rows = await connection.execute(select(table))
            shown += [f"{table.name}: {encode(to_builtins(tuple(row))).decode()}" for row in rows]
    await database.close()
    return "\n".join(shown)


async def test_nothing_is_left_of_somebody_who_was_only_a_guest(
    storage: SqlStorage, url: str
) -> None:
    """No row of any table has their id, their name or their words; others keep theirs."""
    await storage.rooms.add(room(owner_id="bob"), NOW, line("create_room", actor_id="bob"))
    await storage.chat.add([message(1), message(2, user_id="carol", display_name="Carol")])
    await storage.people.seen(StaffRecord("bob", Role.MODERATOR, NOW))
    await storage.reports.add(report(1), line("report", actor_id="alice"))
    await storage.reports.add(
        report(2, reporter_id="bob", reported_id="carol"), line("report", actor_id="bob")
    )
    await storage.sanctions.record(ban(1, made_ms=NOW - 2 * DAY, until_ms=NOW - DAY), line())
    before = await _all_rows(url)
    assert "bob" in before
    erased = await storage.people.erase("bob", ERASE, NOW)
    after = await _all_rows(url)
    for word in ("bob", "Bob", "Oi", "rude"):
        assert word not in after
    assert "carol" in after
    assert "Carol" in after
    assert erased == Erased(messages=1, reports=2, sanctions=1, audit_lines=4, rooms=1)
    assert await storage.reports.get(report(2).report_id) is None


async def test_a_ban_that_holds_keeps_whom_it_is_against_and_no_words(storage: SqlStorage) -> None:
    """Being forgotten must not be a way back in. A kick of today still revokes tokens."""
    mark = ban().address
    await storage.sanctions.record(ban(1), line())
    await storage.sanctions.record(
        ban(2, kind=SanctionKind.KICK, until_ms=NOW + 1, address=None), line("kick")
    )
    erased = await storage.people.erase("bob", ERASE, NOW + 5)
    kept, kick = await storage.sanctions.in_force(NOW + 5)
    assert (kept.user_id, kept.reason, kept.until_ms, kept.address) == ("bob", "", None, mark)
    assert (kick.user_id, kick.reason) == ("bob", "")
    assert (kept.user_name, kept.actor_name) == (None, "Mona")
    assert erased.sanctions == 2


async def test_the_audit_says_that_something_was_done_but_not_to_whom(storage: SqlStorage) -> None:
    """Lines stay in number and order; the detail, which may quote them, goes."""
    await storage.audit.add(line("ban"))
    carol = {"user_id": "carol", "user_name": "Carol"}
    await storage.audit.add(line("ban", **carol))
    await storage.audit.add(line("mute", actor_id="bob", actor_name="Bob", **carol))
    await storage.people.erase("bob", ERASE, NOW)
    lines = await storage.audit.find(AuditQuery())
    assert [(kept.action, kept.actor_id, kept.user_id, kept.detail) for kept in lines] == [
        ("erase", "adam", None, {}),
        ("mute", "erased", "carol", {}),
        ("ban", "mona", "carol", line().detail),
        ("ban", "mona", "erased", {}),
    ]
    assert [(kept.actor_name, kept.user_name) for kept in lines[1:]] == [
        (None, "Carol"), ("Mona", "Carol"), ("Mona", None)
    ]  # fmt: skip


async def test_what_a_moderator_did_stands_without_their_name(storage: SqlStorage) -> None:
    """Their bans hold, whom they lifted stays free, reports they closed stay closed."""
    await storage.sanctions.record(ban(1, user_id="carol"), line())
    await storage.sanctions.record(ban(2, user_id="dora"), line())
    undo = line("unban", at_ms=NOW + 1)
    await storage.sanctions.lift(SanctionKind.BAN, "snug", "dora", undo)
    await storage.reports.add(report(reporter_id="x"), line("report"))
    await storage.reports.close(report().report_id, "my words", line("close_report"))
    await storage.people.erase("mona", ERASE, NOW)
    carols, doras = await storage.sanctions.in_force(NOW + 5)
    assert (carols.actor_id, carols.reason, carols.lifted_ms) == ("erased", "", None)
    assert (carols.actor_name, doras.actor_name) == (None, None)
    assert (doras.actor_id, doras.lifted_by, doras.lifted_ms) == ("erased", "erased", NOW + 1)
    closed = await storage.reports.get(report().report_id)
    assert closed is not None
    assert (closed.closed_by_name, closed.reported_name) == (None, "Bob")
    assert (closed.status, closed.closed_by, closed.note) == ("closed", "erased", "")


async def test_a_bystander_is_taken_out_of_the_evidence(storage: SqlStorage) -> None:
    """The report stays a report of somebody else, in its own words."""
    await storage.reports.add(report(), line("report"))
    erased = await storage.people.erase("carol", ERASE, NOW)
    kept = await storage.reports.get(report().report_id)
    assert kept is not None
    assert (kept.reported_id, kept.reason) == ("bob", "Bob shouts")
    assert b"carol" not in encode(kept)
    assert b"Carol" not in encode(kept)
    assert erased.reports == 1
    assert await storage.people.erase("carol", ERASE, NOW) == Erased(0, 0, 0, 0, 0)


async def test_who_was_never_here_is_erased_without_a_trace_but_the_line(
    storage: SqlStorage,
) -> None:
    """The act is audited all the same."""
    assert await storage.people.erase("nobody", ERASE, NOW) == Erased(0, 0, 0, 0, 0)
    assert [kept.action for kept in await storage.audit.find(AuditQuery())] == ["erase"]
