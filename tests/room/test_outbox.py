"""What a room has to say, in order, and who gets which part of it."""

import pytest

from virtubar.protocol.events import (
    AvatarTransformBroadcast,
    ChatBroadcast,
    MemberInfo,
    MemberJoined,
    MemberLeft,
    RoomState,
    ServerEvent,
)
from virtubar.room.outbox import AllBut, Outbox, Post, Receivers

ALL = Receivers(("ann", "bob", "cat"), ())


def info(user: str) -> MemberInfo:
    """Someone at the origin."""
    return MemberInfo(user, user.title(), "fox", 0.0, 0.0, 0.0, 0.0, "idle")


def state(*users: str) -> RoomState:
    """A room with them in it."""
    return RoomState("lobby", 77, [info(user) for user in users])


def said(text: str) -> ChatBroadcast:
    """Someone said it."""
    return ChatBroadcast("ann", text, text)


def moved(user: str, seq: int = 1) -> AvatarTransformBroadcast:
    """Someone moved."""
    return AvatarTransformBroadcast(user, seq, 0.0, 0.0, 0.0, 0.0, "walk", False)


@pytest.fixture
def outbox() -> Outbox:
    """Nothing to say yet."""
    return Outbox()


def told(
    outbox: Outbox, receivers: Receivers = ALL, room: RoomState | None = None
) -> dict[str, list[ServerEvent]]:
    """What each receiver gets."""
    found: dict[str, list[ServerEvent]] = {}
    for delivery in outbox.drain(receivers, room):
        for user in delivery.receivers:
            found.setdefault(user, []).extend(post.event for post in delivery.posts)
    return found


def test_what_is_for_everyone_is_one_delivery(outbox: Outbox) -> None:
    """Encoded once, written to all: the hot path."""
    outbox.post(moved("ann"), 5)
    outbox.post(said("hi"), 6)
    (delivery,) = outbox.drain(ALL, None)
    assert delivery.receivers == ("ann", "bob", "cat")
    assert delivery.posts == [Post(moved("ann"), 5), Post(said("hi"), 6)]


def test_a_drain_hands_over_once(outbox: Outbox) -> None:
    """After it there is nothing, until something is said again."""
    outbox.post(said("hi"), 1)
    assert outbox
    outbox.drain(ALL, None)
    assert not outbox
    assert outbox.drain(ALL, None) == []


def test_with_nobody_there_nothing_is_delivered(outbox: Outbox) -> None:
    """And nothing is kept for later."""
    outbox.post(said("hi"), 1)
    assert outbox.drain(Receivers((), ()), None) == []
    assert outbox.drain(ALL, None) == []


def test_what_is_for_some_comes_among_what_is_for_all_in_order(outbox: Outbox) -> None:
    """Receivers of the same choice share a delivery."""
    outbox.post(said("1"), 1)
    outbox.post(said("2"), 1, frozenset({"ann"}))
    outbox.post(said("3"), 1, AllBut("ann"))
    outbox.post(said("4"), 1)
    deliveries = outbox.drain(ALL, None)
    assert [delivery.receivers for delivery in deliveries] == [("ann",), ("bob", "cat")]
    texts = [[post.event.text for post in posts if isinstance(post.event, ChatBroadcast)]
             for _, posts in deliveries]  # fmt: skip
    assert texts == [["1", "2", "4"], ["1", "3", "4"]]


def test_what_is_for_nobody_there_is_no_delivery(outbox: Outbox) -> None:
    """An empty buffer would be a write of nothing."""
    outbox.post(said("1"), 1, frozenset({"eve"}))
    assert outbox.drain(ALL, None) == []


def test_hidden_receivers_get_no_moves(outbox: Outbox) -> None:
    """And nothing at all where there is nothing but moves."""
    receivers = Receivers(("ann",), ("bob", "cat"))
    outbox.post(moved("ann"), 1)
    outbox.post(said("hi"), 1, frozenset({"cat"}))
    assert told(outbox, receivers) == {"ann": [moved("ann")], "cat": [said("hi")]}
    outbox.post(moved("ann"), 1)
    assert told(outbox, receivers) == {"ann": [moved("ann")]}


