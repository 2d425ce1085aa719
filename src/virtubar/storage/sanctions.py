"""Sanctions and the acts that made them."""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from virtubar.auth.tokens import REVOKED_MS
from virtubar.room.records import AddressMark, AuditEntry, Sanction, SanctionKind
from virtubar.storage.audit import add_line
from virtubar.storage.engine import Database, one_at_a_time
from virtubar.storage.portions import removal, work_off
from virtubar.storage.rows import read, values
from virtubar.storage.schema import sanctions


def holds(wall_ms: int) -> ColumnElement[bool]:
    """The condition that nobody has lifted a sanction and that it has not ended."""
    table = sanctions.c
    return and_(table.lifted_ms.is_(None), or_(table.until_ms.is_(None), table.until_ms > wall_ms))


def revokes(wall_ms: int) -> ColumnElement[bool]:
    """The condition that a sanction, lifted or not, still revokes older tokens."""
    kinds = (SanctionKind.KICK.value, SanctionKind.BAN.value)
    return and_(sanctions.c.kind.in_(kinds), sanctions.c.made_ms > wall_ms - REVOKED_MS)


async def lock_person(connection: AsyncConnection, user_id: str) -> None:
    """Let acts against one person wait for each other, so that one sanction of a kind holds."""
    await one_at_a_time(connection, f"sanctions of {user_id}")


class SqlSanctions:
    """SanctionStore in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def in_force(self, wall_ms: int) -> list[Sanction]:
        """Every ban and mute that holds now, and every kick and ban that revokes tokens."""
        lasting = sanctions.c.kind.in_((SanctionKind.BAN.value, SanctionKind.MUTE.value))
        statement = (
            select(sanctions)
            .where(or_(and_(lasting, holds(wall_ms)), revokes(wall_ms)))
            .order_by(sanctions.c.sanction_id)
        )
        async with self._database.reading() as connection:
            return [_sanction(row) for row in await connection.execute(statement)]

    async def record(self, sanction: Sanction, audit: AuditEntry) -> None:
        """Store a sanction and its line of the audit; replaces what holds of the same kind."""
        async with self._database.writing() as connection:
            await lock_person(connection, sanction.user_id)
            if sanction.kind is not SanctionKind.KICK:
                await _lift(
                    connection,
                    and_(
                        sanctions.c.kind == sanction.kind.value,
                        sanctions.c.room_id == sanction.room_id,
                        sanctions.c.user_id == sanction.user_id,
                    ),
                    sanction.made_ms,
                    sanction.actor_id,
                )
            await connection.execute(insert(sanctions), _row(sanction))
            await add_line(connection, audit)

    async def lift(
        self,
        kind: SanctionKind,
        room_id: str | None,
        user_id: str,
        audit: AuditEntry,
    ) -> int:
        """Lift what holds of that kind, at `audit.at_ms` by `audit.actor_id`; how many."""
        which = and_(
            sanctions.c.kind == kind.value,
            sanctions.c.room_id == room_id,
            sanctions.c.user_id == user_id,
        )
        async with self._database.writing() as connection:
            await lock_person(connection, user_id)
            lifted = await _lift(connection, which, audit.at_ms, audit.actor_id)
            await add_line(connection, audit)
            return lifted

    async def holding(
        self,
        kind: SanctionKind,
        room_id: str | None,
        wall_ms: int,
        *,
        limit: int,
        before_id: str | None = None,
    ) -> list[Sanction]:
        """Sanctions of the kind that hold in that scope, newest first."""
        statement = select(sanctions).where(
            sanctions.c.kind == kind.value, sanctions.c.room_id == room_id, holds(wall_ms)
        )
        if before_id is not None:
            statement = statement.where(sanctions.c.sanction_id < before_id)
        statement = statement.order_by(sanctions.c.sanction_id.desc()).limit(limit)
        async with self._database.reading() as connection:
            return [_sanction(row) for row in await connection.execute(statement)]

    async def forget(self, before_ms: int) -> int:
        """Remove what ended, or was lifted, before then; how many."""
        ended = or_(sanctions.c.lifted_ms < before_ms, sanctions.c.until_ms < before_ms)
        return await work_off(self._database, removal(sanctions.c.sanction_id, ended))


async def _lift(
    connection: AsyncConnection, which: ColumnElement[bool], at_ms: int, actor_id: str
) -> int:
    result = await connection.execute(
        update(sanctions).where(which, holds(at_ms)).values(lifted_ms=at_ms, lifted_by=actor_id)
    )
    return result.rowcount


def _row(sanction: Sanction) -> dict[str, Any]:
    row = values(sanction)
    mark = row.pop("address") or {"salt_id": None, "digest": None}
    return row | mark


def _sanction(row: Row[Any]) -> Sanction:
    sanction = read(row, Sanction)
    if row.salt_id is None:
        return sanction
    return msgspec.structs.replace(sanction, address=AddressMark(row.salt_id, row.digest))
