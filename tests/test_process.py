"""The process around the server."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest

from support.process import ServerProcess
from virtubar.process import LogStream

_COUNTED = """
import gc
from virtubar import app
from virtubar.settings import Settings

async def run(self):
    made = gc.get_freeze_count()
    gc.collect()
    print(made, len(gc.get_objects()))

app.App.run = run
app.serve(Settings())
"""


def test_the_collector_passes_over_what_starting_made() -> None:
    """Else each full collection stops the whole server for a tenth of a second."""
    # In a process of its own: what is set aside stays so.
    process = subprocess.run(
        [sys.executable, "-c", _COUNTED], capture_output=True, text=True, check=True, timeout=60
    )
    set_aside, left = map(int, process.stdout.split())
    assert set_aside > 50_000
    assert left < set_aside / 10


_LOGGED = r"""
import logging, sys
import structlog
from virtubar.process import configure_logging

configure_logging("info", sys.argv[1])
text = "ban\x1b[2J\x9b1m\u202e\u2028\n\u2066 caf\xe9 \u674e"
structlog.get_logger().info("moderated", user_id=text)
logging.getLogger("elsewhere").warning(text)
try:
    raise ValueError(text)
except ValueError:
    structlog.get_logger().exception("failed")
"""


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_what_strangers_wrote_gives_a_console_no_orders(
    log_format: Literal["console", "json"],
) -> None:
    """Control characters and those that turn text over are spelt out; tracebacks keep lines."""
    process = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", _LOGGED, log_format],
        capture_output=True,
        check=True,
        timeout=60,
    )
    lines = process.stderr.decode("utf-8").splitlines()
    assert all(line.isprintable() for line in lines)
    if log_format == "console":
        shown = r"ban\x1b[2J\x9b1m\u202e\u2028\n\u2066 café 李"
        # A field with a space in it is quoted, backslashes and all.
        assert [shown in line.replace(r"\\", "\\") for line in lines[:2]] == [True, True]
        assert r"ValueError: ban\x1b[2J" in "\n".join(lines)
        assert len(lines) > 4
    else:
        assert len([json.loads(line) for line in lines]) == 3


_ON_A_FULL_DISK = r"""
import logging, os, sys
import structlog
from virtubar.process import configure_logging

configure_logging("info", "json")
log, elsewhere = structlog.get_logger(), logging.getLogger("elsewhere")
log.info("before")
space = os.dup(2)
os.dup2(os.open("/dev/full", os.O_WRONLY), 2)
log.info("lost")
elsewhere.warning("lost")
os.dup2(space, 2)
elsewhere.warning("after")
log.info("later")
"""


def test_lines_that_cannot_be_written_are_counted_once_there_is_room_again() -> None:
    """Whoever logs goes on, and the log says once how many lines are missing."""
    process = subprocess.run(
        [sys.executable, "-c", _ON_A_FULL_DISK], capture_output=True, check=True, timeout=60
    )
    lines = [json.loads(line) for line in process.stderr.decode().splitlines()]
    assert [line["event"] for line in lines] == ["before", "after", "log_lines_lost", "later"]
    assert lines[2]["count"] == 2
    assert lines[2]["level"] == "warning"


class Narrow(io.RawIOBase):
    """A file that takes so many bytes of each write, as a disk or a pipe that is nearly full."""

    def __init__(self) -> None:
        super().__init__()
        self.room: int | None = None
        self.held = b""

    def write(self, data: Any, /) -> int | None:
        """Take what there is room for; None is what a pipe says that would have to wait."""
        if self.room == 0:
            return None
        part = bytes(data)[: self.room]
        self.held += part
        return len(part)


def test_a_line_that_was_torn_does_not_spoil_the_next() -> None:
    """Each line stands alone, and what does not fit the encoding is spelt out."""
    raw = Narrow()
    stream = LogStream(raw, "ascii", lambda count: f"{count} lost")
    stream.write("first\n")
    for raw.room in (3, 0):
        stream.write("second\n")
    raw.room = None
    stream.write("caf\xe9\n")
    stream.write("last\n")
    assert raw.held.decode() == "first\nsec\ncaf\\xe9\n2 lost\nlast\n"


def test_a_server_whose_log_cannot_be_written_answers_all_the_same(tmp_path: Path) -> None:
    """Joins, which are logged, and a shutdown with exit code 0 (§1)."""
    log = tmp_path / "server.log"
    log.symlink_to("/dev/full")
    server = ServerProcess(log)
    try:
        server.start()
        answer = httpx.post(f"{server.http_url}/rooms/join", json={"roomId": "lobby"})
        assert answer.status_code == 200
        server.terminate()
        assert server.exit_code(20) == 0
    finally:
        server.end()
