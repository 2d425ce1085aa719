"""How long to wait before trying again (§8, §9)."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtubar.client.backoff import Backoff
from virtubar.protocol.constants import DRAIN_JITTER_MS, HOPS_MAX


def always(value: float) -> Callable[[], float]:
    return lambda: value


def test_the_ceiling_doubles_from_a_quarter_second_to_eight() -> None:
    """With all of chance the wait is the ceiling itself (§9)."""
    backoff = Backoff(always(1.0))
    assert [backoff.next_ms() for _ in range(8)] == [
        250,
        500,
        1_000,
        2_000,
        4_000,
        8_000,
        8_000,
        8_000,
    ]


@given(st.floats(0.0, 1.0, exclude_max=True), st.integers(0, 5_000))
def test_full_jitter_is_within_its_bounds(chance: float, tries: int) -> None:
    """Anything from nothing to 8 s, however often it failed."""
    backoff = Backoff(always(chance))
    for _ in range(min(tries, 40)):
        backoff.next_ms()
    assert 0.0 <= backoff.next_ms() <= 8_000.0


def test_many_tries_do_not_overflow() -> None:
    """A client may try for weeks."""
    backoff = Backoff(always(0.5))
    for _ in range(5_000):
        assert backoff.next_ms() <= 4_000.0


def test_what_the_server_asks_for_comes_on_top() -> None:
    """retryAfterMs is a minimum; jitter spreads those who were told the same."""
    assert Backoff(always(0.5)).next_ms(1_000.0) == 1_125.0


def test_reset_begins_anew() -> None:
    """After a while in the room."""
    backoff = Backoff(always(1.0))
    for _ in range(4):
        backoff.next_ms()
    backoff.reset()
    assert backoff.next_ms() == 250


def test_a_draining_server_is_left_over_a_second() -> None:
    """1001: a short random delay, once (§8)."""
    backoff = Backoff(always(0.9))
    assert backoff.after_close_ms(1001) == pytest.approx(0.9 * DRAIN_JITTER_MS)
    assert backoff.after_close_ms(1001) == pytest.approx(0.9 * 500)


def test_a_moved_room_is_followed_at_once_a_few_times() -> None:
    """4010 (§8), but not for ever."""
    backoff = Backoff(always(1.0))
    waits = [backoff.after_close_ms(4010) for _ in range(HOPS_MAX + 1)]
    assert waits == [0.0] * HOPS_MAX + [250.0]
