"""§7: who may moderate whom, and that one act does all of it."""

from typing import Any

import pytest

from support.evening import Evening, names, open_evening, payloads
from support.greeting import GREETING
from support.guest import Event, Guest, request_join
from virtubar.protocol.constants import Role

KICK_S = 30


async def _http_code(evening: Evening, guest: Guest) -> str:
    """The code that `POST /rooms/join` refuses the guest with; empty where it does not."""
    identity = guest.joined["identityToken"]
    response = await request_join(evening.url, evening.room_id, identity=identity)
    return "" if response.status_code == 200 else str(response.json()["code"])


async def _socket_code(evening: Evening, ticket: dict[str, Any]) -> str:
    """The code that `join_room` refuses the ticket with; empty where it does not."""
    visitor = await evening.connect(ticket)
    first = (await evening.join(visitor))[0]
    return str(first["payload"]["code"]) if first["t"] == "auth_error" else ""


def _told(events: list[Event]) -> list[tuple[str, dict[str, Any]]]:
    """Names and payloads of events."""
    return [(event["t"], event["payload"]) for event in events]


# Throwing out


@pytest.mark.parametrize(
    ("action", "kind", "close"), [("kick", "kicked", 4001), ("ban", "banned", 4003)]
)
async def test_the_person_hears_why_and_is_closed_and_the_others_see_a_leave(
    evening: Evening, action: str, kind: str, close: int
) -> None:
    """`moderation_action {type, reason}` to the person concerned and only to them (§7, §8)."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann, bob = await evening.company("Ann", "Bob")
    before_ms = evening.server.clock.wall_ms()
    await moderator.moderate(action, ann.user_id, reason="Spilled drinks on purpose")
    events, code = await ann.ending()
    assert code == close
    assert names(events) == ["moderation_action", "moderation_details"]
    assert events[0]["payload"] == {"type": kind, "reason": "Spilled drinks on purpose"}
    details = events[1]["payload"]
    assert (details["type"], details["scope"]) == (kind, "room")
    if action == "kick":
        assert 0 <= details["untilMs"] - KICK_S * 1000 - before_ms < 5_000
    else:
        assert details["untilMs"] is None
    for guest in (bob, moderator):
        left = _told(await evening.heard(guest))
        assert left == [("member_left", {"userId": ann.user_id})]


async def test_a_kick_refuses_for_thirty_seconds_and_revokes_every_token(
    evening: Evening,
) -> None:
    """Refused at both doors; after 30 s a new token works, an old one never again (§7)."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann = await evening.enter("Ann")
    spare = await evening.fresh(ann)
    await evening.pass_time(1)
    await moderator.moderate("kick", ann.user_id)
    assert await _http_code(evening, ann) == "kicked"
    assert await _socket_code(evening, spare) == "kicked"
    await evening.pass_time(KICK_S - 1)
    assert await _http_code(evening, ann) == "kicked"
    await evening.pass_time(2)
    assert await _socket_code(evening, spare) == "kicked"
    assert await _socket_code(evening, ann.joined) == "kicked"
    fresh = await evening.fresh(ann)
    assert await _socket_code(evening, fresh) == ""


async def test_a_ban_holds_for_good(evening: Evening) -> None:
    """Old tokens, new tokens, another device: `banned` everywhere, an hour later too (§7)."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann = await evening.enter("Ann")
    await moderator.moderate("ban", ann.user_id)
    assert await _http_code(evening, ann) == "banned"
    assert await _socket_code(evening, ann.joined) == "banned"
    assert await _socket_code(evening, evening.mint(ann.user_id)) == "banned"
    await moderator.leave()
    evening.server.advance(3_600_000)
    assert await _http_code(evening, ann) == "banned"
    assert await _socket_code(evening, evening.mint(ann.user_id)) == "banned"


async def test_a_ban_may_carry_a_duration(evening: Evening) -> None:
    """`durationSeconds`, shown as `untilMs`; afterwards the person may come back (§7)."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann = await evening.enter("Ann")
    before_ms = evening.server.clock.wall_ms()
    await moderator.moderate("ban", ann.user_id, durationSeconds=60)
    events, code = await ann.ending()
    assert code == 4003
    assert 0 <= events[1]["payload"]["untilMs"] - 60_000 - before_ms < 5_000
    await evening.pass_time(58)
    assert await _http_code(evening, ann) == "banned"
    await evening.pass_time(4)
    assert await _http_code(evening, ann) == ""


async def test_a_ban_can_be_lifted(evening: Evening) -> None:
    """After `unban` a new token works; those from before the ban stay revoked (§7)."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann = await evening.enter("Ann")
    await moderator.moderate("ban", ann.user_id)
    await evening.pass_time(1)
    await moderator.moderate("unban", ann.user_id)
    assert await _socket_code(evening, ann.joined) == "kicked"
    fresh = await evening.fresh(ann)
    assert await _socket_code(evening, fresh) == ""


async def test_a_ban_ends_the_grace(evening: Evening) -> None:
    """Who has dropped out is gone for the others at once, and cannot resume (§7, §4)."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann, bob = await evening.company("Ann", "Bob")
    ticket = await evening.fresh(ann)
    await evening.drop(ann)
    await evening.clear()  # bob has seen ann come to rest (§4)
    await moderator.moderate("ban", ann.user_id)
    assert _told(await evening.heard(bob)) == [("member_left", {"userId": ann.user_id})]
    assert await _socket_code(evening, ticket) == "banned"


