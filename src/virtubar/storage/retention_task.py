"""Throws away what is older than retention says, every ten minutes."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from virtubar.protocol.constants import LOBBY_ID
from virtubar.storage.pause import Pause, pause
from virtubar.storage.ports import Storage, StorageError
from virtubar.storage.retention import Retention, cutoffs

EVERY_S = 600.0

_log = structlog.get_logger(__name__)


class RetentionTask:
    """The task that keeps storage small."""

    def __init__(
        self,
        storage: Storage,
        retention: Retention,
        wall_ms: Callable[[], int],
        rooms_in_use: Callable[[], list[str]],
        rooms_forgotten: Callable[[list[str]], None],
        *,
        pause: Pause = pause,
    ) -> None:
        """Watch over a storage.

        Args:
            wall_ms: the clock.
            rooms_in_use: the rooms that somebody is in now; they are marked as used.
            rooms_forgotten: told which rooms were thrown away.
        """
        self._storage = storage
        self._retention = retention
        self._wall_ms = wall_ms
        self._rooms_in_use = rooms_in_use
        self._rooms_forgotten = rooms_forgotten
        self._pause = pause
        self._closing = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, with a first round at once."""
        self._task = asyncio.create_task(self._run(), name="storage-retention_task")

    async def close(self) -> None:
        """End once the round that is under way is done."""
        self._closing.set()
        if self._task:
            await self._task

    async def tidy(self) -> None:
        """One round. A step that fails is logged, done again in the next round, and does not keep
        the others from being done."""
        now_ms = self._wall_ms()
        before = cutoffs(self._retention, now_ms)
        in_use = self._rooms_in_use()
        keep = frozenset((*in_use, LOBBY_ID))
        store = self._storage
        await self._step("rooms_in_use", store.rooms.touch(in_use, now_ms))
        await self._step("rooms", self._forget_rooms(before.rooms_ms, keep))
        await self._step("chat", store.chat.forget(now_ms, self._retention.chat_days))
        await self._step("reports", store.reports.forget(before.reports_ms))
        await self._step("sanctions", store.sanctions.forget(before.sanctions_ms))
        await self._step("audit", store.audit.forget(before.audit_ms))
        await self._step("staff", store.people.forget_staff(before.staff_ms))
        await self._step("salts", store.salts.forget(before.salts_ms))

    async def _run(self) -> None:
        while not self._closing.is_set():
            await self.tidy()
            await self._pause(self._closing, EVERY_S)

    async def _forget_rooms(self, before_ms: int, keep: frozenset[str]) -> list[str]:
        forgotten = await self._storage.rooms.forget_unused(before_ms, keep)
        if forgotten:
            self._rooms_forgotten(forgotten)
        return forgotten

    async def _step(self, what: str, doing: Awaitable[int | list[str] | None]) -> None:
        try:
            removed = await doing
        except StorageError as error:
            _log.warning("retention_failed", what=what, reason=str(error))
        except Exception:
            _log.exception("retention_failed", what=what)
        else:
            if removed:
                count = removed if isinstance(removed, int) else len(removed)
                _log.info("retention", what=what, removed=count)
