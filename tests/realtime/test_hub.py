"""The live rooms of a process."""

import asyncio
import secrets
from dataclasses import dataclass

import pytest

from virtubar.auth.tokens import RealtimeTokens
from virtubar.realtime.clock import Clock
from virtubar.realtime.hub import ROOM_IDLE_MS, Hub
from virtubar.realtime.metrics import Metrics
from virtubar.room.config import RoomConfig, lobby
from virtubar.room.moderation import MemorySanctions
from virtubar.room.ports import RoomExistsError, RoomsFullError


class ManualClock(Clock):
    """A clock that stands still until a test moves it."""

    __slots__ = ("at_ms",)

    def __init__(self) -> None:
        super().__init__()
        self.at_ms = 1_000.0

    def now_ms(self) -> float:
        return self.at_ms


@dataclass
class House:
    """A hub of three rooms at most, the lobby among them."""

    hub: Hub
    clock: ManualClock


@pytest.fixture
async def house() -> House:
    clock = ManualClock()
    hub = Hub(
        tokens=RealtimeTokens("a secret of the tests, of 32 bytes or more"),
        sanctions=MemorySanctions(),
        clock=clock,
        metrics=Metrics(),
        call_later=asyncio.get_running_loop().call_later,
        random_bits=secrets.randbits,
        max_rooms=3,
    )
    hub.create(lobby())
    return House(hub, clock)


async def test_an_id_is_taken_once(house: House) -> None:
    """Of two rooms with one id the second is refused (§1)."""
    house.hub.create(RoomConfig("den", "Den"))
    with pytest.raises(RoomExistsError):
        house.hub.create(RoomConfig("den", "Another"))
    assert house.hub.find("den") == RoomConfig("den", "Den")


async def test_only_public_rooms_are_listed_but_all_count(house: House) -> None:
    """A private room is found by its id, not listed, and takes a place."""
    house.hub.create(RoomConfig("den", "Den", public=False))
    house.hub.create(RoomConfig("attic", "Attic"))
    assert [room.room_id for room in house.hub.public()] == ["attic", "lobby"]
    with pytest.raises(RoomsFullError):
        house.hub.create(RoomConfig("cellar", "Cellar"))


async def test_the_room_that_was_empty_for_longest_makes_place_after_an_hour(
    house: House,
) -> None:
    """Nobody can fill the house for good; the lobby always stays."""
    house.hub.create(RoomConfig("den", "Den"))
    house.clock.at_ms += 60_000
    house.hub.create(RoomConfig("attic", "Attic"))
    house.clock.at_ms += ROOM_IDLE_MS - 60_001
    with pytest.raises(RoomsFullError):
        house.hub.create(RoomConfig("cellar", "Cellar"))

    house.clock.at_ms += 1
    house.hub.create(RoomConfig("cellar", "Cellar"))

    assert [room.room_id for room in house.hub.public()] == ["attic", "cellar", "lobby"]
