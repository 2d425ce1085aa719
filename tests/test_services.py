"""What happens behind the bar: how it closes, and from where people come, hashed, for a day, and
only as far as that may be known."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from storage.manual import FakeChatStore
from virtubar.addresses import AddressPolicy
from virtubar.auth.tokens import RealtimeTokens
from virtubar.moderation.address_memory import AddressMemory
from virtubar.moderation.salts import SALT_KEPT_MS, SALT_LIFE_MS
from virtubar.room.config import lobby
from virtubar.room.records import ChatRecord
from virtubar.runtime.background_writes import BackgroundWrites
from virtubar.runtime.clock import Clock
from virtubar.runtime.metrics import Metrics
from virtubar.services import CLOSE_S, ServiceOptions, Services, build_services
from virtubar.storage.ports import StorageError
from virtubar.storage.retention import Retention
from virtubar.storage.sql import SqlStorage
from virtubar.storage.writer import ChatWriter

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
    """A address_memory over a real database."""

    def __init__(self, folder: Path, *, on: bool = True) -> None:
        self.storage = SqlStorage(f"sqlite:///{folder}/bar.db")
        self.writes = BackgroundWrites(Metrics())
        self.clock = MovingClock()
        self.address_memory = self.another(on=on)

    def another(self, *, on: bool = True) -> AddressMemory:
        """The address_memory of another process on the same database."""
        return AddressMemory(
            storage=self.storage,
            addresses=AddressPolicy([PROXY]),
            writes=self.writes,
            clock=self.clock,
            on=on,
        )

    async def open(self) -> None:
        """Storage and address_memory are ready."""
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


def _backroom(folder: Path) -> Services:
    """Everything behind a bar, over a real database."""
    return build_services(
        storage=SqlStorage(f"sqlite:///{folder}/bar.db"),
        tokens=RealtimeTokens("a secret for tests, longer than 32 bytes"),
        clock=Clock(),
        metrics=Metrics(),
        addresses=AddressPolicy([]),
        options=ServiceOptions(
            max_rooms=3,
            lobby=lobby(),
            address_bans=False,
            address_limits=True,
            retention=Retention(chat_days=7),
        ),
    )


async def _hang() -> None:
    await asyncio.Event().wait()


async def test_a_storage_that_hangs_does_not_keep_the_process_from_ending(tmp_path: Path) -> None:
    """What could not be finished in time is lost, and the log says how much of it."""
    services = replace(_backroom(tmp_path), close_s=0.05)
    await services.open()
    for _ in range(3):
        services.writes.put("note", _hang)
    await asyncio.sleep(0)
    with capture_logs() as logs:
        await services.close()
    (line,) = [line for line in logs if line["event"] == "closed_unfinished"]
    assert (line["chat_lost"], line["notes_lost"]) == (0, 3)
    assert services.writes.waiting == 3, "the one that hung was given up, and no other begun"


async def test_what_was_begun_is_finished_before_the_end(tmp_path: Path) -> None:
    """Notes and chat, without a word in the log."""
    services = _backroom(tmp_path)
    await services.open()
    services.writer.say(ChatRecord("m-1", "lobby", "ann", "Ann", "Cheers!", 1))
    done = asyncio.Event()

    async def note() -> None:
        done.set()

    services.writes.put("note", note)
    with capture_logs() as logs:
        await services.close()
    assert done.is_set()
    assert services.writer.waiting == services.writer.dropped == 0
    assert "closed_unfinished" not in [line["event"] for line in logs]


async def test_chat_that_waits_is_stored_for_whoever_reads(tmp_path: Path) -> None:
    """At once, and not with the writer's next turn."""
    services = _backroom(tmp_path)
    await services.open()
    message = ChatRecord("m-1", "lobby", "ann", "Ann", "Cheers!", 1)
    services.writer.say(message)
    await services.store_chat()
    assert await services.storage.chat.recent("lobby", limit=9) == [message]
    await services.close()


async def test_who_reads_chat_does_not_wait_for_a_storage_that_hangs(tmp_path: Path) -> None:
    """They are told, and the message goes on waiting for a storage that works again."""
    store = FakeChatStore()
    services = replace(_backroom(tmp_path), writer=ChatWriter(store), store_chat_s=0.01)
    services.writer.say(ChatRecord("m-1", "lobby", "ann", "Ann", "Cheers!", 1))
    store.open.clear()
    with pytest.raises(StorageError, match="waiting"):
        await services.store_chat()
    assert services.writer.waiting == 1
    store.open.set()
    await replace(services, store_chat_s=CLOSE_S).store_chat()
    assert store.texts == ["Cheers!"]


async def test_nobody_is_forgotten_while_a_note_of_them_may_still_be_written(
    tmp_path: Path,
) -> None:
    """A line that storage does not take yet would name them after they were erased."""
    services = _backroom(tmp_path)
    await services.open()
    away = True

    async def note() -> None:
        if away:
            raise StorageError("away")

    services.writes.put("note", note)
    with pytest.raises(StorageError):
        await services.forget("ann")
    away = False
    await services.forget("ann")
    await services.close()
