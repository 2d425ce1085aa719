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


class WriterBench:
    """A writer over a fake store, on a manual clock."""

    def __init__(self, queue_max: int = QUEUE_MAX) -> None:
        self.store = FakeChatStore()
        self.pause = ManualPause()
        self.writer = ChatWriter(self.store, queue_max=queue_max, pause=self.pause)

    def say(self, *numbers: int) -> None:
        for number in numbers:
            self.writer.say(message(number, text=str(number)))


@pytest.fixture
async def bench() -> AsyncIterator[WriterBench]:
    made = WriterBench(queue_max=5)
    made.writer.start()
    yield made
    made.store.fault = None
    made.store.open.set()
    await made.writer.close()


async def test_what_is_said_within_a_second_is_one_batch(bench: WriterBench) -> None:
    """The first message goes at once, what follows waits for the second to end."""
    bench.say(1)
    await settle()
    bench.say(2)
    await settle()
    bench.say(3, 4)
    assert [len(batch) for batch in bench.store.batches] == [1]
    await bench.pause.over()
    assert [[one.text for one in batch] for batch in bench.store.batches] == [
        ["1"],
        ["2", "3", "4"],
    ]
    assert bench.pause.asked_s == [EVERY_S, EVERY_S]
    assert (bench.writer.stored, bench.writer.waiting) == (4, 0)


async def test_a_quiet_room_writes_nothing(bench: WriterBench) -> None:
    """Not even an empty batch."""
    bench.say(1)
    await settle()
    for _ in range(3):
        await bench.pause.over()
    assert len(bench.store.batches) == 1
    assert len(bench.pause.asked_s) == 1


async def test_a_batch_that_failed_is_tried_again_ever_more_slowly(bench: WriterBench) -> None:
    """Doubling up to half a minute; nothing is lost, and the order stays."""
    bench.store.down()
    with capture_logs() as logs:
        bench.say(1, 2)
        await settle()
        for _ in range(6):
            await bench.pause.over()
    assert bench.pause.asked_s == [2, 4, 8, 16, BACKOFF_MAX_S, BACKOFF_MAX_S, BACKOFF_MAX_S]
    assert {entry["event"] for entry in logs} == {"chat_not_stored"}
    bench.store.fault = None
    bench.say(3)
    await bench.pause.over()
    assert bench.store.texts == ["1", "2", "3"]
    assert bench.pause.asked_s[-1] == EVERY_S
    assert (bench.writer.failures, bench.writer.dropped) == (7, 0)


async def test_no_error_ends_the_writer(bench: WriterBench) -> None:
    """One that nobody thought of is logged with where it came from, and tried again."""
    bench.store.fault = KeyError("a bug")
    with capture_logs() as logs:
        bench.say(1)
        await settle()
    assert [(entry["event"], entry["exc_info"]) for entry in logs] == [("chat_writer_failed", True)]
    bench.store.fault = None
    await bench.pause.over()
    assert bench.store.texts == ["1"]


async def test_past_the_bound_the_oldest_is_dropped_counted_and_logged(bench: WriterBench) -> None:
    """At the bound none is (5 here)."""
    bench.store.down()
    bench.say(1, 2, 3, 4, 5)
    await settle()
    assert (bench.writer.waiting, bench.writer.dropped) == (5, 0)
    bench.say(6, 7)
    assert (bench.writer.waiting, bench.writer.dropped) == (5, 2)
    bench.store.fault = None
    await bench.pause.over()
    assert bench.store.texts == ["3", "4", "5", "6", "7"]


async def test_what_is_passed_over_while_it_is_written_is_not_lost(bench: WriterBench) -> None:
    """A slow database may yet take the batch that the newer messages pushed out."""
    bench.store.open.clear()
    bench.say(1, 2, 3, 4)
    await settle()
    bench.say(5, 6, 7, 8, 9, 10)
    assert (bench.writer.waiting, bench.writer.dropped) == (5, 1)
    bench.store.open.set()
    await settle()
    await bench.pause.over()
    assert bench.store.texts == ["1", "2", "3", "4", "6", "7", "8", "9", "10"]
    assert (bench.writer.stored, bench.writer.waiting, bench.writer.dropped) == (9, 0, 1)


