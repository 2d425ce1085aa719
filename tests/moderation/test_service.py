"""One act of moderation does all of it, or nothing of it (§7)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from live.bench import Visitor
from moderation.bench import HOME, Bench, turns
from virtubar.errors import VirtuBarError
from virtubar.moderation.act_limits import ACTS_BY_ADDRESS, ROOM_ACTS
from virtubar.moderation.act_line import ACT_MS
from virtubar.moderation.acts import answer_to
from virtubar.moderation.circuit import REST_MS, SLOW_MS, TRY_MS
from virtubar.moderation.service import ROOM_SANCTIONS_MAX
from virtubar.moderation.turns import OTHERS_PLACES, PLACES, WAITING_MAX
from virtubar.protocol.constants import ACT_BURST, ACT_RATE_HZ, AuthCode, CloseCode, Role
from virtubar.protocol.events import Error, LocalChat, Moderate, ModerationDone
from virtubar.room.config import RoomConfig
from virtubar.room.moderation import SYSTEM_ID
from virtubar.room.ports import (
    ActsLimitedError,
    ForbiddenError,
    ModerationOutcome,
    NotStoredError,
    SanctionsFullError,
)
from virtubar.room.records import SanctionKind, Scope
from virtubar.storage.ports import StorageError


@pytest.fixture
async def bench() -> Bench:
    """Storage answers at once."""
    return Bench()


@pytest.fixture
async def slow() -> Bench:
    """Storage answers when told."""
    return Bench(opened=False)


async def test_an_act_is_stored_audited_and_felt_when_it_returns(bench: Bench) -> None:
    """The record, the line of the audit, the refusal and the closed socket (§7)."""
    bob = bench.rooms.enter("bob")
    outcome = await bench.do("ban", duration_ms=60_000)
    (sanction,) = bench.store.kept
    assert (sanction.kind, sanction.user_id, sanction.room_id) == (SanctionKind.BAN, "bob", "lobby")
    assert outcome.sanction_id == sanction.sanction_id
    assert outcome.until_ms == sanction.until_ms == sanction.made_ms + 60_000
    (line,) = bench.store.audit
    assert (line.action, line.actor_id, line.actor_role) == ("ban", "mod", "moderator")
    assert line.detail["reason"] == "why"
    assert (sanction.user_name, line.user_name) == ("Bob", "Bob")
    assert (sanction.actor_name, line.actor_name) == (None, None), "nobody has seen `mod`"
    assert bob.transport.closed is CloseCode.BANNED
    assert bob.names()[-2:] == ["moderation_action", "moderation_details"]
    assert bench.code() is AuthCode.BANNED


@pytest.mark.parametrize(("scope", "room_id"), [("room", "lobby"), ("server", None)])
@pytest.mark.parametrize("verb", ["kick", "ban", "mute", "unmute", "unban"])
async def test_the_audit_says_who_did_what_to_whom_where_and_when(
    bench: Bench, verb: str, scope: Scope, room_id: str | None
) -> None:
    """An act on the whole server is in no room; the record of the sanction is named (§7)."""
    bench.rooms.loop.advance(1_234)
    outcome = await bench.do(verb, actor_id="root", actor_role=Role.ADMIN, scope=scope)
    (line,) = bench.store.audit
    assert (line.actor_id, line.actor_role, line.action) == ("root", Role.ADMIN, verb)
    assert (line.user_id, line.room_id) == ("bob", room_id)
    assert line.at_ms == bench.rooms.clock.wall_ms()
    assert [one.sanction_id for one in bench.store.kept] == (
        [] if outcome.sanction_id is None else [line.detail["sanctionId"]]
    )
    assert line.detail.get("sanctionId") == outcome.sanction_id


async def test_a_name_at_the_lifting_is_that_of_the_same_scope(bench: Bench) -> None:
    """The server's ban of somebody knows what they were called, a room's does not speak for it."""
    root: dict[str, Any] = {"actor_id": "root", "actor_role": Role.ADMIN, "scope": "server"}
    bob = bench.rooms.enter("bob")
    await bench.do("ban", **root)
    assert bob.transport.closed is CloseCode.BANNED
    live = bench.rooms.hub.live("lobby")
    assert live is not None
    live.room.forget_person("bob")
    await bench.do("unban")
    await bench.do("unban", **root)
    assert [line.user_name for line in bench.store.audit] == ["Bob", None, "Bob"]


async def test_records_say_what_the_two_were_called(bench: Bench) -> None:
    """As they are, or were lately; who is let in again is called as they were banned (§7)."""
    bob = bench.rooms.enter("bob")
    mod = bench.rooms.enter("mod", role=Role.MODERATOR)
    for visitor in (bob, mod):
        visitor.connection.closed(left=True)
    await bench.do("ban")
    (sanction,) = bench.store.kept
    assert (sanction.actor_name, sanction.user_name) == ("Mod", "Bob")
    live = bench.rooms.hub.live("lobby")
    assert live is not None
    live.room.forget_person("bob")
    await bench.do("unban")
    await bench.do("unban")
    assert [(line.actor_name, line.user_name) for line in bench.store.audit] == [
        ("Mod", "Bob"), ("Mod", "Bob"), ("Mod", None)
    ]  # fmt: skip


async def test_the_door_is_shut_before_the_act_is_stored(slow: Bench) -> None:
    """Nobody slips in behind a ban that is being written; who is inside feels it when it is."""
    bob = slow.rooms.enter("bob")
    doing = asyncio.ensure_future(slow.do("ban"))
    await turns()
    assert slow.code() is AuthCode.BANNED
    assert bob.transport.closed is None
    assert not doing.done()
    slow.store.finish()
    await doing
    assert bob.transport.closed is CloseCode.BANNED


async def test_an_act_that_cannot_be_stored_did_nothing(slow: Bench) -> None:
    """The door opens again, the person stays, and nothing is audited as done."""
    bob = slow.rooms.enter("bob")
    doing = asyncio.ensure_future(slow.do("kick"))
    await turns()
    slow.store.fail()
    with pytest.raises(NotStoredError):
        await doing
    assert slow.code() is None
    assert bob.transport.closed is None
    assert slow.store.audit == []
    slow.rooms.send(bob, LocalChat("lobby", "still here", "local"))
    slow.rooms.loop.advance(60)
    assert "chat_broadcast" in bob.names()


async def test_whoever_asked_may_go_away_meanwhile(slow: Bench) -> None:
    """A request that is cut off does not stop what it began."""
    bob = slow.rooms.enter("bob")
    doing = asyncio.ensure_future(slow.do("ban"))
    await turns()
    doing.cancel()
    await turns()
    slow.store.finish()
    await slow.service.close()
    assert bob.transport.closed is CloseCode.BANNED
    assert kinds_kept(slow) == ["ban"]


def kinds_kept(bench: Bench) -> list[str]:
    """What is stored, by kind."""
    return [str(sanction.kind) for sanction in bench.store.kept]


async def test_acts_are_done_in_the_order_in_which_they_were_asked_for(slow: Bench) -> None:
    """The book, the storage and the room never disagree about which came last."""
    ban = asyncio.ensure_future(slow.do("ban"))
    unban = asyncio.ensure_future(slow.do("unban"))
    await turns()
    assert slow.store.waiting == 1
    slow.store.finish()
    await turns()
    slow.store.finish()
    await asyncio.gather(ban, unban)
    slow.rooms.loop.advance(1)
    assert slow.store.kept == []
    assert slow.code() is None


@pytest.mark.parametrize("verb", ["kick", "ban", "mute", "unmute", "unban"])
async def test_who_may_not_changes_nothing_and_is_audited(bench: Bench, verb: str) -> None:
    """`denied`, with what was tried; the actor is told no more than that."""
    with pytest.raises(ForbiddenError):
        await bench.do(verb, actor_id="eve", actor_role=Role.GUEST)
    await bench.writes.close()
    assert bench.store.kept == []
    (line,) = bench.audit.lines
    assert (line.action, line.actor_id, line.detail["tried"]) == ("denied", "eve", verb)
    assert (line.actor_role, line.room_id, line.user_id) == (Role.GUEST, "lobby", "bob")


async def test_a_denial_says_who_tried_under_which_name_and_role(bench: Bench) -> None:
    """And of whom; what was tried on the whole server was in no room."""
    bench.rooms.enter("bob")
    bench.rooms.enter("mod", role=Role.MODERATOR)
    with pytest.raises(ForbiddenError):
        await bench.do("ban", scope="server")
    await bench.writes.close()
    (line,) = bench.audit.lines
    assert (line.actor_role, line.actor_name, line.user_name) == (Role.MODERATOR, "Mod", "Bob")
    assert line.room_id is None


async def test_an_audit_that_is_away_does_not_let_anybody_do_more(bench: Bench) -> None:
    """A denial stays one, and its line waits until the audit is back."""
    bench.audit.fails = True
    with pytest.raises(ForbiddenError):
        await bench.do("kick", actor_id="eve", actor_role=Role.GUEST)
    await bench.writes.settle()
    assert bench.store.kept == []
    assert bench.audit.lines == []
    bench.audit.fails = False
    await bench.writes.close()
    assert [line.actor_id for line in bench.audit.lines] == ["eve"]


async def test_an_absent_admin_cannot_be_moderated(bench: Bench) -> None:
    """What somebody was last seen as counts while they are away (§7)."""
    bench.staff.seen("root", Role.ADMIN)
    with pytest.raises(ForbiddenError):
        await bench.do("ban", "root")
    bench.staff.seen("root", Role.MEMBER)
    await bench.do("ban", "root")
    await bench.writes.close()
    assert bench.people.records[-1].role is Role.MEMBER, "the newest is what is kept"


async def test_what_somebody_was_seen_as_gives_no_rights(bench: Bench) -> None:
    """An actor's rights are those of the token at hand."""
    bench.staff.seen("mod", Role.ADMIN)
    with pytest.raises(ForbiddenError):
        await bench.do("ban", actor_role=Role.MEMBER)


