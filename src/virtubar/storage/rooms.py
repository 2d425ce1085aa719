"""Rooms and their settings."""

from collections.abc import Iterator

from sqlalchemy import delete, select, update

from virtubar.room.config import RoomConfig
from virtubar.room.ports import RoomExistsError
from virtubar.room.records import AuditEntry
from virtubar.storage.audit import add_line
from virtubar.storage.engine import UPKEEP_S, Database
from virtubar.storage.rows import add_or, read, values
from virtubar.storage.schema import chat, rooms

_AT_ONCE = 500
"""Ids in one statement: databases bound the number of its values."""


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
        async with self._database.writing(UPKEEP_S) as connection:
            found = await connection.scalars(select(rooms.c.room_id).where(unused))
            removed: list[str] = []
            for some in _portions(sorted(set(found) - keep)):
                statement = delete(rooms).where(rooms.c.room_id.in_(some), unused)
                ids = list(await connection.scalars(statement.returning(rooms.c.room_id)))
                await connection.execute(delete(chat).where(chat.c.room_id.in_(ids)))
                removed += sorted(ids)
            return removed


def _portions(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
