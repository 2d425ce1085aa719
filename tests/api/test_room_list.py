"""`GET /rooms`: in pages, up to a second old, and limited by address (§1)."""

from typing import Any

import pytest

from api.fakes import Bar, assert_error
from virtubar.api.request_limits import LOOKS_BY_ADDRESS
from virtubar.api.room_list import LIST_AGE_MAX_MS, PAGE_DEFAULT, PAGE_MAX, PAGES_MAX
from virtubar.room.config import RoomConfig


class CountedRooms:
    """How often every public room was looked at."""

    def __init__(self, bar: Bar) -> None:
        self.looks = 0
        look = bar.rooms.public

        def public() -> list[RoomConfig]:
            self.looks += 1
            return look()

        bar.rooms.public = public  # type: ignore[method-assign]  # a fake that counts


@pytest.fixture
async def full() -> Bar:
    """A bar with 250 public rooms, the lobby among them, and one that is not listed."""
    bar = Bar({"address_limits": False})
    for number in range(249):
        await bar.rooms.create(RoomConfig(f"a{number:03}", "Attic"))
    await bar.rooms.create(RoomConfig("cellar", "Cellar", public=False))
    return bar


async def ids(bar: Bar, **params: Any) -> tuple[list[str], str | None]:
    """The ids of a page, and its `next`."""
    answer = (await bar.get("/rooms", params=params)).json()
    return [room["roomId"] for room in answer["rooms"]], answer["next"]


async def test_the_list_comes_in_pages(full: Bar) -> None:
    """Following `next` gives every public room once, by id; the last page has none."""
    first, after = await ids(full)
    assert (len(first), after) == (PAGE_DEFAULT, "a099")
    found = first
    while after is not None:
        page, after = await ids(full, after=after)
        found += page
    assert found == [*(f"a{number:03}" for number in range(249)), "lobby"]


@pytest.mark.parametrize(("limit", "status"), [(1, 200), (PAGE_MAX, 200), (PAGE_MAX + 1, 422)])
async def test_a_page_has_as_many_as_was_asked_for(full: Bar, limit: int, status: int) -> None:
    """One to 200."""
    response = await full.get("/rooms", params={"limit": limit})
    assert response.status_code == status
    if status == 200:
        assert len(response.json()["rooms"]) == limit


@pytest.mark.parametrize("params", [{"limit": "0"}, {"limit": "x"}, {"after": "no room"}])
async def test_nonsense_is_named(full: Bar, params: dict[str, str]) -> None:
    """422 says which."""
    message = assert_error(await full.get("/rooms", params=params), 422, "invalid_field")
    assert message.startswith(f"`{next(iter(params))}`")


async def test_a_page_ends_with_the_list(full: Bar) -> None:
    """Exactly as many as there are is the last page; a cursor to a room that is gone still leads
    to those behind it."""
    assert await ids(full, after="a049", limit=200) == (
        [*(f"a{number:03}" for number in range(50, 249)), "lobby"],
        None,
    )
    assert await ids(full, after="a247x") == (["a248", "lobby"], None)
    assert await ids(full, after="zzz") == ([], None)


async def test_the_list_is_a_second_old_at_most(full: Bar) -> None:
    """However many ask: one look at every room a second, whatever pages they want."""
    counted = CountedRooms(full)
    for number in range(2 * PAGES_MAX):
        await full.get("/rooms", params={"after": f"a{number:03}"})
    full.rooms.members["a000"] = {"ann"}
    full.now_ms += LIST_AGE_MAX_MS - 1
    assert (await full.get("/rooms")).json()["rooms"][0]["memberCount"] == 0
    assert counted.looks == 1
    full.now_ms += 1
    assert (await full.get("/rooms")).json()["rooms"][0]["memberCount"] == 1
    assert counted.looks == 2


async def test_who_made_a_room_finds_it_at_once(full: Bar) -> None:
    """It does not wait for the list to be a second old."""
    await full.get("/rooms")
    await full.post("/rooms", json={"roomId": "a0000"})
    assert (await ids(full))[0][:2] == ["a000", "a0000"]


@pytest.mark.parametrize("path", ["/rooms", "/rooms/lobby", "/rooms/nowhere", "/docs"])
async def test_looking_is_limited_by_address(path: str) -> None:
    """400 at once and 100 a second; other addresses notice nothing, and it can be lifted."""
    rate_hz, burst = LOOKS_BY_ADDRESS
    bar = Bar()
    async with bar.client() as client:
        statuses = {(await client.get(path)).status_code for _ in range(burst)}
        assert 429 not in statuses
        assert_error(await client.get(path), 429, "rate_limited")
        bar.now_ms += 1_000 / rate_hz
        assert (await client.get(path)).status_code in statuses
        assert_error(await client.get(path), 429, "rate_limited")
    async with bar.client("198.51.100.1") as client:
        assert (await client.get(path)).status_code in statuses


async def test_an_operator_may_lift_the_limit() -> None:
    """For load tests (`VIRTUBAR_ADDRESS_LIMITS=off`)."""
    async with Bar({"address_limits": False}).client() as client:
        statuses = {
            (await client.get("/rooms")).status_code for _ in range(LOOKS_BY_ADDRESS[1] + 1)
        }
    assert statuses == {200}