@pytest.mark.parametrize("scope", ["room", "server"])
async def test_who_is_banned_keeps_no_order_there(bench: Bench, scope: Scope) -> None:
    """A token with a role outlives the ban; what it lets its bearer do does not (§7)."""
    await bench.do("ban", "mod", actor_id="root", actor_role=Role.ADMIN, scope=scope)
    with pytest.raises(ForbiddenError):
        await bench.do("kick")
    await bench.do("unban", "mod", actor_id="root", actor_role=Role.ADMIN, scope=scope)
    await bench.do("kick")


async def test_an_act_on_the_server_is_felt_in_every_room(bench: Bench) -> None:
    """Kicked from all of them, refused in all of them; only an admin may."""
    bench.rooms.hub.create(RoomConfig("cellar", "Cellar"))
    there = [bench.rooms.enter("bob"), enter(bench, "bob", "cellar")]
    with pytest.raises(ForbiddenError):
        await bench.do("ban", scope="server")
    await bench.do("ban", scope="server", actor_role=Role.ADMIN)
    assert [visitor.transport.closed for visitor in there] == [CloseCode.BANNED] * 2
    assert bench.store.kept[0].room_id is None


def enter(bench: Bench, user_id: str, room_id: str) -> Visitor:
    """Somebody goes into another room than the lobby."""
    visitor = bench.rooms.open(user_id)
    bench.rooms.join(visitor, bench.rooms.token(user_id, room_id=room_id), room_id)
    bench.rooms.loop.advance(60)
    return visitor


