"""What every placement promises; a new implementation is one more name in PLACEMENTS."""

import asyncio
from collections.abc import Callable

import pytest

from virtubar.cluster.local import LocalPlacement
from virtubar.cluster.placement import Placement
from virtubar.live.homes import Homes

URL = "https://one.example"
PLACEMENTS: dict[str, Callable[[], Placement]] = {
    "local": lambda: LocalPlacement(URL),
    "homes": lambda: Homes(LocalPlacement(URL), lambda _room_id: False),
}


@pytest.fixture(params=PLACEMENTS)
def placement(request: pytest.FixtureRequest) -> Placement:
    """A process at URL, and nobody has claimed anything."""
    return PLACEMENTS[request.param]()


async def test_a_room_that_nobody_claimed_lives_nowhere(placement: Placement) -> None:
    """Looking claims nothing."""
    assert await placement.find("lobby") is None
    assert await placement.find("lobby") is None


async def test_whoever_claims_first_has_the_room(placement: Placement) -> None:
    """It is found where it was claimed."""
    home = await placement.claim("lobby")
    assert (home.room_id, home.url) == ("lobby", URL)
    assert home.epoch > 0
    assert await placement.find("lobby") == home
    assert await placement.find("cellar") is None


async def test_a_claim_of_what_one_has_changes_nothing(placement: Placement) -> None:
    """Every join claims; the epoch rises only with another owner."""
    home = await placement.claim("lobby")
    assert await placement.claim("lobby") == home


async def test_of_several_who_claim_at_once_all_are_told_the_same(placement: Placement) -> None:
    """A room has one owner, under one epoch."""
    homes = await asyncio.gather(*(placement.claim("lobby") for _ in range(20)))
    assert set(homes) == {await placement.find("lobby")}


async def test_what_is_released_can_be_claimed_under_a_higher_epoch(placement: Placement) -> None:
    """What the earlier owner still says can be told from what the present one does."""
    first = await placement.claim("lobby")
    assert await placement.release(first)
    assert await placement.find("lobby") is None
    second = await placement.claim("lobby")
    third_room = await placement.claim("cellar")
    assert await placement.release(second)
    third = await placement.claim("lobby")
    assert first.epoch < second.epoch < third.epoch
    assert await placement.find("cellar") == third_room


async def test_a_late_release_takes_nothing_away(placement: Placement) -> None:
    """Only the present claim can be given up, and only once."""
    first = await placement.claim("lobby")
    assert await placement.release(first)
    assert not await placement.release(first)
    second = await placement.claim("lobby")
    assert not await placement.release(first)
    assert await placement.find("lobby") == second
