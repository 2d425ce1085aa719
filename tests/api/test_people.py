"""Forgetting a person over HTTP."""

from urllib.parse import quote

import httpx
import pytest

from api.fakes import Bar, assert_error
from virtubar.protocol.constants import Role
from virtubar.storage.ports import StorageError


@pytest.fixture
def bar() -> Bar:
    return Bar()


async def erase(bar: Bar, user_id: str = "ben") -> httpx.Response:
    """`DELETE /moderation/people/{userId}` of an admin."""
    path = f"/moderation/people/{quote(user_id, safe='')}"
    return await bar.ask("DELETE", path, bar.token("adam", Role.ADMIN))


async def test_a_person_is_erased(bar: Bar) -> None:
    """Memory first, then storage; the counts come back, and the audit does not name them."""
    response = await erase(bar)
    assert response.status_code == 200
    assert response.json() == {
        "messages": 12,
        "reports": 1,
        "sanctions": 2,
        "auditLines": 3,
        "rooms": 1,
    }
    assert bar.forgotten == bar.storage.people.erased == ["ben"]
    [line] = bar.storage.audit.lines
    assert (line.actor_id, line.actor_role, line.action) == ("adam", "admin", "erase")
    assert (line.room_id, line.user_id, line.detail) == (None, None, {})


async def test_a_person_who_is_here_is_not_erased(bar: Bar) -> None:
    """409: they would leave traces at once. In any room, in their grace or not."""
    bar.rooms.members["lobby"] = {"ben"}
    response = await erase(bar)
    assert_error(response, 409, "person_is_here")
    assert bar.forgotten == bar.storage.people.erased == []


async def test_a_person_who_comes_in_meanwhile_is_not_erased() -> None:
    """Writing what waited took a while; they are looked for again."""

    async def come_in(user_id: str) -> None:
        slow.rooms.members["lobby"] = {user_id}

    slow = Bar({"forget_in_memory": come_in})
    response = await erase(slow)
    assert_error(response, 409, "person_is_here")
    assert slow.storage.people.erased == []


@pytest.mark.parametrize("user_id", ["auth0|5f7", "a.b@c.example", "x" * 128, "+=-:"])
async def test_every_id_that_somebody_can_have_can_be_erased(bar: Bar, user_id: str) -> None:
    """Whatever an identity provider calls people."""
    await erase(bar, user_id)
    assert bar.storage.people.erased == [user_id]


@pytest.mark.parametrize("user_id", ["a b", "x" * 129, "b\x00n", "ben\n"])
async def test_what_nobody_can_be_called_is_refused(bar: Bar, user_id: str) -> None:
    """422 names it."""
    response = await erase(bar, user_id)
    assert assert_error(response, 422, "invalid_field").startswith("`userId`")
    assert bar.storage.people.erased == []


async def test_an_erasure_that_is_not_finished_says_so(bar: Bar) -> None:
    """503 with the hope of a later try: part of it may be done, for it goes in portions."""
    bar.storage.failure = StorageError("away")
    response = await erase(bar)
    message = assert_error(response, 503, "not_stored")
    assert message == "A part of it was done; ask again, and it goes on with the rest."
