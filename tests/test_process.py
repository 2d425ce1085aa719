"""The process around the server."""

import json
import subprocess
import sys
from typing import Literal

import pytest

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