async def test_a_ban_of_a_guest_keeps_where_they_came_from(bench: Bench) -> None:
    """Hashed, and only with a ban; somebody whose address is not known has none."""
    for verb, user_id in (("ban", "bob"), ("kick", "bob"), ("ban", "ann")):
        await bench.do(verb, user_id)
    assert [sanction.address for sanction in bench.store.kept] == [HOME, None, None]


async def test_a_room_that_is_not_there_is_forbidden_like_any_other(bench: Bench) -> None:
    """Nothing is said of what exists."""
    with pytest.raises(ForbiddenError):
        await bench.do("ban", room_id="nowhere")


async def test_acts_that_wait_are_bounded(slow: Bench) -> None:
    """At the limit they wait; one more is refused, and told so."""
    waiting = [
        asyncio.ensure_future(slow.do("ban", f"u{n}", actor_id=f"mod{n}"))
        for n in range(WAITING_MAX + PLACES)
    ]
    await turns()
    with pytest.raises(NotStoredError):
        await slow.do("ban", "one more")
    told: list[Any] = []
    slow.service.submit(slow.act("ban", "another"), told.append)
    assert [type(answer) for answer in told] == [NotStoredError]
    slow.store.opened = True
    for _ in range(PLACES):
        slow.store.finish()
    await asyncio.gather(*waiting)
    assert len(slow.store.kept) == WAITING_MAX + PLACES


