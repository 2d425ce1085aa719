"""§12: in a crowd everybody is seen, by clients that others wrote and by our own, on every wire."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest

from support.evening import Evening, payloads
from support.guest import Guest
from support.server import RunningServer, running_server
from virtubar.client import Bar, connect
from virtubar.protocol.events import AvatarTransformBroadcast

PEOPLE = 12
STEPS = 30


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with running_server(crowd_threshold=4) as running:
        yield running


@pytest.fixture
async def walkers(server: RunningServer, evening: Evening) -> AsyncIterator[list[Bar]]:
    """People over the hall, half of them on each wire."""
    async with AsyncExitStack() as visits:
        yield [
            await visits.enter_async_context(
                connect(server.http_url, evening.room_id, wire="compact" if n % 2 else "json")
            )
            for n in range(PEOPLE)
        ]


async def walk(walkers: list[Bar]) -> None:
    """Everybody goes some way through the hall, and stands still at its end."""
    for step in range(STEPS):
        for n, bar in enumerate(walkers):
            bar.move(n * 3.0 - 16.0, 0.0, step / 10.0, 0.5, anim="walk")
        await asyncio.sleep(0.05)
    for n, bar in enumerate(walkers):
        bar.move(n * 3.0 - 16.0, 0.0, STEPS / 10.0, 0.5, anim="idle")


@pytest.mark.parametrize("compression", ["deflate", None])
async def test_everybody_is_seen_where_they_came_to_rest(
    evening: Evening, walkers: list[Bar], compression: str | None
) -> None:
    """Within two seconds, compressed and plain, as JSON and as bytes; nobody is seen who is not
    known."""
    eve = await evening.enter("Eve", compression=compression)
    reading = [asyncio.create_task(last_places(bar, walkers)) for bar in walkers]
    await walk(walkers)
    expected = {bar.user_id: (n * 3.0 - 16.0, STEPS / 10.0) for n, bar in enumerate(walkers)}
    for seen in await asyncio.wait_for(asyncio.gather(*reading), 10):
        assert seen == expected
    assert await asyncio.wait_for(places_of_rest(eve, len(walkers)), 10) == expected


async def places_of_rest(guest: Guest, people: int) -> dict[str, tuple[float, float]]:
    """Where a client that nobody here wrote sees everybody come to rest."""
    places: dict[str, tuple[float, float]] = {}
    while len(places) < people:
        for move in payloads(await guest.silence(0.05), "avatar_transform_broadcast"):
            if move["anim"] == "idle":
                places[move["userId"]] = (move["x"], move["z"])
    return places


async def last_places(bar: Bar, walkers: list[Bar]) -> dict[str, tuple[float, float]]:
    """Where somebody sees everybody come to rest."""
    places: dict[str, tuple[float, float]] = {}
    async for event in bar:
        if isinstance(event, AvatarTransformBroadcast) and event.anim == "idle":
            places[event.user_id] = (event.x, event.z)
        if len(places) == len(walkers):
            return places
    raise AssertionError("the bar was left")
