"""Small writes that nobody waits for are done in order, within a bound, whatever goes wrong."""

import asyncio

import pytest
from structlog.testing import capture_logs

from virtubar.runtime.background_writes import WAITING_MAX, BackgroundWrites
from virtubar.runtime.metrics import Metrics
from virtubar.storage.ports import StorageError


async def test_chores_are_done_one_after_another() -> None:
    """In the order in which they were put, never two at once."""
    writes, done, at_once = BackgroundWrites(Metrics()), [], 0

    for number in range(3):

        async def work(number: int = number) -> None:
            nonlocal at_once
            at_once += 1
            assert at_once == 1
            await asyncio.sleep(0)
            at_once -= 1
            done.append(number)

        writes.put("note", work)
    await writes.close()
    assert done == [0, 1, 2]


async def test_a_chore_that_fails_is_counted_and_the_next_is_done() -> None:
    """A note that could not be written is no reason to lose the others."""
    metrics = Metrics()
    writes, done = BackgroundWrites(metrics), []

    async def fails() -> None:
        raise RuntimeError("the disk is full")

    async def works() -> None:
        done.append("done")

    with capture_logs() as logs:
        writes.put("note", fails)
        writes.put("note", works)
        await writes.close()
    assert done == ["done"]
    assert metrics.drops["note"] == 1
    assert [line["event"] for line in logs] == ["background_write_failed"]


async def test_what_storage_does_not_take_waits_and_is_tried_again() -> None:
    """With one line of the log, and without a trace of calls: it is no defect. Nothing is lost."""
    metrics, done = Metrics(), []
    writes, is_away = BackgroundWrites(metrics), True

    async def work(what: str) -> None:
        if is_away:
            raise StorageError("the database did not answer in time")
        done.append(what)

    for what in ("first", "second"):
        writes.put("note", lambda what=what: work(what))  # type: ignore[misc]  # bound by default
    with capture_logs() as logs:
        assert not await writes.settle()
    assert writes.waiting == 2
    assert logs == [
        {
            "event": "background_write_failed",
            "log_level": "warning",
            "write": "note",
            "reason": "the database did not answer in time",
        }
    ]
    is_away = False
    assert await writes.settle()
    assert done == ["first", "second"]
    assert not metrics.drops


async def test_a_newer_chore_of_the_same_key_stands_for_both() -> None:
    """What is to be kept of one person is what was last known, and takes one place."""
    writes, done = BackgroundWrites(Metrics()), []

    def note(what: str, key: str) -> None:
        async def work() -> None:
            done.append(what)

        writes.put("note", work, key=key)

    for number in range(WAITING_MAX * 2):
        note(f"ann is {number}", "ann")
    note("bob is 0", "bob")
    assert writes.waiting == 2
    await writes.close()
    assert done == [f"ann is {WAITING_MAX * 2 - 1}", "bob is 0"]


async def test_what_failed_does_not_come_back_behind_something_newer() -> None:
    """A newer write of the key that was put meanwhile is the one that is done."""
    writes, done = BackgroundWrites(Metrics()), []

    async def newer() -> None:
        done.append("newer")

    async def older() -> None:
        writes.put("note", newer, key="ann")
        raise StorageError("away")

    writes.put("note", older, key="ann")
    await writes.settle()
    await writes.close()
    assert done == ["newer"]


async def test_kinds_do_not_wait_for_each_other() -> None:
    """A salt is not behind a thousand notes, nor without a place because of them."""
    writes, done = BackgroundWrites(Metrics()), []

    def put(kind: str) -> None:
        async def work() -> None:
            done.append(kind)

        writes.put(kind, work)

    for _ in range(WAITING_MAX + 10):
        put("note")
    put("salt")
    await writes.close()
    assert done.index("salt") <= 1
    assert len(done) == WAITING_MAX + 1


async def test_a_chore_that_is_forgotten_is_not_done() -> None:
    """Whom it was about was erased meanwhile."""
    writes, done = BackgroundWrites(Metrics()), []

    async def work() -> None:
        done.append("done")

    writes.put("note", work, key="ann")
    writes.forget("note", "ann")
    writes.forget("another kind", "ann")
    await writes.close()
    assert done == []


async def test_a_chore_that_was_given_up_at_the_end_counts_as_not_done() -> None:
    """A database that hangs: the log says how much is lost."""
    writes, gate = BackgroundWrites(Metrics()), asyncio.Event()
    writes.put("note", gate.wait)  # type: ignore[arg-type]  # never comes back
    closing = asyncio.create_task(writes.close())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing
    assert writes.waiting == 1


async def test_chores_that_wait_are_bounded() -> None:
    """At the limit they wait; one more is dropped, counted and logged."""
    metrics = Metrics()
    writes, gate, done = BackgroundWrites(metrics), asyncio.Event(), 0

    async def work() -> None:
        nonlocal done
        await gate.wait()
        done += 1

    with capture_logs() as logs:
        for _ in range(WAITING_MAX + 1):
            writes.put("note", work)
    assert metrics.drops["note"] == 1
    assert [line["event"] for line in logs] == ["background_write_dropped"]
    gate.set()
    await writes.close()
    assert done == WAITING_MAX


async def test_chores_go_on_after_a_rest() -> None:
    """The task ends when there is nothing to do, and begins again."""
    writes, done = BackgroundWrites(Metrics()), []

    async def work() -> None:
        done.append("done")

    for _ in range(2):
        writes.put("note", work)
        await writes.close()
    assert done == ["done", "done"]


async def test_who_gives_up_waiting_gives_up_no_chore() -> None:
    """Whoever waits for what was put before may be cancelled; the writes are others' too."""
    writes, gate, done = BackgroundWrites(Metrics()), asyncio.Event(), []

    async def work() -> None:
        await gate.wait()
        done.append("done")

    writes.put("note", work)
    waiting = asyncio.create_task(writes.settle())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    gate.set()
    await writes.close()
    assert done == ["done"]
