"""Rooms are kept with all their settings, and forgotten when nobody comes."""

import asyncio

import pytest
from msgspec.structs import replace
from sqlalchemy import insert

from storage.samples import DAY, NOW, line, message, room
from virtubar.room.config import RoomConfig, lobby
from virtubar.room.ports import RoomExistsError
from virtubar.storage.engine import Database
from virtubar.storage.ports import AuditQuery
from virtubar.storage.rows import values
from virtubar.storage.schema import rooms
from virtubar.storage.sql import SqlStorage
from virtubar.storage.urls import read_address


@pytest.mark.parametrize("config", [room(), lobby()], ids=["every setting", "defaults"])
async def test_a_room_comes_back_as_it_was(storage: SqlStorage, config: RoomConfig) -> None:
    """Settings that are off and settings that are on survive alike."""
    await storage.rooms.add(config, NOW, None)
    assert await storage.rooms.get(config.room_id) == config
    assert await storage.rooms.get("elsewhere") is None


async def test_a_taken_id_is_refused_and_nothing_of_it_is_kept(storage: SqlStorage) -> None:
    """Neither the settings nor the line of the audit."""
    await storage.rooms.add(room(), NOW, line("create_room"))
    with pytest.raises(RoomExistsError):
        await storage.rooms.add(room(name="Another"), NOW, line("create_room"))
    assert await storage.rooms.get("snug") == room()
    assert len(await storage.audit.find(AuditQuery())) == 1


async def test_of_many_creators_at_once_one_succeeds(storage: SqlStorage) -> None:
    """Whoever is told that the room is theirs owns it."""
    tries = [storage.rooms.add(room(owner_id=f"u{i}"), NOW, None) for i in range(12)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    (winner,) = [i for i, outcome in enumerate(outcomes) if outcome is None]
    assert sum(isinstance(outcome, RoomExistsError) for outcome in outcomes) == 11
    kept = await storage.rooms.get("snug")
    assert kept is not None
    assert kept.owner_id == f"u{winner}"


async def test_several_rooms_are_read_at_once(storage: SqlStorage) -> None:
    """Those that there are."""
    await storage.rooms.add(room(), NOW, None)
    await storage.rooms.add(lobby(), NOW, None)
    found = await storage.rooms.several(["lobby", "never", "snug"])
    assert sorted(config.room_id for config in found) == ["lobby", "snug"]
    assert await storage.rooms.several([]) == []


async def test_a_change_replaces_every_setting_and_is_audited(storage: SqlStorage) -> None:
    """Null is a setting too: it resets. The owner stays, who may have been erased meanwhile."""
    await storage.rooms.add(room(), NOW, None)
    reset = replace(lobby(), room_id="snug", owner_id=room().owner_id)
    await storage.rooms.change(reset, line("change_room", detail={"fields": ["words"]}))
    assert await storage.rooms.get("snug") == reset
    (kept,) = await storage.audit.find(AuditQuery())
    assert (kept.action, kept.detail) == ("change_room", {"fields": ["words"]})


async def test_a_change_adds_the_room_that_was_never_stored(storage: SqlStorage) -> None:
    """The lobby exists without a row until somebody changes it."""
    await storage.rooms.change(replace(lobby(), slow_mode_s=9), line("change_room"))
    kept = await storage.rooms.get("lobby")
    assert kept is not None
    assert kept.slow_mode_s == 9


async def test_rooms_are_loaded_by_their_last_use(storage: SqlStorage) -> None:
    """A server that cannot hold all of them holds the lively ones."""
    for age, name in enumerate(["c", "b", "a"]):
        await storage.rooms.add(room(name), NOW - age, None)
    await storage.rooms.touch(["a", "unknown"], NOW + 1)
    await storage.rooms.touch(["c"], NOW - DAY)
    assert [config.room_id for config in await storage.rooms.load(10)] == ["a", "c", "b"]
    assert [config.room_id for config in await storage.rooms.load(1)] == ["a"]


async def test_unused_rooms_go_with_their_chat(storage: SqlStorage) -> None:
    """At the limit a room stays; one that is live stays however old."""
    ages = {"old": NOW - 1, "live": NOW - 1, "at-the-limit": NOW}
    for name, used_ms in ages.items():
        await storage.rooms.add(room(name), used_ms, None)
    await storage.chat.add([message(i, room_id=name) for i, name in enumerate(ages)])
    assert await storage.rooms.forget_unused(NOW, frozenset({"live"})) == ["old"]
    assert {config.room_id for config in await storage.rooms.load(9)} == {"live", "at-the-limit"}
    assert await storage.chat.recent("old", limit=9) == []
    assert len(await storage.chat.recent("live", limit=9)) == 1


async def test_many_rooms_are_touched_and_forgotten_at_once(storage: SqlStorage, url: str) -> None:
    """More ids than fit one statement."""
    names = [f"room-{i}" for i in range(1100)]
    database = Database(read_address(url))
    async with database.writing() as connection:
        rows = [{**values(room(name)), "used_ms": NOW} for name in names]
        await connection.execute(insert(rooms), rows)
    await database.close()
    await storage.rooms.touch(names[:1000], NOW + DAY)
    assert await storage.rooms.forget_unused(NOW + 1, frozenset()) == sorted(names[1000:])
    assert len(await storage.rooms.load(2000)) == 1000
