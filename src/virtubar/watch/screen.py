"""The live view of a room in a terminal, and its plain form for logs and pipes."""

import asyncio
import contextlib
import time
from collections import deque

from rich.columns import Columns
from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from virtubar.client import Bar, connect
from virtubar.watch.plan import draw, people, summary
from virtubar.watch.story import Storyteller, printable

FRAMES_PER_SECOND = 8
LINES_KEPT = 200
"""Of the story, oldest dropped: more than any terminal shows."""
LINES_SHOWN = 12
SUMMARY_INTERVAL_S = 10.0
"""Between two counts of the people in the plain form."""


async def watch(
    base_url: str, room_id: str, *, name: str, plain: bool, seconds: float | None, console: Console
) -> None:
    """Visit a room and show what happens there, as one of those present.

    Args:
        plain: print lines rather than draw.
        seconds: when to leave; None for never.

    Raises:
        ClientError: the room let nobody in, or ended the visit.
    """
    async with connect(base_url, room_id, display_name=name) as bar:
        show = _print_story if plain else _draw_room
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await show(bar, room_id, console)


async def _print_story(bar: Bar, _room_id: str, console: Console) -> None:
    teller = Storyteller(bar.members)
    counting = asyncio.create_task(_count_people(bar, console))
    try:
        async for event in bar:
            line = teller.tell(event)
            if line is not None:
                _print_line(console, line)
    finally:
        counting.cancel()
        await asyncio.gather(counting, return_exceptions=True)


async def _count_people(bar: Bar, console: Console) -> None:
    while True:
        await asyncio.sleep(SUMMARY_INTERVAL_S)
        _print_line(console, f"* {summary(bar.members)}")


def _print_line(console: Console, line: str) -> None:
    text = Text(f"{time.strftime('%H:%M:%S')} {line}")
    console.print(text, soft_wrap=True)
    console.file.flush()


async def _draw_room(bar: Bar, room_id: str, console: Console) -> None:
    teller = Storyteller(bar.members)
    story: deque[str] = deque(maxlen=LINES_KEPT)
    with Live(console=console, screen=True, auto_refresh=False) as live:
        drawing = asyncio.create_task(_redraw(bar, room_id, story, live))
        try:
            async for event in bar:
                line = teller.tell(event)
                if line is not None:
                    story.append(line)
        finally:
            drawing.cancel()
            await asyncio.gather(drawing, return_exceptions=True)


async def _redraw(bar: Bar, room_id: str, story: deque[str], live: Live) -> None:
    while True:
        live.update(frame(bar, room_id, story), refresh=True)
        await asyncio.sleep(1.0 / FRAMES_PER_SECOND)


def frame(bar: Bar, room_id: str, story: deque[str]) -> Group:
    """One picture of the room: map, people, story."""
    plan = Panel(Text("\n".join(draw(bar.members))), title=printable(room_id), expand=False)
    told = list(story)[-LINES_SHOWN:]
    lines = Text("\n".join(told), overflow="ellipsis", no_wrap=True)
    round_trip_ms = bar.round_trip_ms
    status = f"{bar.state}" if round_trip_ms is None else f"{bar.state}, {round_trip_ms:.0f} ms"
    return Group(
        Columns([plan, _people_table(bar)]),
        Panel(lines, title="what happens", height=LINES_SHOWN + 2),
        Text(f"{summary(bar.members)}. {status}. Ctrl-C leaves.", style="dim"),
    )


def _people_table(bar: Bar) -> Table:
    table = Table(box=None, padding=(0, 1), show_header=False)
    for row in people(bar.members, bar.user_id):
        style = "bold" if row.is_self else ""
        cells = (row.symbol, row.name, row.place, row.doing)
        table.add_row(*(Text(one) for one in cells), style=style)
    return table
