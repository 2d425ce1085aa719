"""The interpolation buffer (§9)."""

import math
import random
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from virtubar.client.arrival_clock import ArrivalClock
from virtubar.client.smoothing import Drawn, Sample, SnapshotBuffer
from virtubar.protocol.constants import (
    BLEND_MAX_M,
    BLEND_MS,
    BUFFER_MAX_MS,
    BUFFER_MIN_MS,
    INTERVAL_MAX_MS,
    PLAYHEAD_JUMP_MS,
    SLEW_MAX,
    SNAP_DISTANCE_M,
)
from virtubar.protocol.events import Anim

INTERVAL_MS = 1_000.0 / 15.0
FRAME_MS = 1_000.0 / 60.0


def sample(
    ts_ms: float, x: float = 0.0, *, z: float = 0.0, rot_y: float = 0.0, anim: Anim = "walk"
) -> Sample:
    return Sample(ts_ms, x, 0.0, z, rot_y, anim)


class Screen:
    """Draws a buffer frame after frame on a server time that just runs."""

    def __init__(self, start_ms: float = 0.0) -> None:
        self.buffer = SnapshotBuffer()
        self.now_ms = start_ms

    def draw(self, for_ms: float) -> list[Drawn]:
        frames: list[Drawn] = []
        end_ms = self.now_ms + for_ms
        while end_ms - self.now_ms > 1e-6:
            self.now_ms = min(end_ms, self.now_ms + FRAME_MS)
            drawn = self.buffer.sample(self.now_ms)
            assert drawn is not None
            frames.append(drawn)
        return frames

    def walk(self, seconds: float, speed_m_s: float = 3.0, lateness_ms: float = 0.0) -> list[Drawn]:
        """Push a steady walk along x, punctually, and draw it."""
        frames: list[Drawn] = []
        for _ in range(round(seconds * 15)):
            self.buffer.push(sample(self.now_ms, speed_m_s * self.now_ms / 1_000.0), lateness_ms)
            frames += self.draw(INTERVAL_MS)
        return frames


@pytest.fixture
def screen() -> Screen:
    return Screen()


def test_nothing_is_drawn_before_the_first_sample() -> None:
    """A member nobody heard of has no place."""
    assert SnapshotBuffer().sample(0.0) is None


def test_a_steady_walk_is_drawn_steadily(screen: Screen) -> None:
    """Linear on the axis of motion times: every frame moves by the same."""
    frames = screen.walk(4.0)[60:]
    steps = [b.x - a.x for a, b in pairwise(frames)]
    assert min(steps) == pytest.approx(max(steps), abs=0.005)


def test_the_drawn_walker_is_the_buffer_behind_and_no_more(screen: Screen) -> None:
    """100 ms on a punctual line: the spring's lag is in it, and half a frame too much of it."""
    frames = screen.walk(6.0)
    lag_ms = screen.now_ms - frames[-1].x / 3.0 * 1_000.0
    assert lag_ms == pytest.approx(screen.buffer.delay_ms - FRAME_MS / 2.0, abs=1.0)


def test_the_buffer_is_never_thinner_than_100_ms(screen: Screen) -> None:
    """§9: 100 to 200 ms."""
    screen.walk(10.0, lateness_ms=0.0)
    assert screen.buffer.delay_ms == pytest.approx(BUFFER_MIN_MS)


def test_the_buffer_is_never_deeper_than_200_ms(screen: Screen) -> None:
    """Later than that is drawn by a guess instead."""
    screen.walk(10.0, lateness_ms=400.0)
    assert screen.buffer.delay_ms == pytest.approx(BUFFER_MAX_MS)


def test_the_buffer_follows_the_lateness(screen: Screen) -> None:
    """p95 of it, one send interval and a frame's margin."""
    screen.walk(10.0, lateness_ms=60.0)
    assert screen.buffer.delay_ms == pytest.approx(60.0 + INTERVAL_MS + 10.0, abs=2.0)


def test_the_buffer_deepens_faster_than_it_thins() -> None:
    """One quiet second on a bad line does not bring the stalls back."""
    rising, falling = Screen(), Screen()
    rising.walk(1.0, lateness_ms=400.0)
    falling.walk(10.0, lateness_ms=400.0)
    falling.walk(4.0, lateness_ms=0.0)
    assert rising.buffer.delay_ms > 180.0
    assert falling.buffer.delay_ms > 140.0


def test_headings_turn_by_the_shortest_arc(screen: Screen) -> None:
    """Across ±π nobody spins around."""
    screen.buffer.push(sample(0.0, rot_y=math.pi - 0.2), 0.0)
    screen.buffer.push(sample(100.0, rot_y=-math.pi + 0.2), 0.0)
    for drawn in screen.draw(500.0):
        assert abs(math.remainder(drawn.rot_y - math.pi, math.tau)) <= 0.2 + 1e-6


