"""Sanctions are stored with their line of the audit, hold, end and are lifted."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from storage.samples import DAY, MINUTE, NOW, ban, line, numbered_id
from virtubar.auth.tokens import REVOKED_MS
from virtubar.room.records import SanctionKind
from virtubar.storage.ports import AuditQuery, StorageError
from virtubar.storage.sql import SqlStorage

BAN, MUTE, KICK = SanctionKind.BAN, SanctionKind.MUTE, SanctionKind.KICK


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"address": None, "until_ms": NOW + DAY, "room_id": None},
        {"kind": MUTE, "reason": "größer als 日本 \x00\ud800"},
    ],
)
async def test_a_sanction_comes_back_as_it_was(
    storage: SqlStorage, changes: dict[str, Any]
) -> None:
    """With its address, its scope and its words, but what no database can hold."""
    made = ban(**changes)
    await storage.sanctions.record(made, line())
    wanted = replace(made, reason=made.reason.replace("\0", "").replace("\ud800", "?"))
    assert await storage.sanctions.in_force(NOW) == [wanted]
    assert await storage.sanctions.holding(made.kind, made.room_id, NOW, limit=9) == [wanted]
    (kept,) = await storage.audit.find(AuditQuery())
    assert (kept.action, kept.user_id, kept.detail) == ("ban", "bob", line().detail)


async def test_a_sanction_and_its_line_happen_together_or_not(storage: SqlStorage) -> None:
    """An id that is taken fails the whole act; the ban that it would replace still holds."""
    await storage.sanctions.record(ban(), line())
    with pytest.raises(StorageError):
        await storage.sanctions.record(ban(), line("again"))
    assert await storage.sanctions.in_force(NOW) == [ban()]
    assert [kept.action for kept in await storage.audit.find(AuditQuery())] == ["ban"]


async def test_a_timed_sanction_ends_by_itself(storage: SqlStorage) -> None:
    """It holds in the last millisecond before its end."""
    await storage.sanctions.record(ban(kind=MUTE, until_ms=NOW + MINUTE), line())
    holding = storage.sanctions.holding
    assert len(await holding(MUTE, "snug", NOW + MINUTE - 1, limit=9)) == 1
    assert await holding(MUTE, "snug", NOW + MINUTE, limit=9) == []
    assert await storage.sanctions.in_force(NOW + MINUTE) == []


async def test_kicks_and_bans_are_in_force_for_a_day_even_if_lifted(storage: SqlStorage) -> None:
    """They revoke tokens that were issued before them, as long as such tokens live."""
    kick = ban(1, kind=KICK, until_ms=NOW + 30_000)
    await storage.sanctions.record(kick, line("kick"))
    await storage.sanctions.record(ban(2), line())
    await storage.sanctions.lift(BAN, "snug", "bob", line("unban", at_ms=NOW + 5))
    await storage.sanctions.record(ban(3, kind=MUTE, until_ms=NOW + 1), line("mute"))
    lifted = ban(2, lifted_ms=NOW + 5, lifted_by="mona")
    assert await storage.sanctions.in_force(NOW + REVOKED_MS - 1) == [kick, lifted]
    assert await storage.sanctions.in_force(NOW + REVOKED_MS) == []


async def test_lifting_counts_what_held_and_is_audited(storage: SqlStorage) -> None:
    """Only that kind, that scope and that person; a second time nothing holds."""
    others = [
        ban(2, room_id=None),
        ban(3, room_id="other"),
        ban(4, user_id="carol"),
        ban(5, kind=MUTE),
    ]
    for made in (ban(1), *others):
        await storage.sanctions.record(made, line())
    undo = line("unban", at_ms=NOW + 7, actor_id="adam")
    assert await storage.sanctions.lift(BAN, "snug", "bob", undo) == 1
    assert await storage.sanctions.lift(BAN, "snug", "bob", undo) == 0
    found = await storage.sanctions.in_force(NOW + REVOKED_MS)
    assert found == others
    (lifted, *_) = await storage.sanctions.in_force(NOW + 8)
    assert lifted == ban(1, lifted_ms=NOW + 7, lifted_by="adam")
    assert len(await storage.audit.find(AuditQuery(action="unban"))) == 2


async def test_what_is_for_the_server_is_lifted_for_the_server(storage: SqlStorage) -> None:
    """No room is a scope of its own, not every room."""
    await storage.sanctions.record(ban(1, room_id=None), line())
    await storage.sanctions.record(ban(2), line())
    assert await storage.sanctions.lift(BAN, None, "bob", line("unban")) == 1
    assert await storage.sanctions.holding(BAN, None, NOW, limit=9) == []
    assert len(await storage.sanctions.holding(BAN, "snug", NOW, limit=9)) == 1


async def test_a_new_ban_replaces_the_one_that_holds(storage: SqlStorage) -> None:
    """The old one is lifted by who made the new one; a kick replaces nothing."""
    await storage.sanctions.record(ban(1), line())
    newer = ban(2, made_ms=NOW + 9, actor_id="adam", until_ms=NOW + DAY)
    await storage.sanctions.record(newer, line())
    await storage.sanctions.record(ban(3, kind=KICK), line("kick"))
    await storage.sanctions.record(ban(4, kind=KICK), line("kick"))
    assert await storage.sanctions.holding(BAN, "snug", NOW + 10, limit=9) == [newer]
    replaced, *_ = await storage.sanctions.in_force(NOW + 10)
    assert (replaced.lifted_ms, replaced.lifted_by) == (NOW + 9, "adam")
    assert len(await storage.sanctions.holding(KICK, "snug", NOW, limit=9)) == 2


async def test_of_bans_at_the_same_time_one_holds(storage: SqlStorage) -> None:
    """Two moderators in the same second; each is told that the person is banned, and is right."""
    made = [ban(number, made_ms=NOW) for number in range(20)]
    await asyncio.gather(*(storage.sanctions.record(one, line()) for one in made))
    assert len(await storage.sanctions.holding(BAN, "snug", NOW, limit=99)) == 1
    assert len(await storage.audit.find(AuditQuery(limit=99))) == 20


async def test_recording_and_lifting_at_once_leaves_one_of_the_two(storage: SqlStorage) -> None:
    """Whatever the order, what holds is what the last of them did."""
    for number in range(0, 20, 2):
        person = f"user-{number}"
        await storage.sanctions.record(ban(number, user_id=person), line())
        _, lifted = await asyncio.gather(
            storage.sanctions.record(ban(number + 1, user_id=person, made_ms=NOW), line()),
            storage.sanctions.lift(BAN, "snug", person, line("unban", at_ms=NOW)),
        )
        holding = await storage.sanctions.holding(BAN, "snug", NOW, limit=99)
        assert lifted == 1
        assert len([one for one in holding if one.user_id == person]) in {0, 1}


async def test_lists_are_read_page_by_page(storage: SqlStorage) -> None:
    """Newest first; the cursor is the last one seen."""
    for number in range(5):
        await storage.sanctions.record(ban(number, user_id=f"u{number}"), line())
    ids: list[str] = []
    cursor: str | None = None
    while page := await storage.sanctions.holding(BAN, "snug", NOW, limit=2, before_id=cursor):
        ids += [one.sanction_id for one in page]
        cursor = ids[-1]
    assert ids == [numbered_id(number) for number in reversed(range(5))]


async def test_what_ended_or_was_lifted_long_ago_is_forgotten(storage: SqlStorage) -> None:
    """What holds stays, however old; so does what ended at the very limit."""
    await storage.sanctions.record(ban(1, user_id="ended", until_ms=NOW + 4), line())
    await storage.sanctions.record(ban(2, user_id="lifted"), line())
    await storage.sanctions.lift(BAN, "snug", "lifted", line("unban", at_ms=NOW + 4))
    await storage.sanctions.record(ban(3, user_id="at-the-limit", until_ms=NOW + 5), line())
    await storage.sanctions.record(ban(4, user_id="for-good"), line())
    assert await storage.sanctions.forget(NOW + 5) == 2
    left = [one.user_id for one in await storage.sanctions.in_force(NOW)]
    assert left == ["at-the-limit", "for-good"]
