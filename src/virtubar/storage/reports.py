"""Reports with their evidence."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import delete, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from virtubar.room.records import AuditEntry, Report, ReportStatus
from virtubar.storage.audit import add_line
from virtubar.storage.engine import UPKEEP_S, Database, one_at_a_time
from virtubar.storage.evidence import Piece, join, split
from virtubar.storage.rows import add_or, read, values
from virtubar.storage.schema import (
    evidence,
    evidence_people,
    report_evidence,
    report_people,
    reports,
)
from virtubar.storage.scrub import ERASED_ID, people_of

_PORTION = 200
"""Reports that are forgotten in one transaction, so that others write in between, and that one
statement names."""
_listed = [column for column in reports.c if column.name != "evidence"]


class SqlReports:
    """ReportStore in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, report: Report, audit: AuditEntry) -> None:
        """Keep a report."""
        own, pieces = split(report.evidence, report.room_id)
        people = (people_of(own) | {report.reported_id}) - {ERASED_ID}
        shown = [{"report_id": report.report_id, "user_id": user_id} for user_id in sorted(people)]
        async with self._database.writing() as connection:
            await lock_evidence(connection)
            await connection.execute(
                insert(reports), values(msgspec.structs.replace(report, evidence=own))
            )
            if shown:
                await connection.execute(insert(report_people), shown)
            await _show(connection, report.report_id, pieces)
            await add_line(connection, audit)

    async def get(self, report_id: str) -> Report | None:
        """One report with its evidence."""
        async with self._database.reading() as connection:
            found = await connection.execute(
                select(reports).where(reports.c.report_id == report_id)
            )
            row = found.one_or_none()
            if row is None:
                return None
            pieces = await connection.execute(
                select(evidence.c.content)
                .join(report_evidence, report_evidence.c.piece_id == evidence.c.piece_id)
                .where(report_evidence.c.report_id == report_id)
                .order_by(report_evidence.c.position)
            )
            report = read(row, Report)
            whole = join(report.evidence, pieces.scalars())
            return msgspec.structs.replace(report, evidence=whole)

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
                .values(
                    status="closed",
                    closed_ms=audit.at_ms,
                    closed_by=audit.actor_id,
                    closed_by_name=audit.actor_name,
                    note=note,
                )
            )
            if closed.rowcount:
                await add_line(connection, audit)
            return bool(closed.rowcount)

    async def forget(self, before_ms: int) -> int:
        """Remove reports made before then; how many. In portions, each a transaction."""
        removed = 0
        while portion := await self._forget_some(before_ms):
            removed += portion
        return removed

    async def _forget_some(self, before_ms: int) -> int:
        old = select(reports.c.report_id).where(reports.c.made_ms < before_ms)
        async with self._database.writing(UPKEEP_S) as connection:
            await lock_evidence(connection)
            found = await connection.execute(old.order_by(reports.c.made_ms).limit(_PORTION))
            return await remove(connection, found.scalars().all())


async def lock_evidence(connection: AsyncConnection) -> None:
    """Let whoever adds slices of evidence, and whoever removes those that are shown nowhere, wait
    for each other."""
    await one_at_a_time(connection, "evidence")


async def remove(connection: AsyncConnection, report_ids: Sequence[str]) -> int:
    """Remove reports, and what they alone show; how many. To be called under `lock_evidence`."""
    removed = 0
    for start in range(0, len(report_ids), _PORTION):  # a statement takes only so many values
        removed += await _remove_some(connection, report_ids[start : start + _PORTION])
    return removed


async def _remove_some(connection: AsyncConnection, report_ids: Sequence[str]) -> int:
    which = report_evidence.c.report_id.in_(report_ids)
    shown = await connection.execute(select(report_evidence.c.piece_id).where(which))
    pieces = sorted(set(shown.scalars()))
    removed = await connection.execute(delete(reports).where(reports.c.report_id.in_(report_ids)))
    links = select(report_evidence.c.piece_id)
    is_shown = links.where(report_evidence.c.piece_id == evidence.c.piece_id).exists()
    for start in range(0, len(pieces), _PORTION):
        some = evidence.c.piece_id.in_(pieces[start : start + _PORTION])
        await connection.execute(delete(evidence).where(some, ~is_shown))
    return removed.rowcount


async def _show(connection: AsyncConnection, report_id: str, pieces: list[Piece]) -> None:
    """Let a report show slices, of which some may be there."""
    if not pieces:
        return
    for table, rows in (
        (evidence, [{"piece_id": p.piece_id, "content": p.content} for p in pieces]),
        (
            evidence_people,
            [
                {"piece_id": p.piece_id, "user_id": user_id}
                for p in pieces
                for user_id in sorted(people_of(p.content))
            ],
        ),
    ):
        if rows:
            await connection.execute(add_or(connection, table).on_conflict_do_nothing(), rows)
    links = [
        {"report_id": report_id, "position": number, "piece_id": piece.piece_id}
        for number, piece in enumerate(pieces)
    ]
    await connection.execute(insert(report_evidence), links)
