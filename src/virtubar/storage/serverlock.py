"""One server for one PostgreSQL: a lock that the database holds for as long as it hears of us.

Two servers on one database would be two worlds: twin rooms, and bans of the one that the other does
not feel. The lock is one of a transaction that stays open (`pg_try_advisory_xact_lock`), since a
pooler gives each transaction another session; a lock of a session would not survive it. The
transaction sees nothing and changes nothing, so it keeps no row from being cleaned up.

It is a lease too. The database ends a transaction that has been idle for LEASE_S, so a server that
was cut off, or has lost its machine, holds nobody up for longer. One that still lives asks for it
again; where another has it by then, that one is the server, and this one has to go.
"""

import asyncio
import hashlib
import os
import re
import secrets
import socket
from collections.abc import Callable
from typing import Any, Final

import structlog
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from virtubar.errors import ConfigurationError
from virtubar.storage.engine import Database
from virtubar.storage.pause import Pause, pause
from virtubar.storage.ports import StorageError
from virtubar.storage.urls import Address

LEASE_S: Final = 30.0
"""After which the database lets go of a server that says nothing."""
BEAT_S: Final = 5.0
"""Between two signs of life: five may be lost."""
RETRY_S: Final = 2.0
"""Between two attempts to have the lock back."""
ANSWER_S: Final = 5.0
"""What the database may take to answer one of them."""
_KEY: Final = int.from_bytes(hashlib.sha256(b"virtubar server").digest()[:8], signed=True)
_LIMITED_IN: Final = 17
"""The version of PostgreSQL that learned to end transactions for their age alone."""
_HOLDER: Final = text(
    """
    SELECT activity.application_name
    FROM pg_locks AS held JOIN pg_stat_activity AS activity USING (pid)
    WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 1
      AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (held.classid::bigint << 32) | held.objid::bigint = :key
    """
)
_log = structlog.get_logger(__name__)


class DatabaseLock:
    """Keeps a PostgreSQL to one server.

    Args:
        taken: told once, with a sentence for the operator, where another server has the database;
            from then on this one must not serve.
    """

    def __init__(
        self, address: Address, taken: Callable[[str], None], *, pause: Pause = pause
    ) -> None:
        self._database = Database(address)
        self._taken = taken
        self._pause = pause
        self._name = _name()
        self._connection: AsyncConnection | None = None
        self._closing = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.held = False
        """Whether no other server can have the database now."""

    async def take(self) -> None:
        """Have the database to ourselves from now on.

        Raises:
            ConfigurationError: another server has it.
            StorageError: it does not answer.
        """
        holder = await self._acquire()
        if holder is not None:
            raise ConfigurationError(self._sentence(holder))
        self._task = asyncio.create_task(self._watch(), name="server-lock")

    async def release(self) -> None:
        """Let others have it; idempotent."""
        self._closing.set()
        if self._task is not None:
            await self._task
        self.held = False
        await self._give_up()
        await self._drop()
        await self._database.close()

    async def _give_up(self) -> None:
        """End the transaction that has the lock: a pooler notices only some time later that a
        connection is gone, and has it until then."""
        if self._connection is None:
            return
        try:
            async with self._database.answering(ANSWER_S):
                await self._connection.rollback()
        except StorageError as error:
            _log.warning("server_lock_not_given_up", reason=str(error))

    async def _watch(self) -> None:
        while not self._closing.is_set():
            await self._pause(self._closing, BEAT_S if self._connection else RETRY_S)
            if self._closing.is_set():
                return
            try:
                holder = await self._beat()
            except StorageError as error:
                self.held = False
                _log.warning("server_lock_unsure", reason=str(error))
                continue
            except Exception:  # a defect must not end the watch: the lock may be lost already
                self.held = False
                _log.exception("server_lock_unsure")
                await self._drop()
                continue
            if holder is not None:
                self.held = False
                sentence = self._sentence(holder)
                _log.error("server_lock_taken", reason=sentence)
                self._taken(sentence)
                return

    async def _beat(self) -> str | None:
        """Say that we are there; who else has the lock, None where it is ours (again)."""
        if self._connection is not None:
            try:
                async with self._database.answering(ANSWER_S):
                    await _rest(self._connection)
            except StorageError as error:
                _log.warning("server_lock_lost", reason=str(error))
                await self._drop()
            else:
                return None
        holder = await self._acquire()
        if holder is None:
            _log.info("server_lock_regained")
        return holder

    async def _acquire(self) -> str | None:
        """Try to have it; who has it, None where nobody else does."""
        async with self._database.answering(ANSWER_S):
            connection = await self._database.lasting()
            try:
                holder = await self._ask(connection)
            except BaseException:
                await connection.invalidate()
                raise
            if holder is None:
                self._connection = connection
            else:
                await connection.close()
        # A connection that broke may look alive from over there for some time: it is still ours.
        self.held = holder is None or holder == self._name
        return None if self.held else holder

    async def _ask(self, connection: AsyncConnection) -> str | None:
        """The name of who has the lock, None where it is this connection now."""
        settings = {
            "application_name": self._name,
            "idle_in_transaction_session_timeout": f"{LEASE_S * 1000:.0f}",
        }
        version = await connection.scalar(text("SHOW server_version_num"))
        if int(version) // 10_000 >= _LIMITED_IN:
            settings["transaction_timeout"] = "0"
        for setting, value in settings.items():
            await connection.execute(select(func.set_config(setting, value, True)))
        if await connection.scalar(select(func.pg_try_advisory_xact_lock(_KEY))):
            await _rest(connection)
            return None
        return str(await connection.scalar(_HOLDER, {"key": _KEY}) or "another")

    async def _drop(self) -> None:
        """Give the connection up, whatever state it is in."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.invalidate()
            await connection.close()

    def _sentence(self, holder: str) -> str:
        return (
            f"the database {self._database.address.shown} belongs to a VirtuBar server that is "
            f"running ({holder}): stop that one, or set VIRTUBAR_DATABASE_URL to a database of "
            f"its own for this one; a server that was cut off lets go after {LEASE_S:.0f} s"
        )


async def _rest(connection: AsyncConnection) -> None:
    """Run a statement that leaves nothing behind. A prepared one leaves its cursor, and with it a
    sight of the database that would keep what others remove from being cleaned up."""
    raw = await connection.get_raw_connection()
    driver: Any = raw.driver_connection
    await driver.execute("SELECT 1")


def _name() -> str:
    """What the database shows of us: which process on which machine, and nobody else's."""
    host = re.sub(r"[^A-Za-z0-9.-]", "", socket.gethostname())[:24]
    return f"virtubar {os.getpid()}@{host} {secrets.token_hex(6)}"