# Who waits for whom, and for how long


async def refused(*doing: "asyncio.Future[Any]") -> list[str]:
    """Why each of them was not done."""
    outcomes = await asyncio.gather(*doing, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {NotStoredError}
    assert all(str(outcome).endswith("so nothing was done.") for outcome in outcomes), "for people"
    return [str(outcome) for outcome in outcomes]


async def test_acts_on_different_people_do_not_wait_for_each_other(slow: Bench) -> None:
    """A write that takes its time holds up nobody but the person it is about."""
    doing = [asyncio.ensure_future(slow.do("ban", user)) for user in ("bob", "eve", "ann")]
    await turns()
    assert slow.store.waiting == 3
    for _ in doing:
        slow.store.finish()
    await asyncio.gather(*doing)


async def test_the_door_is_shut_from_the_arrival_of_an_act(slow: Bench) -> None:
    """Whatever is before it: also while it has not had its turn (§7)."""
    others = [asyncio.ensure_future(slow.do("ban", f"u{n}")) for n in range(PLACES)]
    doing = asyncio.ensure_future(slow.do("ban"))
    await turns()
    assert slow.store.waiting == PLACES
    assert slow.code() is AuthCode.BANNED
    slow.rooms.loop.advance(ACT_MS)
    await refused(*others, doing)
    assert slow.code() is None


async def test_the_twentieth_moderator_waits_no_longer_than_the_first(slow: Bench) -> None:
    """Ten seconds, all waiting included, while a database hangs."""
    doing = [asyncio.ensure_future(slow.do("ban", f"u{n}")) for n in range(20)]
    await turns()
    slow.rooms.loop.advance(ACT_MS - 1)
    await turns()
    assert not any(one.done() for one in doing)
    slow.rooms.loop.advance(1)
    await turns()
    assert all(one.done() for one in doing)
    await refused(*doing)
    assert slow.store.waiting == 0
    assert [slow.code(f"u{n}") for n in range(20)] == [None] * 20


async def test_a_queue_before_a_database_that_hangs_fails_at_once(slow: Bench) -> None:
    """Whoever came later need not wait until it is their turn to be told."""
    first = [asyncio.ensure_future(slow.do("ban", f"u{n}")) for n in range(PLACES)]
    await turns()
    slow.rooms.loop.advance(ACT_MS - 1_000)
    later = [asyncio.ensure_future(slow.do("ban", f"v{n}")) for n in range(20)]
    await turns()
    slow.rooms.loop.advance(1_000)
    await turns()
    assert all(one.done() for one in (*first, *later))
    await refused(*first, *later)
    with pytest.raises(NotStoredError):
        await slow.do("ban", "one more")


async def test_a_database_that_is_well_again_is_found_by_one_that_tries(slow: Bench) -> None:
    """The others are told at once meanwhile; what is asked for then is done."""
    hanging = asyncio.ensure_future(slow.do("ban"))
    await turns()
    slow.rooms.loop.advance(ACT_MS)
    await refused(hanging)
    slow.rooms.loop.advance(REST_MS)
    trying = asyncio.ensure_future(slow.do("ban"))
    await turns()
    assert slow.code() is AuthCode.BANNED
    await refused(asyncio.ensure_future(slow.do("ban", "eve")))
    slow.store.finish()
    await trying
    slow.store.opened = True
    await slow.do("ban", "eve")


async def test_one_that_tries_a_database_that_hangs_is_told_soon(slow: Bench) -> None:
    """Two seconds, not ten."""
    hanging = asyncio.ensure_future(slow.do("ban"))
    await turns()
    slow.rooms.loop.advance(ACT_MS)
    await refused(hanging)
    slow.rooms.loop.advance(REST_MS)
    trying = asyncio.ensure_future(slow.do("ban"))
    await turns()
    slow.rooms.loop.advance(TRY_MS)
    await refused(trying)


async def test_a_write_that_fails_late_hung(slow: Bench) -> None:
    """A driver with a time limit of its own says so as a failure."""
    doing = asyncio.ensure_future(slow.do("ban"))
    await turns()
    slow.rooms.loop.advance(SLOW_MS + 1)
    slow.store.fail()
    await refused(doing)
    await refused(asyncio.ensure_future(slow.do("ban")))


async def test_a_write_that_fails_soon_is_tried_again_at_once(slow: Bench) -> None:
    """A full disk costs nobody time."""
    doing = asyncio.ensure_future(slow.do("ban"))
    await turns()
    slow.store.fail()
    await refused(doing)
    slow.store.opened = True
    await slow.do("ban")


async def test_a_write_that_cannot_be_stopped_keeps_its_person(slow: Bench) -> None:
    """Whoever asked is told in time; nothing overtakes a write that may yet be done."""
    gate = asyncio.Event()

    async def stubborn(*_: Any) -> None:
        try:
            await gate.wait()
        except asyncio.CancelledError:
            await gate.wait()

    record, slow.store.record = slow.store.record, stubborn  # type: ignore[assignment,method-assign]  # a fault
    doing = asyncio.ensure_future(slow.do("ban"))
    await turns()
    slow.rooms.loop.advance(ACT_MS)
    await refused(doing)
    slow.store.record = record  # type: ignore[method-assign]  # as it was
    slow.rooms.loop.advance(REST_MS)
    behind = asyncio.ensure_future(slow.do("ban"))
    await turns()
    assert slow.store.waiting == 0
    gate.set()
    await turns()
    assert slow.store.waiting == 1
    slow.store.finish()
    await behind


async def test_staff_goes_before_the_owners_of_rooms(slow: Bench) -> None:
    """Twenty guests who ban whom they like make no moderator wait."""
    for n in range(20):
        slow.rooms.hub.create(RoomConfig(f"r{n}", "Mine", owner_id=f"o{n}"))
    owners = [
        asyncio.ensure_future(
            slow.do("ban", f"u{n}", room_id=f"r{n}", actor_id=f"o{n}", actor_role=Role.GUEST)
        )
        for n in range(20)
    ]
    await turns()
    assert slow.store.waiting == OTHERS_PLACES
    staff = asyncio.ensure_future(slow.do("ban"))
    await turns()
    assert slow.store.waiting == OTHERS_PLACES + 1
    slow.store.opened = True
    for _ in range(OTHERS_PLACES + 1):
        slow.store.finish()
    await asyncio.gather(staff, *owners)


# What a room's owner may make the server store


async def nook(bench: Bench, count: int, **fields: Any) -> list[Any]:
    """What comes of it when the owner of a room mutes so many, in time for every limit."""
    told: list[Any] = []
    for n in range(count):
        bench.rooms.loop.advance(30_000)
        act = {"room_id": "nook", "actor_id": "olga", "actor_role": Role.GUEST, **fields}
        try:
            told.append(await bench.do("mute", f"u{n}", **act))
        except SanctionsFullError as error:
            told.append(error)
    return told


async def test_the_sanctions_that_hold_in_somebodys_own_room_are_bounded(bench: Bench) -> None:
    """At the limit all hold; one more is refused with a word of why, until one is lifted (§7)."""
    bench.rooms.hub.create(RoomConfig("nook", "Nook", owner_id="olga"))
    told = await nook(bench, ROOM_SANCTIONS_MAX + 1)
    assert [type(one) for one in told[:-1]] == [ModerationOutcome] * ROOM_SANCTIONS_MAX
    assert isinstance(told[-1], SanctionsFullError)
    assert f"{ROOM_SANCTIONS_MAX}" in str(told[-1])
    olga = {"room_id": "nook", "actor_id": "olga", "actor_role": Role.GUEST}
    await bench.do("mute", "u0", **olga)
    await bench.do("kick", "somebody", **olga)
    await bench.do("unmute", "u0", **olga)
    await bench.do("ban", "one more", **olga)
    with pytest.raises(SanctionsFullError):
        await bench.do("ban", "another", **olga)
    await bench.do("ban", "another", room_id="nook")
    kept = [held for held in bench.store.kept if held.kind is not SanctionKind.KICK]
    assert len(kept) == ROOM_SANCTIONS_MAX + 1, "the staff needs no place"


async def test_a_sanction_that_has_ended_makes_place(bench: Bench) -> None:
    """Only what holds counts."""
    bench.rooms.hub.create(RoomConfig("nook", "Nook", owner_id="olga"))
    await nook(bench, ROOM_SANCTIONS_MAX, duration_ms=ROOM_SANCTIONS_MAX * 30_000)
    bench.rooms.loop.advance(30_000)
    (told,) = await nook(bench, 1)
    assert isinstance(told, ModerationOutcome)


async def test_the_acts_of_a_rooms_owner_and_rules_are_limited_together(bench: Bench) -> None:
    """However they reconnect; the staff's are not counted (§7)."""
    bench.rooms.hub.create(RoomConfig("nook", "Nook", owner_id="olga"))
    told: list[Any] = []
    for n in range(ROOM_ACTS[1] + 10):
        bench.rooms.loop.advance(250)
        actor = {"actor_id": "olga", "actor_role": Role.GUEST}
        if n % 2:
            actor = {"actor_id": SYSTEM_ID, "actor_role": Role.ADMIN}
        bench.service.submit(bench.act("kick", f"u{n}", room_id="nook", **actor), told.append)
        await turns()
    refusals = [one for one in told if isinstance(one, ActsLimitedError)]
    assert len(refusals) == 10
    await bench.do("kick", "somebody", room_id="nook")


# On the socket


async def ask(bench: Bench, visitor: Visitor, event: Moderate) -> list[Any]:
    """Ask over the visitor's connection; what came back of it."""
    visitor.transport.events()
    bench.rooms.send(visitor, event)
    await bench.service.close()
    await turns()
    bench.rooms.loop.advance(60)
    return [e for e in visitor.transport.events() if isinstance(e, ModerationDone | Error)]


async def test_a_moderator_on_a_socket_is_told_when_it_is_done(bench: Bench) -> None:
    """`moderation_done {action, userId, scope, untilMs}` (§7)."""
    mod, bob = bench.rooms.enter("mod", role=Role.MODERATOR), bench.rooms.enter("bob")
    answers = await ask(bench, mod, Moderate("mute", "bob", "why", 60))
    (sanction,) = bench.store.kept
    assert answers == [ModerationDone("mute", "bob", "room", sanction.until_ms)]
    assert "moderation_action" in bob.names()


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda _office: None, "forbidden"),
        (lambda bench: setattr(bench.store, "record", failing), "not_stored"),
    ],
)
async def test_a_moderator_on_a_socket_is_told_why_not(
    bench: Bench, prepare: Callable[[Bench], None], code: str
) -> None:
    """`error forbidden` and `error not_stored`; the connection goes on (§7)."""
    role = Role.GUEST if code == "forbidden" else Role.MODERATOR
    mod = bench.rooms.enter("mod", role=role)
    prepare(bench)
    (error,) = await ask(bench, mod, Moderate("ban", "bob", request_id="act-7"))
    assert (error.code, error.event, error.request_id) == (code, "moderate", "act-7")
    assert mod.transport.closed is None


