"""Rooms are stored first, then live; a room that is only stored comes to life when it is asked
for."""

from typing import Any

import pytest

from realtime.bench import HubBench
from virtubar.protocol.constants import Role
from virtubar.realtime.chores import Chores
from virtubar.realtime.hub import ROOM_IDLE_MS
from virtubar.realtime.registry import RoomRegistry
from virtubar.room.config import RoomConfig, lobby
from virtubar.room.ports import NotStoredError, RoomExistsError, RoomsFullError
from virtubar.room.records import AuditEntry
from virtubar.storage.ports import StorageError

NOOK = RoomConfig("nook", "Nook", capacity=5, owner_id="olga")


class MemoryRooms:
    """The RoomStore port in a dict.

    Attributes:
        fails: whether every call does.
        audit: the lines that were stored with rooms.
    """

    def __init__(self, *configs: RoomConfig) -> None:
        self.kept = {config.room_id: config for config in configs}
        self.fails = False
        self.audit: list[AuditEntry | None] = []

    def _check(self) -> None:
        if self.fails:
            raise StorageError("the disk is full")

    async def load(self, limit: int) -> list[RoomConfig]:
        self._check()
        return list(self.kept.values())[:limit]

    async def get(self, room_id: str) -> RoomConfig | None:
        self._check()
        return self.kept.get(room_id)

    async def add(self, config: RoomConfig, wall_ms: int, audit: AuditEntry | None) -> None:
        del wall_ms
        self._check()
        if config.room_id in self.kept:
            raise RoomExistsError(config.room_id)
        self.kept[config.room_id] = config
        self.audit.append(audit)

    async def change(self, config: RoomConfig, audit: AuditEntry) -> None:
        self._check()
        self.kept[config.room_id] = config
        self.audit.append(audit)

    async def touch(self, room_ids: list[str], wall_ms: int) -> None:
        del room_ids, wall_ms

    async def forget_unused(self, before_ms: int, keep: frozenset[str]) -> list[str]:
        del before_ms, keep
        return []


class House:
    """A registry over a hub of three rooms at most."""

    def __init__(self, *stored: RoomConfig) -> None:
        self.bench = HubBench(max_rooms=3)
        self.bench.hub.close_rooms(["lobby"])
        self.store = MemoryRooms(*stored)
        self.chores = Chores(self.bench.metrics)
        self.registry = RoomRegistry(
            hub=self.bench.hub,
            store=self.store,
            chores=self.chores,
            wall_ms=self.bench.clock.wall_ms,
            lobby=lobby(40),
        )

    def live(self) -> list[str]:
        """The rooms that are live."""
        return [live.room.config.room_id for live in self.bench.hub.every()]


async def test_the_lobby_is_there_before_anything_was_stored() -> None:
    """As the operator's settings say; afterwards as it was set in the evening."""
    house = House()
    await house.registry.open(10)
    assert await house.registry.find("lobby") == lobby(40)
    changed = RoomConfig("lobby", "Grand Lobby", capacity=7)
    house = House(changed)
    await house.registry.open(10)
    assert await house.registry.find("lobby") == changed


async def test_the_rooms_used_last_are_live_from_the_start_as_far_as_there_is_place() -> None:
    """The others come to life when somebody asks for them."""
    house = House(*(RoomConfig(f"r{n}", "Room") for n in range(5)))
    await house.registry.open(10)
    assert house.live() == ["lobby", "r0", "r1"]
    with pytest.raises(RoomsFullError):
        await house.registry.find("r4")
    house.bench.loop.advance(ROOM_IDLE_MS)
    assert await house.registry.find("r4") == RoomConfig("r4", "Room")
    assert len(house.live()) == 3
    assert "r4" in house.live()
    assert await house.registry.find("never") is None


async def test_a_room_is_stored_with_its_line_of_the_audit_and_live_at_once() -> None:
    """Of two rooms with one id the second is refused, live or only stored (§1)."""
    house = House()
    await house.registry.open(10)
    await house.registry.create(NOOK)
    assert house.store.kept["nook"] == NOOK
    (line,) = house.store.audit
    assert line is not None
    assert (line.action, line.actor_id, line.room_id) == ("create_room", "olga", "nook")
    assert "nook" in house.live()
    with pytest.raises(RoomExistsError):
        await house.registry.create(NOOK)
    house.bench.hub.close_rooms(["nook"])
    with pytest.raises(RoomExistsError):
        await house.registry.create(NOOK)