async def test_somebody_who_is_not_there_can_be_banned(evening: Evening) -> None:
    """A ban meets the person at the door (§7)."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann, bob = await evening.company("Ann", "Bob")
    await ann.leave()
    await evening.clear()
    await moderator.moderate("ban", ann.user_id)
    assert await evening.heard(bob) == []
    assert await moderator.pending() == []
    assert await _http_code(evening, ann) == "banned"


async def test_a_ban_is_of_one_room(evening: Evening) -> None:
    """Another room's door stays open, and a socket that is in there (§7)."""
    other = await open_evening(evening.server, evening.transport)
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann = await evening.enter("Ann")
    there = await other.enter("Ann", await other.fresh(ann))
    await moderator.moderate("ban", ann.user_id)
    assert await ann.closed() == 4003
    await there.say("over here")
    assert names(await other.heard(there)) == ["chat_broadcast"]
    await other.end()


# Muting


async def test_a_muted_member_stays_and_cannot_chat(evening: Evening) -> None:
    """`mutedByMod`, and the socket stays; chat is `error muted`, and nobody hears it (§7)."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann, bob = await evening.company("Ann", "Bob")
    await moderator.moderate("mute", ann.user_id, reason="shouting")
    assert _told(await evening.heard(ann)) == [
        ("moderation_action", {"type": "mutedByMod", "reason": "shouting"}),
        ("moderation_details", {"type": "mutedByMod", "untilMs": None, "scope": "room"}),
    ]
    await ann.say("can you hear me?")
    (error,) = await evening.errors(ann)
    assert (error["code"], error["event"]) == ("muted", "local_chat")
    assert await bob.pending() == []
    assert await moderator.pending() == []


async def test_a_muted_member_never_shows_as_speaking(evening: Evening) -> None:
    """`speaking` is forced to false, for everyone and in the echo (§7)."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann, bob = await evening.company("Ann", "Bob")
    await ann.move(1, speaking=True)
    await evening.settle()
    await moderator.moderate("mute", ann.user_id)
    await ann.move(2, speaking=True)
    shown = payloads(await evening.heard(bob), "avatar_transform_broadcast")
    assert [(move["x"], move["speaking"]) for move in shown] == [(1, True), (2, False)]
    echoes = payloads(await ann.pending(), "avatar_transform_broadcast")
    assert [move["speaking"] for move in echoes] == [True, False]


@pytest.mark.parametrize("how", ["resume", "leave", "replace"])
async def test_a_mute_survives_a_rejoin_and_is_told_again(evening: Evening, how: str) -> None:
    """`session.muted`, and `moderation_action` and its details once more (§7)."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann = await evening.enter("Ann")
    await moderator.moderate("mute", ann.user_id, reason="shouting")
    if how == "resume":
        await evening.drop(ann)
    elif how == "leave":
        await ann.leave()
    back = await evening.connect_again(ann)
    events = await evening.join(back)
    assert names(events) == [
        *GREETING,
        "moderation_action",
        "moderation_details",
    ]
    assert events[1]["payload"]["muted"] is True
    assert events[len(GREETING)]["payload"] == {"type": "mutedByMod", "reason": "shouting"}
    await back.say("still?")
    assert (await evening.errors(back))[0]["code"] == "muted"


async def test_an_unmuted_member_may_speak_again(evening: Evening) -> None:
    """`moderation_lifted {type}`, and chat works; a second `unmute` says nothing (§7)."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann, bob = await evening.company("Ann", "Bob")
    await moderator.moderate("mute", ann.user_id)
    await evening.clear()
    for _ in range(2):
        await moderator.moderate("unmute", ann.user_id)
    lifted = [("moderation_lifted", {"type": "mutedByMod"})]
    assert _told(await evening.heard(ann)) == lifted
    await ann.say("thank you")
    await ann.move(1, speaking=True)
    heard = await evening.heard(bob)
    assert names(heard) == ["chat_broadcast", "avatar_transform_broadcast"]
    assert heard[1]["payload"]["speaking"] is True
    back = await evening.connect_again(ann)
    assert payloads(await evening.join(back), "session")[0]["muted"] is False


async def test_a_mute_may_carry_a_duration(evening: Evening) -> None:
    """It ends by itself, and the person is told (§7)."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann = await evening.enter("Ann")
    await moderator.moderate("mute", ann.user_id, durationSeconds=60)
    details = payloads(await evening.heard(ann), "moderation_details")[0]
    remaining_ms = details["untilMs"] - evening.server.clock.wall_ms()
    assert 58_000 < remaining_ms <= 60_000
    await evening.pass_time(58)
    assert await ann.pending() == []
    await evening.pass_time(3)
    assert names(await evening.heard(ann)) == ["moderation_lifted"]
    await ann.say("finally")
    assert names(await evening.heard(ann)) == ["chat_broadcast"]


async def test_a_muted_member_may_still_move_and_show_feelings(evening: Evening) -> None:
    """A mute takes the voice and nothing else (§7)."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann, bob = await evening.company("Ann", "Bob")
    await moderator.moderate("mute", ann.user_id)
    await ann.move(1)
    await ann.send("emote", roomId=evening.room_id, emoteId="sad")
    assert names(await evening.heard(bob)) == ["avatar_transform_broadcast", "emote_broadcast"]
