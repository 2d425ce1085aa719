"""Who is above members, and how to forget somebody."""

from sqlalchemy import delete, select

from virtubar.protocol.constants import Role
from virtubar.room.records import AuditEntry, StaffRecord
from virtubar.storage.engine import Database
from virtubar.storage.erasure import erase
from virtubar.storage.portions import removal, work_off
from virtubar.storage.ports import Erased
from virtubar.storage.rows import add_or, read, values
from virtubar.storage.schema import staff

_STAFF = (Role.MODERATOR, Role.ADMIN)


class SqlPeople:
    """PeopleStore in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def staff(self) -> list[StaffRecord]:
        """Everybody last seen as a moderator or an admin."""
        async with self._database.reading() as connection:
            found = await connection.execute(select(staff).order_by(staff.c.user_id))
            return [read(row, StaffRecord) for row in found]

    async def seen(self, record: StaffRecord) -> None:
        """Somebody came with that role now. A guest or member is no staff any more."""
        row = values(record)
        async with self._database.writing() as connection:
            if record.role in _STAFF:
                await connection.execute(
                    add_or(connection, staff)
                    .values(row)
                    .on_conflict_do_update(index_elements=["user_id"], set_=row)
                )
            else:
                await connection.execute(delete(staff).where(staff.c.user_id == record.user_id))

    async def forget_staff(self, before_ms: int) -> int:
        """Remove those not seen since; how many."""
        return await work_off(self._database, removal(staff.c.user_id, staff.c.seen_ms < before_ms))

    async def erase(self, user_id: str, audit: AuditEntry, wall_ms: int) -> Erased:
        """Forget a person, and add the line that says so."""
        return await erase(self._database, user_id, audit, wall_ms)
