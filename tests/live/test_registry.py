"""Rooms are stored first, then live; a room that is only stored comes to life when it is asked
for."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from live.bench import HubBench, Visitor
from virtubar.cluster.local import LocalPlacement
from virtubar.live.homes import Homes
from virtubar.live.hub import ROOM_IDLE_MS
from virtubar.live.registry import CHANGING_MAX, CREATING_MAX, RoomRegistry
from virtubar.protocol.constants import Role
from virtubar.room.config import RoomConfig, lobby
from virtubar.room.ports import NotStoredError, RoomExistsError, RoomsFullError
from virtubar.room.records import AuditEntry
from virtubar.runtime.background_writes import BackgroundWrites
from virtubar.storage.ports import StorageError

NOOK = RoomConfig("nook", "Nook", capacity=5, owner_id="olga")


class MemoryRooms:
    """The RoomStore port in a dict.

    Attributes:
        fails: whether every call does.
        gate: what writes, and reads of several, wait for; None where they need not.
        reads: the ids of each read of several.
        audit: the lines that were stored with rooms.
    """

    def __init__(self, *configs: RoomConfig) -> None:
        self.kept = {config.room_id: config for config in configs}
        self.fails = False
        self.gate: asyncio.Event | None = None
        self.reads: list[list[str]] = []
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

    async def several(self, room_ids: list[str]) -> list[RoomConfig]:
        self.reads.append(room_ids)
        if self.gate is not None:
            await self.gate.wait()
        self._check()
        return [self.kept[room_id] for room_id in room_ids if room_id in self.kept]

    async def add(self, config: RoomConfig, wall_ms: int, audit: AuditEntry | None) -> None:
        del wall_ms
        if self.gate is not None:
            await self.gate.wait()
        self._check()
        if config.room_id in self.kept:
            raise RoomExistsError(config.room_id)
        self.kept[config.room_id] = config
        self.audit.append(audit)

    async def change(self, config: RoomConfig, audit: AuditEntry) -> None:
        if self.gate is not None:
            await self.gate.wait()
        self._check()
        old = self.kept.get(config.room_id, config)
        self.kept[config.room_id] = replace(config, owner_id=old.owner_id)
        self.audit.append(audit)

    async def touch(self, room_ids: list[str], wall_ms: int) -> None:
        del room_ids, wall_ms

    async def forget_unused(self, before_ms: int, keep: frozenset[str]) -> list[str]:
        del before_ms, keep
        return []


class RegistryBench:
    """A registry over a hub of three rooms, or so many, at most."""

    def __init__(self, *stored: RoomConfig, max_rooms: int = 3) -> None:
        self.bench = HubBench(max_rooms)
        self.bench.hub.close_rooms(["lobby"])
        self.store = MemoryRooms(*stored)
        self.writes = BackgroundWrites(self.bench.metrics)
        self.homes = Homes(LocalPlacement(), self.bench.hub.is_live)
        self.registry = RoomRegistry(
            hub=self.bench.hub,
            store=self.store,
            writes=self.writes,
            homes=self.homes,
            wall_ms=self.bench.clock.wall_ms,
            now_ms=self.bench.clock.now_ms,
            lobby=lobby(40),
        )

        self.inside: list[Visitor] = []

    def enter(self, room_id: str) -> None:
        """Somebody comes into a live room."""
        visitor = self.bench.open("ann")
        self.bench.join(visitor, self.bench.token("ann", room_id=room_id), room_id)
        assert self.bench.hub.occupancy(room_id) == 1
        self.inside.append(visitor)

    def leave(self) -> None:
        """Everybody goes."""
        for visitor in self.inside:
            visitor.connection.closed(left=True)

    def live(self) -> list[str]:
        """The rooms that are live."""
        return [live.room.config.room_id for live in self.bench.hub.every()]


async def test_the_lobby_is_there_before_anything_was_stored() -> None:
    """As the operator's settings say; afterwards as it was set in the evening."""
    bench = RegistryBench()
    await bench.registry.start(10)
    assert await bench.registry.open("lobby") == lobby(40)
    changed = RoomConfig("lobby", "Grand Lobby", capacity=7)
    bench = RegistryBench(changed)
    await bench.registry.start(10)
    assert await bench.registry.open("lobby") == changed


