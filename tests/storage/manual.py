"""Pauses that a test ends, and stores that fail when it says so."""

import asyncio

from virtubar.room.records import ChatRecord
from virtubar.storage.ports import StorageError


async def settle() -> None:
    """Let every task go as far as it can."""
    for _ in range(50):
        await asyncio.sleep(0)


class ManualPause:
    """A pause that lasts until the test says that it is over, or the work is to end."""

    def __init__(self) -> None:
        self.asked_s: list[float] = []
        self._over = 0

    async def __call__(self, closing: asyncio.Event, seconds: float) -> None:
        self.asked_s.append(seconds)
        mine = len(self.asked_s)
        while self._over < mine and not closing.is_set():  # noqa: ASYNC110 - two things end it
            await asyncio.sleep(0)

    async def over(self) -> None:
        """The time of the pause that is under way has passed."""
        self._over = len(self.asked_s)
        await settle()


class FakeChatStore:
    """A ChatStore in memory that can be down, or slow."""

    def __init__(self) -> None:
        self.batches: list[list[ChatRecord]] = []
        self.fault: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()

    @property
    def texts(self) -> list[str]:
        """What it has, in order, each message once."""
        return list({one.message_id: one.text for batch in self.batches for one in batch}.values())

    def down(self) -> None:
        self.fault = StorageError("the database is away")

    async def add(self, messages: list[ChatRecord]) -> None:
        await self.open.wait()
        if self.fault:
            raise self.fault
        self.batches.append(list(messages))

    async def recent(
        self,
        room_id: str,
        *,
        limit: int,
        before_id: str | None = None,
        user_id: str | None = None,
    ) -> list[ChatRecord]:
        raise NotImplementedError

    async def forget(self, wall_ms: int, default_days: int) -> int:
        raise NotImplementedError
