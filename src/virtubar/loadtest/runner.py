"""A whole load test: rooms, clients, the window, and the report. A shell."""

import asyncio
import gc
import signal
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from virtubar import __version__
from virtubar.client.driver import now_ms
from virtubar.client.states import State
from virtubar.client.steps import Start
from virtubar.client.tickets import http_client
from virtubar.errors import VirtuBarError
from virtubar.loadtest.advice import advice_on
from virtubar.loadtest.expectations import Expectation, judge
from virtubar.loadtest.figures import Sample, Values, figures_of
from virtubar.loadtest.plan import Plan, Report
from virtubar.loadtest.rooms import make_rooms
from virtubar.loadtest.schedule import Schedule
from virtubar.loadtest.tally import RoomTally, Tally
from virtubar.loadtest.verdicts import bottleneck, exit_code
from virtubar.loadtest.visitor import Visitor

SOON_MS: Final = 100.0
"""From the making of the schedule to its start."""
SETTLE_MS: Final = 500.0
"""From the last arrival to the window, so that no join is in it."""
DRAIN_S: Final = 2.5
"""How long what was sent last is waited for: a server may keep the newest move of those far away
for 2 s (§12)."""
LOOK_S: Final = 0.05
TICK_S: Final = 0.001
"""Between two looks at what is due: the loop's timers know no less, and would spin."""
SAMPLE_S: Final = 1.0

Show = Callable[[str, float, Sequence[Sample]], None]
"""Told each second: what goes on, how much of it is done (0 to 1), and the samples so far."""


