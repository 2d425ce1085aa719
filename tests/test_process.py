"""The process around the server."""

import subprocess
import sys

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
