"""When whom is told to everybody (§12)."""

from virtubar.room.turns import ROUND_MS, TURN_MS, TURNS, Turns

PEOPLE = [f"u{n:03}" for n in range(100)]


def filled(now_ms: float = 0.0) -> Turns:
    """A hundred people."""
    turns = Turns(now_ms)
    for user in PEOPLE:
        turns.add(user)
    return turns


def test_everybody_has_one_turn_in_a_round() -> None:
    """In about equal numbers."""
    turns = filled()
    taken = [turns.take(TURN_MS * n) for n in range(1, TURNS + 1)]
    assert sorted(user for users in taken for user in users) == PEOPLE
    assert {len(users) for users in taken} == {2, 3}


def test_a_flush_that_is_late_takes_all_turns_that_came() -> None:
    """And nobody's twice, however late it is."""
    turns = filled()
    assert len(turns.take(3 * TURN_MS)) == 9
    assert turns.take(3 * TURN_MS) == []
    assert sorted(turns.take(10 * ROUND_MS)) == PEOPLE


def test_who_waits_is_waited_for_until_their_turn() -> None:
    """The next turn of anybody who waits; none where nobody does."""
    turns = filled()
    turns.take(0.0)
    seen = turns.next_ms(lambda user: user == "u007")
    assert seen is not None
    turns.take(seen - 1.0)
    assert "u007" in turns.take(seen)
    assert turns.next_ms(lambda _user: False) is None


def test_whoever_has_gone_has_no_turn() -> None:
    """Until they are there again."""
    turns = filled()
    for user in PEOPLE[1:]:
        turns.remove(user)
    turns.remove("nobody")
    turns.add(PEOPLE[0])
    assert turns.take(ROUND_MS) == [PEOPLE[0]]
