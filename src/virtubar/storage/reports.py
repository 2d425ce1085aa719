"""Reports with their evidence."""

from sqlalchemy import delete, insert, literal, select, tuple_, update

from virtubar.room.records import AuditEntry, Report, ReportStatus
from virtubar.storage.audit import add_line
from virtubar.storage.engine import UPKEEP_S, Database
from virtubar.storage.rows import read, values
from virtubar.storage.schema import report_people, reports
from virtubar.storage.scrub import people_of

_listed = [column for column in reports.c if column.name != "evidence"]


class SqlReports:
    """ReportStore in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, report: Report, audit: AuditEntry) -> None:
        """Keep a report."""
        shown = [
            {"report_id": report.report_id, "user_id": user_id}
            for user_id in sorted(people_of(report))
        ]
        async with self._database.writing() as connection:
            await connection.execute(insert(reports), values(report))
            await connection.execute(insert(report_people), shown)
            await add_line(connection, audit)

    async def get(self, report_id: str) -> Report | None:
        """One report with its evidence."""
        async with self._database.reading() as connection:
            found = await connection.execute(
                select(reports).where(reports.c.report_id == report_id)
            )
            row = found.one_or_none()
            return None if row is None else read(row, Report)

    async def find(
        self,
        room_id: str | None,
        status: ReportStatus | None,
        *,
        limit: int,
        before_id: str | None = None,
        hidden_from: str | None = None,
    ) -> list[Report]:
        """Reports without their evidence, newest first; `room_id` None for all rooms. Those about
        `hidden_from` are left out."""
        statement = select(*_listed)
        if room_id is not None:
            statement = statement.where(reports.c.room_id == room_id)
        if status is not None:
            statement = statement.where(reports.c.status == status)
        if hidden_from is not None:
            statement = statement.where(reports.c.reported_id != hidden_from)
        order = (reports.c.made_ms, reports.c.report_id)
        if before_id is not None:
            last = select(reports.c.made_ms).where(reports.c.report_id == before_id)
            statement = statement.where(
                tuple_(*order) < tuple_(last.scalar_subquery(), literal(before_id))
            )
        statement = statement.order_by(*(column.desc() for column in order)).limit(limit)
        async with self._database.reading() as connection:
            return [read(row, Report) for row in await connection.execute(statement)]

    async def close(self, report_id: str, note: str, audit: AuditEntry) -> bool:
        """Close an open report, at `audit.at_ms` by `audit.actor_id`; False where none is open."""
        async with self._database.writing() as connection:
            closed = await connection.execute(
                update(reports)
                .where(reports.c.report_id == report_id, reports.c.status == "open")
                .values(status="closed", closed_ms=audit.at_ms, closed_by=audit.actor_id, note=note)
            )
            if closed.rowcount:
                await add_line(connection, audit)
            return bool(closed.rowcount)

    async def forget(self, before_ms: int) -> int:
        """Remove reports made before then; how many."""
        async with self._database.writing(UPKEEP_S) as connection:
            result = await connection.execute(delete(reports).where(reports.c.made_ms < before_ms))
            return result.rowcount
