"""Small writes that nobody waits for: bounded, each kind in a line of its own, and never given up.

A kind that comes in floods cannot crowd out another: each has its own places, and they are served
in turn. A write that storage does not take stays where it is and is tried again, until it is
written or a newer one of the same key has taken its place.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from virtubar.runtime.metrics import Metrics
from virtubar.storage.ports import StorageError

_log = structlog.get_logger(__name__)

WAITING_MAX: Final = 5_000
"""Writes of one kind that may wait; past it new ones are dropped, counted and logged. Whoever puts
them bounds their keys below this: staff by how many they are, salts by the days that a database
is away, rooms by how many may live, denials by WINDOWS_MAX. So it is only reached by a defect."""
RETRY_S: Final = 5.0
"""Until what storage did not take is tried again."""

Write = Callable[[], Awaitable[None]]


class BackgroundWrites:
    """Does what it is given in one task, which ends when there is nothing to do, or when storage
    takes nothing; then it begins again after a while."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        # kind → key → write; the kind that was served last is last
        self._waiting: OrderedDict[str, OrderedDict[str, Write]] = OrderedDict()
        self._task: asyncio.Task[None] | None = None
        self._again: asyncio.TimerHandle | None = None
        self._count = 0
        self._doing = False

    def put(self, name: str, write: Write, *, key: str | None = None) -> None:
        """Do it soon.

        Args:
            name: its kind; says in the log and in the metrics what was not done.
            key: one that waits under the same key is not done: this one stands for both. None
                stands for itself alone.
        """
        line = self._waiting.setdefault(name, OrderedDict())
        if len(line) >= WAITING_MAX and key not in line:
            self._metrics.drops[name] += 1
            _log.warning("background_write_dropped", write=name)
            return
        self._count += 1
        line[f"#{self._count}" if key is None else key] = write
        if self._again is None:
            self._start()

    def forget(self, name: str, key: str) -> None:
        """Do not do what waits under that key."""
        line = self._waiting.get(name)
        if line is not None:
            line.pop(key, None)

    @property
    def waiting(self) -> int:
        """BackgroundWrites that are not done yet, the one that is under way among them."""
        return sum(len(line) for line in self._waiting.values()) + self._doing

    async def settle(self) -> bool:
        """Come back when everything was tried once more; whether all of it is done. Who gives up
        waiting ends only their own wait."""
        if self._again is not None:
            self._start()
        while self._task is not None:
            await asyncio.wait({self._task})
        return not self.waiting

    async def close(self) -> None:
        """Come back when everything was tried once more. Cancelled, it gives up the one that is
        under way."""
        if self._again is not None:
            self._start()
        while self._task is not None:
            await self._task
        if self._again is not None:
            self._again.cancel()
            self._again = None

    def _start(self) -> None:
        if self._again is not None:
            self._again.cancel()
            self._again = None
        if self._task is None:
            self._task = asyncio.ensure_future(self._work())

    async def _work(self) -> None:
        try:
            while (taken := self._next()) is not None:
                if not await self._do(*taken):
                    self._again = asyncio.get_running_loop().call_later(RETRY_S, self._start)
                    return
        finally:
            self._task = None

    def _next(self) -> tuple[str, str, Write] | None:
        """The longest waiting write of the kind whose turn it is."""
        for name, line in list(self._waiting.items()):
            if line:
                self._waiting.move_to_end(name)
                key, write = line.popitem(last=False)
                return name, key, write
        return None

    async def _do(self, name: str, key: str, write: Write) -> bool:
        """Do one; False where storage did not take it."""
        self._doing = True
        try:
            await write()
        except StorageError as error:
            _log.warning("background_write_failed", write=name, reason=str(error))
            self._put_back(name, key, write)
            return False
        except asyncio.CancelledError:
            self._put_back(name, key, write)
            raise
        except Exception:  # a defect: it would fail again
            self._metrics.drops[name] += 1
            _log.exception("background_write_failed", write=name)
        finally:
            self._doing = False
        return True

    def _put_back(self, name: str, key: str, write: Write) -> None:
        """It is the first of its line again, unless a newer one stands for it."""
        line = self._waiting[name]
        if key not in line:
            line[key] = write
            line.move_to_end(key, last=False)
