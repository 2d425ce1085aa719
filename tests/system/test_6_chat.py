"""§6: what may be said, who hears it, what is heard again, and emotes."""

import uuid
from typing import Any

import pytest

from support.evening import Evening, names, open_evening, payloads
from support.guest import Guest
from support.server import RunningServer
from virtubar.protocol.constants import EMOTE_IDS

FIRST_ID = "00000000-0000-7000-8000-000000000000"
"""Below every message's id."""


async def _said(evening: Evening, guest: Guest) -> list[str]:
    """The texts that the guest has heard since the last look."""
    return [chat["text"] for chat in payloads(await evening.heard(guest), "chat_broadcast")]


async def _errors(evening: Evening, guest: Guest) -> list[dict[str, Any]]:
    """The errors that the guest has been told since the last look."""
    return payloads(await evening.heard(guest), "error")


# Text


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Good evening!", "Good evening!"),
        ("  trimmed \n", "trimmed"),
        ("two\nlines", "two lines"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("be\x07ll\x00", "bell"),
        ("a\tb", "ab"),
        ("evil\u202etxt\u2066!\u2069", "eviltxt!"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("🍻 שלום 你好", "🍻 שלום 你好"),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
async def test_text_is_cleaned_and_never_interpreted(
    evening: Evening, sent: str, shown: str
) -> None:
    """NFC, no control characters, newline to space, no bidi overrides, trimmed (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.say(sent)
    (chat,) = payloads(await evening.heard(bob), "chat_broadcast")
    assert (chat["userId"], chat["text"]) == (ann.user_id, shown)


@pytest.mark.parametrize(
    "text",
    ["x" * 240, "🍻" * 240, " " + "x" * 240 + "\n", "\x07" * 20 + "x" * 240, "e\u0301" * 240],
)
async def test_two_hundred_and_forty_code_points_are_said(evening: Evening, text: str) -> None:
    """Counted as Unicode code points, after cleaning (§6)."""
    (ann,) = await evening.company("Ann")
    await ann.say(text)
    (shown,) = await _said(evening, ann)
    assert len(shown) == 240


@pytest.mark.parametrize("text", ["x" * 241, "🍻" * 241, "x" + "e\u0301" * 240])
async def test_one_more_is_refused_and_not_cut(evening: Evening, text: str) -> None:
    """`chat_too_long`, and nobody hears any of it (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.say(text)
    (error,) = await _errors(evening, ann)
    assert (error["code"], error["event"]) == ("chat_too_long", "local_chat")
    assert await bob.pending() == []


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u202e\u2066\x07"])
async def test_nothing_is_not_said(evening: Evening, text: str) -> None:
    """What is empty after cleaning is `chat_empty` (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.say(text)
    assert [error["code"] for error in await _errors(evening, ann)] == ["chat_empty"]
    assert await bob.pending() == []


@pytest.mark.parametrize("mode", ["global", "whisper", "", None])
async def test_there_is_no_mode_but_local(evening: Evening, mode: str | None) -> None:
    """`mode` must be `local` (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.send("local_chat", roomId=evening.room_id, text="hello", mode=mode)
    assert [error["code"] for error in await _errors(evening, ann)] == ["invalid_payload"]
    assert await bob.pending() == []


# Who hears it


async def test_the_whole_room_hears_where_no_radius_is_set(evening: Evening) -> None:
    """However far away, and there is no `chat_heard` (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    await bob.move(9_000)
    await evening.clear()
    await ann.say("hello over there")
    assert names(await evening.heard(bob)) == ["chat_broadcast"]
    assert names(await ann.pending()) == ["chat_broadcast"]


async def test_only_those_within_the_radius_hear(server: RunningServer) -> None:
    """In all three dimensions, at the limit included; the speaker always hears itself (§6)."""
    evening = await open_evening(server, hearingRadiusM=5)
    ann, near, edge, far, above = await evening.company("Ann", "Near", "Edge", "Far", "Above")
    await ann.move(0)
    await near.move(1, 1)
    await edge.move(3, 4)
    await far.move(3, 4.01)
    await above.move(0, y=5.01)
    await evening.clear()
    await ann.say("psst")
    events = await evening.heard(ann)
    assert names(events) == ["chat_broadcast", "chat_heard"]
    message_id = events[0]["payload"]["messageId"]
    assert events[1]["payload"] == {"messageId": message_id, "count": 2}
    for guest in (near, edge):
        assert names(await guest.pending()) == ["chat_broadcast"]
    for guest in (far, above):
        assert await guest.pending() == []
    await evening.end()


async def test_a_speaker_whom_nobody_hears_is_told_so(server: RunningServer) -> None:
    """`chat_heard` with a count of 0, and its own `chat_broadcast` (§6)."""
    evening = await open_evening(server, hearingRadiusM=1)
    ann, bob = await evening.company("Ann", "Bob")
    await bob.move(100)
    await evening.clear()
    await ann.say("anybody?")
    events = await evening.heard(ann)
    assert names(events) == ["chat_broadcast", "chat_heard"]
    assert events[1]["payload"]["count"] == 0
    assert await bob.pending() == []
    await evening.end()


# Rate


async def test_one_message_a_second_after_a_burst_of_five(evening: Evening) -> None:
    """Over it `rate_limited` with `retryAfterMs`; what was refused is not said later (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    with evening.server.held_clock():
        evening.server.advance(6_000)
        for line in range(7):
            await ann.say(f"line {line}")
        await ann.handled()
        evening.server.advance(400)
        errors = payloads(await ann.pending(), "error")
        assert [(error["code"], error["event"]) for error in errors] == [
            ("rate_limited", "local_chat")
        ] * 2
        assert [error["retryAfterMs"] for error in errors] == [1000, 1000]
        await ann.say("too soon")
        assert payloads(await ann.pending(), "error")[0]["retryAfterMs"] == 600
        evening.server.advance(600)
        await ann.say("in time")
        assert await _said(evening, bob) == [f"line {n}" for n in range(5)] + ["in time"]


async def test_a_refused_message_costs_nothing_of_the_rate(evening: Evening) -> None:
    """What could not be said was not said too often (§6)."""
    (ann,) = await evening.company("Ann")
    with evening.server.held_clock():
        evening.server.advance(6_000)
        for _ in range(5):
            await ann.say("")
        for line in range(5):
            await ann.say(f"line {line}")
        assert len(await _said(evening, ann)) == 5


# Message ids


async def test_message_ids_are_uuid7_and_rise(evening: Evening) -> None:
    """UUIDv7 as text, unique and rising within the room, even within a millisecond (§6)."""
    crowd = await evening.company(*(f"g{n}" for n in range(6)))
    with evening.server.held_clock():
        evening.server.advance(6_000)
        for _ in range(5):
            for guest in crowd:
                await guest.say("cheers")
        now_ms = evening.server.clock.wall_ms()
        chats = payloads(await evening.heard(crowd[0]), "chat_broadcast")
    ids = [chat["messageId"] for chat in chats]
    assert len(set(ids)) == 30
    assert ids == sorted(ids)
    for text in ids:
        parsed = uuid.UUID(text)
        assert (str(parsed), parsed.version, parsed.variant) == (text, 7, uuid.RFC_4122)
        assert (parsed.int >> 80) == now_ms


# What was missed


async def _come_back(evening: Evening, guest: Guest, last: str | None) -> list[str]:
    """The texts that the guest gets on return, right behind state and session."""
    back = await evening.connect_again(guest)
    fields = {} if last is None else {"lastMessageId": last}
    events = await evening.join(back, **fields)
    chats = payloads(events, "chat_broadcast")
    assert names(events) == ["room_state", "session"] + ["chat_broadcast"] * len(chats)
    assert [c["messageId"] for c in chats] == sorted(c["messageId"] for c in chats)
    return [chat["text"] for chat in chats]


async def test_a_resumed_member_hears_what_it_missed(evening: Evening) -> None:
    """What was said after `lastMessageId`, in order, each with its id (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    for line in ("one", "two"):
        await ann.say(line)
    chats = payloads(await evening.heard(bob), "chat_broadcast")
    await evening.drop(bob)
    await ann.say("three")
    await evening.settle()
    assert await _come_back(evening, bob, chats[1]["messageId"]) == ["three"]
    assert await _come_back(evening, bob, chats[0]["messageId"]) == ["two", "three"]


async def test_who_does_not_ask_gets_nothing_again(evening: Evening) -> None:
    """Without `lastMessageId` there is no replay (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    await evening.drop(bob)
    await ann.say("missed")
    await evening.settle()
    assert await _come_back(evening, bob, None) == []


async def test_a_fresh_visitor_gets_none(evening: Evening) -> None:
    """Nobody hears what was said before they came, whatever id they name (§6)."""
    ann, _ = await evening.company("Ann", "Bob")
    await ann.say("a secret")
    (chat,) = payloads(await evening.heard(ann), "chat_broadcast")
    for last in (FIRST_ID, chat["messageId"]):
        eve = await evening.connect()
        events = await evening.join(eve, lastMessageId=last)
        assert names(events) == ["room_state", "session"]


async def test_a_member_hears_nothing_from_before_its_visit(evening: Evening) -> None:
    """Asking for everything gives what could have been heard, and no more (§6)."""
    (ann,) = await evening.company("Ann")
    await ann.say("before Bob")
    bob = await evening.enter("Bob")
    await ann.say("to Bob")
    await evening.settle()
    await evening.drop(bob)
    await ann.say("after Bob")
    await evening.settle()
    assert await _come_back(evening, bob, FIRST_ID) == ["to Bob", "after Bob"]


async def test_who_left_by_choice_comes_as_a_fresh_visitor(evening: Evening) -> None:
    """A clean leave gives up what is said meanwhile (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.say("to Bob")
    await evening.settle()
    await bob.socket.close(1000)
    await ann.say("behind Bob's back")
    await evening.settle()
    assert await _come_back(evening, bob, FIRST_ID) == []


async def test_who_was_dropped_after_the_grace_still_hears_what_it_missed(
    evening: Evening,
) -> None:
    """The grace is over, the conversation is not (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    await evening.drop(bob)
    await evening.pass_time(60)
    await ann.say("a minute later")
    await evening.settle()
    assert await _come_back(evening, bob, FIRST_ID) == ["a minute later"]


async def test_what_is_over_five_minutes_old_is_not_repeated(evening: Evening) -> None:
    """At most 5 minutes back (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.say("long ago")
    await evening.pass_time(200)
    await ann.say("not so long ago")
    await evening.pass_time(95)
    await bob.join_room(token=(await _fresh(evening, bob))["realtimeToken"])
    await ann.join_room(token=(await _fresh(evening, ann))["realtimeToken"])
    await evening.pass_time(10)
    await evening.drop(bob)
    assert await _come_back(evening, bob, FIRST_ID) == ["not so long ago"]


async def _fresh(evening: Evening, guest: Guest) -> dict[str, Any]:
    return await evening.ticket(identity=guest.joined["identityToken"])


async def test_at_most_two_hundred_messages_are_repeated(evening: Evening) -> None:
    """The newest 200 of more than that (§6)."""
    crowd = await evening.company(*(f"g{n}" for n in range(6)))
    bob = await evening.enter("Bob")
    await evening.drop(bob)
    said: list[str] = []
    for _ in range(7):
        await evening.pass_time(5.1)
        for _ in range(5):
            for guest in crowd:
                said.append(f"line {len(said)}")
                await guest.say(said[-1])
                await guest.handled()
    await evening.settle()
    assert len(said) == 210
    assert await _come_back(evening, bob, FIRST_ID) == said[10:]


async def test_what_was_out_of_hearing_is_not_heard_later(server: RunningServer) -> None:
    """Missed is what the member could have heard from where its avatar stands (§6)."""
    evening = await open_evening(server, hearingRadiusM=5)
    ann, near, far = await evening.company("Ann", "Near", "Far")
    await ann.move(0)
    await near.move(1)
    await far.move(50)
    await evening.clear()
    for guest in (near, far):
        await evening.drop(guest)
    await ann.say("psst")
    await evening.settle()
    assert await _come_back(evening, near, FIRST_ID) == ["psst"]
    assert await _come_back(evening, far, FIRST_ID) == []
    await evening.end()


# Emotes


async def test_the_eight_emotes_reach_everyone(evening: Evening) -> None:
    """`emote_broadcast` to the room, the sender included (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    for emote_id in EMOTE_IDS:
        await ann.send("emote", roomId=evening.room_id, emoteId=emote_id)
        await evening.step(500)
    expected = [{"userId": ann.user_id, "emoteId": emote_id} for emote_id in EMOTE_IDS]
    assert len(expected) == 8
    assert payloads(await evening.heard(bob), "emote_broadcast") == expected
    assert payloads(await ann.pending(), "emote_broadcast") == expected


async def test_an_emote_that_the_room_does_not_have_is_refused(evening: Evening) -> None:
    """`unknown_emote`, and nobody sees anything (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    for emote_id in ("moonwalk", "Cheers", ""):
        await ann.send("emote", roomId=evening.room_id, emoteId=emote_id)
    errors = await _errors(evening, ann)
    assert [(e["code"], e["event"]) for e in errors] == [("unknown_emote", "emote")] * 3
    assert await bob.pending() == []


async def test_a_room_may_have_its_own_emotes(server: RunningServer) -> None:
    """Its list replaces the usual one (§6)."""
    evening = await open_evening(server, emotes=["sax", "cheers"])
    (ann,) = await evening.company("Ann")
    for emote_id in ("sax", "cheers", "laugh"):
        await ann.send("emote", roomId=evening.room_id, emoteId=emote_id)
    events = await evening.heard(ann)
    assert [e["emoteId"] for e in payloads(events, "emote_broadcast")] == ["sax", "cheers"]
    assert [e["code"] for e in payloads(events, "error")] == ["unknown_emote"]
    await evening.end()


async def test_two_emotes_a_second_after_a_burst_of_four(evening: Evening) -> None:
    """Over it `rate_limited` with `retryAfterMs` (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    with evening.server.held_clock():
        evening.server.advance(3_000)
        for _ in range(5):
            await ann.send("emote", roomId=evening.room_id, emoteId="clap")
        (error,) = payloads(await ann.pending(), "error")
        assert (error["code"], error["event"], error["retryAfterMs"]) == (
            "rate_limited",
            "emote",
            500,
        )
        evening.server.advance(500)
        await ann.send("emote", roomId=evening.room_id, emoteId="clap")
        assert len(payloads(await evening.heard(bob), "emote_broadcast")) == 5


async def test_emotes_have_no_memory(evening: Evening) -> None:
    """Only chat is repeated to those who missed it (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    await evening.drop(bob)
    await ann.send("emote", roomId=evening.room_id, emoteId="heart")
    await evening.settle()
    back = await evening.connect_again(bob)
    events = await evening.join(back, lastMessageId=FIRST_ID)
    assert names(events) == ["room_state", "session"]
