"""Salts come and go with the days."""

from storage.samples import DAY, NOW
from virtubar.room.records import Salt
from virtubar.storage.sql import SqlStorage


async def test_salts_are_newest_first_and_old_ones_go(storage: SqlStorage) -> None:
    """With every byte; one made at the limit stays."""
    old, at_limit = Salt("a", b"\0\xff" * 16, NOW), Salt("b", b"", NOW + 1)
    await storage.salts.add(old, 0)
    await storage.salts.add(at_limit, 0)
    assert await storage.salts.all() == [at_limit, old]
    newest = Salt("c", b"new", NOW + DAY)
    await storage.salts.add(newest, NOW + 1)
    assert await storage.salts.all() == [newest, at_limit]
