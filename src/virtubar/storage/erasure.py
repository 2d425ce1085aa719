"""Forgetting a person.

Their messages, the reports by them and what others' evidence shows of them go. A sanction that
holds, or that still revokes tokens, must keep whom it is against, and nothing else about them; the
audit keeps that something was done, and by and to whom only where that was somebody else.

There may be very much of it, so it goes in portions first; a last transaction does what has come
meanwhile, and says so in the audit.
"""

from collections import Counter
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, case, delete, not_, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from virtubar.room.records import AuditEntry
from virtubar.storage.audit import add_line
from virtubar.storage.engine import UPKEEP_S, Database
from virtubar.storage.portions import (
    REPORTS_AT_ONCE,
    ROWS_AT_ONCE,
    Portion,
    change,
    removal,
    work_off,
    work_off_within,
)
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


class Part(NamedTuple):
    """One kind of trace.

    Attributes:
        counts_as: the field of Erased that its rows count for.
    """

    counts_as: str
    portion: Portion
    at_once: int = ROWS_AT_ONCE


async def erase(database: Database, user_id: str, line: AuditEntry, wall_ms: int) -> Erased:
    """Forget a person, and add the line that says so.

    Returns:
        How many rows were removed or made anonymous.

    Raises:
        StorageError: it is not finished; asking again goes on with the rest.
    """
    shown: set[str] = set()
    parts = _parts(user_id, wall_ms, shown)
    count: Counter[str] = Counter()
    for part in parts:
        count[part.counts_as] += await work_off(database, part.portion, part.at_once)
    async with database.writing(UPKEEP_S) as connection:
        await lock_person(connection, user_id)
        for part in parts:
            rest = await work_off_within(connection, part.portion, part.at_once)
            count[part.counts_as] += rest
        await connection.execute(delete(staff).where(staff.c.user_id == user_id))
        await add_line(connection, line)
    count["reports"] += len(shown)
    return Erased(**{field: count[field] for field in Erased.__struct_fields__})


def _parts(user_id: str, wall_ms: int, shown: set[str]) -> list[Part]:
    owned = change(rooms.c.room_id, rooms.c.owner_id == user_id, {"owner_id": None})
    closed = change(
        reports.c.report_id,
        reports.c.closed_by == user_id,
        {"closed_by": ERASED_ID, "closed_by_name": None, "note": ""},
    )
    return [
        Part("messages", removal(chat.c.message_id, chat.c.user_id == user_id)),
        Part("rooms", owned),
        Part("reports", _removal_of_reports(user_id), REPORTS_AT_ONCE),
        Part(_COUNTED_APART, _scrub_of_reports(user_id, shown), REPORTS_AT_ONCE),
        Part(_COUNTED_APART, _scrub_of_slices(user_id, shown), REPORTS_AT_ONCE),
        Part("reports", closed),
        *(Part("sanctions", portion) for portion in _of_sanctions(user_id, wall_ms)),
        Part("audit_lines", _of_audit(user_id)),
    ]


_COUNTED_APART: Final = ""
"""A report may show somebody in several of its parts, and counts once."""
_NO_WORDS: Final = {"reported_id": ERASED_ID, "reported_name": None, "reason": "", "note": ""}


def _removal_of_reports(user_id: str) -> Portion:
    """Removing the reports by a person."""
    theirs = select(reports.c.report_id).where(reports.c.reporter_id == user_id)

    async def portion(connection: AsyncConnection, at_once: int) -> int:
        await lock_evidence(connection)
        found = await connection.execute(theirs.limit(at_once))
        return await remove(connection, found.scalars().all())

    return portion


def _scrub_of_reports(user_id: str, shown: set[str]) -> Portion:
    """Taking a person out of what is reports' own; which reports is noted."""
    shows = select(report_people.c.report_id).where(report_people.c.user_id == user_id)
    columns = (reports.c.report_id, reports.c.reported_id, reports.c.evidence)

    async def portion(connection: AsyncConnection, at_once: int) -> int:
        some = reports.c.report_id.in_(shows.limit(at_once))
        found = (await connection.execute(select(*columns).where(some))).all()
        for report_id, reported_id, own in found:
            words = _NO_WORDS if reported_id == user_id else {}
            await connection.execute(
                update(reports)
                .where(reports.c.report_id == report_id)
                .values(evidence=without(own, user_id), **words)
            )
        ids = [row.report_id for row in found]
        if ids:
            done = and_(report_people.c.user_id == user_id, report_people.c.report_id.in_(ids))
            await connection.execute(delete(report_people).where(done))
        shown.update(ids)
        return len(ids)

    return portion


def _scrub_of_slices(user_id: str, shown: set[str]) -> Portion:
    """Taking a person out of the slices that reports share; which reports is noted."""
    shows = select(evidence_people.c.piece_id).where(evidence_people.c.user_id == user_id)

    async def portion(connection: AsyncConnection, at_once: int) -> int:
        await lock_evidence(connection)
        some = evidence.c.piece_id.in_(shows.limit(at_once))
        found = (await connection.execute(select(evidence).where(some))).all()
        for piece_id, content in found:
            await connection.execute(
                update(evidence)
                .where(evidence.c.piece_id == piece_id)
                .values(content=without(content, user_id))
            )
        ids = [row.piece_id for row in found]
        if ids:
            links = select(report_evidence.c.report_id)
            showing = links.where(report_evidence.c.piece_id.in_(ids))
            shown.update((await connection.execute(showing)).scalars())
            done = and_(evidence_people.c.user_id == user_id, evidence_people.c.piece_id.in_(ids))
            await connection.execute(delete(evidence_people).where(done))
        return len(ids)

    return portion


def _of_sanctions(user_id: str, wall_ms: int) -> list[Portion]:
    key, table = sanctions.c.sanction_id, sanctions.c
    needed = or_(holds(wall_ms), revokes(wall_ms))
    theirs = table.user_id == user_id
    made = {"actor_id": ERASED_ID, "actor_name": None, "reason": ""}
    told = or_(table.reason != "", table.user_name.is_not(None))
    return [
        removal(key, and_(theirs, not_(needed))),
        change(key, and_(theirs, told), {"reason": "", "user_name": None}),
        change(key, table.actor_id == user_id, made),
        change(key, table.lifted_by == user_id, {"lifted_by": ERASED_ID}),
    ]


def _of_audit(user_id: str) -> Portion:
    def anonymous(who: str) -> dict[str, Any]:
        named, name = audit.c[f"{who}_id"], audit.c[f"{who}_name"]
        return {
            f"{who}_id": case((named == user_id, ERASED_ID), else_=named),
            f"{who}_name": case((named == user_id, null()), else_=name),
        }

    return change(
        audit.c.audit_id,
        or_(audit.c.actor_id == user_id, audit.c.user_id == user_id),
        {**anonymous("actor"), **anonymous("user"), "detail": {}},
    )
