"""Connections and transactions, for SQLite and PostgreSQL alike.

SQLite writes one transaction at a time: writers queue here, where waiting costs nothing, instead
of polling the file. Its write-ahead log lets readers go on meanwhile, and `synchronous=FULL` makes
every commit durable.
"""

import asyncio
import hashlib
import itertools
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlencode

import asyncpg  # type: ignore[import-untyped]  # the driver has no types; only its errors are named
import structlog
from sqlalchemy import URL, Connection, event, func, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from virtubar.errors import ConfigurationError
from virtubar.storage.bulkhead import Bulkhead
from virtubar.storage.ports import StorageError
from virtubar.storage.urls import Address

ACT_S = 10.0
"""What one act may take, waiting for its turn included: a caller of HTTP waits for it."""
UPKEEP_S = 120.0
"""What retention, erasure and migrations may take: nobody waits, and there may be much to do."""
SQLITE_CONNECTIONS = 4
POSTGRES_CONNECTIONS = 8
CONNECT_S = 5.0
DISCONNECT_S = 2.0
WAITING_MAX = 500
"""Who may wait to read, and to write; one more is refused at once. It is the last bound: what
strangers may ask for has closer ones. 500 acts take about a second."""
PROOF_S = 10.0
"""How long a write proves that SQLite can be written: however often readiness is asked for, that
costs a small machine's disk one page in 10 s."""
BUSY_MS = 5000
"""How long SQLite waits for another process (a backup, `virtubar erase`) to let go of the file."""
_PRAGMAS = (
    f"busy_timeout={BUSY_MS}",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
)
_FAULTS = (
    SQLAlchemyError,
    asyncpg.PostgresError,  # while connecting, the driver's own errors come through unwrapped
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that was told of its end, and is not closed yet
    sqlite3.Error,
    OSError,
    TimeoutError,
)
_PAGE = text("SELECT count(*) FROM sqlite_master")
_memories = itertools.count(1)
_log = structlog.get_logger(__name__)


def make_private(address: Address) -> None:
    """Make an embedded database that is not there yet, empty, for this user's eyes alone: it will
    hold what people said. SQLite gives the files beside it the same permissions.

    Raises:
        ConfigurationError: there can be no file.
    """
    if not address.path:
        return
    path = Path(address.path).resolve()
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise ConfigurationError(
            f"the database {address.shown} cannot be made: {error.strerror}"
        ) from None


