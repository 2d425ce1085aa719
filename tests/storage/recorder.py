"""A process that records sanctions until it is killed, and says which are stored.

Usage: python -m storage.recorder URL
"""

import asyncio
import itertools
import os
import sys

from storage.samples import ban, line, message
from virtubar.storage.sql import SqlStorage

AT_ONCE = 8


async def _record(storage: SqlStorage, numbers: "itertools.count[int]") -> None:
    for number in numbers:
        made = ban(number, user_id=f"user-{number}")
        await storage.sanctions.record(made, line(user_id=made.user_id))
        os.write(1, f"{made.sanction_id} {made.user_id}\n".encode())


async def _talk(storage: SqlStorage) -> None:
    """Other writes in between, as chat makes them."""
    for number in itertools.count():
        await storage.chat.add([message(number * 100 + one) for one in range(100)])


async def main(url: str) -> None:
    storage = SqlStorage(url)
    await storage.open()
    numbers = itertools.count()
    await asyncio.gather(_talk(storage), *(_record(storage, numbers) for _ in range(AT_ONCE)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
