"""From where guests last came: as marks, bounded, and for a day (§7)."""

from hypothesis import given
from hypothesis import strategies as st

from virtubar.moderation.last_addresses import SEEN_LIFE_MS, SEEN_MAX, LastAddresses
from virtubar.room.records import AddressMark

WALL_MS = 1_760_000_000_000
HOME, CAFE = AddressMark("s1", "aa"), AddressMark("s1", "bb")


def test_the_last_address_counts() -> None:
    """Whoever moves on is known from where they are now."""
    seen = LastAddresses()
    seen.remember("ada", HOME, WALL_MS)
    seen.remember("ada", CAFE, WALL_MS + 1)
    assert seen.find("ada", WALL_MS + 1) == CAFE
    assert seen.find("bob", WALL_MS + 1) is None


def test_an_address_that_says_nothing_replaces_one_that_did() -> None:
    """A guest who is not at home any more does not get home banned."""
    seen = LastAddresses()
    seen.remember("ada", HOME, WALL_MS)
    seen.remember("ada", None, WALL_MS)
    assert seen.find("ada", WALL_MS) is None
    assert len(seen) == 0


def test_a_day_later_it_is_forgotten() -> None:
    """Counted from the last join, and out of memory too."""
    seen = LastAddresses()
    seen.remember("ada", HOME, WALL_MS)
    seen.remember("bob", CAFE, WALL_MS + 1)
    seen.remember("ada", HOME, WALL_MS + 1_000)
    assert seen.find("bob", WALL_MS + SEEN_LIFE_MS) == CAFE
    assert seen.find("bob", WALL_MS + 1 + SEEN_LIFE_MS) is None
    assert seen.find("ada", WALL_MS + 999 + SEEN_LIFE_MS) == HOME
    assert len(seen) == 1
    assert seen.find("ada", WALL_MS + 1_000 + SEEN_LIFE_MS) is None
    assert len(seen) == 0


def test_past_the_limit_who_has_not_joined_for_longest_is_forgotten() -> None:
    """A flood of new guests costs no memory without end."""
    seen = LastAddresses(limit=3)
    for number, user_id in enumerate(["ada", "bob", "cleo", "ada", "dan"]):
        seen.remember(user_id, HOME, WALL_MS + number)
    assert seen.find("bob", WALL_MS) is None
    assert [seen.find(who, WALL_MS) for who in ("ada", "cleo", "dan")] == [HOME] * 3
    assert LastAddresses()._limit == SEEN_MAX == 20_000


def test_somebody_can_be_forgotten() -> None:
    """Also somebody of whom nothing was known."""
    seen = LastAddresses()
    seen.remember("ada", HOME, WALL_MS)
    seen.forget("ada")
    seen.forget("bob")
    assert len(seen) == 0


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.booleans(), st.integers(0, SEEN_LIFE_MS)),
        max_size=40,
    )
)
def test_it_agrees_with_a_list_of_all_joins(joins: list[tuple[str, bool, int]]) -> None:
    """Whatever the order of joins, each has the mark of their last one within a day."""
    seen, now_ms, last = LastAddresses(), WALL_MS, {}
    for number, (user_id, known, step_ms) in enumerate(joins):
        now_ms += step_ms
        address = AddressMark("s1", str(number)) if known else None
        seen.remember(user_id, address, now_ms)
        last[user_id] = (address, now_ms)
    for user_id in "abcdef":
        address, joined_ms = last.get(user_id, (None, now_ms))
        fresh = now_ms < joined_ms + SEEN_LIFE_MS
        assert seen.find(user_id, now_ms) == (address if fresh else None)
