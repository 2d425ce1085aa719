"""How many may wait for a database at once, and for how long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from virtubar.storage.ports import StorageError


class Bulkhead:
    """Keeps a database that is slow, or hangs, from collecting callers without end.

    Attributes:
        inside: how many are waiting or being served.
    """

    def __init__(self) -> None:
        self.inside = 0

    @asynccontextmanager
    async def enter(self, inside_max: int, within_s: float) -> AsyncIterator[None]:
        """Be one of those inside for as long as the block.

        Args:
            inside_max: how many there may be, this one included.
            within_s: what the block may take, all waiting in it included.

        Raises:
            StorageError: at once, where there are so many; later, where the time is over.
        """
        if self.inside >= inside_max:
            raise StorageError("too many wait for the database")
        self.inside += 1
        try:
            async with asyncio.timeout(within_s):
                yield
        except TimeoutError as error:
            raise StorageError("the database did not answer in time") from error
        finally:
            self.inside -= 1
