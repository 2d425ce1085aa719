"""The moments at which a room wants to be looked at again."""

from hypothesis import given
from hypothesis import strategies as st

from virtubar.room.deadlines import Deadlines


def test_nothing_waits_at_first() -> None:
    """No moment, nobody due."""
    deadlines = Deadlines()
    assert deadlines.next_ms() is None
    assert deadlines.due(1e15) == []


def test_a_moment_is_due_when_it_comes_and_once() -> None:
    """At the moment, not before it; then it is taken out."""
    deadlines = Deadlines()
    deadlines.add(100, "ann")
    assert deadlines.due(99.999) == []
    assert deadlines.next_ms() == 100
    assert deadlines.due(100) == ["ann"]
    assert deadlines.due(100) == []
    assert deadlines.next_ms() is None


@given(
    moments=st.lists(st.tuples(st.integers(0, 20), st.sampled_from("abc")), max_size=30),
    looks=st.lists(st.integers(0, 25), max_size=10),
)
def test_everyone_is_due_once_for_each_moment_soonest_first(
    moments: list[tuple[int, str]], looks: list[int]
) -> None:
    """Whenever one looks: what is past comes out in order, and the next moment lies ahead."""
    deadlines = Deadlines()
    for when_ms, user in moments:
        deadlines.add(when_ms, user)
    found: list[str] = []
    for now_ms in [*sorted(looks), 25]:
        found += deadlines.due(now_ms)
        next_ms = deadlines.next_ms()
        assert next_ms is None or next_ms > now_ms
    assert found == [user for _, user in sorted(moments)]