def test_a_walker_without_news_goes_on_for_a_while(screen: Screen) -> None:
    """100 ms at its speed, then eased to nothing at 250: so far as 175 ms at its speed."""
    screen.walk(2.0)
    last_m = 3.0 * (screen.now_ms - INTERVAL_MS) / 1_000.0
    frames = screen.draw(2_000.0)
    assert frames[-1].x == pytest.approx(last_m + 3.0 * 0.175, abs=0.01)


def test_extrapolation_slows_down(screen: Screen) -> None:
    """It eases out: nobody stops dead when the network does."""
    screen.walk(2.0)
    frames = screen.draw(2_000.0)
    steps = [b.x - a.x for a, b in pairwise(frames)]
    jolts = [abs(b - a) for a, b in pairwise(steps)]
    assert max(jolts) < 0.01


@pytest.mark.parametrize("anim", ["idle", "dance", "wave"])
def test_who_does_not_walk_is_not_extrapolated(screen: Screen, anim: Anim) -> None:
    """A dancer who was just moved stays where the last sample was."""
    screen.buffer.push(sample(0.0, 0.0, anim=anim), 0.0)
    screen.buffer.push(sample(66.0, 0.2, anim=anim), 0.0)
    assert screen.draw(1_000.0)[-1].x == pytest.approx(0.2)


def test_a_corrected_guess_fades(screen: Screen) -> None:
    """Someone stopped behind our guess: the drawn point moves back without a jump."""
    screen.walk(2.0)
    guessed = screen.draw(400.0)[-1]
    stop_m = 3.0 * (screen.now_ms - 400.0 - INTERVAL_MS) / 1_000.0
    screen.buffer.push(sample(screen.now_ms - 390.0, stop_m, anim="idle"), 300.0)
    frames = screen.draw(1_500.0)
    steps = [abs(b.x - a.x) for a, b in zip([guessed, *frames], frames, strict=False)]
    assert max(steps) < 0.06
    assert frames[-1].x == pytest.approx(stop_m, abs=0.01)


def test_a_large_correction_snaps(screen: Screen) -> None:
    """Over 3 m: better a jump than a flight through the room."""
    screen.walk(2.0)
    screen.draw(600.0)
    screen.buffer.push(sample(screen.now_ms - 100.0, 100.0, anim="idle"), 0.0)
    assert screen.draw(FRAME_MS)[-1].x == 100.0


def test_a_teleport_is_not_a_slide(screen: Screen) -> None:
    """Between two samples over 3 m apart the member is at one or the other."""
    screen.buffer.push(sample(0.0, 0.0, anim="idle"), 0.0)
    screen.buffer.push(sample(66.0, 10.0, anim="idle"), 0.0)
    assert {round(one.x, 6) for one in screen.draw(600.0)} == {0.0, 10.0}


def test_a_teleport_in_a_long_frame_is_not_a_slide(screen: Screen) -> None:
    """A spring gets most of 4 m behind itself in 100 ms, and would seem to have walked."""
    screen.buffer.push(sample(0.0, 0.0, anim="idle"), 0.0)
    screen.draw(500.0)
    screen.buffer.push(sample(650.0, 4.0, anim="idle"), 0.0)
    drawn = [screen.buffer.sample(screen.now_ms + 100.0 * frame) for frame in range(1, 6)]
    assert {one.x for one in drawn if one is not None} == {0.0, 4.0}


def test_a_walk_begins_when_it_began(screen: Screen) -> None:
    """After a pause an anchor keeps the start from smearing over it."""
    screen.buffer.push(sample(0.0, 0.0, anim="idle"), 0.0)
    screen.draw(1_000.0)
    screen.buffer.push(sample(1_100.0, 0.2), 0.0)
    screen.buffer.push(sample(1_166.0, 0.4), 0.0)
    before = [screen.buffer.sample(ms) for ms in (1_010.0, 1_020.0)]
    assert all(one is not None and one.x == pytest.approx(0.0, abs=1e-6) for one in before)


def test_walking_is_shown_from_the_first_step(screen: Screen) -> None:
    """Legs move while the body does."""
    screen.buffer.push(sample(0.0, 0.0, anim="idle"), 0.0)
    screen.draw(1_000.0)
    screen.buffer.push(sample(1_100.0, 0.2), 0.0)
    screen.buffer.push(sample(1_166.0, 0.2, anim="idle"), 0.0)
    anims = [one.anim for one in screen.draw(400.0)]
    assert anims.count("walk") >= 3
    assert (anims[0], anims[-1]) == ("idle", "idle")


