"""The audit: lines are added, found and, by age, removed (docs/decisions/0009)."""

from sqlalchemy import ColumnElement, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from virtubar.room.records import REPORT_ACTIONS, AuditEntry, AuditLine
from virtubar.storage.engine import Database
from virtubar.storage.portions import removal, work_off
from virtubar.storage.ports import AuditQuery
from virtubar.storage.rows import read, values
from virtubar.storage.schema import audit


async def add_line(connection: AsyncConnection, entry: AuditEntry) -> None:
    """Add a line within a transaction that does what the line tells."""
    await connection.execute(insert(audit), values(entry))


class SqlAudit:
    """AuditStore in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, entry: AuditEntry) -> None:
        """Add a line."""
        async with self._database.writing() as connection:
            await add_line(connection, entry)

    async def find(self, query: AuditQuery) -> list[AuditLine]:
        """Lines, newest first."""
        statement = (
            select(audit)
            .where(*_conditions(query))
            .order_by(audit.c.audit_id.desc())
            .limit(query.limit)
        )
        async with self._database.reading() as connection:
            return [read(row, AuditLine) for row in await connection.execute(statement)]

    async def forget(self, before_ms: int) -> int:
        """Remove older lines; how many."""
        return await work_off(self._database, removal(audit.c.audit_id, audit.c.at_ms < before_ms))


def _conditions(query: AuditQuery) -> list[ColumnElement[bool]]:
    equal = {
        audit.c.room_id: query.room_id,
        audit.c.actor_id: query.actor_id,
        audit.c.user_id: query.user_id,
        audit.c.action: query.action,
    }
    conditions = [column == value for column, value in equal.items() if value is not None]
    if query.from_ms is not None:
        conditions.append(audit.c.at_ms >= query.from_ms)
    if query.to_ms is not None:
        conditions.append(audit.c.at_ms <= query.to_ms)
    if query.before_id is not None:
        conditions.append(audit.c.audit_id < query.before_id)
    if query.hidden_from is not None:
        conditions.append(
            or_(
                audit.c.user_id.is_(None),
                audit.c.user_id != query.hidden_from,
                audit.c.action.not_in(REPORT_ACTIONS),
            )
        )
    return conditions
