"""When clients come and send: fixed at the start."""

import pytest

from virtubar.loadtest.schedule import Schedule

FOUR = Schedule(clients=4, rate_hz=10.0, start_ms=1_000.0, ramp_s=2.0)


def test_clients_come_evenly_over_the_ramp() -> None:
    """The last one comes just before its end."""
    assert [FOUR.arrival_ms(n) for n in range(4)] == [1_000.0, 1_500.0, 2_000.0, 2_500.0]


def test_turns_are_even_over_the_period() -> None:
    """Client by client, a quarter of 100 ms apart; then each with its next seq."""
    assert [FOUR.turn_ms(turn) for turn in range(5)] == [1_000, 1_025, 1_050, 1_075, 1_100]
    assert FOUR.due_ms(3, 7) == FOUR.turn_ms(7 * 4 + 3)


@pytest.mark.parametrize(
    ("now_ms", "turns"), [(0.0, 0), (999.9, 0), (1_000.0, 1), (1_024.9, 1), (1_025.0, 2)]
)
def test_a_turn_is_due_from_its_moment_on(now_ms: float, turns: int) -> None:
    """None before, and none is forgotten however late one looks."""
    assert FOUR.turns_until(now_ms) == turns


def test_no_turn_is_lost_to_rounding() -> None:
    """Whoever looks exactly when a turn is due finds it, with periods of no whole length too."""
    odd = Schedule(clients=7, rate_hz=15.0, start_ms=123_456.789, ramp_s=0.0)
    assert [odd.turns_until(odd.turn_ms(turn)) for turn in range(2_000)] == list(range(1, 2_001))


def test_a_window_begins_with_a_whole_round() -> None:
    """The first seq of it nobody was to send before."""
    assert FOUR.first_seq(1_000.0) == 0
    assert FOUR.first_seq(1_000.1) == 1
    assert FOUR.first_seq(0.0) == 0
    assert FOUR.moves_in(1.5) == 15
    assert FOUR.moves_in(0.01) == 1
