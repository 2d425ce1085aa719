"""Small writes that nobody waits for are done in order, within a bound, whatever goes wrong."""

import asyncio

import pytest
from structlog.testing import capture_logs

from virtubar.realtime.chores import WAITING_MAX, Chores
from virtubar.realtime.metrics import Metrics
from virtubar.storage.ports import StorageError


async def test_chores_are_done_one_after_another() -> None:
    """In the order in which they were put, never two at once."""
    chores, done, at_once = Chores(Metrics()), [], 0

    for number in range(3):

        async def work(number: int = number) -> None:
            nonlocal at_once
            at_once += 1
            assert at_once == 1
            await asyncio.sleep(0)
            at_once -= 1
            done.append(number)

        chores.put("note", work)
    await chores.close()
    assert done == [0, 1, 2]


async def test_a_chore_that_fails_is_counted_and_the_next_is_done() -> None:
    """A note that could not be written is no reason to lose the others."""
    metrics = Metrics()
    chores, done = Chores(metrics), []

    async def fails() -> None:
        raise RuntimeError("the disk is full")

    async def works() -> None:
        done.append("done")

    with capture_logs() as logs:
        chores.put("note", fails)
        chores.put("note", works)
        await chores.close()
    assert done == ["done"]
    assert metrics.drops["note"] == 1
    assert [line["event"] for line in logs] == ["chore_failed"]


async def test_a_database_that_is_away_costs_one_line_of_the_log_a_chore() -> None:
    """With the reason, and without a trace of calls: it is no defect, and there may be many."""
    metrics = Metrics()
    chores = Chores(metrics)

    async def fails() -> None:
        raise StorageError("the database did not answer in time")

    with capture_logs() as logs:
        chores.put("note", fails)
        assert chores.waiting == 1
        await chores.close()
    assert metrics.drops["note"] == 1
    assert logs == [
        {
            "event": "chore_failed",
            "log_level": "warning",
            "chore": "note",
            "reason": "the database did not answer in time",
        }
    ]


async def test_chores_that_wait_are_bounded() -> None:
    """At the limit they wait; one more is dropped, counted and logged."""
    metrics = Metrics()
    chores, gate, done = Chores(metrics), asyncio.Event(), 0

    async def work() -> None:
        nonlocal done
        await gate.wait()
        done += 1

    with capture_logs() as logs:
        for _ in range(WAITING_MAX + 1):
            chores.put("note", work)
    assert metrics.drops["note"] == 1
    assert [line["event"] for line in logs] == ["chore_dropped"]
    gate.set()
    await chores.close()
    assert done == WAITING_MAX


async def test_chores_go_on_after_a_rest() -> None:
    """The task ends when there is nothing to do, and begins again."""
    chores, done = Chores(Metrics()), []

    async def work() -> None:
        done.append("done")

    for _ in range(2):
        chores.put("note", work)
        await chores.close()
    assert done == ["done", "done"]


async def test_who_gives_up_waiting_gives_up_no_chore() -> None:
    """Whoever waits for what was put before may be cancelled; the chores are others' too."""
    chores, gate, done = Chores(Metrics()), asyncio.Event(), []

    async def work() -> None:
        await gate.wait()
        done.append("done")

    chores.put("note", work)
    waiting = asyncio.create_task(chores.settle())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    gate.set()
    await chores.close()
    assert done == ["done"]
