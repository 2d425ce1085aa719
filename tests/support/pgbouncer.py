"""A real PgBouncer in transaction mode, before the tests' PostgreSQL."""

import asyncio
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # the driver has no types

from support.postgres import PostgresServer, free_port, settle, unprivileged

_READY_S = 30
_SETTINGS = """\
[databases]
* = host=127.0.0.1 port={server_port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users
pool_mode = transaction
; One transaction after the other on another connection: whatever must not rely on one would fail.
server_round_robin = 1
min_pool_size = 4
default_pool_size = 16
"""


class Pooler:
    """A running pooler."""

    def __init__(self, port: int) -> None:
        self.port = port

    def url(self, database: str) -> str:
        """A database of the server's, through the pooler."""
        return f"postgresql://bar:a-secret@127.0.0.1:{self.port}/{database}"


def _program() -> str:
    found = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    assert found, "there is no PgBouncer here: `make test` installs it on Debian"
    return found


@contextmanager
def pgbouncer(server: PostgresServer) -> Iterator[Pooler]:
    """A pooler for as long as the block."""
    program, (prefix, user), port = _program(), unprivileged(), free_port()
    with tempfile.TemporaryDirectory(prefix="virtubar-pool-") as folder:
        settings, users = Path(folder, "pgbouncer.ini"), Path(folder, "users")
        settings.write_text(
            _SETTINGS.format(server_port=server.port, port=port, folder=folder), encoding="utf-8"
        )
        users.write_text('"bar" "a-secret"\n', encoding="utf-8")
        if user:
            for path in (Path(folder), settings, users):
                shutil.chown(path, user)
        with Path(folder, "log").open("wb") as log:
            process = subprocess.Popen(
                [*prefix, program, str(settings)], stdout=log, stderr=subprocess.STDOUT
            )
        try:
            settle(_ready(Pooler(port), process, Path(folder, "log")))
            yield Pooler(port)
        finally:
            process.send_signal(signal.SIGTERM)  # at once, in this version
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _said(log: Path) -> str:
    return log.read_text(encoding="utf-8")


async def _ready(pooler: Pooler, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _READY_S
    while True:
        try:
            connection = await asyncpg.connect(pooler.url("postgres"), statement_cache_size=0)
        except (OSError, asyncpg.PostgresError):
            assert process.poll() is None, f"PgBouncer has ended: {_said(log)}"
            assert time.monotonic() < deadline, "PgBouncer does not come up"
            await asyncio.sleep(0.05)
        else:
            await connection.close()
            return
