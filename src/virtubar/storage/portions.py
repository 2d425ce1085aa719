"""Much work on a database, in portions between which others have their turn.

SQLite has one writer: whoever removes a year of chat in one transaction keeps every moderator
waiting for it.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from virtubar.storage.engine import UPKEEP_S, Database

ROWS_AT_ONCE: Final = 500
"""Small rows in one transaction: some 20 ms of work, in a table of some 100 000."""
REPORTS_AT_ONCE: Final = 5
"""Reports, which have up to 129 KiB of evidence each: as long, and the loop decodes them."""

Portion = Callable[[AsyncConnection, int], Awaitable[int]]
"""Does so many rows of some work at most, and says how many; fewer where no more are left."""


def removal(key: Column[Any], which: ColumnElement[bool]) -> Portion:
    """Removing the rows of a table.

    Args:
        key: its primary key.
    """

    async def portion(connection: AsyncConnection, at_once: int) -> int:
        some = select(key).where(which).limit(at_once)
        return (await connection.execute(delete(key.table).where(key.in_(some)))).rowcount

    return portion


def change(key: Column[Any], which: ColumnElement[bool], values: dict[str, Any]) -> Portion:
    """Changing the rows of a table.

    Args:
        key: its primary key.
        which: no more true of a row that was changed.
    """

    async def portion(connection: AsyncConnection, at_once: int) -> int:
        some = select(key).where(which).limit(at_once)
        statement = update(key.table).where(key.in_(some)).values(**values)
        return (await connection.execute(statement)).rowcount

    return portion


async def work_off(database: Database, portion: Portion, at_once: int = ROWS_AT_ONCE) -> int:
    """Do all of it, each portion in a transaction of its own; how many rows.

    Raises:
        StorageError: the portions before were done.
    """
    done = 0
    while True:
        async with database.writing(UPKEEP_S) as connection:
            rows = await portion(connection, at_once)
        done += rows
        if rows < at_once:
            return done


async def work_off_within(
    connection: AsyncConnection, portion: Portion, at_once: int = ROWS_AT_ONCE
) -> int:
    """Do what is left of it within one transaction; how many rows."""
    done = 0
    while True:
        rows = await portion(connection, at_once)
        done += rows
        if rows < at_once:
            return done
