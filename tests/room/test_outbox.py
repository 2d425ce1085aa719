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
from virtubar.room.outbox import AllBut, Outbox
from virtubar.room.parts import PartKind, Post, Route

ALL = ("ann", "bob", "cat")


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


class Now:
    """A room as it is now; implements routing.RoomNow.

    Attributes:
        asked: since when what was missed was asked for.
    """

    def __init__(self, room: RoomState | None = None, latest: list[Post] | None = None) -> None:
        self._room = room
        self._latest = latest or []
        self.asked: list[int] = []

    def state(self, wall_ms: int) -> RoomState:
        """That room, at that moment."""
        assert self._room is not None
        assert self._room.server_time_ms == wall_ms
        return self._room

    def facts(self) -> list[ServerEvent]:
        """None."""
        return []

    def latest_since(self, flush: int) -> list[Post]:
        """What was missed."""
        self.asked.append(flush)
        return self._latest


@pytest.fixture
def outbox() -> Outbox:
    """Nothing to say yet."""
    return Outbox()


def drained(
    outbox: Outbox,
    receivers: tuple[str, ...] = ALL,
    room: RoomState | None = None,
    latest: list[Post] | None = None,
) -> list[Route]:
    """The routes of a flush."""
    return outbox.drain(receivers, Now(room, latest or []), 77)


def told(
    outbox: Outbox,
    receivers: tuple[str, ...] = ALL,
    room: RoomState | None = None,
    latest: list[Post] | None = None,
) -> dict[str, list[ServerEvent]]:
    """What each receiver gets, each on one route."""
    found: dict[str, list[ServerEvent]] = {}
    for route in drained(outbox, receivers, room, latest):
        for user in route.receivers:
            assert user not in found, "one write a receiver"
            found[user] = [post.event for post in route.posts]
    return found


def test_what_is_for_everyone_is_one_part_on_one_route(outbox: Outbox) -> None:
    """Encoded once, joined once, written to all: the hot path."""
    outbox.post(moved("ann"), 5)
    outbox.post(said("hi"), 6)
    (route,) = drained(outbox)
    assert (route.receivers, route.is_current, len(route.parts)) == (ALL, True, 1)
    assert route.posts == [Post(moved("ann"), 5), Post(said("hi"), 6)]


def test_a_drain_hands_over_once(outbox: Outbox) -> None:
    """After it there is nothing, until something is said again."""
    outbox.post(said("hi"), 1)
    assert outbox
    drained(outbox)
    assert not outbox
    assert drained(outbox) == []


def test_with_nobody_there_nothing_is_delivered(outbox: Outbox) -> None:
    """And nothing is kept for later."""
    outbox.post(said("hi"), 1)
    assert drained(outbox, ()) == []
    assert drained(outbox) == []


def test_what_is_for_some_comes_among_what_is_for_all_in_order(outbox: Outbox) -> None:
    """Receivers of the same choice share a route, and all of them the parts that all get."""
    outbox.post(said("1"), 1)
    outbox.post(said("2"), 1, frozenset({"ann"}))
    outbox.post(said("3"), 1, AllBut("ann"))
    outbox.post(said("4"), 1)
    first, second = drained(outbox)
    assert (first.receivers, second.receivers) == (("ann",), ("bob", "cat"))
    texts = [
        [post.event.text for post in route.posts if isinstance(post.event, ChatBroadcast)]
        for route in (first, second)
    ]
    assert texts == [["1", "2", "4"], ["1", "3", "4"]]
    assert first.is_current
    assert second.is_current
    assert first.parts[0] is second.parts[0]
    assert first.parts[-1] is second.parts[-1]
    assert [part.kind is PartKind.SHARED for part in first.parts] == [True, False, True]


def test_what_is_for_nobody_there_is_no_route(outbox: Outbox) -> None:
    """An empty buffer would be a write of nothing."""
    outbox.post(said("1"), 1, frozenset({"eve"}))
    assert drained(outbox) == []