async def failing(*_: Any) -> Awaitable[None]:
    """A store that is full."""
    raise StorageError("the disk is full")


async def test_a_moderator_who_is_gone_is_told_nothing(slow: Bench) -> None:
    """The act is done all the same."""
    mod = slow.rooms.enter("mod", role=Role.MODERATOR)
    slow.rooms.send(mod, Moderate("ban", "bob"))
    await turns()
    mod.connection.closed(left=True)
    slow.store.finish()
    await slow.service.close()
    await turns()
    assert slow.code() is AuthCode.BANNED


async def test_acts_on_a_socket_are_limited(bench: Bench) -> None:
    """Twenty at once, then five a second; past it `rate_limited`, and nothing is done (§7)."""
    mod = bench.rooms.enter("mod", role=Role.MODERATOR)
    mod.transport.events()
    for n in range(21):
        bench.rooms.send(mod, Moderate("ban", f"u{n}"))
    await bench.service.close()
    await turns()
    refused = [e for e in mod.transport.events() if isinstance(e, Error)]
    assert [error.code for error in refused] == ["rate_limited"]
    assert refused[0].retry_after_ms
    assert len(bench.store.kept) == 20


async def test_acts_are_limited_over_a_reconnect(bench: Bench) -> None:
    """Twenty sockets of one person have one burst between them (§7)."""
    for n in range(20):
        mod = bench.rooms.enter("mod", role=Role.MODERATOR)
        for act in range(5):
            bench.rooms.send(mod, Moderate("ban", f"u{n}-{act}"))
        await turns()
        mod.connection.closed(left=n % 4 == 0)
    elapsed_s = 20 * 60 / 1000
    assert len(bench.store.kept) <= ACT_BURST + ACT_RATE_HZ * elapsed_s


