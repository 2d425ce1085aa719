"""The one timer wakes everyone at their moment, over one handle of the loop."""

import weakref
from collections.abc import Callable

import pytest

from live.bench import ManualLoop
from virtubar.runtime.timer import Timer, Wakeable


class Sleeper:
    """Something to wake; notes when it was woken, and may do something then."""

    def __init__(self, then: Callable[[float], None] | None = None) -> None:
        self.wake_ms: float | None = None
        self.woken: list[float] = []
        self.then = then

    def wake(self, now_ms: float) -> None:
        """The moment has come."""
        assert self.wake_ms is None
        self.woken.append(now_ms)
        if self.then is not None:
            self.then(now_ms)


class Bench:
    """A timer over a manual loop, with what it reported."""

    def __init__(self) -> None:
        self.loop = ManualLoop(1000.0)
        self.reported: list[tuple[Wakeable, Exception]] = []
        self.timer = Timer(
            self.loop.call_later,
            lambda: self.loop.now_ms,
            lambda target, error: self.reported.append((target, error)),
        )


@pytest.fixture
def bench() -> Bench:
    """A timer of its own for each test."""
    return Bench()


def test_each_is_woken_once_at_its_moment_soonest_first(bench: Bench) -> None:
    """The order of scheduling does not matter, only the moments do."""
    late, soon = Sleeper(), Sleeper()
    bench.timer.schedule(late, 1500)
    bench.timer.schedule(soon, 1200)
    bench.loop.run()
    assert (soon.woken, late.woken) == ([1200], [1500])


def test_only_one_handle_of_the_loop_is_in_use(bench: Bench) -> None:
    """A thousand deadlines cost the loop one."""
    for n in range(1000):
        bench.timer.schedule(Sleeper(), 5000 - n)
    assert len(bench.loop.waiting()) == 1
    assert bench.loop.waiting()[0].when_ms == 4001


def test_a_deadline_that_moves_later_wakes_only_then(bench: Bench) -> None:
    """The first entry is stale and ignored."""
    sleeper = Sleeper()
    bench.timer.schedule(sleeper, 1100)
    bench.timer.schedule(sleeper, 1900)
    bench.loop.run()
    assert sleeper.woken == [1900]


def test_a_deadline_that_moves_sooner_wakes_only_then(bench: Bench) -> None:
    """The handle moves with it."""
    sleeper = Sleeper()
    bench.timer.schedule(sleeper, 1900)
    bench.timer.schedule(sleeper, 1100)
    bench.loop.run()
    assert sleeper.woken == [1100]


def test_a_cancelled_target_is_not_woken_and_may_come_back(bench: Bench) -> None:
    """Cancelling leaves a stale entry, and the same moment may be asked for again."""
    gone, back = Sleeper(), Sleeper()
    bench.timer.schedule(gone, 1100)
    bench.timer.schedule(back, 1100)
    bench.timer.cancel(gone)
    bench.timer.cancel(back)
    bench.timer.schedule(back, 1100)
    bench.loop.run()
    assert (gone.woken, back.woken) == ([], [1100])


def test_a_moment_in_the_past_is_due_at_once(bench: Bench) -> None:
    """Late is fine; the loop is not asked for a negative delay."""
    sleeper = Sleeper()
    bench.timer.schedule(sleeper, 10)
    bench.loop.run()
    assert sleeper.woken == [1000]


def test_nobody_is_woken_early(bench: Bench) -> None:
    """Delays are rounded up, and a loop that calls back early only re-arms."""
    sleeper = Sleeper()
    bench.timer.schedule(sleeper, 1000.4)
    assert bench.loop.waiting()[0].when_ms >= 1000.4
    bench.timer.run()
    assert sleeper.woken == []
    bench.loop.run()
    assert len(sleeper.woken) == 1
    assert sleeper.woken[0] >= 1000.4


def test_a_target_may_ask_for_its_next_moment_when_woken(bench: Bench) -> None:
    """A deadline that leads to another is woken for both."""
    sleeper = Sleeper()
    sleeper.then = lambda now_ms: (
        bench.timer.schedule(sleeper, now_ms + 50) if now_ms < 1200 else None
    )
    bench.timer.schedule(sleeper, 1100)
    bench.loop.run()
    assert sleeper.woken == [1100, 1150, 1200]