def test_hidden_receivers_get_no_moves(outbox: Outbox) -> None:
    """And nothing at all where there is nothing but moves."""
    outbox.cursors.hide("bob")
    outbox.cursors.hide("cat")
    outbox.post(moved("ann"), 1)
    outbox.post(said("hi"), 1, frozenset({"cat"}))
    assert told(outbox) == {"ann": [moved("ann")], "cat": [said("hi")]}
    outbox.post(moved("ann"), 1)
    assert told(outbox) == {"ann": [moved("ann")]}


def test_a_receiver_that_is_behind_gets_the_newest_once_it_reads(outbox: Outbox) -> None:
    """All else meanwhile, and with the flush at which it reads what it missed, last (§5)."""
    outbox.cursors.fall_behind("bob", 7)
    outbox.cursors.fall_behind("bob", 8)
    assert outbox.cursors.behind == ["bob"]
    outbox.post(moved("ann", 1), 1)
    outbox.post(said("hi"), 1)
    found = told(outbox)
    assert found["bob"] == [said("hi")]
    assert found["ann"] == [moved("ann", 1), said("hi")]
    assert (bool(outbox), outbox.coalesced) == (False, 1), "counted for the metrics"
    now = Now(latest=[Post(moved("ann", 2), 1)])
    outbox.cursors.catch_up("bob")
    assert outbox
    outbox.post(moved("ann", 2), 1)
    (theirs, _) = sorted(outbox.drain(ALL, now, 77), key=lambda one: len(one.receivers))
    assert (theirs.receivers, theirs.is_current) == (("bob",), False)
    assert [post.event for post in theirs.posts] == [moved("ann", 2)]
    assert now.asked == [7], "from the first flush that it was left out of"
    assert outbox.cursors.behind == []
    outbox.post(moved("ann", 3), 1)
    assert told(outbox)["bob"] == [moved("ann", 3)]


def test_whoever_hides_or_comes_anew_is_not_behind_any_more(outbox: Outbox) -> None:
    """A hidden page misses nothing, and the state that comes first has it all."""
    for begin in (outbox.cursors.hide, lambda user: outbox.welcome(user, [])):
        outbox.cursors.fall_behind("bob", 7)
        begin("bob")
        outbox.cursors.catch_up("bob")
        assert outbox.cursors.behind == []
    outbox.cursors.hide("bob")
    outbox.cursors.fall_behind("bob", 8)
    assert outbox.cursors.behind == []


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
    first, second = drained(outbox, ALL, state("ann", "bob", "cat"))
    assert first.parts[0] is second.parts[0]
    assert first.parts[0].kind is PartKind.STATE
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
    outbox.cursors.show("bob")
    outbox.post(said("hi"), 1)
    room = state("ann", "bob", "cat")
    found = told(outbox, ALL, room)
    assert found["bob"] == [MemberLeft("eve"), said("hi"), room]
    assert found["ann"] == [moved("ann"), MemberLeft("eve"), said("hi")]


def test_a_state_is_wanted_until_it_is_delivered_or_forgotten(outbox: Outbox) -> None:
    """By newcomers, and by those who come into view."""
    seen = [outbox.cursors.want_state]
    outbox.welcome("ann", [])
    seen.append(outbox.cursors.want_state)
    outbox.cursors.forget("ann")
    seen.append(outbox.cursors.want_state)
    for forget in (outbox.cursors.forget, outbox.cursors.hide):
        outbox.cursors.show("ann")
        seen.append(outbox.cursors.want_state)
        forget("ann")
        seen.append(outbox.cursors.want_state)
    outbox.cursors.show("ann")
    drained(outbox, ALL, state("ann"))
    seen.append(outbox.cursors.want_state)
    assert seen == [False, True, False, True, False, True, False, False]
    assert not outbox


def test_all_but_one_is_everyone_else() -> None:
    """An audience like any other."""
    assert "ann" not in AllBut("ann")
    assert "bob" in AllBut("ann")
