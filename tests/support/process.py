"""A server in a process of its own, as an operator starts it: for signals, memory, exit codes."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from support.server import TEST_SECRET
from virtubar.runtime.clock import Clock

START_TIMEOUT_S = 60.0
_PAGE_BYTES = os.sysconf("SC_PAGESIZE")


class ServerProcess:
    """`virtubar serve` on a free port.

    Args:
        environment: variables beside its settings.

    Attributes:
        clock: epoch time, as the other process has it too.
        log: where it writes its log.
    """

    def __init__(
        self, log: Path, environment: Mapping[str, str] | None = None, **settings: Any
    ) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.clock = Clock()
        self.log = log
        variables = {
            **os.environ,
            **(environment or {}),
            "VIRTUBAR_PORT": str(self.port),
            "VIRTUBAR_SECRET": TEST_SECRET,
            "VIRTUBAR_ADDRESS_LIMITS": "off",
            "VIRTUBAR_LOG_FORMAT": "json",
            "VIRTUBAR_DATABASE_URL": f"sqlite:///{log.parent}/virtubar.db",
            **{f"VIRTUBAR_{name.upper()}": str(value) for name, value in settings.items()},
        }
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "virtubar.cli", "serve"],
                env=variables,
                stdout=out,
                stderr=out,
            )

    @property
    def pid(self) -> int:
        """Which process it is."""
        return self._process.pid

    @property
    def http_url(self) -> str:
        """The base of its API."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Come back when it is ready."""
        deadline_s = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline_s:
            assert self._process.poll() is None, self.log.read_text()
            try:
                if httpx.get(f"{self.http_url}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(f"the server does not listen: {self.log.read_text()}")

    def memory_bytes(self) -> int:
        """What it holds in memory now."""
        pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        return int(pages) * _PAGE_BYTES

    def metrics(self) -> dict[str, float]:
        """Its counters, by name and labels as Prometheus writes them."""
        lines = httpx.get(f"{self.http_url}/metrics").text.splitlines()
        pairs = [line.rsplit(" ", 1) for line in lines if line and not line.startswith("#")]
        return {name: float(value) for name, value in pairs}

    def terminate(self) -> None:
        """SIGTERM."""
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()

    def exit_code(self, timeout_s: float) -> int:
        """Wait for its end."""
        return self._process.wait(timeout_s)

    def end(self) -> None:
        """See to it that it is gone."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)


@contextmanager
def server_process(
    environment: Mapping[str, str] | None = None, **settings: Any
) -> Iterator[ServerProcess]:
    """A server for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as folder:
        server = ServerProcess(Path(folder) / "server.log", environment, **settings)
        try:
            server.start()
            yield server
        finally:
            server.end()