async def test_a_room_that_is_put_away_comes_back_as_it_was() -> None:
    """Making place loses nothing."""
    house = House()
    await house.registry.open(10)
    await house.registry.create(NOOK)
    await house.registry.create(RoomConfig("attic", "Attic"))
    with pytest.raises(RoomsFullError):
        await house.registry.create(RoomConfig("cellar", "Cellar"))
    assert "cellar" not in house.store.kept, "a room that cannot live is not stored"
    house.bench.loop.advance(ROOM_IDLE_MS)
    for _ in range(2):
        await house.registry.create(RoomConfig(f"more-{_}", "More"))
    assert "nook" not in house.live()
    house.bench.loop.advance(ROOM_IDLE_MS)
    assert await house.registry.find("nook") == NOOK


async def test_a_change_is_stored_and_felt_and_names_what_was_changed() -> None:
    """By the names that the HTTP API has for them; the values stay out of the audit."""
    house = House()
    await house.registry.open(10)
    await house.registry.create(NOOK)
    changed = RoomConfig("nook", "Nook", 9, owner_id="olga", slow_mode_s=5, words=("gin",))
    await house.registry.change(changed, "eve", Role.MODERATOR)
    assert await house.registry.find("nook") == changed == house.store.kept["nook"]
    line = house.store.audit[-1]
    assert line is not None
    assert (line.action, line.actor_id, line.actor_role) == ("change_room", "eve", "moderator")
    assert line.detail == {"fields": ["capacity", "slowModeSeconds", "words"]}


@pytest.mark.parametrize(
    "work",
    [
        lambda registry: registry.create(RoomConfig("cellar", "Cellar")),
        lambda registry: registry.change(lobby(9), "eve", Role.ADMIN),
    ],
    ids=["create", "change"],
)
async def test_what_storage_does_not_take_has_not_happened(work: Any) -> None:
    """NotStoredError, and nothing is changed."""
    house = House()
    await house.registry.open(10)
    house.store.fails = True
    with pytest.raises(NotStoredError):
        await work(house.registry)
    assert house.live() == ["lobby"]


async def test_while_storage_is_away_only_live_rooms_are_found() -> None:
    """Nothing was asked to be stored: it is StorageError, and says so to whoever wants in."""
    house = House(NOOK)
    await house.registry.open(0)
    house.store.fails = True
    with pytest.raises(StorageError):
        await house.registry.find("nook")
    assert await house.registry.find("lobby") == lobby(40)


async def test_a_room_that_storage_forgot_is_gone_unless_somebody_just_came() -> None:
    """Then it is kept after all."""
    house = House(NOOK, RoomConfig("attic", "Attic"))
    await house.registry.open(10)
    visitor = house.bench.open("ann")
    house.bench.join(visitor, house.bench.token("ann", room_id="nook"), "nook")
    house.store.kept.clear()
    house.registry.forgotten(["nook", "attic"])
    await house.chores.close()
    assert house.live() == ["lobby", "nook"]
    assert house.store.kept == {"nook": NOOK}


async def test_an_owner_who_is_erased_owns_no_live_room_and_does_not_come_back() -> None:
    """Neither with a change that was begun before, nor where nothing was erased after all."""
    house = House()
    await house.registry.open(10)
    await house.registry.create(NOOK)
    with pytest.raises(StorageError):
        async with house.registry.disowning("olga"):
            raise StorageError("away")
    assert await house.registry.find("nook") == NOOK
    async with house.registry.disowning("olga"):
        pass
    ownerless = RoomConfig("nook", "Nook", capacity=5)
    assert await house.registry.find("nook") == ownerless
    await house.registry.change(NOOK, "eve", Role.MODERATOR)
    assert await house.registry.find("nook") == ownerless == house.store.kept["nook"]
