"""Stored rooms are looked up many at once, and what is not there is remembered for a moment."""

import asyncio

import pytest

from virtubar.live.lookups import (
    ASKING_MAX,
    AT_ONCE,
    LOOKING_MAX,
    MISS_MS,
    MISSES_MAX,
    RoomLookups,
)
from virtubar.room.config import RoomConfig
from virtubar.storage.ports import StorageError


class Shelf:
    """Rooms that are read when the test says so.

    Attributes:
        reads: the ids of each read.
        opened: whether a read is done at once.
        failure: what reads raise.
    """

    def __init__(self, *room_ids: str, wait_s: float = 60.0) -> None:
        self.kept = {room_id: RoomConfig(room_id, "Room") for room_id in room_ids}
        self.reads: list[list[str]] = []
        self.opened = asyncio.Event()
        self.failure: Exception | None = None
        self.now_ms = 1_000.0
        self.lookups = RoomLookups(self._read, lambda: self.now_ms, wait_s)

    async def _read(self, room_ids: list[str]) -> list[RoomConfig]:
        self.reads.append(room_ids)
        await self.opened.wait()
        if self.failure is not None:
            raise self.failure
        return [self.kept[room_id] for room_id in room_ids if room_id in self.kept]

    def ask(self, *room_ids: str) -> "list[asyncio.Task[RoomConfig | None]]":
        """Somebody asks for each of them."""
        return [asyncio.create_task(self.lookups.find(room_id)) for room_id in room_ids]


async def _settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_everybody_who_asks_meanwhile_is_answered_by_the_next_read() -> None:
    """A flood of ids costs one statement a read, and who asks for the same waits for the same."""
    shelf = Shelf("nook")
    first = shelf.ask("a")
    await _settle()
    rest = shelf.ask("b", "nook", "nook", "a", "c")
    await _settle()
    shelf.opened.set()
    found = await asyncio.gather(*first, *rest)
    assert [room and room.room_id for room in found] == [None, None, "nook", "nook", None, None]
    assert shelf.reads == [["a"], ["b", "nook", "c"]]


async def test_one_read_is_for_so_many_ids_and_the_rest_wait_for_the_next() -> None:
    """A statement has its limit too."""
    shelf = Shelf()
    shelf.opened.set()
    await asyncio.gather(*shelf.ask(*(f"r{n}" for n in range(AT_ONCE + 1))))
    assert [len(ids) for ids in shelf.reads] == [AT_ONCE, 1]


async def test_what_is_not_there_is_not_looked_for_again_for_a_moment() -> None:
    """What is there is read each time; a miss is over at its limit, or once it was made."""
    shelf = Shelf("nook")
    shelf.opened.set()
    for _ in range(2):
        await asyncio.gather(*shelf.ask("nook", "never"))
    assert shelf.reads == [["nook", "never"], ["nook"]]
    shelf.now_ms += MISS_MS - 1
    await shelf.lookups.find("never")
    assert len(shelf.reads) == 2
    shelf.now_ms += 1
    await shelf.lookups.find("never")
    assert shelf.reads[2:] == [["never"]]
    for changed in (["never"], None):
        shelf.lookups.changed(changed)
        await shelf.lookups.find("never")
    assert shelf.reads[3:] == [["never"], ["never"]]


async def test_so_many_misses_are_remembered_and_the_oldest_goes() -> None:
    """Ids are free to invent; what is remembered of them is bounded."""
    shelf = Shelf()
    shelf.opened.set()
    for start in range(0, MISSES_MAX + 1, 256):
        ids = range(start, min(start + 256, MISSES_MAX + 1))
        await asyncio.gather(*shelf.ask(*(f"r{n}" for n in ids)))
    done = len(shelf.reads)
    await shelf.lookups.find("r1")
    assert len(shelf.reads) == done, "the second is known still"
    await shelf.lookups.find("r0")
    assert shelf.reads[done:] == [["r0"]]


async def test_what_changed_while_it_was_read_is_read_again() -> None:
    """Nobody is told what was there before, nor that nothing is."""
    shelf = Shelf()
    asked = shelf.ask("nook", "other")
    await _settle()
    shelf.kept["nook"] = RoomConfig("nook", "Room")
    shelf.lookups.changed(["nook", "unasked"])
    shelf.opened.set()
    assert await asked[0] == shelf.kept["nook"]
    assert shelf.reads == [["nook", "other"], ["nook"]]


async def test_a_database_that_hangs_collects_no_callers_without_end() -> None:
    """So many wait, and half as many who only look; one more is refused at once."""
    shelf = Shelf()
    asked = shelf.ask(*(f"r{n}" for n in range(LOOKING_MAX)))
    await _settle()
    with pytest.raises(StorageError, match="too many"):
        await shelf.lookups.find("look", LOOKING_MAX)
    asked += shelf.ask(*(f"r{n}" for n in range(LOOKING_MAX, ASKING_MAX)))
    await _settle()
    with pytest.raises(StorageError, match="too many"):
        await shelf.lookups.find("one-more")
    shelf.opened.set()
    assert await asyncio.gather(*asked) == [None] * ASKING_MAX
    assert await shelf.lookups.find("one-more") is None


async def test_the_wait_for_a_turn_counts() -> None:
    """Whoever asked while another read hung is told as soon as their own time is over."""
    shelf = Shelf(wait_s=0.01)
    outcomes = await asyncio.gather(*shelf.ask("a", "b"), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [StorageError, StorageError]
    shelf.opened.set()
    await _settle()
    assert await shelf.lookups.find("c") is None


@pytest.mark.parametrize("failure", [StorageError("away"), KeyError("a defect")])
async def test_an_error_is_everybodys_who_asked_and_nobodys_after(failure: Exception) -> None:
    """Nothing is remembered of it."""
    shelf = Shelf("nook")
    shelf.failure = failure
    shelf.opened.set()
    outcomes = await asyncio.gather(*shelf.ask("nook", "never"), return_exceptions=True)
    assert outcomes == [failure, failure]
    shelf.failure = None
    assert await shelf.lookups.find("nook")


async def test_at_the_end_whoever_waits_is_told() -> None:
    """And nothing is left running."""
    shelf = Shelf()
    asked = shelf.ask("a")
    await _settle()
    await shelf.lookups.close()
    await shelf.lookups.close()
    with pytest.raises(StorageError, match="stopping"):
        await asked[0]
