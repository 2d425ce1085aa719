"""§3, and §6 of the specification: what happens when a token ends while its bearer is inside."""

from typing import Any

from support.evening import Evening, names, open_evening
from support.greeting import GREETING
from support.guest import Guest
from support.server import RunningServer
from virtubar.moderation.sanctions import sanction_of
from virtubar.protocol.constants import AuthCode, Role
from virtubar.room.ports import ModerationAct

TOKEN_LIFE_S = 300


async def _renew(evening: Evening, guest: Guest) -> dict[str, Any]:
    """Send `join_room` with a fresh token; what `/rooms/join` answered."""
    ticket = await evening.fresh(guest)
    await guest.join_room(token=ticket["realtimeToken"])
    return ticket


async def test_an_expired_token_is_told_to_its_bearer_alone(evening: Evening) -> None:
    """After 5 minutes `auth_error token_expired`; the membership goes on (§3, spec §6)."""
    ann = await evening.enter("Ann")
    await evening.pass_time(30)
    bob = await evening.enter("Bob")
    await evening.clear()
    await evening.pass_time(TOKEN_LIFE_S - 32)
    assert await ann.pending() == []
    await evening.pass_time(3)
    (error,) = await ann.pending()
    assert error["t"] == "auth_error"
    assert error["payload"]["code"] == "token_expired"
    assert await bob.pending() == []
    await ann.say("still here")
    assert names(await evening.heard(bob)) == ["chat_broadcast"]


async def test_a_fresh_token_within_thirty_seconds_renews_silently(evening: Evening) -> None:
    """No `room_state`, no `member_joined`: only `token_renewed` to the bearer (§3)."""
    ann = await evening.enter("Ann")
    await evening.pass_time(20)
    bob = await evening.enter("Bob")
    await evening.pass_time(TOKEN_LIFE_S - 20 + 29)
    assert names(await ann.pending())[-1] == "auth_error"
    await evening.clear()
    ticket = await _renew(evening, ann)
    (renewed,) = await evening.heard(ann)
    assert renewed["t"] == "token_renewed"
    assert renewed["payload"] == {"expiresAtMs": ticket["expiresAtMs"]}
    assert await bob.pending() == []
    await _renew(evening, bob)
    await evening.clear()
    await evening.pass_time(60)
    assert await ann.pending() == []
    assert await bob.pending() == []


async def test_a_membership_that_is_not_renewed_ends_after_thirty_seconds(
    evening: Evening,
) -> None:
    """The others hear `member_left`, and the socket stays open, unjoined (§3)."""
    ann = await evening.enter("Ann")
    await evening.pass_time(60)
    bob = await evening.enter("Bob")
    await evening.pass_time(TOKEN_LIFE_S - 60 + 29)
    await evening.clear()
    await evening.pass_time(2)
    (left,) = await bob.pending()
    assert (left["t"], left["payload"]) == ("member_left", {"userId": ann.user_id})
    await ann.say("hello?")
    (error,) = await evening.errors(ann)
    assert error["code"] == "not_joined"


async def test_whoever_was_let_go_may_join_again_on_the_same_socket(evening: Evening) -> None:
    """After the membership has ended a `join_room` is a new visit (§3)."""
    ann = await evening.enter("Ann")
    await evening.pass_time(60)
    bob = await evening.enter("Bob")
    await evening.pass_time(TOKEN_LIFE_S - 60 + 31)
    await evening.clear()
    await _renew(evening, ann)
    events = await evening.heard(ann)
    assert names(events) == [*GREETING]
    session = events[1]
    assert session["payload"]["resumed"] is False
    assert names(await bob.pending()) == ["member_joined"]


async def test_whoever_was_let_go_and_does_not_come_back_is_closed(evening: Evening) -> None:
    """An unjoined socket has 60 s, as at the beginning: 4008 (§3)."""
    ann = await evening.enter("Ann")
    await evening.pass_time(TOKEN_LIFE_S + 31)
    await ann.handled()
    await evening.pass_time(58)
    await ann.handled()
    await evening.pass_time(3)
    assert await ann.closed() == 4008


async def test_a_token_may_be_renewed_before_it_ends(evening: Evening) -> None:
    """A `join_room` with a fresh token at any time renews; the old end is forgotten (§3)."""
    ann = await evening.enter("Ann")
    await evening.pass_time(200)
    ticket = await _renew(evening, ann)
    events = await evening.heard(ann)
    assert names(events) == ["token_renewed"]
    assert events[0]["payload"]["expiresAtMs"] == ticket["expiresAtMs"]
    await evening.pass_time(200)
    assert await ann.pending() == []
    await evening.pass_time(101)
    assert names(await ann.pending()) == ["auth_error"]


async def test_an_expired_token_does_not_renew(evening: Evening) -> None:
    """The old token is refused `token_expired`, and the 30 s run on (§3)."""
    ann = await evening.enter("Ann")
    await evening.pass_time(TOKEN_LIFE_S + 10)
    await evening.clear()
    await ann.join_room()
    (error,) = await evening.heard(ann)
    assert error["payload"]["code"] == "token_expired"
    await evening.pass_time(21)
    await ann.say("hello?")
    assert (await evening.errors(ann))[0]["code"] == "not_joined"


async def test_a_renewal_takes_the_fresh_tokens_role(evening: Evening) -> None:
    """A change of role holds from the next token on (§3)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.join_room(token=evening.mint(ann.user_id, role=Role.MODERATOR)["realtimeToken"])
    await evening.clear()
    await ann.send("moderate", action="kick", userId=bob.user_id)
    assert await bob.closed() == 4001


async def test_a_resume_with_an_expired_token_is_refused(evening: Evening) -> None:
    """Renewal and resume are checked like a join: the place waits, the token must be good (§3)."""
    ann = await evening.enter("Ann")
    await evening.pass_time(TOKEN_LIFE_S + 6)
    await evening.drop(ann)
    back = await evening.connect(ann.joined)
    (error,) = await evening.join(back)
    assert error["payload"]["code"] == "token_expired"
    state, session, *_ = await evening.join(back, token=(await evening.fresh(ann))["realtimeToken"])
    assert state["t"] == "room_state"
    assert session["payload"]["resumed"] is True


async def test_sanctions_are_checked_again_at_a_renewal(evening: Evening) -> None:
    """Somebody who has been banned elsewhere meanwhile gets no further life (§3, §7)."""
    ann = await evening.enter("Ann")
    ticket = await evening.fresh(ann)
    server, wall_ms = evening.server, evening.server.clock.wall_ms()
    act = ModerationAct("ban", evening.room_id, ann.user_id, "mod", Role.MODERATOR, "shouting")
    ban = sanction_of(act, sanction_id="elsewhere", wall_ms=wall_ms, address=None)
    server.call(lambda: server.app.services.book.apply(ban, wall_ms))
    await ann.join_room(token=ticket["realtimeToken"])
    (error,) = await evening.heard(ann)
    assert error["payload"]["code"] == AuthCode.BANNED


async def test_a_renewal_needs_no_place(server: RunningServer) -> None:
    """Capacity is checked too, and a member has its place (§3)."""
    evening = await open_evening(server, capacity=1)
    ticket = await evening.ticket()
    ann = await evening.enter("Ann", ticket)
    await _renew(evening, ann)
    assert names(await evening.heard(ann)) == ["token_renewed"]
    await evening.end()
