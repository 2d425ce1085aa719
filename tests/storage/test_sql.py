"""Storage opens what it can serve, says in one line what it cannot, and knows if it answers."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.samples import NOW, ban, line, message, room
from support.postgres import PostgresServer
from virtubar.errors import ConfigurationError
from virtubar.storage.engine import Database
from virtubar.storage.migrate import VERSION_TABLE
from virtubar.storage.ports import Storage, StorageError
from virtubar.storage.sql import SqlStorage
from virtubar.storage.urls import read_address

LATER = f"UPDATE {VERSION_TABLE} SET version_num = 'later'"  # noqa: S608 - our own constant


async def _execute(url: str, statement: str) -> None:
    database = Database(read_address(url))
    async with database.writing() as connection:
        await connection.execute(text(statement))
    await database.close()


async def _refusal(url: str) -> str:
    """What opening says."""
    storage = SqlStorage(url)
    with pytest.raises(ConfigurationError) as caught:
        await storage.open()
    await storage.close()
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert "a-secret" not in sentence
    return sentence


async def test_what_is_stored_is_there_when_it_is_opened_again(
    storage: SqlStorage, url: str
) -> None:
    """By the next server, once the first has ended."""
    await storage.sanctions.record(ban(), line())
    await storage.close()
    second = SqlStorage(url)
    await second.open()
    assert second.shown == url.replace("a-secret", "***")
    assert await second.sanctions.in_force(NOW) == [ban()]
    await second.close()
    await second.close()


async def test_an_empty_sqlite_file_is_made_ready(tmp_path: Path) -> None:
    """Whoever tries the bar needs no second command."""
    storage: Storage = SqlStorage(f"sqlite:///{tmp_path}/new.db")
    await storage.open()
    assert await storage.answers()
    assert await storage.rooms.load(9) == []
    await storage.close()


async def test_an_empty_postgresql_is_refused_with_the_command_to_run(
    postgres_server: PostgresServer,
) -> None:
    """Others may use it: bringing it up to date is the operator's act."""
    name = await postgres_server.new_database()
    sentence = await _refusal(postgres_server.url(name))
    assert "run `virtubar migrate`" in sentence
    assert f"postgresql://bar:***@127.0.0.1:{postgres_server.port}/{name}" in sentence
    await postgres_server.drop(name)


async def test_a_newer_database_is_refused(storage: SqlStorage, url: str) -> None:
    """An older server would write rows that the newer one misreads."""
    await storage.close()
    await _execute(url, LATER)
    sentence = await _refusal(url)
    assert "newer than this version of VirtuBar (revision later" in sentence
    assert "install the newer version" in sentence


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """And not written over."""
    path = tmp_path / "diary.txt"
    path.write_text("Dear diary, " * 200)
    assert "file is not a database" in await _refusal(f"sqlite:///{path}")
    assert path.read_text().startswith("Dear diary")


async def test_a_postgresql_that_is_not_there_is_said_to_be_so(
    postgres_server: PostgresServer,
) -> None:
    """The address is in the sentence, the password is not."""
    gone = await _refusal("postgresql://bar:a-secret@127.0.0.1:1/bar")
    assert gone.startswith("the database postgresql://bar:***@127.0.0.1:1/bar cannot be used")
    unknown = await _refusal(postgres_server.url("no_such_database"))
    assert '"no_such_database" does not exist' in unknown


async def test_a_wrong_password_is_said_to_be_wrong(postgres_server: PostgresServer) -> None:
    """Without saying which it was."""
    url = postgres_server.url("postgres").replace("a-secret", "a-secret-that-is-wrong")
    assert "password authentication failed" in await _refusal(url)


async def test_a_database_that_is_away_does_not_answer(postgres_server: PostgresServer) -> None:
    """Acts fail with one kind of error, and it all works once the database is back."""
    storage = SqlStorage(postgres_server.url("bar_template_gone"))
    assert not await storage.answers()
    with pytest.raises(StorageError):
        await storage.sanctions.record(ban(), line())
    with pytest.raises(StorageError):
        await storage.rooms.load(1)
    await postgres_server.run("CREATE DATABASE bar_template_gone TEMPLATE bar_template")
    assert await storage.answers()
    await storage.sanctions.record(ban(), line())
    await storage.close()
    await postgres_server.drop("bar_template_gone")


async def test_connections_that_the_database_cut_cost_nobody_an_act(
    postgres_server: PostgresServer,
) -> None:
    """A restarted database is found out before a connection is used."""
    name = await postgres_server.new_database("bar_template")
    storage = SqlStorage(postgres_server.url(name))
    await asyncio.gather(*(storage.rooms.load(1) for _ in range(5)))
    await postgres_server.cut(name)
    await asyncio.gather(*(storage.rooms.load(1) for _ in range(5)))
    await storage.close()
    await postgres_server.drop(name)


async def test_a_row_that_nobody_of_us_wrote_is_an_error_not_a_guess(
    storage: SqlStorage, url: str
) -> None:
    """It names the record and the field."""
    await storage.rooms.add(room(), NOW, None)
    await _execute(url, "UPDATE rooms SET guard = 'fierce'")
    with pytest.raises(StorageError, match=r"a stored RoomConfig cannot be read.*guard"):
        await storage.rooms.get("snug")


async def test_errors_do_not_quote_what_people_wrote(storage: SqlStorage) -> None:
    """They go to logs."""
    await storage.sanctions.record(ban(), line())
    with pytest.raises(StorageError) as caught:
        await storage.sanctions.record(ban(reason="a private matter"), line())
    assert "a private matter" not in f"{caught.value} {caught.value.__cause__}"


async def test_the_database_in_memory_survives_a_cancelled_request() -> None:
    """A guest who hangs up closes the connection that was in use, not the database."""
    storage = SqlStorage("sqlite://")
    await storage.open()
    await storage.sanctions.record(ban(), line())
    acts = [asyncio.create_task(storage.chat.add([message(i)])) for i in range(20)]
    for _ in range(7):
        await asyncio.sleep(0)
    for act in acts:
        act.cancel()
    await asyncio.gather(*acts, return_exceptions=True)
    assert await storage.sanctions.in_force(NOW) == [ban()]
    await storage.close()
    assert not list(Path.cwd().glob("file:*"))
    other = SqlStorage("sqlite://")
    await other.open()
    assert await other.sanctions.in_force(NOW) == []
    await other.close()
