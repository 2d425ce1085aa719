"""§6: what may be said, who hears it, what is heard again, and emotes."""

import uuid

import pytest

from support.evening import Evening, names, open_evening, payloads
from support.guest import Guest
from support.server import RunningServer

FIRST_ID = "00000000-0000-7000-8000-000000000000"
"""Below every message's id."""


async def _said(evening: Evening, guest: Guest) -> list[str]:
    """The texts that the guest has heard since the last look."""
    return [chat["text"] for chat in payloads(await evening.heard(guest), "chat_broadcast")]


# Text


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Good evening!", "Good evening!"),
        ("  trimmed \n", "trimmed"),
        ("two\nlines", "two lines"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("be\x07ll\x00", "bell"),
        ("one\ttwo", "one two"),
        ("soft\u00adly\u034f hid\u3164den", "softly hidden"),
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
    (error,) = await evening.errors(ann)
    assert (error["code"], error["event"]) == ("chat_too_long", "local_chat")
    assert await bob.pending() == []


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u202e\u2066\x07"])
async def test_nothing_is_not_said(evening: Evening, text: str) -> None:
    """What is empty after cleaning is `chat_empty` (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.say(text)
    assert [error["code"] for error in await evening.errors(ann)] == ["chat_empty"]
    assert await bob.pending() == []


@pytest.mark.parametrize("mode", ["global", "whisper", "", None])
async def test_there_is_no_mode_but_local(evening: Evening, mode: str | None) -> None:
    """`mode` must be `local` (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.send("local_chat", roomId=evening.room_id, text="hello", mode=mode)
    assert [error["code"] for error in await evening.errors(ann)] == ["invalid_payload"]
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