def test_a_newcomer_gets_state_private_and_what_comes_after(outbox: Outbox) -> None:
    """Not what was said before, nor the joins and leaves that the state stands for."""
    outbox.post(said("before"), 1)
    outbox.post(MemberJoined(info("cat")), 1)
    outbox.welcome("cat", [Post(said("private"), 1)])
    outbox.post(said("after"), 1)
    outbox.post(MemberLeft("eve"), 1)
    outbox.post(MemberJoined(info("bob")), 1)
    room = state("ann", "bob", "cat")
    assert told(outbox, ALL, room)["cat"] == [room, said("private"), said("after")]


def test_the_others_get_nothing_of_a_newcomers_own(outbox: Outbox) -> None:
    """Neither the state nor what is private."""
    outbox.welcome("cat", [Post(said("private"), 1)])
    outbox.post(said("after"), 1)
    others = told(outbox, ALL, state("ann", "bob", "cat"))
    assert others["ann"] == others["bob"] == [said("after")]


def test_newcomers_share_one_post_of_the_state(outbox: Outbox) -> None:
    """Two hundred people coming in at once cost one encoding of it."""
    outbox.welcome("ann", [])
    outbox.welcome("bob", [])
    first, second = outbox.drain(ALL, state("ann", "bob", "cat"))
    assert first.posts[0] is second.posts[0]
    assert first.posts[0].ts == 77


def test_a_newcomer_gets_the_reset_of_an_order_with_its_moves(outbox: Outbox) -> None:
    """A `member_joined` said anew stays, one that came before an earlier leave does not."""
    outbox.welcome("cat", [])
    outbox.post(moved("ann", 9), 1)
    outbox.post(MemberJoined(info("ann")), 1, AllBut("ann"))
    outbox.post(moved("ann", 2), 1)
    outbox.post(MemberJoined(info("bob")), 1, AllBut("bob"))
    outbox.post(MemberLeft("bob"), 1)
    outbox.post(MemberJoined(info("bob")), 1)
    room = state("ann", "bob", "cat")
    assert told(outbox, ALL, room)["cat"] == [
        room,
        moved("ann", 9),
        MemberJoined(info("ann")),
        moved("ann", 2),
    ]


def test_whoever_comes_into_view_gets_the_state_last(outbox: Outbox) -> None:
    """After everything reliable; the moves of the flush are in the state."""
    outbox.post(moved("ann"), 1)
    outbox.post(MemberLeft("eve"), 1)
    outbox.resync("bob")
    outbox.post(said("hi"), 1)
    room = state("ann", "bob", "cat")
    found = told(outbox, ALL, room)
    assert found["bob"] == [MemberLeft("eve"), said("hi"), room]
    assert found["ann"] == [moved("ann"), MemberLeft("eve"), said("hi")]


def test_a_state_is_wanted_until_it_is_delivered_or_forgotten(outbox: Outbox) -> None:
    """By newcomers, and by those who come into view."""
    seen = [outbox.wants_state]
    outbox.welcome("ann", [])
    seen.append(outbox.wants_state)
    outbox.forget("ann")
    seen.append(outbox.wants_state)
    for forget in (outbox.forget, outbox.cancel_resync):
        outbox.resync("ann")
        seen.append(outbox.wants_state)
        forget("ann")
        seen.append(outbox.wants_state)
    outbox.resync("ann")
    outbox.drain(ALL, state("ann"))
    seen.append(outbox.wants_state)
    assert seen == [False, True, False, True, False, True, False, False]
    assert not outbox


def test_all_but_one_is_everyone_else() -> None:
    """An audience like any other."""
    assert "ann" not in AllBut("ann")
    assert "bob" in AllBut("ann")
