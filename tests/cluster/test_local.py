"""The placement of a server that is one process."""

from virtubar.cluster.local import LocalPlacement


async def test_it_lives_where_it_was_asked_for() -> None:
    """Without a URL of its own the process is where the asker found it."""
    assert (await LocalPlacement().claim("lobby")).url is None


async def test_the_rooms_claimed_longest_ago_are_forgotten_past_the_limit() -> None:
    """Memory is bounded, and a forgotten room is claimed anew under a higher epoch."""
    placement = LocalPlacement(homes_max=2)
    first = await placement.claim("a")
    await placement.claim("b")
    assert await placement.find("a") == first
    await placement.claim("c")
    assert len(placement) == 2
    assert await placement.find("a") is None
    assert (await placement.claim("a")).epoch > first.epoch