async def test_acts_of_guests_are_limited_by_address(bench: Bench) -> None:
    """Twenty guests behind one address have one burst between them; another address its own."""
    bench.rooms.hub.create(RoomConfig("nook", "Nook", owner_id="o0"))
    for n in range(20):
        guest = bench.rooms.open(f"o{n}", address="a")
        bench.rooms.join(guest, bench.rooms.token(f"o{n}", room_id="nook"), "nook")
        for _ in range(5):
            bench.rooms.send(guest, Moderate("ban", "bob"))
    for _ in range(3):
        await turns()
    await bench.writes.close()
    tries = [line.detail.get("times", 1) for line in bench.audit.lines]
    assert sum(tries) + len(bench.store.kept) == ACTS_BY_ADDRESS[1]


@pytest.mark.parametrize(
    ("error", "code"),
    [(SanctionsFullError("500 hold"), "too_many_sanctions"), (ActsLimitedError(7), "rate_limited")],
)
def test_a_socket_is_told_what_is_too_much(error: VirtuBarError, code: str) -> None:
    """In words of its own (§7)."""
    told = answer_to(Moderate("ban", "bob"), error)
    assert isinstance(told, Error)
    assert (told.code, told.event) == (code, "moderate")
    assert told.retry_after_ms == (7 if code == "rate_limited" else None)
    assert told.message == str(error)


def test_a_socket_is_told_no_more_than_that_it_may_not() -> None:
    """Not whom there is, nor what they are."""
    told = answer_to(Moderate("ban", "bob"), ForbiddenError("bob is an admin of this server"))
    assert isinstance(told, Error)
    assert told.message == "You may not do that."


async def test_acts_that_there_is_no_time_for_are_nothing(slow: Bench) -> None:
    """A database that hangs must not keep a server from ending; nobody was told that they hold."""
    act = asyncio.create_task(slow.do("ban"))
    behind = asyncio.create_task(slow.do("ban", "eve"))
    closing = asyncio.create_task(slow.service.close())
    await turns()
    assert slow.code() is AuthCode.BANNED, "held while it is stored"
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing
    assert [slow.code(), slow.code("eve")] == [None, None]
    for task in (act, behind):
        with pytest.raises(asyncio.CancelledError):
            await task
    assert slow.store.kept == []
