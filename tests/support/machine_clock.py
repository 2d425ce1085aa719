"""The clock of another process, set while it runs (libfaketime): what NTP does, or a resumed VM."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LIBRARY = "faketime/libfaketimeMT.so.1"


class MachineClock:
    """An offset from the real clock, and the variables that make a process see it.

    Args:
        folder: where the offset is written; the process reads it anew at each look at its clock.
    """

    def __init__(self, folder: Path, offset_s: int) -> None:
        self._file = folder / "offset"
        self.set(offset_s)

    def set(self, offset_s: int) -> None:
        """From now on the process is so many seconds ahead; negative: behind."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{offset_s:+d}s\n")
        fresh.replace(self._file)

    @property
    def environment(self) -> dict[str, str]:
        """For a process that is to see this clock; its monotonic time is the real one."""
        return {
            "LD_PRELOAD": str(_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DISABLE_SHM": "1",
            # Its mend for old C libraries ends timed waits at once: threads that want Python's lock
            # would spin, and a server take ten seconds of a core to start.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        }


@contextmanager
def machine_clock(offset_s: int) -> Iterator[MachineClock]:
    """A clock that is so many seconds ahead, for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as folder:
        yield MachineClock(Path(folder), offset_s)


def _library() -> Path:
    found = [*Path("/usr/lib").glob(f"*/{LIBRARY}"), *Path("/usr/lib").glob(LIBRARY)]
    assert found, "libfaketime is not installed: make faketime"
    return found[0]
