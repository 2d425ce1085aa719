"""Storage in SQL: SQLite or PostgreSQL, behind the same promises."""

from collections.abc import Callable

import structlog

from virtubar.errors import ConfigurationError
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
from virtubar.storage.serverlock import DatabaseLock
from virtubar.storage.urls import read_address

_log = structlog.get_logger(__name__)
ANSWER_S = 2.0
"""What a readiness check waits for the database."""


def _nothing(sentence: str) -> None:
    """Nobody needs to be told."""


class SqlStorage:
    """Everything that is stored, in the database of one URL."""

    def __init__(self, url: str, taken: Callable[[str], None] = _nothing) -> None:
        """Raises ConfigurationError where the URL cannot work; connects to nothing yet.

        Args:
            taken: see DatabaseLock.
        """
        address = read_address(url)
        self._database = database = Database(address)
        self._lock = FileLock(address)
        self._server_lock = None if address.embedded else DatabaseLock(address, taken)
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
        """Connect, see that the schema is this version's, and that no other server is there. An
        embedded database is brought to the schema; another is not touched.

        Raises:
            ConfigurationError: with one line that says what to do.
        """
        self._lock.take()
        make_private(self._database.address)
        if self._database.address.embedded:
            await bring(self._database)
        refuse_any_but_current(await look(self._database))
        await self._prove()
        if self._server_lock is not None:
            await self._server_lock.take()

    @property
    def is_ours(self) -> bool:
        """Whether no other server can use the database now, as far as we know."""
        return self._server_lock is None or self._server_lock.held

    async def _prove(self) -> None:
        """A server that could store nothing would refuse every act and look well."""
        try:
            await self._database.prove()
        except StorageError as error:
            raise ConfigurationError(
                f"the database {self.shown} cannot be written: {error}"
            ) from error

    async def close(self) -> None:
        """Disconnect; idempotent."""
        if self._server_lock is not None:
            await self._server_lock.release()
        await self._database.close()
        self._lock.release()

    async def answers(self) -> bool:
        """Whether the database can be read and written now; never raises."""
        try:
            await self._database.prove(ANSWER_S)
        except StorageError as error:
            _log.warning("database_fails", reason=str(error))
            return False
        return True
