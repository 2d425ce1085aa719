"""What was said."""

from sqlalchemy import ColumnElement, and_, delete, select

from virtubar.room.records import ChatRecord
from virtubar.storage.engine import UPKEEP_S, Database
from virtubar.storage.retention import DAY_MS
from virtubar.storage.rows import add_or, read, values
from virtubar.storage.schema import chat, rooms

REMOVED_AT_ONCE = 5_000
"""Old messages in one transaction, less than 0.1 s of work: moderators' acts wait behind it."""


class SqlChat:
    """ChatStore in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, messages: list[ChatRecord]) -> None:
        """Keep messages; one that is there already is left as it is."""
        if not messages:
            return
        async with self._database.writing() as connection:
            await connection.execute(
                add_or(connection, chat).on_conflict_do_nothing(),
                [values(message) for message in messages],
            )

    async def recent(
        self,
        room_id: str,
        *,
        limit: int,
        before_id: str | None = None,
        user_id: str | None = None,
    ) -> list[ChatRecord]:
        """Messages of a room, newest first; those of one person where `user_id` says whose."""
        statement = select(chat).where(chat.c.room_id == room_id)
        if user_id is not None:
            statement = statement.where(chat.c.user_id == user_id)
        if before_id is not None:
            statement = statement.where(chat.c.message_id < before_id)
        statement = statement.order_by(chat.c.message_id.desc()).limit(limit)
        async with self._database.reading() as connection:
            return [read(row, ChatRecord) for row in await connection.execute(statement)]

    async def forget(self, wall_ms: int, days_max: int) -> int:
        """Remove what is older than so many days, or than its room's retention; how many. In
        portions, between which others may write."""
        shorter = select(rooms.c.room_id, rooms.c.chat_retention_days).where(
            rooms.c.chat_retention_days < days_max
        )
        async with self._database.reading(UPKEEP_S) as connection:
            limits = (await connection.execute(shorter)).all()
        removed = await self._remove(chat.c.said_ms < wall_ms - days_max * DAY_MS)
        for room_id, kept_days in limits:
            before_ms = wall_ms - kept_days * DAY_MS
            removed += await self._remove(
                and_(chat.c.room_id == room_id, chat.c.said_ms < before_ms)
            )
        return removed

    async def _remove(self, which: ColumnElement[bool]) -> int:
        some = select(chat.c.message_id).where(which).limit(REMOVED_AT_ONCE)
        statement = delete(chat).where(chat.c.message_id.in_(some))
        removed = 0
        while True:
            async with self._database.writing(UPKEEP_S) as connection:
                result = await connection.execute(statement)
            removed += result.rowcount
            if result.rowcount < REMOVED_AT_ONCE:
                return removed