async def test_the_rooms_used_last_are_live_from_the_start_as_far_as_there_is_place() -> None:
    """The others come to life when somebody asks for them."""
    bench = RegistryBench(*(RoomConfig(f"r{n}", "Room") for n in range(5)))
    await bench.registry.start(10)
    assert bench.live() == ["lobby", "r0", "r1"]
    bench.enter("r0")
    bench.enter("r1")
    with pytest.raises(RoomsFullError):
        await bench.registry.open("r4")
    bench.leave()
    bench.bench.loop.advance(ROOM_IDLE_MS)
    assert await bench.registry.open("r4") == RoomConfig("r4", "Room")
    assert len(bench.live()) == 3
    assert "r4" in bench.live()
    assert await bench.registry.open("never") is None


async def test_a_room_is_stored_with_its_line_of_the_audit_and_live_at_once() -> None:
    """Of two rooms with one id the second is refused, live or only stored (§1)."""
    bench = RegistryBench()
    await bench.registry.start(10)
    await bench.registry.create(NOOK)
    assert bench.store.kept["nook"] == NOOK
    (line,) = bench.store.audit
    assert line is not None
    assert (line.action, line.actor_id, line.room_id) == ("create_room", "olga", "nook")
    assert "nook" in bench.live()
    with pytest.raises(RoomExistsError):
        await bench.registry.create(NOOK)
    bench.bench.hub.close_rooms(["nook"])
    with pytest.raises(RoomExistsError):
        await bench.registry.create(NOOK)


async def test_a_room_that_is_put_away_comes_back_as_it_was() -> None:
    """Making place loses nothing."""
    bench = RegistryBench()
    await bench.registry.start(10)
    await bench.registry.create(NOOK)
    await bench.registry.create(RoomConfig("attic", "Attic"))
    bench.enter("nook")
    bench.enter("attic")
    with pytest.raises(RoomsFullError):
        await bench.registry.create(RoomConfig("cellar", "Cellar"))
    assert "cellar" not in bench.store.kept, "a room that cannot live is not stored"
    bench.leave()
    bench.bench.loop.advance(ROOM_IDLE_MS)
    for _ in range(2):
        await bench.registry.create(RoomConfig(f"more-{_}", "More"))
    assert "nook" not in bench.live()
    bench.bench.loop.advance(ROOM_IDLE_MS)
    assert await bench.registry.open("nook") == NOOK


async def test_a_change_is_stored_and_felt_and_names_what_was_changed() -> None:
    """By the names that the HTTP API has for them; the values stay out of the audit."""
    bench = RegistryBench()
    await bench.registry.start(10)
    await bench.registry.create(NOOK)
    changed = RoomConfig("nook", "Nook", 9, owner_id="olga", slow_mode_s=5, words=("gin",))
    fields = {"capacity": 9, "slow_mode_s": 5, "words": ("gin",), "name": "Nook"}
    assert await bench.registry.change("nook", fields, "eve", Role.MODERATOR) == changed
    assert await bench.registry.open("nook") == changed == bench.store.kept["nook"]
    line = bench.store.audit[-1]
    assert line is not None
    assert (line.action, line.actor_id, line.actor_role) == ("change_room", "eve", "moderator")
    assert line.detail == {"fields": ["capacity", "slowModeSeconds", "words"]}


@pytest.mark.parametrize(
    "work",
    [
        lambda registry: registry.create(RoomConfig("cellar", "Cellar")),
        lambda registry: registry.change("lobby", {"capacity": 9}, "eve", Role.ADMIN),
    ],
    ids=["create", "change"],
)
async def test_what_storage_does_not_take_has_not_happened(work: Any) -> None:
    """NotStoredError, and nothing is changed."""
    bench = RegistryBench()
    await bench.registry.start(10)
    bench.store.fails = True
    with pytest.raises(NotStoredError):
        await work(bench.registry)
    assert bench.live() == ["lobby"]


