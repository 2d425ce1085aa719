"""Flushes are soon while they are cheap, and move apart when they are not."""

import pytest

from virtubar.live.budget import (
    FLUSH_INTERVAL_MAX_MS,
    FLUSH_INTERVAL_MIN_MS,
    SHARE_GOAL,
    FlushBudget,
)


def after(budget: FlushBudget, share: float, ms: float, since_ms: float = 0.0) -> float:
    """The interval after flushes took that share of that long."""
    now_ms = since_ms
    while now_ms < since_ms + ms:
        now_ms += budget.interval_ms
        budget.spend(budget.interval_ms * share, now_ms)
    return budget.interval_ms


def test_a_quiet_room_is_flushed_within_5_ms() -> None:
    """At first, and however long little happens."""
    budget = FlushBudget(0)
    assert budget.interval_ms == FLUSH_INTERVAL_MIN_MS
    assert after(budget, 0.001, 60_000) == FLUSH_INTERVAL_MIN_MS


@pytest.mark.parametrize(
    ("receivers", "interval_ms"),
    [(0, 5), (1, 5), (10, 5), (50, 25), (100, 50), (900, 50)],
)
def test_a_room_is_written_to_2000_times_a_second(receivers: int, interval_ms: int) -> None:
    """So the more people, the further apart, within 5 to 50 ms."""
    assert FlushBudget(0).interval_for(receivers) == interval_ms


def test_a_busy_process_keeps_small_rooms_waiting_too() -> None:
    """What all rooms share is the least for each."""
    budget = FlushBudget(0)
    shared_ms = after(budget, 0.9, 10_000)
    assert budget.interval_for(2) == shared_ms


def test_a_crowded_room_waits_50_ms_and_no_longer() -> None:
    """Whatever flushes cost."""
    assert after(FlushBudget(0), 0.9, 10_000) == FLUSH_INTERVAL_MAX_MS


def test_it_comes_back_when_the_crowd_is_gone() -> None:
    """Within seconds."""
    budget = FlushBudget(0)
    after(budget, 0.9, 10_000)
    assert after(budget, 0.001, 5000, 10_000) == FLUSH_INTERVAL_MIN_MS


def test_the_interval_stays_where_the_goal_is_met() -> None:
    """A flush of fixed cost settles where it takes a tenth of one core."""
    budget, now_ms, cost_ms = FlushBudget(0), 0.0, 2.0
    for _ in range(2000):
        now_ms += budget.interval_ms
        budget.spend(cost_ms, now_ms)
    assert budget.interval_ms == pytest.approx(cost_ms / SHARE_GOAL, rel=0.1)


def test_it_moves_once_in_a_quarter_of_a_second() -> None:
    """Not for one dear flush."""
    budget = FlushBudget(0)
    budget.spend(200, 249)
    assert budget.interval_ms == FLUSH_INTERVAL_MIN_MS
    budget.spend(0, 250)
    assert budget.interval_ms == pytest.approx(FLUSH_INTERVAL_MIN_MS * 200 / 250 / SHARE_GOAL)


def test_it_goes_up_at_once_and_down_by_halves() -> None:
    """A crowd that starts to move must not drown the first second; a lull may be short."""
    budget = FlushBudget(0)
    budget.spend(1000, 250)
    assert budget.interval_ms == FLUSH_INTERVAL_MAX_MS
    budget.spend(0, 500)
    assert budget.interval_ms == FLUSH_INTERVAL_MAX_MS / 2
