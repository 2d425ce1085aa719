"""Everything works through a pooler that gives each transaction another session."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from storage.samples import NOW, ban, line, message, report, room
from storage.test_indexes import QUERIES
from support.pgbouncer import Pooler, pgbouncer
from support.postgres import PostgresServer
from virtubar.storage.migrate import migrate
from virtubar.storage.sql import SqlStorage


@pytest.fixture(scope="module")
def pooler(postgres_server: PostgresServer) -> Iterator[Pooler]:
    """A PgBouncer in transaction mode before it."""
    with pgbouncer(postgres_server) as running:
        yield running


@pytest.fixture
async def pooled(postgres_server: PostgresServer, pooler: Pooler) -> AsyncIterator[SqlStorage]:
    """Storage that is open, in a database that was made through the pooler too."""
    name = await postgres_server.new_database()
    await migrate(pooler.url(name))
    storage = SqlStorage(pooler.url(name))
    await storage.open()
    yield storage
    await storage.close()
    await postgres_server.drop(name)


async def test_every_method_of_the_ports_works_through_a_pooler(pooled: SqlStorage) -> None:
    """Again and again, so that each is prepared where another has been."""
    await pooled.rooms.add(room(), NOW, line())
    await pooled.chat.add([message()])
    await pooled.reports.add(report(1), line())
    await pooled.sanctions.record(ban(1), line())
    for ask in QUERIES.values():
        await ask(pooled)
    reading = [name for name in QUERIES if ".find" in name or name.endswith((".get", ".recent"))]
    for _ in range(3):
        await asyncio.gather(*(QUERIES[name](pooled) for name in reading))


async def test_more_acts_than_connections_at_once_work_through_a_pooler(pooled: SqlStorage) -> None:
    """Their statements do not meet in one session."""
    acts = [pooled.sanctions.record(ban(i, user_id=f"u{i}"), line()) for i in range(40)]
    reads = [pooled.sanctions.in_force(NOW) for _ in range(40)]
    await asyncio.gather(*acts, *reads)
    assert len(await pooled.sanctions.in_force(NOW)) == 40
    assert await pooled.answers()
