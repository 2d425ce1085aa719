"""Which number stands for which member, and when it may stand for another (§12)."""

from virtubar.protocol.compact import INDEX_MAX
from virtubar.room.indices import REUSE_MS, Indices


def test_the_lowest_free_number_is_given() -> None:
    """Short rooms have short numbers."""
    indices = Indices()
    for user in ("ann", "bob", "cat"):
        indices.enter(user, 0.0)
    assert indices.by_user == {"ann": 0, "bob": 1, "cat": 2}


def test_a_number_is_nobody_elses_for_a_minute() -> None:
    """Counted from a moment that is not before the leave."""
    indices = Indices()
    indices.enter("ann", 0.0)
    indices.leave("ann")
    indices.enter("bob", 1_000.0)
    indices.enter("cat", 1_000.0 + REUSE_MS - 1)
    assert (indices.by_user["ann"], indices.by_user["bob"], indices.by_user["cat"]) == (0, 1, 2)
    indices.enter("dan", 1_000.0 + REUSE_MS)
    assert "ann" not in indices.by_user
    assert indices.by_user["dan"] == 0


def test_who_comes_back_soon_has_the_same_number() -> None:
    """And it is not freed while they are there."""
    indices = Indices()
    indices.enter("ann", 0.0)
    indices.leave("ann")
    indices.enter("ann", 5_000.0)
    indices.enter("bob", 10 * REUSE_MS)
    assert indices.by_user == {"ann": 0, "bob": 1}


def test_entering_twice_and_leaving_unknown_change_nothing() -> None:
    """Whoever is in keeps their number."""
    indices = Indices()
    indices.enter("ann", 0.0)
    indices.enter("ann", 1.0)
    indices.leave("nobody")
    indices.enter("bob", 2 * REUSE_MS)
    assert indices.by_user == {"ann": 0, "bob": 1}


def test_past_the_last_number_there_is_none() -> None:
    """Those who come then are written out; numbers come free again."""
    indices = Indices()
    for n in range(INDEX_MAX + 1):
        indices.enter(f"u{n}", 0.0)
    indices.enter("late", 0.0)
    assert "late" not in indices.by_user
    indices.leave("u7")
    indices.enter("later", 1.0)
    assert "later" not in indices.by_user
    indices.enter("last", 1.0 + REUSE_MS)
    assert indices.by_user["last"] == 7