def test_a_sample_that_is_not_newer_is_dropped(screen: Screen) -> None:
    """Order is the motion times' (§1)."""
    screen.buffer.push(sample(100.0, 1.0, anim="idle"), 0.0)
    screen.buffer.push(sample(100.0, 2.0, anim="idle"), 0.0)
    screen.buffer.push(sample(50.0, 2.5, anim="idle"), 0.0)
    assert screen.draw(1_000.0)[-1].x == 1.0


def test_reset_draws_the_new_place_at_once(screen: Screen) -> None:
    """room_state and member_joined begin anew."""
    screen.walk(1.0)
    screen.buffer.reset(sample(screen.now_ms, -5.0, anim="idle"))
    assert screen.draw(FRAME_MS)[-1].x == -5.0


def test_a_playhead_far_behind_jumps(screen: Screen) -> None:
    """After a second without a frame nobody wants to see the second."""
    screen.walk(1.0)
    screen.now_ms += 5_000.0
    screen.draw(FRAME_MS)
    assert screen.buffer.playhead_ms == pytest.approx(screen.now_ms - BUFFER_MIN_MS, abs=100.0)


def test_a_playhead_far_ahead_waits(screen: Screen) -> None:
    """It never goes back (a clock that was set back ends with a reset)."""
    screen.walk(1.0)
    playhead_ms = screen.buffer.playhead_ms
    screen.buffer._playhead.delay_ms += 2 * PLAYHEAD_JUMP_MS
    screen.buffer.sample(screen.now_ms + 1.0)
    assert screen.buffer.playhead_ms == playhead_ms


@dataclass(frozen=True)
class Push:
    """A sample so much after the last one."""

    gap_ms: float
    x: float
    z: float
    rot_y: float
    anim: Anim
    lateness_ms: float


@dataclass(frozen=True)
class Frame:
    """A frame so much after the last one."""

    dt_ms: float


anims: st.SearchStrategy[Anim] = st.sampled_from(("idle", "walk", "dance", "wave"))
far_m, near_m = st.floats(-10_000.0, 10_000.0), st.floats(-2.0, 2.0)
wild_pushes = st.builds(
    Push,
    st.floats(-100.0, float(INTERVAL_MAX_MS)),
    far_m,
    far_m,
    st.floats(-1e6, 1e6),
    anims,
    st.floats(0, 3_000),
)
tame_pushes = st.builds(
    Push, st.floats(1.0, 200.0), near_m, near_m, st.floats(-4.0, 4.0), anims, st.floats(0, 300)
)
sparse_pushes = st.builds(
    Push, st.floats(1.0, 2_500.0), near_m, near_m, st.floats(-4.0, 4.0), anims, st.floats(0, 300)
)
drawings = st.builds(Frame, st.floats(0.0, 300.0))


@settings(max_examples=200)
@given(st.lists(st.one_of(wild_pushes, tame_pushes, drawings), max_size=60))
def test_whatever_comes_it_draws_something_sane(acts: list[Push | Frame]) -> None:
    """Finite, within the snap threshold of the data, on a playhead that never goes back."""
    buffer = SnapshotBuffer()
    now_ms = ts_ms = 0.0
    playhead_ms = -math.inf
    for act in acts:
        if isinstance(act, Push):
            ts_ms += act.gap_ms
            one = Sample(ts_ms, act.x, 0.0, act.z, act.rot_y, act.anim)
            buffer.push(one, act.lateness_ms)
            continue
        now_ms += act.dt_ms
        drawn = buffer.sample(now_ms)
        if drawn is None:
            continue
        raw = buffer._at(buffer._aim_ms)
        assert all(map(math.isfinite, (drawn.x, drawn.y, drawn.z, drawn.rot_y)))
        drawn_m = (drawn.x, drawn.y, drawn.z)
        assert math.dist(drawn_m, (raw.x, raw.y, raw.z)) <= SNAP_DISTANCE_M + 1e-6
        assert buffer.playhead_ms >= playhead_ms
        if playhead_ms > -math.inf:
            ahead_ms = buffer.playhead_ms - playhead_ms
            slewed_ms = act.dt_ms * (1 + SLEW_MAX) + 1e-6
            assert ahead_ms <= slewed_ms or ahead_ms > act.dt_ms + PLAYHEAD_JUMP_MS - 1e-6
        playhead_ms = buffer.playhead_ms
        assert BUFFER_MIN_MS - 1e-9 <= buffer.delay_ms <= BUFFER_MAX_MS + 1e-9


