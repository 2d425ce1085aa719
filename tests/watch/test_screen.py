"""`virtubar watch` in the real bar."""

import asyncio
import io
from collections import deque
from collections.abc import Iterator

import pytest
from rich.console import Console

from support.server import RunningServer, running_server
from virtubar.client import connect
from virtubar.watch.screen import LINES_SHOWN, frame, watch


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with running_server() as running:
        yield running


def console(*, is_terminal: bool = False) -> Console:
    return Console(
        file=io.StringIO(), force_terminal=is_terminal, width=120, height=40, color_system=None
    )


def written(to: Console) -> str:
    assert isinstance(to.file, io.StringIO)
    return to.file.getvalue()


async def visit(server: RunningServer, to: Console, *, plain: bool, until: str) -> str:
    """Watch until that text was written; all that was."""
    watching = asyncio.create_task(
        watch(server.http_url, "lobby", name="Eye", plain=plain, seconds=None, console=to)
    )
    async with asyncio.timeout(10):
        while until not in written(to) and not watching.done():  # noqa: ASYNC110 - a text grows
            await asyncio.sleep(0.02)
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching
    return written(to)


async def test_plain_lines_tell_the_story(server: RunningServer) -> None:
    """With the time, one event a line."""
    to = console()
    async with connect(server.http_url, "lobby", display_name="Ann", listen=False) as ann:
        watching = asyncio.create_task(visit(server, to, plain=True, until="Ann: [bold]hello"))
        async with asyncio.timeout(5):
            while len(ann.members) < 2:  # noqa: ASYNC110 - nobody would tell us
                await asyncio.sleep(0.02)
        await ann.say("[bold]hello")
        lines = (await watching).splitlines()
    assert any(line.endswith("* in the room") for line in lines)
    assert all(line[2] == line[5] == ":" for line in lines)


async def test_the_live_view_shows_map_people_and_story(server: RunningServer) -> None:
    """In a terminal."""
    to = console(is_terminal=True)
    async with connect(server.http_url, "lobby", display_name="Ann", listen=False) as ann:
        ann.move(5.0, 0.0, -1.0, 0.0, "dance")
        text = await visit(server, to, plain=False, until="dances")
    for expected in ("lobby", "═══", "Ann", "Eye", "what happens", "joined"):
        assert expected in text


async def test_leaves_after_its_seconds(server: RunningServer) -> None:
    """--seconds N."""
    to = console()
    visiting = watch(server.http_url, "lobby", name="Eye", plain=True, seconds=0.2, console=to)
    await asyncio.wait_for(visiting, 5)
    assert "* in the room" in written(to)


async def test_a_long_story_shows_its_end(server: RunningServer) -> None:
    """The newest lines are the ones to read."""
    async with connect(server.http_url, "lobby") as bar:
        to = console()
        to.print(frame(bar, "lobby", deque(f"line {index}." for index in range(100))))
    assert "line 99." in written(to)
    assert f"line {99 - LINES_SHOWN}." not in written(to)
