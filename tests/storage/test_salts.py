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


async def test_old_salts_go_though_no_new_one_comes(storage: SqlStorage) -> None:
    """On a quiet server too a salt is thrown away when it is two days old."""
    await storage.salts.add(Salt("old", b"1", NOW - 1), 0)
    await storage.salts.add(Salt("young", b"2", NOW), 0)
    assert await storage.salts.forget(NOW) == 1
    assert [salt.salt_id for salt in await storage.salts.all()] == ["young"]
