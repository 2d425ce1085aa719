"""Looking over rooms: who one is, which rooms are live, what goes on in one (§7)."""

import pytest

from api.fakes import WALL_MS, Bar, assert_error, guest_id, record_id
from virtubar.protocol.constants import Role
from virtubar.room.config import RoomConfig
from virtubar.storage.ports import StorageError


@pytest.fixture
def bar() -> Bar:
    """A bar with two live rooms, of which the guest `olga` owns the nook."""
    bar = Bar()
    bar.rooms.configs["nook"] = RoomConfig("nook", "Nook", owner_id=guest_id("olga"))
    bar.rooms.members["nook"] = {"ann", "ben"}
    bar.rooms.members["lobby"] = {"zoe"}
    return bar


@pytest.mark.parametrize(
    ("name", "role", "user_id", "external"),
    [
        ("ann", Role.GUEST, guest_id("ann"), False),
        ("max", Role.MEMBER, "max", True),
        ("eve", Role.MODERATOR, "eve", False),
        ("adam", Role.ADMIN, "adam", False),
    ],
)
async def test_everybody_can_ask_who_they_are(
    bar: Bar, name: str, role: Role, user_id: str, external: bool
) -> None:
    """Id, role and whether somebody else vouches for them; no view is audited."""
    body = (await bar.ask("GET", "/moderation/me", bar.token(name, role))).json()
    assert (body["userId"], body["role"], body["external"]) == (user_id, role, external)
    assert set(body) == {"userId", "role", "displayName", "external"}
    assert bar.storage.audit.lines == []
    assert bar.staff == [(user_id, role)]


async def test_the_name_is_the_providers(bar: Bar) -> None:
    """Null where nobody gave one."""
    named = bar.identities.mint_operator("eve", Role.ADMIN, WALL_MS, display_name="Eve")
    assert (await bar.ask("GET", "/moderation/me", named)).json()["displayName"] == "Eve"
    unnamed = bar.token("eve", Role.ADMIN)
    assert (await bar.ask("GET", "/moderation/me", unnamed)).json()["displayName"] is None


@pytest.mark.parametrize(
    ("name", "role", "rooms"),
    [
        ("ann", Role.GUEST, []),
        ("max", Role.MEMBER, []),
        ("olga", Role.GUEST, ["nook"]),
        ("eve", Role.MODERATOR, ["lobby", "nook"]),
        ("adam", Role.ADMIN, ["lobby", "nook"]),
    ],
)
async def test_everybody_sees_the_rooms_that_are_theirs_to_oversee(
    bar: Bar, name: str, role: Role, rooms: list[str]
) -> None:
    """Staff all of them, an owner their own; a look at nothing is none."""
    body = (await bar.ask("GET", "/moderation/overview", bar.token(name, role))).json()
    assert [room["roomId"] for room in body["rooms"]] == rooms
    assert body["serverTimeMs"] == WALL_MS
    assert bar.storage.audit.actions == (["view_overview"] if rooms else [])


async def test_a_room_is_shown_in_figures(bar: Bar) -> None:
    """Members, places and rates."""
    body = (await bar.ask("GET", "/moderation/overview", bar.token("olga"))).json()
    assert body["rooms"] == [
        {
            "roomId": "nook",
            "name": "Nook",
            "ownerId": guest_id("olga"),
            "capacity": 250,
            "locked": False,
            "members": 2,
            "bots": 0,
            "connected": 2,
            "movesPerSecond": 9.5,
            "messagesPerMinute": 6.0,
            "emotesPerMinute": 1.0,
        }
    ]


async def test_a_room_is_looked_into(bar: Bar) -> None:
    """Who is where, and what was said after the message that is known."""
    path = f"/rooms/nook/live?after={record_id(6)}"
    body = (await bar.ask("GET", path, bar.token("eve", Role.MODERATOR))).json()
    assert bar.oversight.looks == [("nook", "eve", Role.MODERATOR, record_id(6))]
    assert set(body) == {"serverTimeMs", "room", "members", "chat"}
    assert [member["userId"] for member in body["members"]] == ["ann", "ben"]
    assert body["members"][0]["mutedUntilMs"] is None
    assert body["members"][0]["mayModerate"] is True
    assert body["chat"] == [
        {
            "messageId": record_id(7),
            "userId": "ann",
            "displayName": "Ann",
            "text": "Cheers!",
            "saidMs": WALL_MS,
        }
    ]


async def test_a_look_that_goes_on_is_audited_when_it_starts(bar: Bar) -> None:
    """Once, and again each ten minutes."""
    key = bar.token("eve", Role.MODERATOR)
    for _ in range(60 * 21):
        assert (await bar.ask("GET", "/rooms/nook/live", key)).status_code == 200
        bar.now_ms += 1_000
    lines = [(a.actor_id, a.action, a.room_id) for a in bar.storage.audit.lines]
    assert lines == [("eve", "view_room", "nook")] * 3


async def test_a_look_that_cannot_be_audited_is_not_given(bar: Bar) -> None:
    """Nobody watches without a trace."""
    bar.storage.failure = StorageError("away")
    response = await bar.ask("GET", "/rooms/nook/live", bar.token("eve", Role.MODERATOR))
    assert_error(response, 503, "storage_unavailable")
    assert bar.oversight.looks == []


async def test_a_room_that_is_not_live_is_not_looked_into(bar: Bar) -> None:
    """It may be stored, but nothing goes on in it."""
    bar.rooms.configs["attic"] = RoomConfig("attic", "Attic")
    response = await bar.ask("GET", "/rooms/attic/live", bar.token("eve", Role.ADMIN))
    assert_error(response, 404, "room_not_found")


@pytest.mark.parametrize("after", ["", "x", "1", record_id(1).upper(), record_id(1) + "%0A"])
async def test_what_cannot_be_a_message_is_refused(bar: Bar, after: str) -> None:
    """422 names it."""
    response = await bar.ask("GET", f"/rooms/nook/live?after={after}", bar.token("eve", Role.ADMIN))
    assert assert_error(response, 422, "invalid_field").startswith("`after`")


async def test_one_user_looks_at_a_rate(bar: Bar) -> None:
    """Twenty at once, then ten a second; other requests are counted apart."""
    key = bar.token("eve", Role.ADMIN)
    for _ in range(20):
        assert (await bar.ask("GET", "/rooms/nook/live", key)).status_code == 200
    refused = await bar.ask("GET", "/rooms/nook/live", key)
    assert_error(refused, 429, "rate_limited")
    assert refused.json()["retryAfterMs"] == 100
    assert (await bar.ask("GET", "/moderation/overview", key)).status_code == 200
