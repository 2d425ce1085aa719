"""Salts for addresses."""

from sqlalchemy import delete, insert, select

from virtubar.room.records import Salt
from virtubar.storage.engine import Database
from virtubar.storage.rows import read, values
from virtubar.storage.schema import salts


class SqlSalts:
    """SaltStore in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Salt]:
        """Every salt that is kept, newest first."""
        statement = select(salts).order_by(salts.c.made_ms.desc(), salts.c.salt_id.desc())
        async with self._database.reading() as connection:
            return [read(row, Salt) for row in await connection.execute(statement)]

    async def add(self, salt: Salt, forget_before_ms: int) -> None:
        """Keep a new one, and throw away those made before then."""
        async with self._database.writing() as connection:
            await connection.execute(delete(salts).where(salts.c.made_ms < forget_before_ms))
            await connection.execute(insert(salts), values(salt))

    async def forget(self, before_ms: int) -> int:
        """Throw away those made before then; how many."""
        async with self._database.writing() as connection:
            gone = await connection.execute(delete(salts).where(salts.c.made_ms < before_ms))
            return gone.rowcount
