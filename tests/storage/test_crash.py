"""What was acknowledged survives the process, however it ends."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from storage.samples import NOW
from virtubar.storage.ports import AuditQuery
from virtubar.storage.sql import SqlStorage

TESTS = Path(__file__).parents[1]


def _killed_after(acknowledged: int, url: str) -> list[tuple[str, str]]:
    """The sanctions that a process said were stored, which was killed in the middle of it."""
    with subprocess.Popen(
        [sys.executable, "-m", "storage.recorder", url],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
    ) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(acknowledged)]
        process.kill()
        lines += process.stdout.readlines()
    assert process.returncode == -9
    pairs = [line.split() for line in lines if line.endswith("\n")]
    return [(sanction_id, user_id) for sanction_id, user_id in pairs]


@pytest.mark.parametrize("acknowledged", [1, 60, 200])
async def test_no_acknowledged_sanction_is_lost_by_a_kill(
    tmp_path: Path, acknowledged: int
) -> None:
    """Each of them is there with its line of the audit, and the file is sound."""
    path = tmp_path / "virtubar.db"
    url = f"sqlite:///{path}"
    told = _killed_after(acknowledged, url)
    assert len(told) >= acknowledged
    storage = SqlStorage(url)
    await storage.open()
    stored = {one.sanction_id: one.user_id for one in await storage.sanctions.in_force(NOW)}
    lines = await storage.audit.find(AuditQuery(limit=100_000))
    await storage.close()
    assert set(told) <= set(stored.items())
    assert sorted(stored.values()) == sorted(str(line.user_id) for line in lines)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
