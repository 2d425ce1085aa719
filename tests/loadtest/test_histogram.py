"""Times kept as counts."""

import math

from hypothesis import given
from hypothesis import strategies as st

from virtubar.loadtest.histogram import Histogram


def _of(times_ms: list[float]) -> Histogram:
    histogram = Histogram()
    for ms in times_ms:
        histogram.add(ms)
    return histogram


def test_quantiles_are_those_of_the_sorted_times() -> None:
    """Half of four times are not above the second."""
    histogram = _of([4.0, 1.0, 3.0, 2.0])
    assert histogram.quantile_ms(0.5) == 2.1
    assert histogram.quantile_ms(0.51) == 3.1
    assert histogram.quantile_ms(1.0) == 4.1


def test_of_nothing_there_is_no_quantile() -> None:
    """Which is something else than 0."""
    assert Histogram().quantile_ms(0.99) is None


def test_what_is_negative_counts_as_nothing() -> None:
    """A clock's last digit must not make a bucket below 0."""
    assert _of([-0.5]).quantile_ms(1.0) == 0.1


@given(st.lists(st.floats(0, 10_000), min_size=1), st.floats(0.01, 1.0))
def test_a_quantile_is_right_to_a_tenth_of_a_millisecond(
    times_ms: list[float], share: float
) -> None:
    """Never below the nearest rank, and at most one step above it."""
    exact = sorted(times_ms)[max(0, math.ceil(share * len(times_ms)) - 1)]
    found = _of(times_ms).quantile_ms(share)
    assert found is not None
    assert exact <= found <= exact + 0.1 + 1e-6


def test_two_merged_are_as_if_all_had_gone_into_one() -> None:
    """So seconds make a window."""
    one, both = _of([1.0, 2.0]), _of([1.0, 2.0, 3.0])
    one.merge(_of([3.0]))
    assert one.counts == both.counts
    one.clear()
    assert one.count == 0
