"""Bringing a database to the schema that this version serves, and saying where it stands."""

from functools import cache
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from msgspec import Struct
from sqlalchemy import Connection

from virtubar.errors import ConfigurationError
from virtubar.storage.engine import UPKEEP_S, Database, make_private, one_at_a_time
from virtubar.storage.lock import FileLock
from virtubar.storage.ports import StorageError
from virtubar.storage.urls import read_address

VERSION_TABLE = "virtubar_revision"
"""Not Alembic's default, which another application in the same database may use."""
HEAD = "head"
RevisionState = Literal["empty", "older", "current", "newer"]


class Revision(Struct, frozen=True):
    """Where a database stands.

    Attributes:
        current: its revision; None where there is no schema of ours.
        head: the revision that this version serves.
        state: `newer` where this version does not know the revision.
        shown: the database's URL without its password.
    """

    current: str | None
    head: str
    state: RevisionState
    shown: str


def configuration() -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.attributes["version_table"] = VERSION_TABLE
    return config


async def migrate(url: str) -> str:
    """Bring a database to this version's schema; the revision it then has.

    Raises:
        ConfigurationError: the URL, the database, a schema that is newer than this version, or a
            server that runs on an embedded one that is older.
    """
    address = read_address(url)
    database, lock = Database(address), FileLock(address)
    try:
        # Looking would make the file, for everybody to read.
        if not address.exists() or (await look(database)).state != "current":
            lock.take()
            make_private(address)
        return await bring(database)
    finally:
        await database.close()
        lock.release()


async def revision_of(url: str) -> Revision:
    """Where a database stands, without changing it.

    Raises:
        ConfigurationError: the URL, or the database does not answer.
    """
    address = read_address(url)
    if not address.exists():
        return _revision(None, address.shown)  # connecting would make the file
    database = Database(address)
    try:
        return await look(database)
    finally:
        await database.close()


async def look(database: Database) -> Revision:
    """Where an open database stands.

    Raises:
        ConfigurationError: it does not answer.
    """
    try:
        async with database.reading() as connection:
            current = await connection.run_sync(_current)
    except StorageError as error:
        raise _no_answer(database, error) from error
    return _revision(current, database.address.shown)


async def bring(database: Database, to: str = HEAD) -> str:
    """Bring an open database to a revision, in one transaction; the revision it then has.

    Raises:
        ConfigurationError: it does not answer, or is newer than this version.
    """
    try:
        async with database.writing(UPKEEP_S) as connection:
            await one_at_a_time(connection, "migrations")
            before = _revision(await connection.run_sync(_current), database.address.shown)
            refuse_newer(before)
            if before.state == "current" and to == HEAD:
                return before.head
            await connection.run_sync(_upgrade, to)
            after = await connection.run_sync(_current)
    except StorageError as error:
        raise _no_answer(database, error) from error
    return str(after)


def refuse_newer(revision: Revision) -> None:
    """See that this version knows the schema.

    Raises:
        ConfigurationError: a newer version has been here.
    """
    if revision.state == "newer":
        raise ConfigurationError(
            f"the database {revision.shown} is newer than this version of VirtuBar (revision "
            f"{revision.current}, known up to {revision.head}): install the newer version, or "
            "restore a backup from before it"
        )


def refuse_any_but_current(revision: Revision) -> None:
    """See that the schema is this version's.

    Raises:
        ConfigurationError: it is older or newer, or not there.
    """
    refuse_newer(revision)
    if revision.state != "current":
        has = revision.current or "none"
        raise ConfigurationError(
            f"the database {revision.shown} is older than this version of VirtuBar (revision "
            f"{has}, needed {revision.head}): make a backup, then run `virtubar migrate`"
        )


def _no_answer(database: Database, error: StorageError) -> ConfigurationError:
    return ConfigurationError(f"the database {database.address.shown} cannot be used: {error}")


def _revision(current: str | None, shown: str) -> Revision:
    head, known = _revisions()
    if current is None:
        return Revision(current, head, "empty", shown)
    state: RevisionState = "older" if current in known else "newer"
    return Revision(current, head, "current" if current == head else state, shown)


@cache
def _revisions() -> tuple[str, frozenset[str]]:
    """The newest that this version knows, and all of them: they are files, read once."""
    scripts = ScriptDirectory.from_config(configuration())
    known = frozenset(script.revision for script in scripts.walk_revisions())
    return str(scripts.get_current_head()), known


def _current(connection: Connection) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()


def _upgrade(connection: Connection, to: str) -> None:
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, to)
