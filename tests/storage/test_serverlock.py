"""A PostgreSQL belongs to one server at a time, through a pooler too."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import text

from storage.conftest import TEMPLATE
from storage.manual import ManualPause
from storage.samples import ban, line
from support.pgbouncer import Pooler, pgbouncer
from support.postgres import PostgresServer
from virtubar.errors import ConfigurationError
from virtubar.storage.engine import Database
from virtubar.storage.ports import StorageError
from virtubar.storage.serverlock import BEAT_S, LEASE_S, RETRY_S, DatabaseLock
from virtubar.storage.sql import SqlStorage
from virtubar.storage.urls import read_address


@pytest.fixture(scope="module")
def pooler(postgres_server: PostgresServer) -> Iterator[Pooler]:
    """A PgBouncer in transaction mode before it."""
    with pgbouncer(postgres_server) as running:
        yield running


class Site:
    """A database at head, and the two ways to it."""

    def __init__(self, server: PostgresServer, pooler: Pooler, name: str, way: str) -> None:
        self.server, self.name = server, name
        self.url = (pooler if way == "pooler" else server).url(name)
        self.locks: list[Server] = []

    def server_lock(self) -> "Server":
        """A server that wants the database."""
        self.locks.append(Server(self.url))
        return self.locks[-1]


class Server:
    """A lock whose pauses a test ends.

    Attributes:
        told: what it was told when another had the database.
    """

    def __init__(self, url: str) -> None:
        self.told: list[str] = []
        self.pause = ManualPause()
        self.lock = DatabaseLock(read_address(url), self.told.append, pause=self.pause)

    def holds(self) -> bool:
        """Whether it has the database."""
        return self.lock.held

    async def beat(self) -> None:
        """The pause is over, and what comes after it is done."""
        async with asyncio.timeout(30):
            while not self.pause.asked_s:  # noqa: ASYNC110 - a pause tells nobody
                await asyncio.sleep(0.001)
            pauses = len(self.pause.asked_s)
            await self.pause.over()
            while len(self.pause.asked_s) == pauses and not self.told:  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.001)


@pytest.fixture(params=["direct", "pooler"])
async def site(
    request: pytest.FixtureRequest, postgres_server: PostgresServer, pooler: Pooler
) -> AsyncIterator[Site]:
    """A database of the test's own."""
    name = await postgres_server.new_database(TEMPLATE)
    opened = Site(postgres_server, pooler, name, request.param)
    yield opened
    for server in opened.locks:
        await server.lock.release()
    await postgres_server.drop(name)


async def _refused(site: Site) -> str:
    """What a second server is told."""
    second = SqlStorage(site.url)
    with pytest.raises(ConfigurationError) as caught:
        await second.open()
    await second.close()
    return str(caught.value)


async def test_a_second_server_is_refused_until_the_first_has_ended(site: Site) -> None:
    """One line says who has it; the first one works on, and its end frees it."""
    first = SqlStorage(site.url)
    await first.open()
    for _ in range(2):
        sentence = await _refused(site)
        assert "belongs to a VirtuBar server that is running (virtubar " in sentence
        assert "a-secret" not in sentence
        assert "\n" not in sentence
    await first.sanctions.record(ban(), line())
    held = first.is_ours
    await first.close()
    await first.close()
    assert (held, first.is_ours) == (True, False)
    again = SqlStorage(site.url)
    await again.open()
    await again.close()


async def test_a_beat_keeps_the_lock(site: Site) -> None:
    """Every so often, several times within the lease."""
    first = site.server_lock()
    await first.lock.take()
    await first.beat()
    await first.beat()
    assert first.pause.asked_s == [BEAT_S] * 3
    assert first.holds()
    assert BEAT_S * 5 < LEASE_S


async def test_a_lock_that_was_lost_is_taken_again(site: Site) -> None:
    """The database was started again, say, and nobody else came meanwhile."""
    first = site.server_lock()
    await first.lock.take()
    await site.server.cut(site.name)
    await first.beat()
    assert first.holds()
    with pytest.raises(ConfigurationError):
        await site.server_lock().lock.take()


async def test_whoever_finds_another_there_has_to_go(site: Site) -> None:
    """It is told once, with the sentence, and asks no more."""
    first, second = site.server_lock(), site.server_lock()
    await first.lock.take()
    await site.server.cut(site.name)
    await second.lock.take()
    await first.beat()
    (sentence,) = first.told
    assert "belongs to a VirtuBar server that is running" in sentence
    assert not first.holds()
    assert second.holds()
    assert second.told == []


@pytest.mark.parametrize("site", ["direct"], indirect=True)  # a pooler waits before it asks again
async def test_without_an_answer_nobody_knows_and_it_is_asked_again(site: Site) -> None:
    """Until there is one."""
    first = site.server_lock()
    await first.lock.take()
    await site.server.run(f"ALTER DATABASE {site.name} ALLOW_CONNECTIONS false")
    await site.server.cut(site.name)
    await first.beat()
    assert not first.holds()
    await first.beat()
    assert first.pause.asked_s == [BEAT_S, RETRY_S, RETRY_S]
    await site.server.run(f"ALTER DATABASE {site.name} ALLOW_CONNECTIONS true")
    await first.beat()
    assert first.holds()
    assert first.told == []


async def test_an_own_connection_that_the_database_has_not_missed_yet_is_no_other_server(
    site: Site,
) -> None:
    """While it is there nobody else can have the database; once it is gone the lock is taken
    anew."""
    first = site.server_lock()
    await first.lock.take()
    ghost, first.lock._connection = first.lock._connection, None
    await first.beat()
    assert first.told == []
    assert first.holds()
    assert ghost is not None
    await ghost.close()
    await first.beat()
    assert first.lock._connection is not None


async def test_a_defect_does_not_end_the_watch(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What happened is logged, and the lock is asked for again."""
    first = site.server_lock()
    await first.lock.take()
    with monkeypatch.context() as broken:

        async def fail() -> None:
            raise KeyError("a defect")

        broken.setattr(first.lock, "_beat", fail)
        await first.beat()
        assert not first.holds()
    await first.beat()
    held = first.holds()
    assert held


async def test_the_database_ends_the_lock_of_a_server_that_says_nothing(site: Site) -> None:
    """It is told for how long to wait, whatever its own settings are."""
    first = site.server_lock()
    await first.lock.take()
    connection = first.lock._connection
    assert connection is not None
    shown = await connection.scalar(text("SHOW idle_in_transaction_session_timeout"))
    assert shown == f"{LEASE_S:.0f}s"


async def test_a_database_that_does_not_answer_is_an_error(postgres_server: PostgresServer) -> None:
    """Not a refusal: nobody has it."""
    lock = DatabaseLock(read_address(postgres_server.url("never")), lambda _: None)
    with pytest.raises(StorageError, match="does not exist"):
        await lock.take()
    await lock.release()


async def test_the_lock_holds_up_no_cleaning(site: Site) -> None:
    """Its transaction sees nothing: what others remove meanwhile can be removed."""
    first = site.server_lock()
    await first.lock.take()
    await first.beat()
    database = Database(read_address(site.url))
    async with database.reading() as connection:
        seen = await connection.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND "
                "application_name LIKE 'virtubar %' AND datname = current_database() AND "
                "(backend_xmin IS NOT NULL OR backend_xid IS NOT NULL)"
            )
        )
    await database.close()
    assert seen == 0
