"""From where people come, hashed, for a day (§7)."""

import asyncio
from pathlib import Path

import pytest

from support.sqlite import migrated
from virtubar.addresses import AddressPolicy
from virtubar.moderation.address_memory import AddressMemory
from virtubar.moderation.salts import SALT_KEPT_MS, SALT_LIFE_MS
from virtubar.runtime.background_writes import BackgroundWrites
from virtubar.runtime.clock import Clock
from virtubar.runtime.metrics import Metrics
from virtubar.storage.sql import SqlStorage

HOME, PROXY = "203.0.113.9", "198.51.100.1"


class MovingClock(Clock):
    """A clock that a test moves."""

    __slots__ = ("skew_ms",)

    def __init__(self) -> None:
        super().__init__()
        self.skew_ms = 0

    def wall_ms(self) -> int:
        """Epoch milliseconds, moved."""
        return super().wall_ms() + self.skew_ms


class Entrance:
    """An address memory over a real database."""

    def __init__(self, folder: Path, *, on: bool = True) -> None:
        self.storage = SqlStorage(migrated(folder))
        self.writes = BackgroundWrites(Metrics())
        self.clock = MovingClock()
        self.address_memory = self.another(on=on)

    def another(self, *, on: bool = True) -> AddressMemory:
        """The memory of another process on the same database."""
        return AddressMemory(
            storage=self.storage,
            addresses=AddressPolicy([PROXY]),
            writes=self.writes,
            clock=self.clock,
            on=on,
        )

    async def open(self) -> None:
        """Storage and memory are ready."""
        await self.storage.open()
        await self.address_memory.open()


async def test_an_address_is_known_again_and_nothing_of_it_is_stored(tmp_path: Path) -> None:
    """By its hash, over a new start too; the database holds salts and no address."""
    entrance = Entrance(tmp_path)
    await entrance.open()
    (mark,) = entrance.address_memory.marks(HOME)
    assert entrance.address_memory.marks(HOME) == (mark,)
    assert entrance.address_memory.marks("203.0.113.10") != (mark,)
    await entrance.writes.close()
    again = entrance.another()
    await again.open()
    assert again.marks(HOME) == (mark,)
    await entrance.storage.close()
    files = await asyncio.to_thread(lambda: list(tmp_path.iterdir()))
    written = b"".join([await asyncio.to_thread(file.read_bytes) for file in files])
    assert HOME.encode() not in written


async def test_a_salt_lives_two_days(tmp_path: Path) -> None:
    """A new one each day; what was hashed with one that is gone can be told no more."""
    entrance = Entrance(tmp_path)
    await entrance.open()
    (first,) = entrance.address_memory.marks(HOME)
    entrance.clock.skew_ms += SALT_LIFE_MS
    second, old = entrance.address_memory.marks(HOME)
    assert old == first != second
    entrance.clock.skew_ms += SALT_KEPT_MS - SALT_LIFE_MS
    assert first not in entrance.address_memory.marks(HOME)
    await entrance.writes.close()
    assert len(await entrance.storage.salts.all()) == 2
    await entrance.storage.close()


@pytest.mark.parametrize("address", ["127.0.0.1", "", PROXY])
async def test_an_address_that_tells_nobody_apart_is_none(tmp_path: Path, address: str) -> None:
    """Loopback, a Unix socket, the proxy itself: no mark, and nobody is remembered by it."""
    entrance = Entrance(tmp_path)
    await entrance.open()
    assert entrance.address_memory.marks(address) == ()
    entrance.address_memory.remember("ann", HOME)
    assert entrance.address_memory.last("ann") is not None
    entrance.address_memory.remember("ann", address)
    assert entrance.address_memory.last("ann") is None, "she comes from nowhere known now"
    await entrance.writes.close()
    await entrance.storage.close()


async def test_addresses_can_be_left_out_of_everything(tmp_path: Path) -> None:
    """Then there is no salt either (`VIRTUBAR_ADDRESS_BANS=off`)."""
    entrance = Entrance(tmp_path, on=False)
    await entrance.open()
    assert entrance.address_memory.marks(HOME) == ()
    entrance.address_memory.remember("ann", HOME)
    assert entrance.address_memory.last("ann") is None
    await entrance.writes.close()
    assert await entrance.storage.salts.all() == []
    await entrance.storage.close()


async def test_somebody_can_be_forgotten(tmp_path: Path) -> None:
    """With all else that is known of them."""
    entrance = Entrance(tmp_path)
    await entrance.open()
    entrance.address_memory.remember("ann", HOME)
    entrance.address_memory.forget("ann")
    assert entrance.address_memory.last("ann") is None
    await entrance.writes.close()
    await entrance.storage.close()
