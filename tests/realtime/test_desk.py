"""One act of moderation does all of it, or nothing of it (§7)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from realtime.bench import Visitor
from realtime.office import HOME, Office, turns
from virtubar.protocol.constants import AuthCode, CloseCode, Role
from virtubar.protocol.events import Error, LocalChat, Moderate, ModerationDone
from virtubar.realtime.desk import WAITING_MAX
from virtubar.room.config import RoomConfig
from virtubar.room.ports import ForbiddenError, NotStoredError
from virtubar.room.records import SanctionKind, Scope
from virtubar.storage.ports import StorageError


@pytest.fixture
async def office() -> Office:
    """Storage answers at once."""
    return Office()


@pytest.fixture
async def slow() -> Office:
    """Storage answers when told."""
    return Office(opened=False)


async def test_an_act_is_stored_audited_and_felt_when_it_returns(office: Office) -> None:
    """The record, the line of the audit, the refusal and the closed socket (§7)."""
    bob = office.bench.enter("bob")
    outcome = await office.do("ban", duration_ms=60_000)
    (sanction,) = office.store.kept
    assert (sanction.kind, sanction.user_id, sanction.room_id) == (SanctionKind.BAN, "bob", "lobby")
    assert outcome.sanction_id == sanction.sanction_id
    assert outcome.until_ms == sanction.until_ms == sanction.made_ms + 60_000
    (line,) = office.store.audit
    assert (line.action, line.actor_id, line.actor_role) == ("ban", "mod", "moderator")
    assert line.detail["reason"] == "why"
    assert bob.transport.closed is CloseCode.BANNED
    assert bob.names()[-2:] == ["moderation_action", "moderation_details"]
    assert office.code() is AuthCode.BANNED


async def test_the_door_is_shut_before_the_act_is_stored(slow: Office) -> None:
    """Nobody slips in behind a ban that is being written; who is inside feels it when it is."""
    bob = slow.bench.enter("bob")
    doing = asyncio.ensure_future(slow.do("ban"))
    await turns()
    assert slow.code() is AuthCode.BANNED
    assert bob.transport.closed is None
    assert not doing.done()
    slow.store.finish()
    await doing
    assert bob.transport.closed is CloseCode.BANNED


async def test_an_act_that_cannot_be_stored_did_nothing(slow: Office) -> None:
    """The door opens again, the person stays, and nothing is audited as done."""
    bob = slow.bench.enter("bob")
    doing = asyncio.ensure_future(slow.do("kick"))
    await turns()
    slow.store.fail()
    with pytest.raises(NotStoredError):
        await doing
    assert slow.code() is None
    assert bob.transport.closed is None
    assert slow.store.audit == []
    slow.bench.send(bob, LocalChat("lobby", "still here", "local"))
    slow.bench.loop.advance(60)
    assert "chat_broadcast" in bob.names()


async def test_whoever_asked_may_go_away_meanwhile(slow: Office) -> None:
    """A request that is cut off does not stop what it began."""
    bob = slow.bench.enter("bob")
    doing = asyncio.ensure_future(slow.do("ban"))
    await turns()
    doing.cancel()
    await turns()
    slow.store.finish()
    await slow.desk.close()
    assert bob.transport.closed is CloseCode.BANNED
    assert office_kinds(slow) == ["ban"]


def office_kinds(office: Office) -> list[str]:
    """What is stored, by kind."""
    return [str(sanction.kind) for sanction in office.store.kept]


async def test_acts_are_done_in_the_order_in_which_they_were_asked_for(slow: Office) -> None:
    """The book, the storage and the room never disagree about which came last."""
    ban = asyncio.ensure_future(slow.do("ban"))
    unban = asyncio.ensure_future(slow.do("unban"))
    await turns()
    assert slow.store.waiting == 1
    slow.store.finish()
    await turns()
    slow.store.finish()
    await asyncio.gather(ban, unban)
    slow.bench.loop.advance(1)
    assert slow.store.kept == []
    assert slow.code() is None


@pytest.mark.parametrize("verb", ["kick", "ban", "mute", "unmute", "unban"])
async def test_who_may_not_changes_nothing_and_is_audited(office: Office, verb: str) -> None:
    """`denied`, with what was tried; the actor is told no more than that."""
    with pytest.raises(ForbiddenError):
        await office.do(verb, actor_id="eve", actor_role=Role.GUEST)
    await office.chores.close()
    assert office.store.kept == []
    (line,) = office.audit.lines
    assert (line.action, line.actor_id, line.detail["tried"]) == ("denied", "eve", verb)


async def test_an_audit_that_is_away_does_not_let_anybody_do_more(office: Office) -> None:
    """A denial stays one; the missing line is counted."""
    office.audit.fails = True
    with pytest.raises(ForbiddenError):
        await office.do("kick", actor_id="eve", actor_role=Role.GUEST)
    await office.chores.close()
    assert office.bench.metrics.drops["audit_denied"] == 1


async def test_an_absent_admin_cannot_be_moderated(office: Office) -> None:
    """What somebody was last seen as counts while they are away (§7)."""
    office.staff.seen("root", Role.ADMIN)
    with pytest.raises(ForbiddenError):
        await office.do("ban", "root")
    office.staff.seen("root", Role.MEMBER)
    await office.do("ban", "root")
    await office.chores.close()
    assert [record.role for record in office.people.records] == [Role.ADMIN, Role.MEMBER]


async def test_what_somebody_was_seen_as_gives_no_rights(office: Office) -> None:
    """An actor's rights are those of the token at hand."""
    office.staff.seen("mod", Role.ADMIN)
    with pytest.raises(ForbiddenError):
        await office.do("ban", actor_role=Role.MEMBER)


