"""The machine's clock is read anew each time; motion time does not jump with it (§1)."""

from itertools import pairwise

import pytest

from live.bench import HubBench, Visitor
from support.greeting import GREETING
from virtubar.protocol.constants import TOKEN_LEEWAY_MS
from virtubar.protocol.events import AvatarTransform, AvatarTransformBroadcast
from virtubar.runtime import clock as module
from virtubar.runtime.clock import FOLLOW_MS, Clock

HOUR_MS = 3_600_000
TICK_MS = 10_000


class Machine:
    """The machine's two clocks, as the module `time` shows them."""

    def __init__(self) -> None:
        self.monotonic_s = 1_000.0
        self.epoch_s = 1_750_000_000.0

    def monotonic(self) -> float:
        """Seconds that never jump."""
        return self.monotonic_s

    def time(self) -> float:
        """Seconds since the epoch."""
        return self.epoch_s

    def run(self, seconds: float) -> None:
        """Time passes."""
        self.monotonic_s += seconds
        self.epoch_s += seconds


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine whose clock is set by hand."""
    machine = Machine()
    monkeypatch.setattr(module, "time", machine)
    return machine


@pytest.mark.parametrize("step_s", [-3600.0, -0.5, 0.5, 3600.0])
def test_epoch_time_follows_the_machines_clock_at_once(machine: Machine, step_s: float) -> None:
    """Whichever way it is set, while the process runs."""
    clock = Clock()
    machine.run(60.0)
    machine.epoch_s += step_s
    assert clock.wall_ms() == int(machine.epoch_s * 1000)


@pytest.mark.parametrize("step_s", [-3600.0, -0.5, 0.5, 3600.0])
def test_motion_time_runs_on_through_a_step(machine: Machine, step_s: float) -> None:
    """It starts as epoch time, and then passes as monotonic time does."""
    clock = Clock()
    start_ms = clock.motion_ms(clock.now_ms())
    assert start_ms == clock.wall_ms()
    machine.run(60.0)
    machine.epoch_s += step_s
    assert clock.motion_ms(clock.now_ms()) == start_ms + 60_000


@pytest.mark.parametrize("sign", [-1, 1])
def test_motion_time_comes_nearer_while_people_draw_by_it(machine: Machine, sign: int) -> None:
    """By 10 ms at a time and no more, until it has come together with the clock."""
    clock = Clock()
    machine.epoch_s += sign * 0.025
    offs = []
    for _ in range(4):
        clock.follow(watched=True)
        offs.append(clock.wall_ms() - clock.motion_ms(clock.now_ms()))
    assert offs == [sign * 15, sign * 5, 0, 0]
    assert FOLLOW_MS == 10


def test_motion_time_is_set_where_nobody_draws_by_it(machine: Machine) -> None:
    """An empty house begins anew by the machine's clock."""
    clock = Clock()
    machine.epoch_s -= 3600.0
    clock.follow(watched=False)
    assert clock.motion_ms(clock.now_ms()) == clock.wall_ms()


# The hub by it


@pytest.fixture
def bench() -> HubBench:
    """A hub of its own for each test."""
    return HubBench()


def times_of(visitor: Visitor, frames: list[int]) -> None:
    """Append the motion time of each move that the visitor was sent."""
    for event, ts in visitor.transport.stamped():
        if isinstance(event, AvatarTransformBroadcast):
            frames.append(ts)


@pytest.mark.parametrize("step_ms", [-HOUR_MS, HOUR_MS])
def test_moves_are_stamped_steadily_through_a_step(bench: HubBench, step_ms: int) -> None:
    """Fifty milliseconds lie between two moves that were made so far apart, never an hour."""
    ann, bob = bench.enter("ann", life_ms=9 * HOUR_MS), bench.enter("bob", life_ms=9 * HOUR_MS)
    times: list[int] = []
    for seq in range(20):
        if seq == 10:
            bench.clock.step_ms = step_ms
        move = AvatarTransform("lobby", seq, 0.0, 0.0, 0.0, 0.0, "walk", False)
        bench.send(ann, move, ts=5_000_000 + 50 * seq)
        bench.loop.advance(50)
        times_of(bob, times)
    assert [later - sooner for sooner, later in pairwise(times)] == [50] * 19


@pytest.mark.parametrize("step_ms", [-HOUR_MS, HOUR_MS])
def test_tokens_are_judged_by_the_clock_as_it_is(bench: HubBench, step_ms: int) -> None:
    """One made elsewhere, by a clock that is right, is good as soon as this one is set right."""
    bench.clock.step_ms = step_ms
    token = bench.token("ann")
    bench.clock.step_ms = 0
    ann = bench.open("ann")
    bench.join(ann, token)
    assert ann.names() == ["auth_error"]
    bench.clock.step_ms = step_ms
    bench.join(ann, token)
    bench.loop.advance(20)
    assert ann.names() == [*GREETING]


def test_a_token_that_a_step_forward_ends_is_over_at_the_next_look(bench: HubBench) -> None:
    """Rooms look at the clock every 10 s, with nobody doing anything."""
    ann = bench.enter("ann")
    bench.clock.step_ms = HOUR_MS
    bench.loop.advance(TICK_MS + 60)
    assert ann.names() == ["auth_error"]


def test_a_token_that_a_step_back_makes_longer_lives_by_the_clock(bench: HubBench) -> None:
    """It is not asked for again before the clock says so."""
    ann = bench.enter("ann")
    bench.clock.step_ms = -HOUR_MS
    bench.loop.advance(HOUR_MS + 200_000)
    assert ann.names() == []
    bench.loop.advance(100_000 + TOKEN_LEEWAY_MS)
    assert ann.names() == ["auth_error"]
