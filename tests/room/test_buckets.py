"""Token buckets let through what the limits allow, and not one more (§5, §6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtubar.room.buckets import AddressBuckets, KeyedBuckets, TokenBucket

UPTIMES_MS = st.floats(0, 2.5e11)
"""Up to eight years of a machine that was never switched off."""


def taken(bucket: TokenBucket, now_ms: float, tries: int) -> int:
    return sum(bucket.take(now_ms) for _ in range(tries))


@pytest.mark.parametrize("burst", [1, 4, 5])
def test_a_full_bucket_gives_its_burst_and_no_more(burst: int) -> None:
    """A bucket is full when made: `burst` at once, and not one past it."""
    assert taken(TokenBucket(10, burst, 0), 0, 20) == burst


def test_a_token_comes_back_after_one_period_and_not_before() -> None:
    """At 20 a second the next token is there 50 ms later."""
    bucket = TokenBucket(20, 1, 1000)
    assert bucket.take(1000)
    assert not bucket.take(1049)
    assert bucket.take(1050)
    assert not bucket.take(1099)


def test_a_refused_try_costs_nothing() -> None:
    """Asking too early does not push the next token back."""
    bucket = TokenBucket(10, 1, 0)
    bucket.take(0)
    assert [bucket.take(now_ms) for now_ms in range(10, 100, 10)] == [False] * 9
    assert bucket.take(100)


def test_an_idle_bucket_saves_up_its_burst_and_no_more() -> None:
    """After an hour there are as many tokens as after the first moments."""
    bucket = TokenBucket(10, 5, 0)
    taken(bucket, 0, 5)
    assert taken(bucket, 3_600_000, 20) == 5


def test_wait_is_zero_where_there_is_a_token_and_a_period_where_there_is_none() -> None:
    """`wait_ms` says how long until `take` succeeds, counting what has come back already."""
    bucket = TokenBucket(4, 1, 0)
    assert bucket.wait_ms(0) == 0
    bucket.take(0)
    assert bucket.wait_ms(0) == pytest.approx(250)
    assert bucket.wait_ms(100) == pytest.approx(150)
    assert bucket.wait_ms(250) == 0


@given(
    rate_hz=st.sampled_from([1.0, 2.0, 15.0, 20.0, 200.0]),
    uptime_ms=UPTIMES_MS,
    gaps_ms=st.lists(st.floats(0, 200), max_size=8),
)
def test_whoever_waits_as_told_is_let_through(
    rate_hz: float, uptime_ms: float, gaps_ms: list[float]
) -> None:
    """However long the machine is up: after `wait_ms` there is a token, or it would be asked for
    again at the very same moment, for ever."""
    now_ms = uptime_ms
    bucket = TokenBucket(rate_hz, 1, now_ms)
    for gap_ms in gaps_ms:
        now_ms += gap_ms
        if not bucket.take(now_ms):
            now_ms += bucket.wait_ms(now_ms)
            assert bucket.take(now_ms)


@given(
    rate_hz=st.floats(0.5, 200),
    burst=st.integers(1, 10),
    gaps_ms=st.lists(st.floats(0, 300), max_size=60),
)
def test_no_more_than_rate_and_burst_in_any_time(
    rate_hz: float, burst: int, gaps_ms: list[float]
) -> None:
    """Over any stretch of time at most burst + rate x time is let through."""
    now_ms, let_through = 0.0, 0
    bucket = TokenBucket(rate_hz, burst, now_ms)
    for gap_ms in gaps_ms:
        now_ms += gap_ms
        let_through += bucket.take(now_ms)
        assert let_through <= burst + now_ms * rate_hz / 1000 + 0.001


def test_another_rate_counts_from_now_on() -> None:
    """What was saved up stays, what comes back comes at the new rate."""
    bucket = TokenBucket(10, 5, 1000)
    taken(bucket, 1000, 5)
    bucket.set_rate(1, 1200)
    assert taken(bucket, 1200, 5) == 2
    assert not bucket.take(2199)
    assert bucket.take(2200)


def test_another_rate_saves_up_no_more_than_the_burst() -> None:
    """A change of rate after a long pause does not overfill the bucket."""
    bucket = TokenBucket(10, 2, 0)
    bucket.set_rate(10, 60_000)
    assert taken(bucket, 60_000, 9) == 2


def test_a_bucket_is_full_when_everything_came_back() -> None:
    """`is_full` says that the bucket is as good as new."""
    bucket = TokenBucket(10, 2, 0)
    assert bucket.is_full(0)
    bucket.take(0)
    assert not bucket.is_full(99)
    assert bucket.is_full(100)


def test_each_key_has_a_bucket_of_its_own() -> None:
    """One address at its limit does not slow another."""
    buckets = KeyedBuckets(1, 2)
    assert [buckets.take("a", 0) for _ in range(3)] == [0, 0, pytest.approx(1000)]
    assert buckets.take("b", 0) == 0
    assert buckets.take("a", 1000) == 0
    assert len(buckets) == 2


def test_the_key_unused_for_longest_is_forgotten_past_the_bound() -> None:
    """At most `keys_max` keys are kept; using a key keeps it."""
    buckets = KeyedBuckets(0.001, 1, keys_max=2)
    for key in "aba":
        buckets.take(key, 0)
    assert len(buckets) == 2
    buckets.take("c", 0)
    assert len(buckets) == 2
    assert buckets.take("a", 0) > 0, "a was used after b, so it is remembered"
    assert buckets.take("b", 0) == 0, "b was forgotten, so it is new"


@given(now_ms=UPTIMES_MS, tries=st.integers(0, 12), after_ms=st.floats(0, 5_000))
def test_a_bucket_that_has_a_token_gives_one(now_ms: float, tries: int, after_ms: float) -> None:
    """And one that has none does not, wherever rounding leads."""
    bucket = TokenBucket(7, 5, now_ms)
    taken(bucket, now_ms, tries)
    had = bucket.has(now_ms + after_ms)
    assert bucket.take(now_ms + after_ms) is had


def test_many_addresses_of_one_site_share_a_larger_budget() -> None:
    """Taking turns with them gains four times one address's, however many there are."""
    buckets = AddressBuckets(1, 30)
    own = [f"2001:db8:1:{number:x}00::/64" for number in range(36)]
    assert sum(buckets.take(key, 0) == 0 for key in own for _ in range(30)) == 30 * 4
    assert buckets.take(own[-1], 0) == 250, "four a second come back"
    assert buckets.take("2001:db8:2::/64", 0) == 0, "the site beside it has its own"


def test_what_is_refused_takes_nothing_from_the_networks_around() -> None:
    """One address over its limit costs its neighbours none of theirs."""
    buckets = AddressBuckets(1, 5)
    assert sum(buckets.take("203.0.113.7", 0) == 0 for _ in range(1_000)) == 5
    rest = [f"203.0.113.{number}" for number in range(8, 40)]
    assert sum(buckets.take(key, 0) == 0 for key in rest for _ in range(5)) == 5 * 4 - 5


def test_what_is_no_address_has_its_own_budget() -> None:
    """Behind a Unix socket there is nothing around."""
    buckets = AddressBuckets(1, 5)
    assert [buckets.take("unix", 0) for _ in range(6)] == [0, 0, 0, 0, 0, 1000]
