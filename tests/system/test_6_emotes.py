"""§6: emotes."""

from support.evening import Evening, names, open_evening, payloads
from support.greeting import GREETING
from support.server import RunningServer
from virtubar.protocol.constants import EMOTE_IDS

NIL = "00000000-0000-7000-8000-000000000000"
"""Below the id of every message."""


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
    errors = await evening.errors(ann)
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
    events = await evening.join(back, lastMessageId=NIL)
    assert names(events) == [*GREETING]
