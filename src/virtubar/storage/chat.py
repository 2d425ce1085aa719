"""What was said."""

from sqlalchemy import and_, select

from virtubar.room.records import ChatRecord
from virtubar.storage.engine import UPKEEP_S, Database
from virtubar.storage.portions import removal, work_off
from virtubar.storage.retention import DAY_MS
from virtubar.storage.rows import add_or, read, values
from virtubar.storage.schema import chat, rooms


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
        old = removal(chat.c.message_id, chat.c.said_ms < wall_ms - days_max * DAY_MS)
        removed = await work_off(self._database, old)
        for room_id, kept_days in limits:
            before_ms = wall_ms - kept_days * DAY_MS
            old = removal(
                chat.c.message_id, and_(chat.c.room_id == room_id, chat.c.said_ms < before_ms)
            )
            removed += await work_off(self._database, old)
        return removed
