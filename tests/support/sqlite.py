"""An SQLite file at head, copied: much quicker than to run every migration for each test."""

import tempfile
from functools import cache
from pathlib import Path

from support.postgres import settle
from virtubar.storage.migrate import migrate


def migrated(folder: Path) -> str:
    """The URL of a new database in that folder, at head, without rows."""
    file = folder / "virtubar.db"
    file.touch(0o600)
    file.write_bytes(_at_head())
    return f"sqlite:///{file}"


@cache
def _at_head() -> bytes:
    """A whole database: its last connection has taken its log in when it closed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "template.db")
        settle(migrate(f"sqlite:///{file}"))
        return file.read_bytes()
