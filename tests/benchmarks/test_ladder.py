"""Which rung comes next: the highest that holds is found, and found soon."""

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.peers.ladder import QUICK_RUNGS, RUNGS, next_rung


def climb(limit: int, rungs: tuple[int, ...], start: int) -> dict[int, bool]:
    """Every rung that is tried with a server that holds so many clients."""
    tried: dict[int, bool] = {}
    while (clients := next_rung(tried, rungs, start)) is not None:
        assert clients not in tried
        tried[clients] = clients <= limit
    return tried


@given(
    limit=st.integers(0, 6000),
    rungs=st.sampled_from([RUNGS, QUICK_RUNGS]),
    start=st.sampled_from([50, 1000]),
)
def test_the_highest_that_holds_is_found(limit: int, rungs: tuple[int, ...], start: int) -> None:
    """Whatever the limit, in few tries, each rung at most once."""
    tried = climb(limit, rungs, start)
    held = max((clients for clients, ok in tried.items() if ok), default=0)
    assert held == max((clients for clients in rungs if clients <= limit), default=0)
    assert len(tried) <= 10


def test_who_holds_nothing_is_asked_once() -> None:
    """Half-way below the lowest there is nothing."""
    assert climb(0, RUNGS, 50) == {50: False}


def test_a_high_start_saves_the_rungs_below() -> None:
    """What a shape has shown need not be climbed to."""
    assert min(climb(1800, RUNGS, 1000)) == 1000