def explain(error: BaseException) -> str:
    """A driver's error in one line: its own words, never a statement or its values."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    words = str(cause).strip().splitlines()
    return words[0].strip() if words else type(cause).__name__


@contextmanager
def _faults() -> Iterator[None]:
    """Let whatever a database may raise come out as StorageError."""
    try:
        yield
    except TimeoutError as error:
        raise StorageError("the database did not answer in time") from error
    except _FAULTS as error:
        raise StorageError(f"the database failed: {explain(error)}") from error


class Database:
    """One database: a bounded pool, and transactions on it."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._anchor: sqlite3.Connection | None = None
        self._readers, self._writers = Bulkhead(), Bulkhead()
        self._proven_s: float | None = None
        self._turn = asyncio.Lock() if address.embedded else None
        self._engine = self._embedded() if address.embedded else self._served()

    def _served(self) -> AsyncEngine:
        """A pooler in between (PgBouncer in transaction mode, say) gives each transaction another
        session: nothing may rely on what an earlier one has left there, prepared statements least
        of all. Unnamed ones are parsed anew each time, and asked for and run in one message."""
        return create_async_engine(
            self.address.url,
            hide_parameters=True,
            pool_size=POSTGRES_CONNECTIONS,
            max_overflow=0,
            pool_timeout=ACT_S,
            pool_pre_ping=True,  # a server that was restarted costs nobody an act
            connect_args={
                "timeout": CONNECT_S,
                "statement_cache_size": 0,
                "prepared_statement_cache_size": 0,
                "prepared_statement_name_func": _unnamed,
            },
        )

    def _embedded(self) -> AsyncEngine:
        path = self.address.path
        if path and not Path(path).resolve().parent.is_dir():
            raise ConfigurationError(
                f"the database {self.address.shown} cannot be made: there is no folder "
                f"{Path(path).resolve().parent}"
            )
        engine = create_async_engine(
            self.address.url if path else self._memory(),
            hide_parameters=True,
            poolclass=AsyncAdaptedQueuePool,
            pool_size=SQLITE_CONNECTIONS if path else 1,
            max_overflow=0,
            pool_timeout=ACT_S,
        )
        event.listen(engine.sync_engine, "connect", _set_up)
        event.listen(engine.sync_engine, "begin", _begin)
        return engine

    def _memory(self) -> URL:
        """A database in memory that lives as long as the anchor, whatever becomes of the one
        connection that is used: a cancelled request closes it."""
        name = f"file:virtubar-{next(_memories)}"
        options = {"mode": "memory", "cache": "shared"}
        self._anchor = sqlite3.connect(
            f"{name}?{urlencode(options)}", uri=True, check_same_thread=False
        )
        return URL.create("sqlite+aiosqlite", database=name, query={**options, "uri": "true"})

    @asynccontextmanager
    async def reading(self, within_s: float = ACT_S) -> AsyncIterator[AsyncConnection]:
        """A transaction that changes nothing.

        Raises:
            StorageError: it could not be done in time, or too many wait for it already.
        """
        with _faults():
            async with (
                self._readers.enter(WAITING_MAX, within_s),
                self._engine.begin() as connection,
            ):
                yield connection

    @asynccontextmanager
    async def writing(self, within_s: float = ACT_S) -> AsyncIterator[AsyncConnection]:
        """A transaction that is durable once the block is left without an error.

        Raises:
            StorageError: nothing of it was done.
        """
        try:
            with _faults():
                async with AsyncExitStack() as stack:
                    await stack.enter_async_context(self._writers.enter(WAITING_MAX, within_s))
                    if self._turn:
                        await stack.enter_async_context(self._turn)
                    connection = await stack.enter_async_context(self._engine.connect())
                    await connection.execution_options(virtubar_writes=True)
                    await stack.enter_async_context(connection.begin())
                    yield connection
        except StorageError:
            self._proven_s = None
            raise

    async def prove(self, within_s: float = ACT_S) -> None:
        """See that the database can be read now, and written.

        SQLite is asked to write, for it reads, and even begins to write, where it could not. Not
        again for some seconds, unless an act has failed meanwhile.

        Raises:
            StorageError: it cannot.
        """
        if not self.address.embedded:
            async with self.reading(within_s) as connection:
                if await connection.scalar(text("SHOW transaction_read_only")) != "off":
                    raise StorageError("the database can only be read")
            return
        if self._proven_s is not None and monotonic() - self._proven_s < PROOF_S:
            async with self.reading(within_s) as connection:
                await connection.scalar(_PAGE)
            return
        async with self.writing(within_s) as connection:
            version = int(await connection.scalar(text("PRAGMA user_version")) or 0)
            await connection.exec_driver_sql(f"PRAGMA user_version = {version}")
        self._proven_s = monotonic()

    @asynccontextmanager
    async def answering(self, within_s: float) -> AsyncIterator[None]:
        """What is asked of a lasting connection in this block is answered in time.

        Raises:
            StorageError: it is not.
        """
        with _faults():
            async with asyncio.timeout(within_s):
                yield

    async def lasting(self) -> AsyncConnection:
        """A connection in a transaction that lasts until the connection is closed."""
        connection = await self._engine.connect()
        await connection.begin()
        return connection

    async def close(self) -> None:
        """Close every connection; idempotent. One that hangs ends with the process."""
        try:
            async with asyncio.timeout(DISCONNECT_S):
                await self._engine.dispose()
        except TimeoutError:
            _log.warning("database_hangs", database=self.address.shown)
        if self._anchor:
            self._anchor.close()


def _unnamed() -> str:
    """What prepared statements are called."""
    return ""


def _set_up(connection: Any, _: object) -> None:
    """Tune a new connection to SQLite, and take the transactions from the driver, which would
    begin them late and without the lock for writing."""
    connection.isolation_level = None
    _stop_once(connection.driver_connection)
    try:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
    except sqlite3.Error:  # it is no database, say; the pool does not have the connection yet
        connection.close()
        raise


def _stop_once(driver: Any) -> None:
    """Let the driver's thread be stopped more than once. SQLAlchemy stops it when an act is given
    up for the second time, while the close that the first time began is under way and will stop it
    again; what aiosqlite then waits for never comes."""
    stop, stopped = driver.stop, False

    def once() -> object:
        nonlocal stopped
        if stopped:
            return None
        stopped = True
        return stop()

    driver.stop = once


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("virtubar_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


async def one_at_a_time(connection: AsyncConnection, what: str) -> None:
    """Let other transactions with the same `what` wait until this one has ended. SQLite's writers
    wait for each other anyway."""
    if connection.dialect.name == "postgresql":
        key = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], signed=True)
        await connection.execute(select(func.pg_advisory_xact_lock(key)))
