"""Storage in SQL: SQLite or PostgreSQL, behind the same promises."""

from virtubar.storage.audit import SqlAudit
from virtubar.storage.chat import SqlChat
from virtubar.storage.engine import Database, make_private
from virtubar.storage.lock import FileLock
from virtubar.storage.migrate import bring, look, refuse_any_but_current
from virtubar.storage.people import SqlPeople
from virtubar.storage.ports import (
    AuditStore,
    ChatStore,
    PeopleStore,
    ReportStore,
    RoomStore,
    SaltStore,
    SanctionStore,
    StorageError,
)
from virtubar.storage.reports import SqlReports
from virtubar.storage.rooms import SqlRooms
from virtubar.storage.salts import SqlSalts
from virtubar.storage.sanctions import SqlSanctions
from virtubar.storage.urls import read_address

ANSWER_S = 2.0
"""What a readiness check waits for the database."""


class SqlStorage:
    """Everything that is stored, in the database of one URL."""

    def __init__(self, url: str) -> None:
        """Raises ConfigurationError where the URL cannot work; connects to nothing yet."""
        address = read_address(url)
        self._database = database = Database(address)
        self._lock = FileLock(address)
        self.rooms: RoomStore = SqlRooms(database)
        self.sanctions: SanctionStore = SqlSanctions(database)
        self.audit: AuditStore = SqlAudit(database)
        self.chat: ChatStore = SqlChat(database)
        self.reports: ReportStore = SqlReports(database)
        self.people: PeopleStore = SqlPeople(database)
        self.salts: SaltStore = SqlSalts(database)

    @property
    def shown(self) -> str:
        """The database's URL for logs, without its password."""
        return self._database.address.shown

    async def open(self) -> None:
        """Connect, and see that the schema is this version's. An embedded database belongs to
        this server alone and is brought there; one that others may use is not touched.

        Raises:
            ConfigurationError: with one line that says what to do.
        """
        self._lock.take()
        make_private(self._database.address)
        if self._database.address.embedded:
            await bring(self._database)
        refuse_any_but_current(await look(self._database))

    async def close(self) -> None:
        """Disconnect; idempotent."""
        await self._database.close()
        self._lock.release()

    async def answers(self) -> bool:
        """Whether the database answers now; never raises."""
        try:
            async with self._database.reading(ANSWER_S) as connection:
                await connection.exec_driver_sql("SELECT 1")
        except StorageError:
            return False
        return True
