"""Looking stored rooms up: many at once, without a lock, remembering briefly what is not there.

Whoever asks waits for the read that comes next, together with everybody else who does: a flood of
ids that nobody has ever made costs one statement a read, not one an id, and delays nobody for
longer than two reads.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from virtubar.room.config import RoomConfig
from virtubar.storage.bulkhead import Bulkhead
from virtubar.storage.ports import StorageError

AT_ONCE: Final = 100
"""Ids in one read: some milliseconds, and far fewer than a statement may have."""
ASKING_MAX: Final = 400
"""Who may wait at once; one more is refused at once, and told to come again: a database that hangs
must not collect callers. Four reads clear it."""
LOOKING_MAX: Final = ASKING_MAX // 2
"""How many of them may be strangers who only look: those who want in find a place beside them."""
WAIT_S: Final = 5.0
"""What one look-up may take, waiting for its turn included: half of what an act may."""
MISSES_MAX: Final = 4_096
"""Ids that are known not to be there, about 0.5 MB; the oldest is forgotten for one more."""
MISS_MS: Final = 5_000.0
"""How long that is believed: what another program put into the database is found after it."""

Read = Callable[[list[str]], Awaitable[list[RoomConfig]]]


class RoomLookups:
    """Finds stored rooms.

    Args:
        read: those of the rooms that are stored; raises StorageError.
        now_ms: the clock, monotonic.
        wait_s: see WAIT_S.
    """

    def __init__(self, read: Read, now_ms: Callable[[], float], wait_s: float = WAIT_S) -> None:
        self._read = read
        self._now_ms = now_ms
        self._wait_s = wait_s
        self._asking = Bulkhead()
        self._wanted: dict[str, asyncio.Future[RoomConfig | None]] = {}
        self._reading: dict[str, asyncio.Future[RoomConfig | None]] = {}
        self._stale: set[str] = set()
        self._misses: OrderedDict[str, float] = OrderedDict()
        self._task: asyncio.Task[None] | None = None

    async def find(self, room_id: str, asking_max: int = ASKING_MAX) -> RoomConfig | None:
        """The stored room, None where there is none.

        Args:
            asking_max: how many may wait, this one included.

        Raises:
            StorageError: it could not be read in time, or so many are waiting.
        """
        if self._is_missing(room_id):
            return None
        async with self._asking.enter(asking_max, self._wait_s):
            # Whoever gives up waiting must not end it for the others.
            return await asyncio.shield(self._ask(room_id))

    def changed(self, room_ids: Iterable[str] | None) -> None:
        """These rooms are not what they were, or all of them may not be: what is being read is
        read again, and nothing is known to be missing any more."""
        if room_ids is None:
            self._stale.update(self._reading)
            self._misses.clear()
            return
        for room_id in room_ids:
            self._misses.pop(room_id, None)
            if room_id in self._reading:
                self._stale.add(room_id)

    async def close(self) -> None:
        """Give up what is being read; whoever waits is told."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def _is_missing(self, room_id: str) -> bool:
        until_ms = self._misses.get(room_id)
        if until_ms is None:
            return False
        if self._now_ms() < until_ms:
            return True
        del self._misses[room_id]
        return False

    def _ask(self, room_id: str) -> "asyncio.Future[RoomConfig | None]":
        found = self._reading.get(room_id) or self._wanted.get(room_id)
        if found is None:
            found = self._wanted[room_id] = asyncio.get_running_loop().create_future()
            found.add_done_callback(_seen)
            if self._task is None:
                self._task = asyncio.create_task(self._work(), name="room-lookups")
        return found

    async def _work(self) -> None:
        try:
            while self._wanted:
                for room_id in list(self._wanted)[:AT_ONCE]:
                    self._reading[room_id] = self._wanted.pop(room_id)
                await self._answer()
        finally:
            self._task = None
            self._refuse({**self._reading, **self._wanted}, StorageError("the server is stopping"))
            self._wanted.clear()
            self._reading.clear()

    async def _answer(self) -> None:
        """Read what is to be read, and tell everybody; what changed meanwhile is read again."""
        try:
            rooms = {room.room_id: room for room in await self._read(list(self._reading))}
        except Exception as error:  # theirs who asked, whatever it is
            self._refuse(self._reading, error)
        else:
            for room_id, asked in self._reading.items():
                if room_id in self._stale:
                    self._wanted[room_id] = asked
                else:
                    self._tell(room_id, asked, rooms.get(room_id))
        self._reading.clear()
        self._stale.clear()

    def _tell(
        self,
        room_id: str,
        asked: "asyncio.Future[RoomConfig | None]",
        room: RoomConfig | None,
    ) -> None:
        if room is None:
            self._misses[room_id] = self._now_ms() + MISS_MS
            if len(self._misses) > MISSES_MAX:
                self._misses.popitem(last=False)
        asked.set_result(room)

    @staticmethod
    def _refuse(asked: "dict[str, asyncio.Future[RoomConfig | None]]", error: Exception) -> None:
        for future in asked.values():
            future.set_exception(error)


def _seen(asked: "asyncio.Future[RoomConfig | None]") -> None:
    """Everybody who asked may have given up: an error that nobody waits for is none."""
    if not asked.cancelled():
        asked.exception()