async def test_while_storage_is_away_only_live_rooms_are_found() -> None:
    """Nothing was asked to be stored: it is StorageError, and says so to whoever wants in."""
    bench = RegistryBench(NOOK)
    await bench.registry.start(0)
    bench.store.fails = True
    with pytest.raises(StorageError):
        await bench.registry.open("nook")
    assert await bench.registry.open("lobby") == lobby(40)


async def test_a_room_that_storage_forgot_is_gone_unless_somebody_just_came() -> None:
    """Then it is kept after all."""
    bench = RegistryBench(NOOK, RoomConfig("attic", "Attic"))
    await bench.registry.start(10)
    visitor = bench.bench.open("ann")
    bench.bench.join(visitor, bench.bench.token("ann", room_id="nook"), "nook")
    bench.store.kept.clear()
    bench.registry.forgotten(["nook", "attic"])
    await bench.writes.close()
    assert bench.live() == ["lobby", "nook"]
    assert bench.store.kept == {"nook": NOOK}


async def test_a_room_that_is_thrown_away_lives_nowhere_any_more() -> None:
    """One that somebody just came into keeps its home."""
    bench = RegistryBench(NOOK, RoomConfig("attic", "Attic"))
    await bench.registry.start(10)
    homes = {room_id: await bench.homes.claim(room_id) for room_id in ("nook", "attic")}
    bench.enter("nook")
    bench.registry.forgotten(["nook", "attic"])
    await bench.registry.close()
    assert await bench.homes.find("attic") is None
    assert await bench.homes.find("nook") == homes["nook"]
    await bench.writes.close()


async def test_a_room_that_is_put_away_is_claimed_anew_when_a_socket_brings_it_back() -> None:
    """Its home is given up, so that another process may have it; here it gets a new epoch."""
    bench = RegistryBench(NOOK, RoomConfig("attic", "Attic"), max_rooms=2)
    await bench.registry.start(2)
    first = await bench.homes.claim("nook")
    assert await bench.registry.open("attic") is not None
    await bench.homes.settle()
    assert bench.live() == ["attic", "lobby"]
    assert await bench.homes.find("nook") is None
    answers: list[object] = []
    bench.registry.open_for("nook", answers.append)
    bench.registry.open_for("nowhere", answers.append)
    await bench.registry.settle()
    second = await bench.homes.find("nook")
    assert second is not None
    assert second.epoch > first.epoch
    assert answers == [None, None]
    assert await bench.homes.find("nowhere") is None


async def test_an_owner_who_is_erased_owns_no_live_room_and_does_not_come_back() -> None:
    """Not with a change that was begun before, whenever that is stored."""
    bench = RegistryBench()
    await bench.registry.start(10)
    await bench.registry.create(NOOK)
    bench.store.gate = asyncio.Event()
    change = asyncio.create_task(
        bench.registry.change("nook", {"capacity": 9}, "eve", Role.MODERATOR)
    )
    await _settle()
    bench.store.kept["nook"] = replace(NOOK, owner_id=None)
    bench.registry.disown("olga")
    bench.store.gate.set()
    ownerless = RoomConfig("nook", "Nook", capacity=9)
    assert await change == ownerless
    assert await bench.registry.open("nook") == ownerless == bench.store.kept["nook"]


async def test_a_room_that_was_looked_up_before_its_owner_was_erased_has_none() -> None:
    """What was read before is read again: nobody comes back by a slow look-up."""
    bench = RegistryBench(NOOK)
    await bench.registry.start(0)
    bench.store.gate = asyncio.Event()
    found = asyncio.create_task(bench.registry.open("nook"))
    await _settle()
    bench.store.kept["nook"] = replace(NOOK, owner_id=None)
    bench.registry.disown("olga")
    bench.store.gate.set()
    assert await found == replace(NOOK, owner_id=None)
    assert bench.store.reads == [["nook"], ["nook"]]


async def test_whoever_only_looks_brings_no_room_to_life() -> None:
    """A stranger with a list of ids puts nobody's room away."""
    bench = RegistryBench(NOOK)
    await bench.registry.start(0)
    assert await bench.registry.look("nook") == NOOK
    assert await bench.registry.look("lobby") == lobby(40)
    assert await bench.registry.look("never") is None
    assert bench.live() == ["lobby"]