async def test_what_was_passed_over_by_a_batch_that_fails_is_dropped(bench: WriterBench) -> None:
    """Then it is lost after all, and said so."""
    bench.store.open.clear()
    bench.say(1, 2, 3, 4)
    await settle()
    bench.say(5, 6, 7)
    bench.store.down()
    with capture_logs() as logs:
        bench.store.open.set()
        await settle()
    assert bench.writer.dropped == 2
    assert ("chat_dropped", 2) in [(entry["event"], entry.get("messages")) for entry in logs]
    bench.store.fault = None
    await bench.pause.over()
    assert bench.store.texts == ["3", "4", "5", "6", "7"]


async def test_saying_never_waits_and_never_fails() -> None:
    """Also with a store that is stuck, and before the writer has begun."""
    bench = WriterBench()
    bench.store.open.clear()
    bench.say(*range(QUEUE_MAX + 7))
    assert (bench.writer.waiting, bench.writer.dropped) == (QUEUE_MAX, 7)


async def test_a_long_queue_goes_in_bounded_batches_without_pause() -> None:
    """So that acts of moderation find their turn in between."""
    bench = WriterBench()
    bench.say(*range(2 * BATCH_MAX + 1))
    bench.writer.start()
    await settle()
    assert [len(batch) for batch in bench.store.batches] == [BATCH_MAX, BATCH_MAX, 1]
    assert len(bench.pause.asked_s) == 1
    await bench.writer.close()


async def test_closing_stores_what_waits_without_waiting_itself(bench: WriterBench) -> None:
    """The pause that is under way ends at once; closing again changes nothing."""
    bench.say(1)
    await settle()
    bench.say(2, 3)
    await bench.writer.close()
    await bench.writer.close()
    assert bench.store.texts == ["1", "2", "3"]


async def test_a_writer_that_was_never_started_stores_what_it_has() -> None:
    """A server that ends while it begins."""
    bench = WriterBench()
    bench.say(1)
    await bench.writer.close()
    assert bench.store.texts == ["1"]


async def test_closing_says_what_is_lost() -> None:
    """A database that is away must not keep the server from ending."""
    bench = WriterBench()
    bench.writer.start()
    bench.store.down()
    bench.say(1, 2)
    with capture_logs() as logs:
        await bench.writer.close()
    assert [entry["messages"] for entry in logs if entry["event"] == "chat_lost"] == [2]
    assert (bench.writer.waiting, bench.writer.dropped) == (0, 2)


async def test_flushing_returns_when_all_that_was_said_is_stored(bench: WriterBench) -> None:
    """Also what the task is writing just then; each message goes once."""
    bench.store.open.clear()
    bench.say(1, 2)
    await settle()
    flushing = asyncio.create_task(bench.writer.flush())
    bench.say(3)
    await settle()
    assert not flushing.done()
    bench.store.open.set()
    await flushing
    assert bench.store.texts == ["1", "2", "3"]
    assert sum(len(batch) for batch in bench.store.batches) == 3


async def test_flushing_says_that_storage_is_away(bench: WriterBench) -> None:
    """Then a person cannot be erased yet."""
    bench.store.down()
    bench.say(1)
    with pytest.raises(StorageError):
        await bench.writer.flush()
    assert bench.writer.waiting == 1


async def test_a_pause_ends_by_itself_or_when_it_is_time_to_close() -> None:
    """The real one: half a minute is not waited for when the server ends."""
    closing = asyncio.Event()
    await pause(closing, 0)
    closing.set()
    async with asyncio.timeout(5):
        await pause(closing, 30)
