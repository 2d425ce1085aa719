"""§11: seats, over every transport."""

from typing import Any

from support.evening import Evening, names, payloads
from support.greeting import GREETING
from support.guest import Event, Guest


async def sit(evening: Evening, guest: Guest, seat_id: str | None) -> None:
    """Ask for a seat, or give the own one up."""
    await guest.send("seat", roomId=evening.room_id, seatId=seat_id)
    await evening.settle()


def told(events: list[Event]) -> list[Any]:
    """Who sits where, as these events tell it."""
    changes = payloads(events, "seat_changed")
    return [(change["userId"], change["seatId"]) for change in changes]


async def test_a_seat_is_one_persons_and_the_room_hears_whose(evening: Evening) -> None:
    """`seat_changed` to everybody; whoever asks second gets `seat_taken` (§11)."""
    ann, bob = await evening.company("Ann", "Bob")
    await sit(evening, ann, "counter-5")
    await sit(evening, bob, "counter-5")
    assert told(await ann.pending()) == [(ann.user_id, "counter-5")]
    events = await evening.heard(bob)
    assert told(events) == [(ann.user_id, "counter-5")]
    assert [(e["code"], e["event"]) for e in payloads(events, "error")] == [("seat_taken", "seat")]


async def test_a_seat_is_free_when_given_up_or_walked_away_from(evening: Evening) -> None:
    """Null gives it up; so do 1.5 m, and taking another (§11)."""
    ann, bob = await evening.company("Ann", "Bob")
    await sit(evening, ann, "a")
    await sit(evening, ann, None)
    await sit(evening, ann, "b")
    await sit(evening, ann, "c")
    await ann.move(9.0, -5.0)
    await evening.settle()
    await sit(evening, bob, "c")
    me = ann.user_id
    changes = [(me, "a"), (me, None), (me, "b"), (me, "c"), (me, None), (bob.user_id, "c")]
    assert told(await evening.heard(bob)) == changes


async def test_a_newcomer_is_told_every_seat_after_its_session(evening: Evening) -> None:
    """`seats` has the taken ones, and comes where none is taken, too (§11)."""
    ann = await evening.connect()
    first = await evening.join(ann, name="Ann")
    assert names(first) == [*GREETING]
    assert payloads(first, "seats") == [{"taken": []}]
    await sit(evening, ann, "table-3-1")
    bob = await evening.connect()
    events = await evening.join(bob, name="Bob")
    assert names(events) == [*GREETING]
    assert payloads(events, "seats") == [{"taken": [["table-3-1", ann.user_id]]}]


async def test_a_seat_is_kept_for_whoever_comes_back_in_time(evening: Evening) -> None:
    """Not for whoever leaves: `member_left` frees it without an event of its own (§4, §11)."""
    ann, bob = await evening.company("Ann", "Bob")
    await sit(evening, ann, "chair")
    await evening.drop(ann)
    await sit(evening, bob, "chair")
    assert [e["code"] for e in payloads(await bob.pending(), "error")] == ["seat_taken"]
    back = await evening.connect_again(ann)
    events = await evening.join(back)
    assert payloads(events, "seats") == [{"taken": [["chair", ann.user_id]]}]
    await back.leave()
    await evening.settle()
    await sit(evening, bob, "chair")
    assert names(await evening.heard(bob)) == ["member_left", "seat_changed"]


async def test_two_seats_a_second_after_a_burst_of_four(evening: Evening) -> None:
    """Over it `rate_limited` with `retryAfterMs` (§11)."""
    (ann,) = await evening.company("Ann")
    with evening.server.held_clock():
        evening.server.advance(3_000)
        for turn in range(5):
            await ann.send("seat", roomId=evening.room_id, seatId=f"seat-{turn}")
        first = await ann.pending()
        (error,) = payloads(first, "error")
        assert (error["code"], error["event"], error["retryAfterMs"]) == (
            "rate_limited",
            "seat",
            500,
        )
        evening.server.advance(500)
        await ann.send("seat", roomId=evening.room_id, seatId="seat-4")
        assert len(told(first + await evening.heard(ann))) == 5
