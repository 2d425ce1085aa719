"""A server that cannot store is not ready, and does not become it."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import httpx

from support.postgres import settle
from support.process import ServerProcess, server_process
from support.server import TEST_SECRET
from virtubar.storage.migrate import migrate

DEADLINE_S = 30.0
_MIGHTY = ("-dac_override", "-dac_read_search", "-fowner")


def _as_anybody() -> list[str]:
    """How to start a program whom permissions bind, as they do not bind root."""
    if os.getuid() != 0:
        return []
    lost = ",".join(_MIGHTY)
    return ["setpriv", f"--inh-caps={lost}", f"--bounding-set={lost}"]


def test_a_file_that_cannot_be_written_is_refused_at_the_start(tmp_path: Path) -> None:
    """With one sentence and exit code 2; reading it would go well."""
    path = tmp_path / "virtubar.db"
    settle(migrate(f"sqlite:///{path}"))
    path.chmod(0o400)
    done = subprocess.run(
        [*_as_anybody(), sys.executable, "-m", "virtubar.cli", "serve", "--port", "0"],
        env={
            **os.environ,
            "VIRTUBAR_SECRET": TEST_SECRET,
            "VIRTUBAR_DATABASE_URL": f"sqlite:///{path}",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    said = done.stderr.strip().splitlines()[-1]
    assert said.startswith(f"virtubar: the database sqlite:///{path} cannot be written: ")
    assert said.endswith("attempt to write a readonly database")


def _ready_is(server: ServerProcess, status: int) -> httpx.Response:
    """`/readyz` once it answers with that status."""
    deadline_s = time.monotonic() + DEADLINE_S
    while True:
        answer = httpx.get(f"{server.http_url}/readyz")
        if answer.status_code == status:
            return answer
        assert time.monotonic() < deadline_s, answer.text
        time.sleep(0.05)


def test_a_disk_that_takes_nothing_more_is_seen_by_readiness_and_so_is_its_end() -> None:
    """`/readyz` names storage; `/healthz` does not care, for a restart would help nobody."""
    with server_process() as server:
        _ready_is(server, 200)
        _limit_files(server, (server.log.parent / "virtubar.db-wal").stat().st_size)
        refused = httpx.post(f"{server.http_url}/rooms", json={"roomId": "snug"})
        assert (refused.status_code, refused.json()["code"]) == (503, "not_stored")
        assert _ready_is(server, 503).json()["message"] == "Not ready: storage."
        assert httpx.get(f"{server.http_url}/healthz").status_code == 200
        _limit_files(server, resource.RLIM_INFINITY)
        _ready_is(server, 200)
        made = httpx.post(f"{server.http_url}/rooms", json={"roomId": "snug"})
        assert made.status_code == 201


def _limit_files(server: ServerProcess, size_bytes: int) -> None:
    """No file that the server writes may become larger, as on a disk that is full."""
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (size_bytes, resource.RLIM_INFINITY))
