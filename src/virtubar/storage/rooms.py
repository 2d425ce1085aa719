"""Rooms and their settings."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from virtubar.room.config import RoomConfig
from virtubar.room.ports import RoomExistsError
from virtubar.room.records import AuditEntry
from virtubar.storage.audit import add_line
from virtubar.storage.engine import UPKEEP_S, Database
from virtubar.storage.portions import removal, work_off
from virtubar.storage.rows import add_or, read, values
from virtubar.storage.schema import chat, rooms

_AT_ONCE = 100
"""Ids in one statement: databases bound the number of its values, and others wait for it."""


class SqlRooms:
    """RoomStore in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, limit: int) -> list[RoomConfig]:
        """The rooms used last, at most so many."""
        statement = select(rooms).order_by(rooms.c.used_ms.desc()).limit(limit)
        async with self._database.reading() as connection:
            return [read(row, RoomConfig) for row in await connection.execute(statement)]

    async def get(self, room_id: str) -> RoomConfig | None:
        """One room."""
        async with self._database.reading() as connection:
            found = await connection.execute(select(rooms).where(rooms.c.room_id == room_id))
            row = found.one_or_none()
            return None if row is None else read(row, RoomConfig)

    async def several(self, room_ids: list[str]) -> list[RoomConfig]:
        """Those of these rooms that there are."""
        statement = select(rooms).where(rooms.c.room_id.in_(room_ids))
        async with self._database.reading() as connection:
            return [read(row, RoomConfig) for row in await connection.execute(statement)]

    async def add(self, config: RoomConfig, wall_ms: int, audit: AuditEntry | None) -> None:
        """Keep a new room.

        Raises:
            RoomExistsError: the id is taken.
        """
        async with self._database.writing() as connection:
            added = await connection.execute(
                add_or(connection, rooms)
                .values(**values(config), used_ms=wall_ms)
                .on_conflict_do_nothing()
            )
            if not added.rowcount:
                raise RoomExistsError(f"there is a room {config.room_id} already")
            if audit is not None:
                await add_line(connection, audit)

    async def change(self, config: RoomConfig, audit: AuditEntry) -> None:
        """Keep a room's new settings, all but its owner; adds the room where it is not there."""
        row = {**values(config), "used_ms": audit.at_ms}
        changes = {name: value for name, value in row.items() if name != "owner_id"}
        async with self._database.writing() as connection:
            await connection.execute(
                add_or(connection, rooms)
                .values(row)
                .on_conflict_do_update(index_elements=["room_id"], set_=changes)
            )
            await add_line(connection, audit)

    async def touch(self, room_ids: list[str], wall_ms: int) -> None:
        """These rooms were in use now."""
        async with self._database.writing() as connection:
            for some in _portions(sorted(room_ids)):
                await connection.execute(
                    update(rooms)
                    .where(rooms.c.room_id.in_(some), rooms.c.used_ms < wall_ms)
                    .values(used_ms=wall_ms)
                )

    async def forget_unused(self, before_ms: int, keep: frozenset[str]) -> list[str]:
        """Remove rooms not used since, with their chat; the ids. Those in `keep` stay."""
        unused = rooms.c.used_ms < before_ms
        async with self._database.reading(UPKEEP_S) as connection:
            found = await connection.scalars(select(rooms.c.room_id).where(unused))
        removed: list[str] = []
        for some in _portions(sorted(set(found) - keep)):
            # Their chat first: whoever makes a room of that id anew must find none of it.
            await self._forget_chat(chat.c.room_id.in_(some))
            removed += await self._forget(and_(rooms.c.room_id.in_(some), unused))
        return removed

    async def _forget_chat(self, theirs: ColumnElement[bool]) -> None:
        """Remove what was said in rooms until now."""
        async with self._database.reading(UPKEEP_S) as connection:
            newest_ms = await connection.scalar(select(func.max(chat.c.said_ms)).where(theirs))
        if newest_ms is not None:
            said = and_(theirs, chat.c.said_ms <= newest_ms)
            await work_off(self._database, removal(chat.c.message_id, said))

    async def _forget(self, which: ColumnElement[bool]) -> list[str]:
        """Remove rooms, with what chat they still have; the ids."""
        async with self._database.writing(UPKEEP_S) as connection:
            statement = delete(rooms).where(which).returning(rooms.c.room_id)
            ids = sorted(await connection.scalars(statement))
            await connection.execute(delete(chat).where(chat.c.room_id.in_(ids)))
            return ids


def _portions(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
