"""How what a server is made of opens and closes, and who of it knows whom."""

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FunctionType, MethodType

import pytest
from structlog.testing import capture_logs

from storage.manual import FakeChatStore
from virtubar.addresses import AddressPolicy
from virtubar.auth.tokens import RealtimeTokens
from virtubar.cluster.local import LocalPlacement
from virtubar.room.config import lobby
from virtubar.room.context import CrowdRules
from virtubar.room.records import ChatRecord
from virtubar.runtime.clock import Clock
from virtubar.runtime.metrics import Metrics
from virtubar.services import CLOSE_S, Foundation, ServiceOptions, Services, build_services
from virtubar.storage.ports import StorageError
from virtubar.storage.retention import Retention
from virtubar.storage.sql import SqlStorage
from virtubar.storage.writer import ChatWriter

HOME, PROXY = "203.0.113.9", "198.51.100.1"


def _services(folder: Path) -> Services:
    """Everything behind a bar, over a real database."""
    return build_services(
        Foundation(
            storage=SqlStorage(f"sqlite:///{folder}/bar.db"),
            placement=LocalPlacement(),
            tokens=RealtimeTokens("a secret for tests, longer than 32 bytes"),
            clock=Clock(),
            metrics=Metrics(),
            addresses=AddressPolicy([]),
            options=ServiceOptions(
                max_rooms=3,
                crowds=CrowdRules(),
                lobby=lobby(),
                address_bans=False,
                address_limits=True,
                retention=Retention(chat_days=7),
            ),
        )
    )


async def _hang() -> None:
    await asyncio.Event().wait()


async def test_a_storage_that_hangs_does_not_keep_the_process_from_ending(tmp_path: Path) -> None:
    """What could not be finished in time is lost, and the log says how much of it."""
    services = replace(_services(tmp_path), close_s=0.05)
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
    services = _services(tmp_path)
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
    services = _services(tmp_path)
    await services.open()
    message = ChatRecord("m-1", "lobby", "ann", "Ann", "Cheers!", 1)
    services.writer.say(message)
    await services.store_chat()
    assert await services.storage.chat.recent("lobby", limit=9) == [message]
    await services.close()


async def test_who_reads_chat_does_not_wait_for_a_storage_that_hangs(tmp_path: Path) -> None:
    """They are told, and the message goes on waiting for a storage that works again."""
    store = FakeChatStore()
    services = replace(_services(tmp_path), writer=ChatWriter(store), store_chat_s=0.01)
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
    services = _services(tmp_path)
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


def _parts_of(value: object) -> Iterator[object]:
    """What an object holds: attributes, items, what a closure or a bound method has at hand."""
    if isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, list | tuple | set | frozenset | deque):
        yield from value
    elif isinstance(value, MethodType):
        yield value.__self__
    elif isinstance(value, partial):
        yield from (value.func, *value.args)
    elif isinstance(value, FunctionType):
        yield from (cell.cell_contents for cell in value.__closure__ or ())
    elif _room(value):
        yield from vars(value).values() if hasattr(value, "__dict__") else ()
        for slot in getattr(type(value), "__slots__", ()):
            yield getattr(value, slot, None)


def _room(value: object) -> str:
    """The package that an object's class is in; none for what is not ours."""
    name, _, rest = type(value).__module__.partition(".")
    return rest.partition(".")[0] if name == "virtubar" else ""


def _reached(start: object) -> list[object]:
    """Everything of ours that can be reached from an object. Timers and metrics are given what to
    call, so that their way back is none: whatever runs stands on them."""
    known, waiting = {id(start): start}, [start]
    while waiting:
        for part in _parts_of(waiting.pop()):
            if id(part) not in known and _room(part) != "runtime":
                known[id(part)] = part
                waiting.append(part)
    return [part for part in known.values() if part is not start and _room(part)]


async def test_no_part_of_a_server_reaches_what_stands_above_it(tmp_path: Path) -> None:
    """Not by a callback either: rooms do not know who moderates them, nor storage who asks."""
    services = _services(tmp_path)
    assert any(part is services.hub for part in _reached(services.moderation)), "acts are felt"
    assert any(part is services.hub for part in _reached(services.registry))
    from_rooms = _reached(services.hub)
    assert any(part is services.book for part in from_rooms), "rooms ask who may come in"
    assert any(part is services.writer for part in from_rooms), "by a callback"
    assert not any(part in (services.moderation, services.registry) for part in from_rooms)
    assert {_room(part) for part in _reached(services.storage)} <= {"storage", "room"}
