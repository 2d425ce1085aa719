"""What the interpolation buffer is made of: cadence, lateness, playhead, blend, path (§9)."""

import math

import pytest

from virtubar.client.blend import Blend
from virtubar.client.cadence import FULL_INTERVAL_MS, Cadence
from virtubar.client.lateness import Lateness
from virtubar.client.path import Sample, between, beyond, is_hop, is_jump
from virtubar.client.playhead import Playhead
from virtubar.protocol.constants import BLEND_MS, BUFFER_MAX_MS, RARE_INTERVAL_MAX_MS


def at(ts_ms: float, x: float) -> Sample:
    return Sample(ts_ms, x, 0.0, 0.0, 0.0, "walk")


def test_a_walkers_long_gap_is_its_interval_at_once() -> None:
    """The longer of the last two, so that one sample more does not make it short."""
    cadence = Cadence()
    assert not cadence.take(2_000.0, has_walked=True)
    assert cadence.interval_ms == 2_000.0
    assert not cadence.take(67.0, has_walked=True)
    assert cadence.interval_ms == 2_000.0
    assert cadence.is_sparse


def test_two_short_gaps_are_full_rate_again() -> None:
    """Which is told once."""
    cadence = Cadence()
    cadence.take(333.0, has_walked=True)
    told = [cadence.take(67.0, has_walked=True) for _ in range(4)]
    assert told == [False, True, False, False]
    assert cadence.interval_ms == pytest.approx(FULL_INTERVAL_MS, abs=0.1)


def test_a_pause_says_nothing_of_the_interval() -> None:
    """Who stands is told of when they please."""
    cadence = Cadence()
    assert not cadence.take(9_000.0, has_walked=False)
    assert cadence.interval_ms == FULL_INTERVAL_MS


def test_nobody_is_waited_for_longer_than_the_server_takes() -> None:
    """The newest place is never older than two seconds."""
    cadence = Cadence()
    cadence.take(60_000.0, has_walked=True)
    assert cadence.interval_ms == RARE_INTERVAL_MAX_MS


def test_lateness_leaves_out_the_worst_twentieth_and_what_is_old() -> None:
    """The 95th percentile of the last 32; 0 before the first."""
    lateness = Lateness()
    assert lateness.p95_ms == 0.0
    for late_ms in (500.0,) * 8 + (*map(float, range(31)), 9_000.0):
        lateness.push(late_ms)
    assert lateness.p95_ms == 30.0


def test_a_walking_playhead_is_there_in_time_and_waits() -> None:
    """At one speed, and not beyond."""
    playhead = Playhead()
    playhead.step(0.0)
    begun_ms = playhead.ms
    for left_ms in range(1_000, 0, -100):
        playhead.walk(playhead.step(1_100.0 - left_ms), begun_ms + 500.0, float(left_ms))
        assert playhead.ms == pytest.approx(begun_ms + 500.0 * (1_100 - left_ms) / 1_000.0)
    playhead.walk(10.0, begun_ms + 500.0, -10.0)
    assert playhead.ms == begun_ms + 500.0


def test_a_playhead_that_waited_is_as_far_behind_as_it_is() -> None:
    """It goes on from there, and does not hurry after time."""
    playhead = Playhead()
    playhead.step(5_000.0)
    playhead.wait(4_000.0)
    assert (playhead.ms, playhead.delay_ms) == (4_000.0, 1_000.0)
    playhead.wait(4_500.0)
    assert playhead.ms == 4_000.0


def test_a_playhead_that_jumps_goes_forward_alone() -> None:
    """To 200 ms behind at most, and no way back."""
    playhead = Playhead()
    playhead.step(5_000.0)
    playhead.wait(3_000.0)
    playhead.jump(900.0)
    assert playhead.ms == 5_000.0 - BUFFER_MAX_MS
    playhead.skip(4_950.0)
    playhead.jump(900.0)
    assert playhead.ms == 4_950.0


def test_a_blend_falls_from_all_to_nothing() -> None:
    """Slowly at both ends; headings by the shortest arc."""
    blend = Blend()
    blend.begin((3.0, 0.0, 4.0, 3.0), (0.0, 0.0, 0.0, -3.0))
    assert blend.length_m == 5.0
    assert blend.rest == pytest.approx((3.0, 0.0, 4.0, 6.0 - math.tau))
    blend.advance(BLEND_MS / 2.0)
    assert blend.rest[0] == pytest.approx(1.5)
    blend.advance(float(BLEND_MS))
    assert blend.rest == (0.0, 0.0, 0.0, 0.0)


def test_a_cleared_blend_is_at_the_other_picture() -> None:
    """A snap ends it."""
    blend = Blend()
    blend.begin((3.0, 0.0, 4.0, 3.0), (0.0, 0.0, 0.0, 0.0))
    blend.clear()
    assert blend.rest == (0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("gap_ms", "step_m", "jumps"),
    [
        (67.0, 2.9, False),
        (67.0, 3.1, True),
        (333.0, 3.1, True),
        (2_000.0, 11.9, False),
        (2_000.0, 12.1, True),
    ],
)
def test_a_jump_is_far_and_faster_than_anybody_runs(
    gap_ms: float, step_m: float, jumps: bool
) -> None:
    """Over 3 m and over 6 m/s: runners do five."""
    assert is_jump(at(0.0, 0.0), at(gap_ms, step_m)) is jumps


@pytest.mark.parametrize(
    ("step_m", "hops"), [(0.33, False), (0.5, True), (3.0, True), (3.1, False)]
)
def test_a_hop_is_what_nobody_walks_within_an_interval(step_m: float, hops: bool) -> None:
    """A runner's first step at full rate is none, and a jump is none either."""
    assert is_hop(at(0.0, 0.0), at(9_000.0, step_m), FULL_INTERVAL_MS) is hops


def test_the_path_is_a_line_and_goes_on_for_a_little() -> None:
    """Between two samples, and for 250 ms after them, ever slower."""
    before, last = at(0.0, 0.0), at(100.0, 1.0)
    assert between(before, last, 25.0).x == pytest.approx(0.25)
    assert beyond(before, last, 150.0).x == pytest.approx(1.5)
    assert beyond(before, last, 350.0).x == beyond(before, last, 9_000.0).x == pytest.approx(2.75)


def test_nobody_goes_on_after_a_jump() -> None:
    """They were put there, and until they were they stood."""
    before, last = at(0.0, 0.0), at(100.0, 9.0)
    assert between(before, last, 99.0) is before
    assert beyond(before, last, 150.0) is last