async def test_a_room_can_be_looked_up_while_others_are_stored_and_changed() -> None:
    """No lock is shared: what hangs in one room is not felt in another."""
    bench = RegistryBench(NOOK)
    await bench.registry.start(10)
    bench.store.gate = asyncio.Event()
    held = [
        asyncio.create_task(bench.registry.create(RoomConfig("cellar", "Cellar"))),
        asyncio.create_task(bench.registry.change("nook", {"capacity": 9}, "e", Role.OWNER)),
    ]
    await _settle()
    slow, bench.store.gate = bench.store.gate, None
    assert await bench.registry.open("attic") is None
    assert await bench.registry.change("lobby", {"capacity": 9}, "e", Role.ADMIN)
    slow.set()
    await asyncio.gather(*held)
    assert bench.live() == ["cellar", "lobby", "nook"]


async def test_the_place_of_a_room_that_is_being_stored_is_nobody_elses() -> None:
    """However many come meanwhile, no more rooms live than may."""
    bench = RegistryBench(RoomConfig("attic", "Attic"))
    await bench.registry.start(0)
    bench.store.gate = asyncio.Event()
    creation = asyncio.create_task(bench.registry.create(NOOK))
    await _settle()
    gate, bench.store.gate = bench.store.gate, None
    assert await bench.registry.open("attic")
    bench.enter("attic")
    with pytest.raises(RoomsFullError):
        await bench.registry.create(RoomConfig("cellar", "Cellar"))
    gate.set()
    await creation
    assert bench.live() == ["attic", "lobby", "nook"]


async def test_of_two_changes_of_one_room_neither_undoes_the_other() -> None:
    """The second begins with what the first has made."""
    bench = RegistryBench(NOOK)
    await bench.registry.start(10)
    bench.store.gate = asyncio.Event()
    fields = ({"capacity": 9}, {"slow_mode_s": 5})
    changes = [bench.registry.change("nook", field, "e", Role.OWNER) for field in fields]
    both = asyncio.gather(*changes)
    await _settle()
    bench.store.gate.set()
    await both
    assert await bench.registry.open("nook") == replace(NOOK, capacity=9, slow_mode_s=5)
    assert bench.store.kept["nook"] == replace(NOOK, capacity=9, slow_mode_s=5)


@pytest.mark.parametrize(
    ("work", "most"),
    [
        (lambda registry, n: registry.create(RoomConfig(f"c{n}", "C")), CREATING_MAX),
        (lambda registry, n: registry.change("nook", {"capacity": n}, "e", "owner"), CHANGING_MAX),
    ],
    ids=["create", "change"],
)
async def test_a_database_that_hangs_collects_no_callers_without_end(work: Any, most: int) -> None:
    """So many wait; the next is refused at once, and once it answers again everybody is let in."""
    bench = RegistryBench(NOOK, max_rooms=200)
    await bench.registry.start(10)
    bench.store.gate = asyncio.Event()
    waiting = [asyncio.create_task(work(bench.registry, n + 1)) for n in range(most)]
    await _settle()
    with pytest.raises(NotStoredError):
        await work(bench.registry, most + 1)
    assert not any(task.done() for task in waiting)
    bench.store.gate.set()
    await asyncio.gather(*waiting)
    await work(bench.registry, most + 2)


async def test_a_room_is_opened_for_a_socket_and_the_answer_says_what_came_of_it() -> None:
    """None where it can be joined now, or where there is none; else what kept it."""
    bench = RegistryBench(NOOK)
    await bench.registry.start(0)
    for room_id, fails, expected in (
        ("never", False, type(None)),
        ("nook", True, StorageError),
        ("nook", False, type(None)),
    ):
        bench.store.fails = fails
        told: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        bench.registry.open_for(room_id, told.set_result)
        assert isinstance(await told, expected)
    assert bench.live() == ["lobby", "nook"]
    await bench.registry.close()


async def _settle() -> None:
    """Let everything run that can."""
    for _ in range(10):
        await asyncio.sleep(0)
