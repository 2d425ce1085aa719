"""Whoever tries again and again is one line that counts it, and no denial is left out (§7)."""

import asyncio

import pytest

from live.bench import HubBench
from moderation.bench import turns
from support.gated import MemoryAudit
from virtubar.moderation.denials import WINDOW_MS, WINDOWS_MAX, Denials
from virtubar.protocol.constants import Role
from virtubar.room.moderation import SYSTEM_ID
from virtubar.room.ports import ModerationAct
from virtubar.room.records import AuditEntry
from virtubar.runtime.background_writes import BackgroundWrites


class DenialsBench:
    """Denials over an audit in memory, on a manual clock."""

    def __init__(self) -> None:
        self.bench = HubBench()
        self.audit = MemoryAudit()
        self.writes = BackgroundWrites(self.bench.metrics)
        self.denials = Denials(
            audit=self.audit,
            writes=self.writes,
            clock=self.bench.clock,
            timer=self.bench.hub.timer,
        )

    def deny(self, actor_id: str = "eve", user_id: str = "bob", **fields: object) -> None:
        given = {"verb": "ban", "room_id": "lobby", "reason": "", **fields}
        role = given.pop("role", Role.GUEST)
        act = ModerationAct(actor_id=actor_id, user_id=user_id, actor_role=role, **given)  # type: ignore[arg-type]  # test shorthand
        self.denials.add(act, act.actor_role, (user_id.title(), actor_id.title()))

    async def lines(self) -> list[AuditEntry]:
        """What the audit has by now."""
        await turns()
        return self.audit.lines

    async def pass_window(self) -> list[AuditEntry]:
        self.bench.loop.advance(WINDOW_MS)
        return await self.lines()


@pytest.fixture
async def bench() -> DenialsBench:
    """Nobody has tried anything."""
    return DenialsBench()


def told(lines: list[AuditEntry]) -> list[tuple[str, int]]:
    """Who tried how often, by each line."""
    return [(line.actor_id, line.detail.get("times", 1)) for line in lines]


async def test_the_first_try_is_a_line_at_once(bench: DenialsBench) -> None:
    """With whom it was about, and why."""
    bench.deny(reason="because")
    (line,) = await bench.lines()
    assert (line.action, line.actor_id, line.user_id) == ("denied", "eve", "bob")
    assert line.detail == {"tried": "ban", "reason": "because"}


async def test_what_is_tried_again_is_one_line_that_counts(bench: DenialsBench) -> None:
    """A thousand tries within a minute are two lines, and every try is in one of them."""
    for _ in range(1_000):
        bench.deny()
        await turns(1)
    assert told(await bench.pass_window()) == [("eve", 1), ("eve", 999)]
    assert [line.user_id for line in bench.audit.lines] == ["bob", "bob"]
    assert [line.user_name for line in bench.audit.lines] == ["Bob", "Bob"]


async def test_a_flood_of_one_leaves_room_for_anothers_line(bench: DenialsBench) -> None:
    """Whoever tries once among thousands is in the audit as if they were alone."""
    for number in range(5_000):
        bench.deny(f"eve{number % 15}")
        await turns(1)
        if number == 2_500:
            bench.deny("mallory", "root", role=Role.MODERATOR)
    lines = await bench.lines()
    assert ("mallory", 1) in told(lines)
    lines = await bench.pass_window()
    assert sum(times for _, times in told(lines)) == 5_001
    assert len(lines) == 2 * 15 + 1


async def test_a_line_that_counts_names_whom_it_was_about_only_where_that_is_one(
    bench: DenialsBench,
) -> None:
    """Several people are nobody in particular."""
    bench.deny(user_id="bob")
    await bench.lines()
    for user_id in ("bob", "ann", "bob"):
        bench.deny(user_id=user_id)
    lines = await bench.pass_window()
    assert [(line.user_id, line.detail.get("times")) for line in lines] == [
        ("bob", None),
        (None, 3),
    ]
    assert [(line.actor_name, line.user_name) for line in lines] == [("Eve", "Bob"), ("Eve", None)]


async def test_a_minute_without_a_try_ends_it(bench: DenialsBench) -> None:
    """Then the next one is a line at once."""
    bench.deny()
    await bench.lines()
    await bench.pass_window()
    bench.deny()
    assert told(await bench.lines()) == [("eve", 1), ("eve", 1)]


