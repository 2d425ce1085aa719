"""Who needs something else than everybody, from when, and until when (§3, §4, §5)."""

import pytest

from virtubar.protocol.events import ChatBroadcast
from virtubar.room.cursor import Cursor, Cursors
from virtubar.room.parts import Post

SESSION = [Post(ChatBroadcast("ann", "Hello", "m1"), 5)]


@pytest.fixture
def cursors() -> Cursors:
    """Everybody gets everything."""
    return Cursors()


def test_a_newcomer_is_owed_the_state_until_the_next_flush(cursors: Cursors) -> None:
    """With what is for them alone, and what is said from then on."""
    cursors.welcome("ann", 3, SESSION)
    assert cursors.by_user["ann"] == Cursor(index=3, private=SESSION)
    assert cursors.awaits_state("ann")
    assert not cursors.awaits_state("bob")
    assert cursors.due == {"ann"}
    assert cursors.want_state
    cursors.settle()
    assert not cursors.awaits_state("ann")
    assert (cursors.by_user, cursors.due) == ({}, set())


def test_a_newcomer_with_nothing_of_their_own_still_waits_for_the_state(cursors: Cursors) -> None:
    """An empty list is not none."""
    cursors.welcome("ann", 0, [])
    assert cursors.awaits_state("ann")
    assert cursors.want_state


def test_whoever_hides_is_owed_nothing_and_kept(cursors: Cursors) -> None:
    """They go on getting all but transforms, flush after flush."""
    cursors.hide("ann")
    assert cursors.by_user["ann"].hidden
    assert cursors.due == set()
    cursors.settle()
    assert cursors.by_user["ann"].hidden
    assert not cursors.awaits_state("ann"), "they have it"


def test_whoever_shows_again_gets_the_state_once(cursors: Cursors) -> None:
    """After it they are like everybody."""
    cursors.hide("ann")
    cursors.show("ann")
    assert cursors.due == {"ann"}
    assert cursors.want_state
    assert not cursors.awaits_state("ann"), "what is said to them comes before it"
    cursors.settle()
    assert cursors.by_user == {}


def test_whoever_hides_before_the_flush_is_owed_no_state(cursors: Cursors) -> None:
    """It would be of no use to a page that nobody sees."""
    cursors.show("ann")
    cursors.hide("ann")
    assert cursors.due == set()
    assert not cursors.want_state


def test_a_newcomer_who_hides_and_shows_gets_one_state(cursors: Cursors) -> None:
    """The one that everybody who comes in gets, first of all."""
    cursors.welcome("ann", 0, SESSION)
    cursors.hide("ann")
    assert cursors.due == {"ann"}, "hidden or not"
    cursors.show("ann")
    assert cursors.by_user["ann"] == Cursor(private=SESSION)


def test_whoever_falls_behind_misses_all_from_the_first_flush_on(cursors: Cursors) -> None:
    """Until they read again nothing is owed, and then the newest of what they missed, once."""
    cursors.fall_behind("ann", 7)
    cursors.fall_behind("ann", 9)
    assert cursors.by_user["ann"].since == 7
    assert cursors.behind == ["ann"]
    assert cursors.due == set()
    cursors.settle()
    assert cursors.by_user["ann"].since == 7
    cursors.catch_up("ann")
    assert cursors.due == {"ann"}
    assert not cursors.want_state, "moves, and no state"
    cursors.settle()
    assert (cursors.by_user, cursors.behind) == ({}, [])


@pytest.mark.parametrize("who", ["ann", "bob"])
def test_whoever_missed_nothing_has_nothing_to_catch_up_with(cursors: Cursors, who: str) -> None:
    """Whether they have a cursor for something else, or none."""
    cursors.hide("bob")
    cursors.catch_up(who)
    assert cursors.due == set()
    assert "ann" not in cursors.by_user


def test_whoever_is_hidden_does_not_fall_behind(cursors: Cursors) -> None:
    """They get no transforms in any case; hiding ends what they had missed."""
    cursors.hide("ann")
    cursors.fall_behind("ann", 3)
    assert cursors.behind == []
    cursors.fall_behind("bob", 3)
    cursors.catch_up("bob")
    cursors.hide("bob")
    assert cursors.behind == []
    assert cursors.due == set()


def test_whoever_is_gone_is_owed_nothing(cursors: Cursors) -> None:
    """Nor is anybody who never was owed anything; the others are as they were."""
    cursors.welcome("ann", 0, SESSION)
    cursors.welcome("bob", 1, SESSION)
    cursors.forget("ann")
    cursors.forget("nobody")
    assert cursors.due == {"bob"}
    assert list(cursors.by_user) == ["bob"]


def test_a_flush_settles_only_those_whom_it_owed_something(cursors: Cursors) -> None:
    """Whoever is hidden or behind stays so."""
    cursors.hide("ann")
    cursors.fall_behind("bob", 3)
    cursors.welcome("cat", 0, SESSION)
    cursors.settle()
    assert set(cursors.by_user) == {"ann", "bob"}
    assert cursors.behind == ["bob"]
