"""Code of ours that waits where an event loop runs is noticed (support/blocking.py)."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import uvloop

import virtubar
from support.blocking import BlockingCalls

_SLOW = """
import pathlib, time

def nap():
    time.sleep(0)

def read():
    pathlib.Path(__file__).read_bytes()
"""


def _of_ours(name: str) -> Callable[[], None]:
    """A function that looks as if a module of VirtuBar had it."""
    path = str(Path(virtubar.__file__).parent / "slow.py")
    module: dict[str, Callable[[], None]] = {"__file__": __file__}  # type: ignore[dict-item]
    exec(compile(_SLOW, path, "exec"), module)  # noqa: S102 - our own
    return module[name]


def _found(blocking_calls: BlockingCalls) -> list[str]:
    return [found.partition("(")[0] for found in blocking_calls.take()]


async def test_a_nap_and_a_file_are_noticed(blocking_calls: BlockingCalls) -> None:
    """Both hold up everybody on the loop."""
    _of_ours("nap")()
    _of_ours("read")()
    assert _found(blocking_calls) == ["time.sleep", "open"]


def test_it_is_noticed_in_another_thread_too(blocking_calls: BlockingCalls) -> None:
    """The tests' servers run in threads, on uvloop."""

    async def main() -> None:
        _of_ours("nap")()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        thread = threading.Thread(target=lambda: runner.run(main()))
        thread.start()
        thread.join()
    assert _found(blocking_calls) == ["time.sleep"]


async def test_what_runs_beside_the_loop_may_wait(blocking_calls: BlockingCalls) -> None:
    """That is what threads are for; and tests may wait, whatever runs."""
    await asyncio.to_thread(_of_ours("nap"))
    Path(__file__).read_bytes()  # noqa: ASYNC240 - what this is about
    assert _found(blocking_calls) == []