class LoadTest:
    """One test; `run` it once.

    Args:
        show: for whoever watches.
    """

    def __init__(self, plan: Plan, expectations: list[Expectation], show: Show) -> None:
        self._plan = plan
        self._expectations = expectations
        self._show = show
        self._tally = Tally()
        self._samples: list[Sample] = []
        self._visitors: list[Visitor] = []
        self._rooms: list[RoomTally] = []
        self._ended = asyncio.Event()
        self._last_turn: int | None = None
        self._phase, self._phase_ms, self._phase_s = "joining", now_ms(), plan.ramp_s
        self._cpu_s = 0.0

    def end_early(self) -> None:
        """Stop sending now, and report what was measured so far."""
        self._ended.set()

    async def run(self) -> Report:
        """Do it all, and leave every room.

        Raises:
            VirtuBarError: no room was to be had, or nobody was let in; says what can be done.
        """
        began_ms = time.time_ns() // 1_000_000
        plan = self._plan
        async with http_client(plan.url) as http:
            ids = list(plan.room_ids) or await make_rooms(http, plan.url, plan.rooms)
            schedule = Schedule(
                clients=plan.clients,
                rate_hz=plan.rate_hz,
                start_ms=now_ms() + SOON_MS,
                ramp_s=plan.ramp_s,
            )
            self._rooms = [RoomTally(schedule) for _ in ids]
            for number in range(plan.clients):
                place = number % len(ids)
                room = self._rooms[place]
                self._visitors.append(
                    Visitor(number, ids[place], plan, schedule, self._tally, room, http)
                )
            try:
                window_s, values = await self._measure(schedule)
            finally:
                await asyncio.gather(*(visitor.stop() for visitor in self._visitors))
        return self._report(began_ms, window_s, values)

    async def _measure(self, schedule: Schedule) -> tuple[float, Values]:
        tasks = [
            asyncio.create_task(self._arrive(schedule)),
            asyncio.create_task(self._sample(schedule)),
        ]
        try:
            pace = asyncio.create_task(self._pace(schedule))
            tasks.append(pace)
            await self._wait_joined()
            return await self._window(schedule, pace)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _arrive(self, schedule: Schedule) -> None:
        for visitor in self._visitors:
            await asyncio.sleep((schedule.arrival_ms(visitor.number) - now_ms()) / 1000.0)
            visitor.feed(Start())

    async def _wait_joined(self) -> None:
        """Until everybody is in, or will not be, or the time for it is over.

        Raises:
            VirtuBarError: nobody is in.
        """
        deadline_s = time.monotonic() + self._plan.ramp_s + self._plan.patience_s
        while time.monotonic() < deadline_s and not self._ended.is_set():
            if all(visitor.is_settled for visitor in self._visitors):
                break
            await asyncio.sleep(LOOK_S)
        if not self._tally.joined:
            errors = self._tally.errors
            codes = ", ".join(f"{code} ({n}×)" for code, n in errors.most_common()) or "no answer"
            advice = "".join(f"; {sentence}" for sentence in advice_on(errors))
            raise VirtuBarError(f"no client was let in: {codes}{advice}")

    async def _window(self, schedule: Schedule, pace: asyncio.Task[None]) -> tuple[float, Values]:
        first_seq = schedule.first_seq(now_ms() + SETTLE_MS)
        self._tally.begin(first_seq)
        for visitor in self._visitors:
            visitor.receiver.begin()
        moves = schedule.moves_in(self._plan.duration_s)
        self._last_turn = (first_seq + moves) * schedule.clients
        starts_ms, ends_ms = (schedule.due_ms(0, first_seq + n) for n in (0, moves))
        self._phase, self._phase_ms = "measuring", starts_ms
        self._phase_s = self._plan.duration_s
        gc.freeze()  # what joining has made lives on, and would be looked at again and again
        await asyncio.sleep((starts_ms - now_ms()) / 1000.0)
        bytes_before, cpu_s = self._tally.bytes, time.process_time()
        ending = asyncio.create_task(self._ended.wait())
        await asyncio.wait({pace, ending}, return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        if pace.done():
            pace.result()
            await asyncio.sleep((ends_ms - now_ms()) / 1000.0)
        pace.cancel()
        window_s = max(0.0, now_ms() - starts_ms) / 1000.0
        cpu_s, received_bytes = time.process_time() - cpu_s, self._tally.bytes - bytes_before
        gc.unfreeze()
        await self._drain()
        self._tally.roll()
        receivers = [visitor.receiver for visitor in self._visitors]
        return window_s, figures_of(
            self._tally,
            receivers,
            window_s=window_s,
            received_bytes=received_bytes,
            cpu_s=cpu_s,
        )

    async def _drain(self) -> None:
        """Wait for what is still on its way."""
        conditions = self._plan.conditions
        wait_s = DRAIN_S + (conditions.latency_ms + conditions.jitter_ms) / 500.0
        self._phase, self._phase_ms, self._phase_s = "waiting for the last", now_ms(), wait_s
        deadline_s = time.monotonic() + wait_s
        while time.monotonic() < deadline_s:
            if not sum(visitor.receiver.lost for visitor in self._visitors):
                break
            await asyncio.sleep(LOOK_S)

    async def _pace(self, schedule: Schedule) -> None:
        """Let every client walk when it is due, however late that is, until the window's end."""
        turn, visitors = 0, self._visitors
        while self._last_turn is None or turn < self._last_turn:
            due = schedule.turns_until(now_ms())
            if self._last_turn is not None:
                due = min(due, self._last_turn)
            for n in range(turn, due):
                seq, number = divmod(n, schedule.clients)
                if visitors[number].was_in:
                    visitors[number].walk(seq)
            turn = max(turn, due)
            await asyncio.sleep(max(TICK_S, (schedule.turn_ms(turn) - now_ms()) / 1000.0))

    async def _sample(self, schedule: Schedule) -> None:
        tally, clients = self._tally, len(self._visitors)
        at_s, cpu_s = time.monotonic(), time.process_time()
        before = (tally.received, tally.bytes)
        while True:
            await asyncio.sleep(SAMPLE_S)
            next_s, next_cpu_s = time.monotonic(), time.process_time()
            took_s = next_s - at_s
            received, received_bytes = tally.received, tally.bytes
            recent = tally.recent
            self._samples.append(
                Sample(
                    at_s=round((now_ms() - schedule.start_ms) / 1000.0, 1),
                    members=sum(one.state is State.JOINED for one in self._visitors),
                    age_p50=recent.quantile_ms(0.5),
                    age_p99=recent.quantile_ms(0.99),
                    updates_hz=(received - before[0]) / took_s,
                    bytes_per_client=(received_bytes - before[1]) / took_s / clients,
                    late_p99=tally.recent_late.quantile_ms(0.99),
                    cpu=(next_cpu_s - cpu_s) / took_s,
                )
            )
            tally.roll()
            at_s, cpu_s, before = next_s, next_cpu_s, (received, received_bytes)
            done = (now_ms() - self._phase_ms) / 1000.0 / self._phase_s if self._phase_s else 1.0
            self._show(self._phase, min(1.0, max(0.0, done)), self._samples)

    def _report(self, began_ms: int, window_s: float, values: Values) -> Report:
        why = bottleneck(values, self._plan.late_max_ms)
        verdicts = judge(self._expectations, values, can_tell=not why)
        return Report(
            version=__version__,
            plan=self._plan,
            began_ms=began_ms,
            window_s=window_s,
            interrupted=self._ended.is_set(),
            exit_code=exit_code(verdicts, why),
            bottleneck=why,
            verdicts=verdicts,
            figures=values,
            advice=advice_on(self._tally.errors),
            samples=self._samples,
        )


async def run_load_test(plan: Plan, expectations: list[Expectation], show: Show) -> Report:
    """Run one test; SIGINT and SIGTERM end it early, a second one at once.

    Raises:
        VirtuBarError: as of LoadTest.run.
        KeyboardInterrupt: on the second signal.
    """
    test = LoadTest(plan, expectations, show)
    work = asyncio.ensure_future(test.run())
    signals: list[int] = []

    def told(number: int) -> None:
        signals.append(number)
        test.end_early()
        if len(signals) > 1:
            work.cancel()

    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, partial(told, number))
    try:
        return await work
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
