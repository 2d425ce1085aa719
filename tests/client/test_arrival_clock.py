"""How late transforms come (§9)."""

from hypothesis import given
from hypothesis import strategies as st

from virtubar.client.arrival_clock import SHIFT_PATIENCE_MS, ArrivalClock
from virtubar.protocol.constants import ARRIVAL_WINDOW_MS


def test_the_first_sample_is_punctual() -> None:
    """There is nothing to compare it with."""
    clock = ArrivalClock()
    assert clock.observe(5_000.0, 100.0) == 0.0
    assert clock.offset_ms == -4_900.0


def test_lateness_is_above_the_least() -> None:
    """What a sample took longer than the fastest one."""
    clock = ArrivalClock()
    clock.observe(0.0, 50.0)
    assert clock.observe(100.0, 190.0) == 40.0
    assert clock.observe(200.0, 230.0) == 0.0
    assert clock.observe(300.0, 345.0) == 15.0


def test_an_old_least_no_longer_counts() -> None:
    """Ten seconds; then the way may have become longer for good."""
    clock = ArrivalClock()
    clock.observe(0.0, 10.0)
    clock.observe(5_000.0, 5_060.0)
    assert clock.observe(ARRIVAL_WINDOW_MS, ARRIVAL_WINDOW_MS + 70.0) == 10.0


def test_a_stall_is_lateness() -> None:
    """A burst after a stall is late, and the clock is not reset by it."""
    clock = ArrivalClock()
    clock.observe(0.0, 50.0)
    assert clock.observe(100.0, 950.0) == 800.0
    assert clock.observe(900.0, 952.0) == 2.0
    assert clock.offset_ms == 50.0


def test_a_lasting_shift_resets() -> None:
    """Over 500 ms later for over a second: a clock was set."""
    clock = ArrivalClock()
    clock.observe(0.0, 50.0)
    for ms in range(0, int(SHIFT_PATIENCE_MS) + 200, 100):
        lateness_ms = clock.observe(ms, 10_050.0 + ms)
    assert lateness_ms == 0.0
    assert clock.offset_ms == 10_050.0


def test_a_shift_the_other_way_is_followed_at_once() -> None:
    """An earlier arrival is simply the new least."""
    clock = ArrivalClock()
    clock.observe(0.0, 10_000.0)
    assert clock.observe(10_000.0, 10_100.0) == 0.0
    assert clock.offset_ms == 100.0


def test_server_time_is_arrival_time_less_the_offset() -> None:
    """The motion time that would arrive punctually now."""
    clock = ArrivalClock()
    clock.observe(1_000.0, 1_080.0)
    assert clock.server_ms(2_080.0) == 2_000.0


def test_reset_forgets() -> None:
    """After a reconnect the way may be another one."""
    clock = ArrivalClock()
    clock.observe(0.0, 50.0)
    clock.reset()
    assert clock.offset_ms is None


@given(st.lists(st.tuples(st.floats(0.0, 500.0), st.floats(0.0, 450.0)), max_size=60))
def test_lateness_is_never_negative_nor_above_the_jitter(steps: list[tuple[float, float]]) -> None:
    """Against a plain minimum over the window."""
    clock = ArrivalClock()
    ts_ms = 0.0
    seen: list[tuple[float, float]] = []
    arrival_ms = 0.0
    for gap_ms, jitter_ms in steps:
        ts_ms += gap_ms
        arrival_ms = max(arrival_ms, ts_ms + jitter_ms)
        seen.append((arrival_ms, arrival_ms - ts_ms))
        least = min(delay for at, delay in seen if arrival_ms - at <= ARRIVAL_WINDOW_MS)
        assert clock.observe(ts_ms, arrival_ms) == arrival_ms - ts_ms - least