@pytest.mark.parametrize("scope", ["room", "server"])
async def test_who_is_banned_keeps_no_order_there(office: Office, scope: Scope) -> None:
    """A token with a role outlives the ban; what it lets its bearer do does not (§7)."""
    await office.do("ban", "mod", actor_id="root", actor_role=Role.ADMIN, scope=scope)
    with pytest.raises(ForbiddenError):
        await office.do("kick")
    await office.do("unban", "mod", actor_id="root", actor_role=Role.ADMIN, scope=scope)
    await office.do("kick")


async def test_an_act_on_the_server_is_felt_in_every_room(office: Office) -> None:
    """Kicked from all of them, refused in all of them; only an admin may."""
    office.bench.hub.create(RoomConfig("cellar", "Cellar"))
    there = [office.bench.enter("bob"), enter(office, "bob", "cellar")]
    with pytest.raises(ForbiddenError):
        await office.do("ban", scope="server")
    await office.do("ban", scope="server", actor_role=Role.ADMIN)
    assert [visitor.transport.closed for visitor in there] == [CloseCode.BANNED] * 2
    assert office.store.kept[0].room_id is None


def enter(office: Office, user_id: str, room_id: str) -> Visitor:
    """Somebody goes into another room than the lobby."""
    visitor = office.bench.open(user_id)
    office.bench.join(visitor, office.bench.token(user_id, room_id=room_id), room_id)
    office.bench.loop.advance(60)
    return visitor


async def test_a_ban_of_a_guest_keeps_where_they_came_from(office: Office) -> None:
    """Hashed, and only with a ban; somebody whose address is not known has none."""
    for verb, user_id in (("ban", "bob"), ("kick", "bob"), ("ban", "ann")):
        await office.do(verb, user_id)
    assert [sanction.address for sanction in office.store.kept] == [HOME, None, None]


async def test_a_room_that_is_not_there_is_forbidden_like_any_other(office: Office) -> None:
    """Nothing is said of what exists."""
    with pytest.raises(ForbiddenError):
        await office.do("ban", room_id="nowhere")


async def test_acts_that_wait_are_bounded(slow: Office) -> None:
    """At the limit they wait; one more is refused, and told so."""
    waiting = [asyncio.ensure_future(slow.do("ban", f"u{n}")) for n in range(WAITING_MAX)]
    await turns()
    with pytest.raises(NotStoredError):
        await slow.do("ban", "one more")
    told: list[Any] = []
    slow.desk.submit(slow.act("ban", "another"), told.append)
    assert [type(answer) for answer in told] == [NotStoredError]
    slow.store.opened = True
    slow.store.finish()
    await asyncio.gather(*waiting)
    assert len(slow.store.kept) == WAITING_MAX


# On the socket


async def ask(office: Office, visitor: Visitor, event: Moderate) -> list[Any]:
    """Ask over the visitor's connection; what came back of it."""
    visitor.transport.events()
    office.bench.send(visitor, event)
    await office.desk.close()
    await turns()
    office.bench.loop.advance(60)
    return [e for e in visitor.transport.events() if isinstance(e, ModerationDone | Error)]


async def test_a_moderator_on_a_socket_is_told_when_it_is_done(office: Office) -> None:
    """`moderation_done {action, userId, scope, untilMs}` (§7)."""
    mod, bob = office.bench.enter("mod", role=Role.MODERATOR), office.bench.enter("bob")
    answers = await ask(office, mod, Moderate("mute", "bob", "why", 60))
    (sanction,) = office.store.kept
    assert answers == [ModerationDone("mute", "bob", "room", sanction.until_ms)]
    assert "moderation_action" in bob.names()


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda _office: None, "forbidden"),
        (lambda office: setattr(office.store, "record", failing), "not_stored"),
    ],
)
async def test_a_moderator_on_a_socket_is_told_why_not(
    office: Office, prepare: Callable[[Office], None], code: str
) -> None:
    """`error forbidden` and `error not_stored`; the connection goes on (§7)."""
    role = Role.GUEST if code == "forbidden" else Role.MODERATOR
    mod = office.bench.enter("mod", role=role)
    prepare(office)
    (error,) = await ask(office, mod, Moderate("ban", "bob"))
    assert (error.code, error.event) == (code, "moderate")
    assert mod.transport.closed is None


async def failing(*_: Any) -> Awaitable[None]:
    """A store that is full."""
    raise StorageError("the disk is full")


async def test_a_moderator_who_is_gone_is_told_nothing(slow: Office) -> None:
    """The act is done all the same."""
    mod = slow.bench.enter("mod", role=Role.MODERATOR)
    slow.bench.send(mod, Moderate("ban", "bob"))
    await turns()
    mod.connection.closed(left=True)
    slow.store.finish()
    await slow.desk.close()
    await turns()
    assert slow.code() is AuthCode.BANNED


async def test_acts_on_a_socket_are_limited(office: Office) -> None:
    """Twenty at once, then five a second; past it `rate_limited`, and nothing is done (§7)."""
    mod = office.bench.enter("mod", role=Role.MODERATOR)
    mod.transport.events()
    for n in range(21):
        office.bench.send(mod, Moderate("ban", f"u{n}"))
    await office.desk.close()
    await turns()
    refused = [e for e in mod.transport.events() if isinstance(e, Error)]
    assert [error.code for error in refused] == ["rate_limited"]
    assert refused[0].retry_after_ms
    assert len(office.store.kept) == 20


async def test_acts_that_there_is_no_time_for_are_nothing(slow: Office) -> None:
    """A database that hangs must not keep a server from ending; nobody was told that they hold."""
    act = asyncio.create_task(slow.do("ban"))
    behind = asyncio.create_task(slow.do("ban", "eve"))
    closing = asyncio.create_task(slow.desk.close())
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
