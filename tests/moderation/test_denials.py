"""Whoever tries again and again is one line that counts it, and no denial is left out (§7)."""

import pytest

from live.bench import HubBench
from moderation.bench import turns
from support.gated import MemoryAudit
from virtubar.moderation.denials import WINDOW_MS, WINDOWS_MAX, Denials
from virtubar.protocol.constants import Role
from virtubar.room.moderation import SYSTEM_ID
from virtubar.room.ports import ModerationAct
from virtubar.room.records import AuditEntry
from virtubar.runtime.background_writes import Chores


class Desk:
    """Denials over an audit in memory, on a manual clock."""

    def __init__(self) -> None:
        self.bench = HubBench()
        self.audit = MemoryAudit()
        self.chores = Chores(self.bench.metrics)
        self.denials = Denials(
            audit=self.audit,
            chores=self.chores,
            clock=self.bench.clock,
            timer=self.bench.hub.timer,
        )

    def deny(self, actor_id: str = "eve", user_id: str = "bob", **fields: object) -> None:
        given = {"room_id": "lobby", "reason": "", **fields}
        role = given.pop("role", Role.GUEST)
        act = ModerationAct("ban", actor_id=actor_id, user_id=user_id, actor_role=role, **given)  # type: ignore[arg-type]  # test shorthand
        self.denials.add(act, act.actor_role)

    async def lines(self) -> list[AuditEntry]:
        """What the audit has by now."""
        await turns()
        return self.audit.lines

    async def pass_window(self) -> list[AuditEntry]:
        self.bench.loop.advance(WINDOW_MS)
        return await self.lines()


@pytest.fixture
async def desk() -> Desk:
    """Nobody has tried anything."""
    return Desk()


def told(lines: list[AuditEntry]) -> list[tuple[str, int]]:
    """Who tried how often, by each line."""
    return [(line.actor_id, line.detail.get("times", 1)) for line in lines]


async def test_the_first_try_is_a_line_at_once(desk: Desk) -> None:
    """With whom it was about, and why."""
    desk.deny(reason="because")
    (line,) = await desk.lines()
    assert (line.action, line.actor_id, line.user_id) == ("denied", "eve", "bob")
    assert line.detail == {"tried": "ban", "reason": "because"}


async def test_what_is_tried_again_is_one_line_that_counts(desk: Desk) -> None:
    """A thousand tries within a minute are two lines, and every try is in one of them."""
    for _ in range(1_000):
        desk.deny()
        await turns(1)
    assert told(await desk.pass_window()) == [("eve", 1), ("eve", 999)]
    assert [line.user_id for line in desk.audit.lines] == ["bob", "bob"]


async def test_a_flood_of_one_leaves_room_for_anothers_line(desk: Desk) -> None:
    """Whoever tries once among thousands is in the audit as if they were alone."""
    for number in range(5_000):
        desk.deny(f"eve{number % 15}")
        await turns(1)
        if number == 2_500:
            desk.deny("mallory", "root", role=Role.MODERATOR)
    lines = await desk.lines()
    assert ("mallory", 1) in told(lines)
    lines = await desk.pass_window()
    assert sum(times for _, times in told(lines)) == 5_001
    assert len(lines) == 2 * 15 + 1


async def test_a_line_that_counts_names_whom_it_was_about_only_where_that_is_one(
    desk: Desk,
) -> None:
    """Several people are nobody in particular."""
    desk.deny(user_id="bob")
    await desk.lines()
    for user_id in ("bob", "ann", "bob"):
        desk.deny(user_id=user_id)
    lines = await desk.pass_window()
    assert [(line.user_id, line.detail.get("times")) for line in lines] == [
        ("bob", None),
        (None, 3),
    ]


async def test_a_minute_without_a_try_ends_it(desk: Desk) -> None:
    """Then the next one is a line at once."""
    desk.deny()
    await desk.lines()
    await desk.pass_window()
    desk.deny()
    assert told(await desk.lines()) == [("eve", 1), ("eve", 1)]


async def test_whoever_goes_on_is_a_line_a_minute(desk: Desk) -> None:
    """For as long as it goes on."""
    for _ in range(30):
        desk.deny()
        desk.bench.loop.advance(10_000)
        await turns()
    lines = await desk.pass_window()
    assert sum(times for _, times in told(lines)) == 30
    assert len(lines) <= 7


async def test_an_audit_that_is_away_loses_no_try(desk: Desk) -> None:
    """The line waits, and grows."""
    desk.audit.fails = True
    for _ in range(100):
        desk.deny()
        await desk.chores.settle()
        desk.bench.loop.advance(WINDOW_MS / 10)
    assert desk.audit.lines == []
    desk.audit.fails = False
    await desk.chores.settle()
    lines = await desk.pass_window()
    assert sum(times for _, times in told(lines)) == 100


async def test_guests_past_the_bound_are_counted_together(desk: Desk) -> None:
    """At the limit each has a line; one more is in one of `system`, and staff is told apart."""
    for number in range(WINDOWS_MAX):
        desk.deny(f"u{number}")
    desk.deny("one more")
    desk.deny("another")
    desk.deny("mod", role=Role.MODERATOR)
    await desk.chores.settle()
    names = [line.actor_id for line in desk.audit.lines]
    assert len(names) == WINDOWS_MAX + 2
    assert {"u0", "mod", SYSTEM_ID} < set(names)
    (crowd,) = [line for line in desk.audit.lines if line.actor_id == SYSTEM_ID]
    assert crowd.detail == {"tried": "ban", "crowd": True, "times": 2}
    assert (crowd.user_id, crowd.room_id) == (None, None)


async def test_who_is_forgotten_is_told_of_first(desk: Desk) -> None:
    """What waits of them, or about them, is written before storage forgets them."""
    for actor_id, user_id in (("eve", "bob"), ("bob", "ann"), ("cat", "ann")):
        desk.deny(actor_id, user_id)
        desk.deny(actor_id, user_id)
        await desk.lines()
        desk.deny(actor_id, user_id)
    before = len(desk.audit.lines)
    desk.denials.forget("bob")
    assert told((await desk.lines())[before:]) == [("eve", 1), ("bob", 1)]


async def test_a_server_that_stops_tells_what_waits(desk: Desk) -> None:
    """Without waiting for the minute."""
    desk.deny()
    await desk.lines()
    desk.deny()
    desk.denials.tell_all()
    assert told(await desk.lines()) == [("eve", 1), ("eve", 1)]