def test_a_target_that_asks_for_now_cannot_hold_the_loop(bench: Bench) -> None:
    """It is woken again in the next round of the loop, not in this one, or the process would
    hang in it."""
    greedy, modest = Sleeper(), Sleeper()
    greedy.then = lambda now_ms: bench.timer.schedule(greedy, now_ms)
    bench.timer.schedule(greedy, 1100)
    bench.timer.schedule(modest, 1101)
    bench.loop.step()
    assert greedy.woken == [1100]
    bench.loop.step()
    assert greedy.woken == [1100, 1100]
    bench.loop.now_ms = 1101
    bench.loop.step()
    assert modest.woken == [1101]


def test_an_error_of_one_is_reported_and_the_others_are_woken(bench: Bench) -> None:
    """One broken target must not stop time for everyone."""

    def fail(_now_ms: float) -> None:
        raise RuntimeError("broken")

    broken, well, later = Sleeper(fail), Sleeper(), Sleeper()
    for target, when_ms in ((broken, 1100), (well, 1100), (later, 1300)):
        bench.timer.schedule(target, when_ms)
    bench.loop.run()
    assert [(target, str(error)) for target, error in bench.reported] == [(broken, "broken")]
    assert (well.woken, later.woken) == ([1100], [1300])


def test_one_that_cancels_another_in_the_same_round_wins(bench: Bench) -> None:
    """A target that was cancelled while the round ran is not woken by it."""
    victim = Sleeper()
    canceller = Sleeper(lambda _now_ms: bench.timer.cancel(victim))
    bench.timer.schedule(canceller, 1100)
    bench.timer.schedule(victim, 1100)
    bench.loop.run()
    assert canceller.woken == [1100]
    assert victim.woken == []


def test_a_closed_timer_wakes_nobody(bench: Bench) -> None:
    """Nothing is left with the loop either."""
    sleeper = Sleeper()
    bench.timer.schedule(sleeper, 1100)
    bench.timer.close()
    assert bench.loop.waiting() == []
    assert sleeper.woken == []


def test_what_was_cancelled_is_not_kept_until_its_moment(bench: Bench) -> None:
    """Sockets that come and go by thousands must not pile up behind their deadlines."""
    stays = Sleeper()
    bench.timer.schedule(stays, 50_000)
    seen: list[weakref.ref[Sleeper]] = []
    for _ in range(5_000):
        passing = Sleeper()
        seen.append(weakref.ref(passing))
        bench.timer.schedule(passing, 60_000)
        bench.timer.cancel(passing)
    del passing
    assert sum(ref() is not None for ref in seen) <= 130
    bench.loop.run()
    assert stays.woken == [50_000]


def test_a_deadline_that_keeps_moving_takes_one_place(bench: Bench) -> None:
    """A room's next deadline moves at every flush; only the last one counts."""
    mover, stays = Sleeper(), Sleeper()
    bench.timer.schedule(stays, 1_500_000)
    for n in range(10_000):
        bench.timer.schedule(mover, 2_000_000 + n)
    assert len(bench.timer._heap) <= 140
    bench.loop.run()
    assert (stays.woken, mover.woken) == ([1_500_000], [2_009_999])


def test_waking_by_hundreds_leaves_the_rest_alone(bench: Bench) -> None:
    """Whoever cancels and schedules others within a wake disturbs nobody else."""
    others = [Sleeper() for _ in range(500)]

    def shuffle(now_ms: float) -> None:
        for i, other in enumerate(others):
            if i % 2:
                bench.timer.cancel(other)
            else:
                bench.timer.schedule(other, now_ms + 1_000 + i)

    first = Sleeper(shuffle)
    bench.timer.schedule(first, 1_100)
    for other in others:
        bench.timer.schedule(other, 1_100)
    bench.loop.run(300)
    assert [len(other.woken) for other in others] == [1, 0] * 250
