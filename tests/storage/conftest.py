"""Storage on each database: SQLite in a file, and a PostgreSQL that the tests start."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from support.postgres import PostgresServer, postgres, settle
from support.sqlite import migrated
from virtubar.storage.migrate import VERSION_TABLE, configuration, migrate
from virtubar.storage.schema import metadata
from virtubar.storage.sql import SqlStorage

HEAD_REVISION = ScriptDirectory.from_config(configuration()).get_current_head()
TEMPLATE = "bar_template"
"""A database that is at head, to copy."""
SHARED = "bar_shared"
"""What most tests use one after the other, emptied: much quicker than a database for each."""
EMPTY = f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY"
AT_HEAD = f"UPDATE {VERSION_TABLE} SET version_num = '{HEAD_REVISION}'"  # noqa: S608 - our own


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of the tests' own."""
    with postgres() as server:
        settle(server.run(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0"))
        settle(migrate(server.url(TEMPLATE)))
        settle(server.run(f"CREATE DATABASE {SHARED} TEMPLATE {TEMPLATE}"))
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/virtubar.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = await server.new_database()
    yield server.url(name)
    await server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database at head, without rows."""
    if request.param == "sqlite":
        return migrated(tmp_path)
    server: PostgresServer = request.getfixturevalue("postgres_server")
    await server.run(EMPTY, AT_HEAD, database=SHARED)
    return server.url(SHARED)


@pytest.fixture
async def storage(url: str) -> AsyncIterator[SqlStorage]:
    """Storage that is open."""
    opened = SqlStorage(url)
    await opened.open()
    yield opened
    await opened.close()
