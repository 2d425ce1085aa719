"""Who has just said something is seen better for a while (§12)."""

from virtubar.room.attention import ATTENDED_MAX, ATTENTION_MS, Attention
from virtubar.room.outlook import SOME_MS


def test_somebody_is_told_now_and_then_until_it_is_over() -> None:
    """As often as those in the middle distance."""
    attention = Attention()
    attention.notice("ann", ATTENTION_MS)
    told = [ms for ms in range(0, 6_000, 50) if attention.take(float(ms)) == ["ann"]]
    assert told == list(range(0, int(ATTENTION_MS) + 1, int(SOME_MS)))


def test_only_the_newest_are_looked_at() -> None:
    """Who speaks again is new again."""
    attention = Attention()
    people = [f"u{n}" for n in range(ATTENDED_MAX)]
    for user in [*people, people[0], "late"]:
        attention.notice(user, 1_000.0)
    assert attention.take(0.0) == [*people[2:], people[0], "late"]


def test_who_has_gone_or_has_not_moved_is_not_waited_for() -> None:
    """Nobody wakes a room for them."""
    attention = Attention()
    for user in ("ann", "bob"):
        attention.notice(user, 1_000.0)
    attention.take(0.0)
    assert attention.next_ms(lambda user: user == "ann") == SOME_MS
    attention.forget("ann")
    assert attention.next_ms(lambda user: user == "ann") is None
    assert attention.take(SOME_MS) == ["bob"]
