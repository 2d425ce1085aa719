"""Small writes that nobody waits for: one after another, bounded, never raising."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from virtubar.realtime.metrics import Metrics
from virtubar.storage.ports import StorageError

_log = structlog.get_logger(__name__)

WAITING_MAX: Final = 1_000
"""Chores that may wait; past it new ones are dropped, counted and logged: they are notes, and a
database that is away must not cost memory without end."""

Chore = Callable[[], Awaitable[None]]


class Chores:
    """Does what it is given, in order, in one task that ends when there is nothing to do."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._waiting: deque[tuple[str, Chore]] = deque()
        self._task: asyncio.Task[None] | None = None

    def put(self, name: str, chore: Chore) -> None:
        """Do it soon.

        Args:
            name: says in the log and in the metrics what was not done.
        """
        if len(self._waiting) >= WAITING_MAX:
            self._metrics.drops[name] += 1
            _log.warning("chore_dropped", chore=name)
            return
        self._waiting.append((name, chore))
        if self._task is None:
            self._task = asyncio.ensure_future(self._work())

    @property
    def waiting(self) -> int:
        """Chores that were not begun yet."""
        return len(self._waiting)

    async def settle(self) -> None:
        """Come back when everything is done; who gives up waiting ends only their own wait."""
        while self._task is not None:
            await asyncio.wait({self._task})

    async def close(self) -> None:
        """Come back when everything is done. Cancelled, it gives up the one that is under way."""
        while self._task is not None:
            await self._task

    async def _work(self) -> None:
        try:
            while self._waiting:
                name, chore = self._waiting.popleft()
                try:
                    await chore()
                except StorageError as error:
                    self._metrics.drops[name] += 1
                    _log.warning("chore_failed", chore=name, reason=str(error))
                except Exception:
                    self._metrics.drops[name] += 1
                    _log.exception("chore_failed", chore=name)
        finally:
            self._task = None
