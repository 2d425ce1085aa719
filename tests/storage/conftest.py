"""Storage on each database: SQLite in a file, and a PostgreSQL that the tests start."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from support.postgres import PostgresServer, postgres, settle
from virtubar.storage.migrate import migrate
from virtubar.storage.sql import SqlStorage

TEMPLATE = "bar_template"
"""A database that is at head, to copy: quicker than migrating one for every test."""


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of the tests' own."""
    with postgres() as server:
        settle(server.run(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0"))
        settle(migrate(server.url(TEMPLATE)))
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
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database at head, without rows."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/virtubar.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = await server.new_database(TEMPLATE)
    yield server.url(name)
    await server.drop(name)


@pytest.fixture
async def storage(url: str) -> AsyncIterator[SqlStorage]:
    """Storage that is open."""
    opened = SqlStorage(url)
    await opened.open()
    yield opened
    await opened.close()
