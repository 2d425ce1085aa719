"""Transactions happen whole or not at all, in time, and SQLite is durable."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection, event, insert, text

from storage.samples import NOW, ban, line, message
from support.postgres import PostgresServer
from virtubar.errors import ConfigurationError
from virtubar.storage.engine import ACT_S, SQLITE_CONNECTIONS, Database, explain, make_private
from virtubar.storage.migrate import migrate
from virtubar.storage.ports import StorageError
from virtubar.storage.schema import staff
from virtubar.storage.sql import SqlStorage
from virtubar.storage.urls import read_address


@pytest.fixture
async def database(storage: SqlStorage, url: str) -> AsyncIterator[Database]:
    """A second way into the same database."""
    assert await storage.answers()
    opened = Database(read_address(url))
    yield opened
    await opened.close()


async def test_sqlite_is_durable_and_lets_readers_read(tmp_path: Path) -> None:
    """On every connection of the pool, not only the first."""
    database = Database(read_address(f"sqlite:///{tmp_path}/bar.db"))
    ready = asyncio.Barrier(SQLITE_CONNECTIONS)

    async def pragmas() -> list[object]:
        async with database.reading() as connection:
            await ready.wait()
            names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            return [(await connection.execute(text(f"PRAGMA {name}"))).scalar() for name in names]

    each = await asyncio.gather(*(pragmas() for _ in range(SQLITE_CONNECTIONS)))
    await database.close()
    assert each == [["wal", 2, 1, 5000]] * SQLITE_CONNECTIONS


@pytest.mark.parametrize("first", ["server", "migration"])
async def test_a_new_file_is_nobody_elses_to_read(tmp_path: Path, first: str) -> None:
    """Nor are those beside it, whoever makes it; one that is there keeps its permissions."""
    path = tmp_path / "bar.db"
    if first == "migration":
        await migrate(f"sqlite:///{path}")
    storage = SqlStorage(f"sqlite:///{path}")
    await storage.open()
    await storage.chat.add([message()])
    modes = {file.name: file.stat().st_mode & 0o777 for file in _files(tmp_path)}
    assert modes == dict.fromkeys(("bar.db", "bar.db-wal", "bar.db-shm", "bar.db.lock"), 0o600)
    await storage.close()
    path.chmod(0o640)
    await storage.open()
    assert path.stat().st_mode & 0o777 == 0o640
    await storage.close()


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def test_a_file_that_cannot_be_made_is_said_to_be_so(tmp_path: Path) -> None:
    """One line with the reason."""
    with pytest.raises(ConfigurationError, match="cannot be made: File name too long"):
        make_private(read_address(f"sqlite:///{tmp_path}/{'x' * 300}"))


def test_a_file_behind_a_link_is_made_where_it_leads(tmp_path: Path) -> None:
    """With the same permissions."""
    (tmp_path / "link.db").symlink_to(tmp_path / "bar.db")
    make_private(read_address(f"sqlite:///{tmp_path}/link.db"))
    assert (tmp_path / "bar.db").stat().st_mode & 0o777 == 0o600


async def _add_staff(
    database: Database, then: Callable[[], Awaitable[object]], within_s: float = ACT_S
) -> None:
    """A transaction that adds somebody, and then does something else."""
    async with database.writing(within_s) as connection:
        await connection.execute(insert(staff), {"user_id": "x", "role": "admin", "seen_ms": 1})
        await then()


async def _fail() -> None:
    raise KeyError("x")


async def _stay() -> None:
    await asyncio.Event().wait()


async def test_a_block_that_fails_leaves_nothing(storage: SqlStorage, database: Database) -> None:
    """Whatever the error is; it comes out as it is."""
    with pytest.raises(KeyError):
        await _add_staff(database, _fail)
    assert await storage.people.staff() == []


async def test_an_act_that_takes_too_long_ends_and_leaves_nothing(
    storage: SqlStorage, database: Database
) -> None:
    """The database can be used at once by others."""
    with pytest.raises(StorageError, match="in time"):
        await _add_staff(database, _stay, 0.2)
    await storage.sanctions.record(ban(), line())
    assert await storage.people.staff() == []


async def test_a_cancelled_act_leaves_nothing(storage: SqlStorage, database: Database) -> None:
    """Nor does it keep its connection: there are more of them than the pool has."""
    for _ in range(10):
        reached = asyncio.Event()

        async def stay(reached: asyncio.Event = reached) -> None:
            reached.set()
            await _stay()

        task = asyncio.create_task(_add_staff(database, stay))
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await storage.sanctions.record(ban(), line())
    assert await storage.people.staff() == []


async def test_readers_go_on_while_a_writer_writes(storage: SqlStorage, database: Database) -> None:
    """They see what was there before."""
    await storage.sanctions.record(ban(), line())
    async with database.writing() as connection:
        await connection.execute(text("DELETE FROM sanctions"))
        assert await storage.sanctions.in_force(NOW) == [ban()]
    assert await storage.sanctions.in_force(NOW) == []


async def test_more_acts_than_connections_wait_for_their_turn(storage: SqlStorage) -> None:
    """None of them fails."""
    acts = [storage.sanctions.record(ban(i, user_id=f"u{i}"), line()) for i in range(60)]
    reads = [storage.sanctions.in_force(NOW) for _ in range(60)]
    talk = [storage.chat.add([message(i)]) for i in range(60)]
    await asyncio.gather(*acts, *reads, *talk)
    assert len(await storage.sanctions.in_force(NOW)) == 60


async def test_a_file_that_another_process_holds_is_an_error_in_time(tmp_path: Path) -> None:
    """Once it lets go, acts succeed again."""
    storage = SqlStorage(f"sqlite:///{tmp_path}/bar.db")
    await storage.open()
    other = sqlite3.connect(tmp_path / "bar.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"):
        await storage.sanctions.record(ban(), line())
    assert await storage.sanctions.in_force(NOW) == []
    other.execute("COMMIT")
    other.close()
    await storage.sanctions.record(ban(), line())
    await storage.close()


async def _hold_on(database: Database, started: Event, released: Event) -> None:
    """A transaction whose statement takes until the test says so."""

    def hold() -> None:
        started.set()
        released.wait()

    async with database.writing() as connection:
        raw = await connection.get_raw_connection()
        assert raw.driver_connection is not None
        await raw.driver_connection.create_function("hold", 0, hold)
        await connection.execute(text("SELECT hold()"))


async def test_an_act_that_is_given_up_twice_leaves_no_task_behind(tmp_path: Path) -> None:
    """Its time is over while it is being cancelled, say. A task that never ends would keep the
    process from ending."""
    database = Database(read_address(f"sqlite:///{tmp_path}/bar.db"))
    started, released, before = Event(), Event(), asyncio.all_tasks()
    act = asyncio.create_task(_hold_on(database, started, released))
    assert await asyncio.to_thread(started.wait, 30)
    act.cancel()
    while not (left := asyncio.all_tasks() - before - {act}):  # noqa: ASYNC110 - the pool tells nobody
        await asyncio.sleep(0)
    act.cancel()
    with pytest.raises(asyncio.CancelledError):
        await act
    released.set()
    await asyncio.wait(left, timeout=10)
    assert all(task.done() for task in left)
    async with database.reading() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar() == 1
    await database.close()


def test_a_fault_is_explained_in_one_line() -> None:
    """Drivers write essays."""
    assert explain(OSError("first\nsecond")) == "first"
    assert explain(TimeoutError()) == "TimeoutError"
    assert ACT_S < 15, "callers of HTTP wait no longer"


async def test_so_many_may_wait_and_the_next_is_refused_at_once(
    storage: SqlStorage, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that hangs collects nobody without end; who waits is not forgotten."""
    del storage
    monkeypatch.setattr("virtubar.storage.engine.WAITING_MAX", 3)
    release, inside = asyncio.Event(), asyncio.Semaphore(0)

    async def act() -> None:
        async with database.writing() as connection:
            await connection.execute(text("SELECT 1"))
            inside.release()
            await release.wait()

    acts = [asyncio.create_task(act()) for _ in range(3)]
    await inside.acquire()
    with pytest.raises(StorageError, match="too many"):
        await act()
    release.set()
    await asyncio.gather(*acts)
    await act()


