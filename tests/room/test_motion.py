"""Motion time: when a move was made, on the server's clock, free of jitter (§1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtubar.protocol.constants import (
    MOTION_JUMP_MS,
    MOTION_LATENESS_MAX_MS,
    MOTION_WINDOW_MS,
)
from virtubar.room.motion import MotionEstimator

T0 = 1_750_000_000_000
"""The server's clock; the client's is OFFSET behind it, with the fastest way here in it."""
OFFSET = 5_000_000


def after_first() -> MotionEstimator:
    """A clock that has seen one message, as fast as can be, at T0."""
    clock = MotionEstimator()
    assert clock.motion_ms(T0 - OFFSET, T0) == T0
    return clock


def test_the_first_message_was_made_when_it_came() -> None:
    """Nothing is known of the client's clock before it."""
    assert MotionEstimator().motion_ms(123, T0) == T0


def test_lateness_is_taken_off() -> None:
    """A message that came 80 ms later than the fastest way was made 80 ms before it came."""
    assert after_first().motion_ms(T0 - OFFSET + 100, T0 + 180) == T0 + 100


def test_a_faster_message_makes_a_new_zero() -> None:
    """From then on it is what lateness is measured against."""
    clock = after_first()
    assert clock.motion_ms(T0 - OFFSET + 100, T0 + 60) == T0 + 60
    assert clock.motion_ms(T0 - OFFSET + 200, T0 + 200) == T0 + 160


@pytest.mark.parametrize(
    ("late_ms", "taken_off_ms"),
    [
        (MOTION_LATENESS_MAX_MS - 1, MOTION_LATENESS_MAX_MS - 1),
        (MOTION_LATENESS_MAX_MS, MOTION_LATENESS_MAX_MS),
        (MOTION_LATENESS_MAX_MS + 1, MOTION_LATENESS_MAX_MS),
        (MOTION_JUMP_MS, MOTION_LATENESS_MAX_MS),
        (MOTION_JUMP_MS + 1, 0),
    ],
)
def test_no_more_than_250_ms_are_taken_off(late_ms: int, taken_off_ms: int) -> None:
    """And where the clock jumps by over 500 ms, nothing is."""
    arrival_ms = T0 + 1000 + late_ms
    assert after_first().motion_ms(T0 - OFFSET + 1000, arrival_ms) == arrival_ms - taken_off_ms


def test_a_clock_that_jumped_is_measured_anew() -> None:
    """The message of the jump is the new zero."""
    clock = after_first()
    assert clock.motion_ms(T0 - OFFSET + 60_000, T0 + 100) == T0 + 100
    assert clock.motion_ms(T0 - OFFSET + 60_100, T0 + 250) == T0 + 200


@pytest.mark.parametrize("ts", [0, -5, T0 - OFFSET, T0 - OFFSET - 1])
def test_a_time_that_makes_no_sense_is_answered_with_the_arrival(ts: int) -> None:
    """Not positive, standing still, or going back."""
    assert after_first().motion_ms(ts, T0 + 300) == T0 + 300


def test_sense_is_taken_up_again() -> None:
    """After a nonsensical time the next that rises counts."""
    clock = after_first()
    clock.motion_ms(0, T0 + 100)
    assert clock.motion_ms(T0 - OFFSET + 200, T0 + 230) == T0 + 200


@pytest.mark.parametrize(("age_ms", "late_ms"), [(-1, 40), (0, 0)])
def test_the_fastest_way_is_that_of_the_last_ten_seconds(age_ms: int, late_ms: int) -> None:
    """A zero older than the window is forgotten, so that a drifting clock is followed."""
    arrival_ms = T0 + MOTION_WINDOW_MS + age_ms
    ts = arrival_ms - OFFSET - 40
    assert after_first().motion_ms(ts, arrival_ms) == arrival_ms - late_ms


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(-2_000, 2_000)), min_size=1, max_size=60)
)
def test_whatever_a_client_claims_the_answers_are_bounded_and_rise(
    messages: list[tuple[int, int]],
) -> None:
    """Never after the arrival, never more than 250 ms before it, never below an earlier one."""
    clock, arrival_ms, last_ms = MotionEstimator(), T0, 0
    for gap_ms, claim_ms in messages:
        arrival_ms += gap_ms
        answer_ms = clock.motion_ms(arrival_ms - OFFSET + claim_ms, arrival_ms)
        assert arrival_ms - MOTION_LATENESS_MAX_MS <= answer_ms <= arrival_ms
        assert answer_ms >= last_ms
        last_ms = answer_ms


@given(st.lists(st.integers(0, 250), min_size=1, max_size=60))
def test_jitter_is_taken_off_whole_once_the_fastest_way_is_known(lateness_ms: list[int]) -> None:
    """Moves made every 50 ms are told 50 ms apart, however late each of them came, unless one
    overtakes another."""
    clock = after_first()
    arrival_ms = T0
    for n, late_ms in enumerate(lateness_ms, 1):
        made_ms = T0 + 50 * n
        arrival_ms = max(arrival_ms, made_ms + late_ms)
        if arrival_ms - made_ms <= MOTION_LATENESS_MAX_MS:
            assert clock.motion_ms(made_ms - OFFSET, arrival_ms) == made_ms


def test_the_window_holds_no_more_than_it_must() -> None:
    """Lateness that grows with every message keeps each of them, for ten seconds, no longer."""
    clock = MotionEstimator()
    for n in range(1, 4001):
        clock.motion_ms(T0 - OFFSET + 49 * n, T0 + 50 * n)
    assert len(clock._minima) <= MOTION_WINDOW_MS // 50
