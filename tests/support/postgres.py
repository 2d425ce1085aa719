"""A real PostgreSQL of the tests' own, on a free port, gone with them."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]  # the driver has no types

_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")
"""What is tested is what we ask of it; that it survives a power cut is its own tests' work."""
_READY_S = 30
_CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"


T = TypeVar("T")


def settle(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end from code that is not async, whether a loop runs or not."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


class PostgresServer:
    """A running server; every test gets a database of its own."""

    def __init__(self, port: int, pid: int) -> None:
        self.port = port
        self._pid = pid
        self._made = 0

    def url(self, database: str) -> str:
        return f"postgresql://bar:a-secret@127.0.0.1:{self.port}/{database}"

    async def run(self, *statements: str, database: str = "postgres") -> None:
        connection = await asyncpg.connect(self.url(database))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def new_database(self, template: str = "template0") -> str:
        """The name of a new database."""
        self._made += 1
        name = f"bar_{self._made}"
        await self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    async def cut(self, name: str) -> None:
        """End every connection to a database, as a restart would."""
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            await connection.fetch(_CUT, name)
        finally:
            await connection.close()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Every process of it stands still for as long as the block (SIGSTOP): it keeps its
        connections, takes new ones, and answers nothing."""
        stopped: set[int] = set()
        try:
            while fresh := _family(self._pid) - stopped:
                for pid in fresh:
                    os.kill(pid, signal.SIGSTOP)
                stopped |= fresh
            yield
        finally:
            for pid in stopped & _family(self._pid):
                os.kill(pid, signal.SIGCONT)

    async def drop(self, name: str) -> None:
        await self.run(f"DROP DATABASE {name} WITH (FORCE)")


def _family(pid: int) -> set[int]:
    """A process and everything that it has started."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            before, _, after = stat.read_text().rpartition(")")
            parents[int(before.split()[0])] = int(after.split()[1])
    family, grown = {pid}, True
    while grown:
        children = {child for child, parent in parents.items() if parent in family}
        grown = not children <= family
        family |= children
    return family


def _binaries() -> Path:
    """The folder of the newest server that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    assert initdb, "there is no PostgreSQL here: `make test` installs it on Debian"
    return Path(initdb).resolve().parent


def unprivileged() -> tuple[list[str], str | None]:
    """How to start a program as somebody whom PostgreSQL agrees to run as, and who that is."""
    if os.getuid() != 0:
        return [], None
    user = "postgres" if _is_user("postgres") else "nobody"
    return ["setpriv", f"--reuid={user}", f"--regid={_group(user)}", "--clear-groups"], user


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _is_user(name: str) -> bool:
    return subprocess.run(["id", name], capture_output=True, check=False).returncode == 0


def _group(user: str) -> str:
    return subprocess.run(
        ["id", "-g", user], capture_output=True, check=True, text=True
    ).stdout.strip()


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """A server for as long as the block."""
    programs, (prefix, user) = _binaries(), unprivileged()
    with tempfile.TemporaryDirectory(prefix="virtubar-pg-", ignore_cleanup_errors=True) as folder:
        password = Path(folder) / "password"
        password.write_text("a-secret\n")
        if user:
            for path in (Path(folder), password):
                shutil.chown(path, user)
        data = f"{folder}/data"
        subprocess.run(
            [
                *prefix,
                *(str(programs / "initdb"), "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"),
                *("--username=bar", f"--pwfile={password}", "--auth=scram-sha-256", data),
            ],
            check=True,
            capture_output=True,
        )
        port = free_port()
        settings = ("listen_addresses=127.0.0.1", "unix_socket_directories=", f"port={port}")
        options = [part for setting in (*settings, *_QUICK) for part in ("-c", setting)]
        with Path(folder, "log").open("wb") as log:
            process = subprocess.Popen(
                [*prefix, str(programs / "postgres"), "-D", data, *options],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            server = PostgresServer(port, process.pid)
            settle(_ready(server, process))
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nothing of it is needed any more
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


async def _ready(server: PostgresServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _READY_S
    while True:
        try:
            await server.run("SELECT 1")
        except (OSError, asyncpg.PostgresError):
            assert process.poll() is None, "PostgreSQL has ended"
            assert time.monotonic() < deadline, "PostgreSQL does not come up"
            await asyncio.sleep(0.05)
        else:
            return
