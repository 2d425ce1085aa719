"""The only timer: everything that waits, waits here."""

import heapq
import math
from collections.abc import Callable
from typing import Final, Protocol

_STALE_MAX: Final = 64
"""Entries for moments that nobody waits for any more; past it they go when they are the half."""


class Wakeable(Protocol):
    """Something that wants to be called at a moment.

    `wake_ms` is the moment it wants now; entries for any other moment are stale and ignored, so
    moving a deadline is setting `wake_ms` and calling `Timer.schedule` again.
    """

    wake_ms: float | None

    def wake(self, now_ms: float) -> None:
        """The moment has come; `wake_ms` was set to None before."""
        ...


class Cancellable(Protocol):
    """What the loop's `call_later` returns."""

    def cancel(self) -> None:
        """Never call back."""
        ...


class Timer:
    """Wakes each Wakeable once at its moment, soonest first, over one handle of the loop.

    Args:
        call_later: the loop's: seconds and a callback.
        now_ms: the monotonic clock.
        report: called with an exception that a `wake` raised; the others are woken all the same.
    """

    def __init__(
        self,
        call_later: Callable[[float, Callable[[], None]], Cancellable],
        now_ms: Callable[[], float],
        report: Callable[[Wakeable, Exception], None],
    ) -> None:
        self._call_later = call_later
        self._now_ms = now_ms
        self._report = report
        self._heap: list[tuple[float, int, Wakeable]] = []
        self._count = 0
        self._stale = 0
        self._handle: Cancellable | None = None
        self._armed_ms = math.inf
        self._running = False

    def schedule(self, target: Wakeable, when_ms: float) -> None:
        """Wake the target then, instead of at any other moment."""
        if target.wake_ms == when_ms:
            return
        if target.wake_ms is not None:
            self._stale += 1
        target.wake_ms = when_ms
        self._count += 1
        heapq.heappush(self._heap, (when_ms, self._count, target))
        if self._running:
            return
        if when_ms < self._armed_ms:
            self._arm(when_ms)
        if self._stale > _STALE_MAX:
            self._forget()

    def cancel(self, target: Wakeable) -> None:
        """Do not wake the target."""
        if target.wake_ms is not None:
            self._stale += 1
        target.wake_ms = None
        if self._stale > _STALE_MAX and not self._running:
            self._forget()

    def _forget(self) -> None:
        """Let stale entries go where they are most of all, and with them what they keep alive."""
        heap = self._heap
        if self._stale * 2 > len(heap):
            heap[:] = [entry for entry in heap if entry[2].wake_ms == entry[0]]
            heapq.heapify(heap)
            self._stale = 0

    def close(self) -> None:
        """Wake nobody any more."""
        if self._handle is not None:
            self._handle.cancel()
        self._heap.clear()

    def _arm(self, when_ms: float) -> None:
        if self._handle is not None:
            self._handle.cancel()
        self._armed_ms = when_ms
        delay_s = max(0.0, math.ceil(when_ms - self._now_ms()) / 1000.0)
        self._handle = self._call_later(delay_s, self.run)

    def run(self) -> None:
        """Wake everyone whose moment has come; the loop calls it at the soonest one.

        Whoever asks for the same moment again, while it is woken, gets it in the next round, so
        that nobody can keep the loop here.
        """
        if self._handle is not None:
            self._handle.cancel()
        self._handle = None
        self._armed_ms = math.inf
        self._running = True
        now_ms = self._now_ms()
        heap = self._heap
        due: list[tuple[float, int, Wakeable]] = []
        while heap and heap[0][0] <= now_ms:
            due.append(heapq.heappop(heap))
        for when_ms, _, target in due:
            if target.wake_ms != when_ms:
                self._stale = max(0, self._stale - 1)
                continue
            target.wake_ms = None
            try:
                target.wake(now_ms)
            except Exception as error:  # one target must not stop the timer
                self._report(target, error)
        self._running = False
        if self._stale > _STALE_MAX:
            self._forget()
        if heap:
            self._arm(heap[0][0])
