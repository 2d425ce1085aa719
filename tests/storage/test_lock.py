"""An SQLite file belongs to one server at a time."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from virtubar.errors import ConfigurationError
from virtubar.storage.migrate import VERSION_TABLE, migrate
from virtubar.storage.sql import SqlStorage

TESTS = Path(__file__).parents[1]
OLDER = f"DELETE FROM {VERSION_TABLE}"  # noqa: S608 - our own constant


async def _refused(url: str) -> str:
    """What a second server is told."""
    second = SqlStorage(url)
    with pytest.raises(ConfigurationError) as caught:
        await second.open()
    await second.close()
    return str(caught.value)


@contextmanager
def _recorder(url: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that has opened the database, and writes into it."""
    with subprocess.Popen(
        [sys.executable, "-m", "storage.recorder", url],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
    ) as process:
        assert process.stdout
        assert process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


async def test_a_second_server_on_the_same_file_is_refused(tmp_path: Path) -> None:
    """Whatever path leads there: it would not feel what the first does. One line says who has it,
    and the first one's end frees it."""
    (tmp_path / "link").symlink_to(tmp_path)
    first = SqlStorage(f"sqlite:///{tmp_path}/bar.db")
    await first.open()
    for folder in (tmp_path, tmp_path / "link"):
        sentence = await _refused(f"sqlite:///{folder}/bar.db")
        assert f"(process {os.getpid()})" in sentence
        assert "\n" not in sentence
    assert await first.answers()
    assert "(process" in await _refused(f"sqlite:///{tmp_path}/bar.db"), "a refusal frees nothing"
    await first.close()
    await first.close()
    again = SqlStorage(f"sqlite:///{tmp_path}/bar.db")
    await again.open()
    await again.close()


async def test_a_server_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    """Its lock ended with it, however it ended, though the file is still there."""
    url = f"sqlite:///{tmp_path}/bar.db"
    with _recorder(url) as process:
        assert f"(process {process.pid})" in await _refused(url)
    storage = SqlStorage(url)
    await storage.open()
    await storage.close()


async def test_a_migration_waits_for_the_server_to_be_stopped(tmp_path: Path) -> None:
    """Its schema is not changed under it; where nothing is to be changed nobody is in the way."""
    path = tmp_path / "bar.db"
    url = f"sqlite:///{path}"
    running = SqlStorage(url)
    await running.open()
    revision = await migrate(url)
    with sqlite3.connect(path) as database:
        database.execute(OLDER)
    database.close()
    with pytest.raises(ConfigurationError, match="belongs to a VirtuBar server that is running"):
        await migrate(url)
    await running.close()
    path.unlink()
    assert await migrate(url) == revision


async def test_where_no_lock_can_be_there_is_no_server(tmp_path: Path) -> None:
    """One line says why."""
    (tmp_path / "bar.db.lock").mkdir()
    sentence = await _refused(f"sqlite:///{tmp_path}/bar.db")
    assert sentence.endswith("it cannot be locked: Is a directory")


async def test_each_database_in_memory_has_its_own() -> None:
    """Two servers with one each are in nobody's way."""
    first, second = SqlStorage("sqlite://"), SqlStorage("sqlite://")
    await first.open()
    await second.open()
    assert first.is_ours
    assert second.is_ours
    await first.close()
    await second.close()