async def test_whoever_goes_on_is_a_line_a_minute(bench: DenialsBench) -> None:
    """For as long as it goes on."""
    for _ in range(30):
        bench.deny()
        bench.bench.loop.advance(10_000)
        await turns()
    lines = await bench.pass_window()
    assert sum(times for _, times in told(lines)) == 30
    assert len(lines) <= 7


async def test_an_audit_that_is_away_loses_no_try(bench: DenialsBench) -> None:
    """The line waits, and grows."""
    bench.audit.fails = True
    for _ in range(100):
        bench.deny()
        await bench.writes.settle()
        bench.bench.loop.advance(WINDOW_MS / 10)
    assert bench.audit.lines == []
    bench.audit.fails = False
    await bench.writes.settle()
    lines = await bench.pass_window()
    assert sum(times for _, times in told(lines)) == 100


async def test_guests_past_the_bound_are_counted_together(bench: DenialsBench) -> None:
    """At the limit each has a line; one more is in one of `system`, and staff is told apart."""
    for number in range(WINDOWS_MAX):
        bench.deny(f"u{number}")
    bench.deny("one more")
    bench.deny("another")
    bench.deny("mod", role=Role.MODERATOR)
    await bench.writes.settle()
    names = [line.actor_id for line in bench.audit.lines]
    assert len(names) == WINDOWS_MAX + 2
    assert {"u0", "mod", SYSTEM_ID} < set(names)
    (crowd,) = [line for line in bench.audit.lines if line.actor_id == SYSTEM_ID]
    assert crowd.detail == {"tried": "ban", "crowd": True, "times": 2}
    assert (crowd.user_id, crowd.room_id) == (None, None)


async def test_the_line_of_a_crowd_names_nobody(bench: DenialsBench) -> None:
    """Even where it tells of one try, and of whoever came past the bound."""
    for number in range(WINDOWS_MAX):
        bench.deny(f"u{number}")
    bench.deny("one more", reason="because")
    await bench.writes.settle()
    (crowd,) = [line for line in bench.audit.lines if line.actor_id == SYSTEM_ID]
    assert crowd.detail == {"tried": "ban", "crowd": True}
    assert (crowd.actor_name, crowd.user_id, crowd.user_name) == (None, None, None)


async def test_each_has_a_minute_of_their_own(bench: DenialsBench) -> None:
    """Whose minute ended without a try keeps nobody behind them waiting."""
    second_ms, loop = WINDOW_MS / 60, bench.bench.loop
    for actor_id in ("quiet", "eve", "mallory"):
        bench.deny(actor_id)
        await bench.lines()
        loop.advance(second_ms)
    bench.deny("eve")
    bench.deny("mallory")
    loop.advance(WINDOW_MS - 3 * second_ms)
    assert told(await bench.lines())[3:] == []
    loop.advance(second_ms)
    assert told(await bench.lines())[3:] == [("eve", 1)]
    loop.advance(second_ms)
    assert told(await bench.lines())[3:] == [("eve", 1), ("mallory", 1)]


async def test_a_line_that_fails_late_is_told_with_what_was_tried_meanwhile(
    bench: DenialsBench,
) -> None:
    """The newest try is the line's, and when it was; the older one is counted."""
    bench.audit.gate = gate = asyncio.Event()
    bench.audit.fails = True
    bench.deny(verb="ban")
    await bench.lines()
    bench.bench.loop.advance(1_000)
    newest_ms = bench.bench.clock.wall_ms()
    bench.deny(verb="kick")
    gate.set()
    await bench.writes.settle()
    bench.audit.fails = False
    await bench.writes.settle()
    (line,) = await bench.lines()
    assert line.detail == {"tried": "kick", "times": 2}
    assert line.at_ms == newest_ms


async def test_who_is_forgotten_is_told_of_first(bench: DenialsBench) -> None:
    """What waits of them, or about them, is written before storage forgets them."""
    for actor_id, user_id in (("eve", "bob"), ("bob", "ann"), ("cat", "ann")):
        bench.deny(actor_id, user_id)
        bench.deny(actor_id, user_id)
        await bench.lines()
        bench.deny(actor_id, user_id)
    before = len(bench.audit.lines)
    bench.denials.forget("bob")
    assert told((await bench.lines())[before:]) == [("eve", 1), ("bob", 1)]


async def test_a_server_that_stops_tells_what_waits(bench: DenialsBench) -> None:
    """Without waiting for the minute."""
    bench.deny()
    await bench.lines()
    bench.deny()
    bench.denials.tell_all()
    assert told(await bench.lines()) == [("eve", 1), ("eve", 1)]
