"""Forgetting a person, within one transaction.

Their messages, the reports by them and what others' evidence shows of them go. A sanction that
holds, or that still revokes tokens, must keep whom it is against, and nothing else about them; the
audit keeps that something was done, and by and to whom only where that was somebody else.
"""

from sqlalchemy import case, delete, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from virtubar.storage.ports import Erased
from virtubar.storage.reports import lock_evidence, remove
from virtubar.storage.sanctions import holds, lock_person, revokes
from virtubar.storage.schema import (
    audit,
    chat,
    evidence,
    evidence_people,
    report_evidence,
    report_people,
    reports,
    rooms,
    sanctions,
    staff,
)
from virtubar.storage.scrub import ERASED_ID, without


async def erase(connection: AsyncConnection, user_id: str, wall_ms: int) -> Erased:
    """Forget a person; how many rows were removed or made anonymous."""
    await lock_person(connection, user_id)
    messages = await connection.execute(delete(chat).where(chat.c.user_id == user_id))
    owned = await connection.execute(
        update(rooms).where(rooms.c.owner_id == user_id).values(owner_id=None)
    )
    await connection.execute(delete(staff).where(staff.c.user_id == user_id))
    return Erased(
        messages=messages.rowcount,
        reports=await _erase_reports(connection, user_id),
        sanctions=await _erase_sanctions(connection, user_id, wall_ms),
        audit_lines=await _erase_audit(connection, user_id),
        rooms=owned.rowcount,
    )


async def _erase_reports(connection: AsyncConnection, user_id: str) -> int:
    await lock_evidence(connection)
    theirs = await connection.execute(
        select(reports.c.report_id).where(reports.c.reporter_id == user_id)
    )
    removed = await remove(connection, theirs.scalars().all())
    shown = await _scrub_reports(connection, user_id) | await _scrub_pieces(connection, user_id)
    closed = await connection.execute(
        update(reports).where(reports.c.closed_by == user_id).values(closed_by=ERASED_ID, note="")
    )
    return removed + len(shown) + closed.rowcount


async def _scrub_reports(connection: AsyncConnection, user_id: str) -> set[str]:
    """Take a person out of what is reports' own; which reports."""
    shows = select(report_people.c.report_id).where(report_people.c.user_id == user_id)
    shown = await connection.execute(
        select(reports.c.report_id, reports.c.reported_id, reports.c.evidence).where(
            reports.c.report_id.in_(shows)
        )
    )
    scrubbed = shown.all()
    for report_id, reported_id, evidence_ in scrubbed:
        words = {"reported_id": ERASED_ID, "reason": "", "note": ""}
        await connection.execute(
            update(reports)
            .where(reports.c.report_id == report_id)
            .values(
                evidence=without(evidence_, user_id), **(words if reported_id == user_id else {})
            )
        )
    await connection.execute(delete(report_people).where(report_people.c.user_id == user_id))
    return {report_id for report_id, _, _ in scrubbed}


async def _scrub_pieces(connection: AsyncConnection, user_id: str) -> set[str]:
    """Take a person out of the slices that reports share; which reports show any of them."""
    pieces = select(evidence_people.c.piece_id).where(evidence_people.c.user_id == user_id)
    found = await connection.execute(select(evidence).where(evidence.c.piece_id.in_(pieces)))
    showing = await connection.execute(
        select(report_evidence.c.report_id).where(report_evidence.c.piece_id.in_(pieces))
    )
    reports_shown = set(showing.scalars())
    for piece_id, content in found.all():
        await connection.execute(
            update(evidence)
            .where(evidence.c.piece_id == piece_id)
            .values(content=without(content, user_id))
        )
    await connection.execute(delete(evidence_people).where(evidence_people.c.user_id == user_id))
    return reports_shown


async def _erase_sanctions(connection: AsyncConnection, user_id: str, wall_ms: int) -> int:
    needed = or_(holds(wall_ms), revokes(wall_ms))
    theirs = sanctions.c.user_id == user_id
    removed = await connection.execute(delete(sanctions).where(theirs, not_(needed)))
    silenced = await connection.execute(update(sanctions).where(theirs).values(reason=""))
    made = await connection.execute(
        update(sanctions)
        .where(sanctions.c.actor_id == user_id)
        .values(actor_id=ERASED_ID, reason="")
    )
    lifted = await connection.execute(
        update(sanctions).where(sanctions.c.lifted_by == user_id).values(lifted_by=ERASED_ID)
    )
    return sum(part.rowcount for part in (removed, silenced, made, lifted))


async def _erase_audit(connection: AsyncConnection, user_id: str) -> int:
    def anonymous(column: str) -> dict[str, object]:
        named = audit.c[column]
        return {column: case((named == user_id, ERASED_ID), else_=named)}

    lines = await connection.execute(
        update(audit)
        .where(or_(audit.c.actor_id == user_id, audit.c.user_id == user_id))
        .values(**anonymous("actor_id"), **anonymous("user_id"), detail={})
    )
    return lines.rowcount
