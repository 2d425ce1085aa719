"""Chat on its way to storage: a room says it and goes on; a task writes it in batches.

A batch stays in the queue until it is stored, so that a database that is away for a while loses
nothing but what exceeds the bound. Storing twice does no harm (ChatStore.add).
"""

import asyncio
from collections import deque
from itertools import islice

import structlog

from virtubar.room.records import ChatRecord
from virtubar.storage.pause import Pause, pause
from virtubar.storage.ports import ChatStore, StorageError

QUEUE_MAX = 10_000
"""Messages that wait at most, about 5 MB; the oldest is dropped for one more, and counted."""
BATCH_MAX = 250
"""Messages in one transaction: some 3 ms of Python, which rooms on the same core wait for."""
EVERY_S = 1.0
"""Between two batches: what a crash may lose."""
BACKOFF_MAX_S = 30.0

_log = structlog.get_logger(__name__)


class ChatWriter:
    """Writes what was said, without ever making anybody wait.

    Attributes:
        stored: messages that were handed over to storage.
        dropped: messages that were lost, because storage was away for too long.
        failures: batches that storage did not take; they are tried again.
    """

    def __init__(
        self, store: ChatStore, *, queue_max: int = QUEUE_MAX, pause: Pause = pause
    ) -> None:
        self._store = store
        self._queue_max = queue_max
        self._pause = pause
        self._queue: deque[ChatRecord] = deque()
        self._in_batch = 0
        self._passed_over = 0
        self._some = asyncio.Event()
        self._closing = asyncio.Event()
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self.stored = 0
        self.dropped = 0
        self.failures = 0

    @property
    def waiting(self) -> int:
        """Messages that are not stored yet."""
        return len(self._queue)

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run(), name="chat-writer")

    def say(self, record: ChatRecord) -> None:
        """Keep a message soon. Returns at once, whatever the database does."""
        if len(self._queue) >= self._queue_max:
            self._queue.popleft()
            if self._in_batch:  # it may be stored yet: the batch that is under way has it
                self._in_batch -= 1
                self._passed_over += 1
            else:
                self.dropped += 1
        self._queue.append(record)
        self._some.set()

    async def flush(self) -> None:
        """Store what was said until now, before a person is erased, say.

        Raises:
            StorageError: some of it is not stored; it will be tried again.
        """
        left = len(self._queue)
        while left > 0 and self._queue:
            left -= await self._write()

    async def close(self) -> None:
        """Store what waits, and end. What storage does not take now is lost, and logged."""
        self._closing.set()
        self._some.set()
        if self._task:
            await self._task
        try:
            await self.flush()
        except StorageError as error:
            self.dropped += len(self._queue)
            _log.error("chat_lost", messages=len(self._queue), reason=str(error))
            self._queue.clear()

    async def _run(self) -> None:
        failures = 0
        while not self._closing.is_set():
            await self._some.wait()
            failures = 0 if await self._attempt() else failures + 1
            await self._pause(self._closing, min(EVERY_S * 2**failures, BACKOFF_MAX_S))

    async def _attempt(self) -> bool:
        """Store everything that waits; whether that went well. No error ends the task."""
        dropped = self.dropped
        try:
            await self.flush()
        except StorageError as error:
            _log.warning("chat_not_stored", waiting=len(self._queue), reason=str(error))
        except Exception:
            _log.exception("chat_writer_failed", waiting=len(self._queue))
        else:
            return True
        finally:
            if self.dropped > dropped:
                _log.error("chat_dropped", messages=self.dropped - dropped)
        return False

    async def _write(self) -> int:
        """Store the oldest messages in one transaction; how many there were."""
        async with self._turn:
            batch = list(islice(self._queue, BATCH_MAX))
            self._in_batch, self._passed_over = len(batch), 0
            try:
                await self._store.add(batch)
            except BaseException:
                self.failures += 1
                self.dropped += self._passed_over
                raise
            else:
                self._finish(len(batch))
            finally:
                self._in_batch = self._passed_over = 0
            return len(batch)

    def _finish(self, stored: int) -> None:
        self.stored += stored
        for _ in range(self._in_batch):
            self._queue.popleft()
        if not self._queue and not self._closing.is_set():
            self._some.clear()
