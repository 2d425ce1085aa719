"""Homes of rooms are given up when the rooms live here no more."""

import asyncio

import pytest
from structlog.testing import capture_logs

from virtubar.cluster.local import LocalPlacement
from virtubar.cluster.placement import Home
from virtubar.live.homes import Homes


class SlowPlacement(LocalPlacement):
    """A placement far away.

    Attributes:
        gate: what releasing waits for.
        is_away: whether it cannot be reached.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.is_away = False

    async def release(self, home: Home) -> bool:
        """See cluster.placement.Placement."""
        await self.gate.wait()
        if self.is_away:
            raise ConnectionError("no way there")
        return await super().release(home)


class HomesBench:
    """Homes at a slow placement, and the rooms that live here."""

    def __init__(self) -> None:
        self.placement = SlowPlacement()
        self.live: set[str] = set()
        self.homes = Homes(self.placement, self.live.__contains__)


@pytest.fixture
def bench() -> HomesBench:
    """Nothing is claimed."""
    return HomesBench()


async def test_a_room_that_is_given_up_lives_nowhere(bench: HomesBench) -> None:
    """And the others stay where they are; what was never claimed is no matter."""
    bench.placement.gate.set()
    await bench.homes.claim("nook")
    lobby = await bench.homes.claim("lobby")
    bench.homes.give_up(["nook", "never"])
    await bench.homes.settle()
    assert await bench.homes.find("nook") is None
    assert await bench.homes.find("lobby") == lobby


async def test_a_room_that_comes_back_first_keeps_its_home(bench: HomesBench) -> None:
    """Put away and wanted again within a moment."""
    bench.placement.gate.set()
    home = await bench.homes.claim("nook")
    bench.homes.give_up(["nook"])
    bench.live.add("nook")
    assert await bench.homes.claim("nook") == home
    await bench.homes.settle()
    assert await bench.homes.find("nook") == home


async def test_a_claim_waits_for_a_release_that_is_under_way(bench: HomesBench) -> None:
    """Whoever comes back meanwhile would else lose the room that they are in; other rooms need not
    wait."""
    first = await bench.homes.claim("nook")
    bench.homes.give_up(["nook"])
    await asyncio.sleep(0)
    bench.live.add("nook")
    claim = asyncio.create_task(bench.homes.claim("nook"))
    await bench.homes.claim("lobby")
    assert not claim.done()
    bench.placement.gate.set()
    second = await claim
    assert second.epoch > first.epoch
    await bench.homes.settle()
    assert await bench.homes.find("nook") == second


async def test_a_claim_that_cannot_be_given_up_is_logged_and_no_other_feels_it(
    bench: HomesBench,
) -> None:
    """It lapses by itself where claims do."""
    home = await bench.homes.claim("nook")
    bench.placement.is_away = True
    bench.placement.gate.set()
    with capture_logs() as logs:
        bench.homes.give_up(["nook"])
        await bench.homes.settle()
    assert [(line["event"], line["room_id"]) for line in logs] == [("home_not_given_up", "nook")]
    assert await bench.homes.claim("nook") == home, "its turn is free again"