async def test_sqlite_proves_by_a_write_that_it_can_be_written(tmp_path: Path) -> None:
    """One that reached the file; soon after another there is no need."""
    database = Database(read_address(f"sqlite:///{tmp_path}/bar.db"))

    def written() -> int:
        return sum(path.stat().st_size for path in _files(tmp_path) if path.suffix == ".db-wal")

    await database.prove()
    first = written()
    assert first > 0
    await database.prove()
    assert written() == first
    database._proven_s = None
    await database.prove()
    assert written() > first
    await database.close()


async def test_sqlite_that_refuses_a_write_is_found_out(tmp_path: Path) -> None:
    """By an act that failed, at once, though it can be read still."""
    database = Database(read_address(f"sqlite:///{tmp_path}/bar.db"))
    await database.prove()

    @event.listens_for(database._engine.sync_engine, "begin")
    def refuse(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only = ON")

    await database.prove()
    with pytest.raises(StorageError, match="readonly"):
        async with database.writing() as connection:
            await connection.execute(text("CREATE TABLE late (x)"))
    with pytest.raises(StorageError, match="readonly"):
        await database.prove()
    async with database.reading() as connection:
        await connection.execute(text("SELECT 1"))
    await database.close()


async def test_a_postgresql_that_can_only_be_read_is_found_out(
    postgres_server: PostgresServer,
) -> None:
    """As a standby is: a server does not start on it, and one that runs is not ready."""
    name = await postgres_server.new_database("bar_template")
    storage = SqlStorage(postgres_server.url(name))
    await storage.open()
    assert await storage.answers()
    await postgres_server.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    await postgres_server.cut(name)
    assert not await storage.answers()
    await storage.close()
    with pytest.raises(ConfigurationError, match=r"cannot be written: .* can only be read"):
        await storage.open()
    await storage.close()
    await postgres_server.drop(name)
