"""The moments at which a room wants to be looked at again."""

from hypothesis import given
from hypothesis import strategies as st

from virtubar.room.deadlines import STALE_MAX, Deadlines


def due(deadlines: Deadlines, now_ms: float) -> list[str]:
    """Everybody whose moment has come, in order."""
    found = []
    while (user := deadlines.pop_due(now_ms)) is not None:
        found.append(user)
    return found


def test_nothing_waits_at_first() -> None:
    """No moment, nobody due."""
    deadlines = Deadlines()
    assert deadlines.next_ms() is None
    assert due(deadlines, 1e15) == []


def test_a_moment_is_due_when_it_comes_and_once() -> None:
    """At the moment, not before it; then it is taken out."""
    deadlines = Deadlines()
    deadlines.set("ann", 100)
    assert due(deadlines, 99.999) == []
    assert deadlines.next_ms() == 100
    assert due(deadlines, 100) == ["ann"]
    assert due(deadlines, 100) == []
    assert deadlines.next_ms() is None


def test_a_moment_that_was_moved_is_over() -> None:
    """Later, sooner, or away: what counts is what was said last."""
    deadlines = Deadlines()
    deadlines.set("ann", 100)
    deadlines.set("ann", 300)
    assert due(deadlines, 200) == []
    deadlines.set("ann", 250)
    assert deadlines.next_ms() == 250
    deadlines.set("ann", None)
    assert deadlines.next_ms() is None
    assert due(deadlines, 1e15) == []


def test_hastening_never_puts_off() -> None:
    """It only makes a moment sooner."""
    deadlines = Deadlines()
    deadlines.hasten("ann", 100)
    deadlines.hasten("ann", 300)
    assert deadlines.next_ms() == 100
    deadlines.hasten("ann", 50)
    assert deadlines.next_ms() == 50


def test_moments_that_are_over_do_not_pile_up() -> None:
    """At the limit they lie there, one past it they go: two tokens in turn, for a day."""
    deadlines = Deadlines()
    deadlines.set("bob", 10_000.0)
    deadlines.set("ann", 0.5)
    for turn in range(STALE_MAX + 2):
        assert len(deadlines._heap) == turn + 2
        deadlines.set("ann", 1000.0 + turn % 2)
    deadlines.set("ann", 1002.0)
    assert len(deadlines._heap) == 2
    for turn in range(10 * STALE_MAX):
        deadlines.set("ann", 1000.0 + turn % 2)
        assert len(deadlines._heap) <= 4 + STALE_MAX
    assert due(deadlines, 1e15) == ["ann", "bob"]


@given(
    steps=st.lists(
        st.tuples(st.sampled_from("abc"), st.none() | st.integers(0, 20), st.booleans()),
        max_size=200,
    ),
    looks=st.lists(st.integers(0, 25), max_size=10),
)
def test_everyone_is_due_once_at_the_moment_that_holds(
    steps: list[tuple[str, int | None, bool]], looks: list[int]
) -> None:
    """Whenever one looks: who is past comes out, soonest first, and the next moment lies ahead."""
    deadlines, wanted = Deadlines(), dict[str, int]()
    for user, when_ms, hasten in steps:
        if when_ms is None:
            deadlines.set(user, None)
            wanted.pop(user, None)
        elif hasten:
            deadlines.hasten(user, when_ms)
            wanted[user] = min(when_ms, wanted.get(user, when_ms))
        else:
            deadlines.set(user, when_ms)
            wanted[user] = when_ms
        assert len(deadlines._heap) <= 2 * 3 + STALE_MAX
    found: list[str] = []
    for now_ms in [*sorted(looks), 25]:
        found += due(deadlines, now_ms)
        next_ms = deadlines.next_ms()
        assert next_ms is None or next_ms > now_ms
    assert found == [user for _, user in sorted((when, user) for user, when in wanted.items())]