@settings(max_examples=200)
@given(st.lists(st.one_of(wild_pushes, sparse_pushes, drawings), max_size=60))
def test_sparse_samples_sweep_nobody_through_the_room(acts: list[Push | Frame]) -> None:
    """Finite; and a frame moves nobody further than a blend and the snap threshold at both ends."""
    buffer = SnapshotBuffer()
    now_ms = ts_ms = 0.0
    for act in acts:
        if isinstance(act, Push):
            ts_ms += act.gap_ms
            one = Sample(ts_ms, act.x, 0.0, act.z, act.rot_y, act.anim)
            buffer.push(one, act.lateness_ms)
            continue
        now_ms += act.dt_ms
        drawn = buffer.sample(now_ms)
        if drawn is None:
            continue
        assert all(map(math.isfinite, (drawn.x, drawn.y, drawn.z, drawn.rot_y)))
        assert buffer.delay_ms >= BUFFER_MIN_MS - 1e-9
        raw = buffer._at(buffer._aim_ms)
        away_m = math.dist((drawn.x, drawn.y, drawn.z), (raw.x, raw.y, raw.z))
        assert away_m <= SNAP_DISTANCE_M + BLEND_MAX_M + 1e-6


def stroll(screen: Screen, every_ms: float, for_ms: float) -> list[Drawn]:
    """Somebody who walks along x at 3 m/s, told of every so often, punctually."""
    frames: list[Drawn] = []
    end_ms = screen.now_ms + for_ms
    while screen.now_ms < end_ms - 1.0:
        screen.buffer.push(sample(screen.now_ms, 3.0 * screen.now_ms / 1_000.0), 0.0)
        frames += screen.draw(every_ms)
    return frames


def steps_m(frames: list[Drawn]) -> list[float]:
    return [b.x - a.x for a, b in pairwise(frames)]


@pytest.mark.parametrize("every_ms", [1_000.0 / 3.0, 500.0, 2_000.0])
def test_sparse_samples_are_drawn_as_an_even_walk(screen: Screen, every_ms: float) -> None:
    """The delay is the member's own: its interval, and what its samples are late by."""
    stroll(screen, every_ms, 6.0 * every_ms)
    for step_m in steps_m(stroll(screen, every_ms, 12_000.0)):
        assert step_m / FRAME_MS == pytest.approx(0.003, abs=5e-5)
    assert every_ms - 1.0 < screen.buffer.delay_ms < every_ms + 100.0


@pytest.mark.parametrize("every_ms", [1_000.0 / 3.0, 2_000.0])
def test_full_rate_is_gone_over_to_within_150_ms(every_ms: float) -> None:
    """Without a jump; two gaps in a row say that it is full rate."""
    screen, near = Screen(), Screen()
    stroll(screen, every_ms, 12_000.0)
    stroll(near, INTERVAL_MS, 12_000.0)
    behind_m = near.draw(1.0)[-1].x - screen.draw(1.0)[-1].x
    waiting = stroll(screen, INTERVAL_MS, 2.0 * INTERVAL_MS)
    stroll(near, INTERVAL_MS, 2.0 * INTERVAL_MS)
    over = [waiting[-1], *stroll(screen, INTERVAL_MS, 150.0)]
    there = stroll(near, INTERVAL_MS, 150.0)
    fastest = (behind_m + 0.5) / BLEND_MS * 1.5 + 0.006
    assert max(steps_m(over)) < fastest * FRAME_MS
    assert over[-1].x == pytest.approx(there[-1].x, abs=0.05)


def test_a_jittery_line_is_drawn_smoothly() -> None:
    """A walk with turns over a line with 30 ms of jitter: the figures of a good picture hold."""
    chance = random.Random(7)
    clock, buffer = ArrivalClock(), SnapshotBuffer()
    queue: list[tuple[float, Sample]] = []
    arrival_ms = 0.0
    for index in range(15 * 30):
        ts_ms = index * INTERVAL_MS
        angle = ts_ms / 4_000.0
        one = sample(ts_ms, 8.0 * math.cos(angle), z=8.0 * math.sin(angle))
        arrival_ms = max(arrival_ms, ts_ms + 65.0 + abs(chance.gauss(0.0, 30.0)))
        queue.append((arrival_ms, one))
    errors: list[float] = []
    speeds: list[float] = []
    before: Drawn | None = None
    for frame in range(60 * 28):
        now_ms = frame * FRAME_MS
        while queue and queue[0][0] <= now_ms:
            at_ms, one = queue.pop(0)
            buffer.push(one, clock.observe(one.ts_ms, at_ms))
        drawn = buffer.sample(clock.server_ms(now_ms))
        if drawn is None or now_ms < 3_000.0:
            continue
        if before is not None:
            speeds.append(math.dist((drawn.x, drawn.z), (before.x, before.z)) / FRAME_MS * 1_000.0)
        before = drawn
        angle = buffer.playhead_ms / 4_000.0
        true_m = (8.0 * math.cos(angle), 8.0 * math.sin(angle))
        errors.append(math.dist((drawn.x, drawn.z), true_m))
    assert math.sqrt(sum(one * one for one in errors) / len(errors)) < 0.05
    assert max(speeds) < 1.5 * 2.0
    assert min(speeds) > 0.5 * 2.0
