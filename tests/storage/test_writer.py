"""Chat reaches storage in batches, outlives its faults, and never makes a room wait."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from storage.manual import FakeChatStore, ManualPause, settle
from storage.samples import message
from virtubar.storage.pause import pause
from virtubar.storage.ports import StorageError
from virtubar.storage.writer import BACKOFF_MAX_S, BATCH_MAX, EVERY_S, QUEUE_MAX, ChatWriter


class Desk:
    """A writer over a fake store, on a manual clock."""

    def __init__(self, queue_max: int = QUEUE_MAX) -> None:
        self.store = FakeChatStore()
        self.pause = ManualPause()
        self.writer = ChatWriter(self.store, queue_max=queue_max, pause=self.pause)

    def say(self, *numbers: int) -> None:
        for number in numbers:
            self.writer.say(message(number, text=str(number)))


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk(queue_max=5)
    made.writer.start()
    yield made
    made.store.fault = None
    made.store.open.set()
    await made.writer.close()


async def test_what_is_said_within_a_second_is_one_batch(desk: Desk) -> None:
    """The first message goes at once, what follows waits for the second to end."""
    desk.say(1)
    await settle()
    desk.say(2)
    await settle()
    desk.say(3, 4)
    assert [len(batch) for batch in desk.store.batches] == [1]
    await desk.pause.over()
    assert [[one.text for one in batch] for batch in desk.store.batches] == [["1"], ["2", "3", "4"]]
    assert desk.pause.asked_s == [EVERY_S, EVERY_S]
    assert (desk.writer.stored, desk.writer.waiting) == (4, 0)


async def test_a_quiet_room_writes_nothing(desk: Desk) -> None:
    """Not even an empty batch."""
    desk.say(1)
    await settle()
    for _ in range(3):
        await desk.pause.over()
    assert len(desk.store.batches) == 1
    assert len(desk.pause.asked_s) == 1


async def test_a_batch_that_failed_is_tried_again_ever_more_slowly(desk: Desk) -> None:
    """Doubling up to half a minute; nothing is lost, and the order stays."""
    desk.store.down()
    with capture_logs() as logs:
        desk.say(1, 2)
        await settle()
        for _ in range(6):
            await desk.pause.over()
    assert desk.pause.asked_s == [2, 4, 8, 16, BACKOFF_MAX_S, BACKOFF_MAX_S, BACKOFF_MAX_S]
    assert {entry["event"] for entry in logs} == {"chat_not_stored"}
    desk.store.fault = None
    desk.say(3)
    await desk.pause.over()
    assert desk.store.texts == ["1", "2", "3"]
    assert desk.pause.asked_s[-1] == EVERY_S
    assert (desk.writer.failures, desk.writer.dropped) == (7, 0)


async def test_no_error_ends_the_writer(desk: Desk) -> None:
    """One that nobody thought of is logged with where it came from, and tried again."""
    desk.store.fault = KeyError("a bug")
    with capture_logs() as logs:
        desk.say(1)
        await settle()
    assert [(entry["event"], entry["exc_info"]) for entry in logs] == [("chat_writer_failed", True)]
    desk.store.fault = None
    await desk.pause.over()
    assert desk.store.texts == ["1"]


async def test_past_the_bound_the_oldest_is_dropped_counted_and_logged(desk: Desk) -> None:
    """At the bound none is (5 here)."""
    desk.store.down()
    desk.say(1, 2, 3, 4, 5)
    await settle()
    assert (desk.writer.waiting, desk.writer.dropped) == (5, 0)
    desk.say(6, 7)
    assert (desk.writer.waiting, desk.writer.dropped) == (5, 2)
    desk.store.fault = None
    await desk.pause.over()
    assert desk.store.texts == ["3", "4", "5", "6", "7"]


async def test_what_is_passed_over_while_it_is_written_is_not_lost(desk: Desk) -> None:
    """A slow database may yet take the batch that the newer messages pushed out."""
    desk.store.open.clear()
    desk.say(1, 2, 3, 4)
    await settle()
    desk.say(5, 6, 7, 8, 9, 10)
    assert (desk.writer.waiting, desk.writer.dropped) == (5, 1)
    desk.store.open.set()
    await settle()
    await desk.pause.over()
    assert desk.store.texts == ["1", "2", "3", "4", "6", "7", "8", "9", "10"]
    assert (desk.writer.stored, desk.writer.waiting, desk.writer.dropped) == (9, 0, 1)


async def test_what_was_passed_over_by_a_batch_that_fails_is_dropped(desk: Desk) -> None:
    """Then it is lost after all, and said so."""
    desk.store.open.clear()
    desk.say(1, 2, 3, 4)
    await settle()
    desk.say(5, 6, 7)
    desk.store.down()
    with capture_logs() as logs:
        desk.store.open.set()
        await settle()
    assert desk.writer.dropped == 2
    assert ("chat_dropped", 2) in [(entry["event"], entry.get("messages")) for entry in logs]
    desk.store.fault = None
    await desk.pause.over()
    assert desk.store.texts == ["3", "4", "5", "6", "7"]


async def test_saying_never_waits_and_never_fails() -> None:
    """Also with a store that is stuck, and before the writer has begun."""
    desk = Desk()
    desk.store.open.clear()
    desk.say(*range(QUEUE_MAX + 7))
    assert (desk.writer.waiting, desk.writer.dropped) == (QUEUE_MAX, 7)


async def test_a_long_queue_goes_in_bounded_batches_without_pause() -> None:
    """So that acts of moderation find their turn in between."""
    desk = Desk()
    desk.say(*range(2 * BATCH_MAX + 1))
    desk.writer.start()
    await settle()
    assert [len(batch) for batch in desk.store.batches] == [BATCH_MAX, BATCH_MAX, 1]
    assert len(desk.pause.asked_s) == 1
    await desk.writer.close()


async def test_closing_stores_what_waits_without_waiting_itself(desk: Desk) -> None:
    """The pause that is under way ends at once; closing again changes nothing."""
    desk.say(1)
    await settle()
    desk.say(2, 3)
    await desk.writer.close()
    await desk.writer.close()
    assert desk.store.texts == ["1", "2", "3"]


async def test_a_writer_that_was_never_started_stores_what_it_has() -> None:
    """A server that ends while it begins."""
    desk = Desk()
    desk.say(1)
    await desk.writer.close()
    assert desk.store.texts == ["1"]


async def test_closing_says_what_is_lost() -> None:
    """A database that is away must not keep the server from ending."""
    desk = Desk()
    desk.writer.start()
    desk.store.down()
    desk.say(1, 2)
    with capture_logs() as logs:
        await desk.writer.close()
    assert [entry["messages"] for entry in logs if entry["event"] == "chat_lost"] == [2]
    assert (desk.writer.waiting, desk.writer.dropped) == (0, 2)


async def test_flushing_returns_when_all_that_was_said_is_stored(desk: Desk) -> None:
    """Also what the task is writing just then; each message goes once."""
    desk.store.open.clear()
    desk.say(1, 2)
    await settle()
    flushing = asyncio.create_task(desk.writer.flush())
    desk.say(3)
    await settle()
    assert not flushing.done()
    desk.store.open.set()
    await flushing
    assert desk.store.texts == ["1", "2", "3"]
    assert sum(len(batch) for batch in desk.store.batches) == 3


async def test_flushing_says_that_storage_is_away(desk: Desk) -> None:
    """Then a person cannot be erased yet."""
    desk.store.down()
    desk.say(1)
    with pytest.raises(StorageError):
        await desk.writer.flush()
    assert desk.writer.waiting == 1


async def test_a_pause_ends_by_itself_or_when_it_is_time_to_close() -> None:
    """The real one: half a minute is not waited for when the server ends."""
    closing = asyncio.Event()
    await pause(closing, 0)
    closing.set()
    async with asyncio.timeout(5):
        await pause(closing, 30)
