"""Everything a room is set to, and changing it (§1, §7)."""

import asyncio
from typing import Any

import msgspec
import pytest

from api.fakes import Bar, assert_error, guest_id
from virtubar.protocol.constants import EMOTE_IDS, Role
from virtubar.room.config import RoomConfig
from virtubar.room.ports import NotStoredError

NOOK = RoomConfig(
    "nook",
    "Nook",
    12,
    7.5,
    ("bow",),
    guest_id("olga"),
    public=False,
    locked=True,
    allowed_roles=(Role.MEMBER,),
    slow_mode_s=5,
    words=("gin fizz",),
    guard="strict",
    chat_retention_days=0,
    crowd_threshold=20,
)
SHOWN = {
    "roomId": "nook",
    "name": "Nook",
    "capacity": 12,
    "ownerId": guest_id("olga"),
    "hearingRadiusM": 7.5,
    "emotes": ["bow"],
    "public": False,
    "locked": True,
    "allowedRoles": ["member"],
    "slowModeSeconds": 5,
    "words": ["gin fizz"],
    "guard": "strict",
    "chatRetentionDays": 0,
    "crowdThreshold": 20,
}


@pytest.fixture
def bar() -> Bar:
    bar = Bar()
    bar.rooms.configs["nook"] = NOOK
    return bar


async def change(bar: Bar, token: str | None = None, **body: Any) -> Any:
    """`PATCH /rooms/nook` of a moderator, or whoever the token is."""
    token = token or bar.token("eve", Role.MODERATOR)
    return await bar.ask("PATCH", "/rooms/nook", token, json=body)


async def test_everything_is_shown(bar: Bar) -> None:
    """House rules among it; the look is audited."""
    response = await bar.ask("GET", "/rooms/nook/settings", bar.token("olga"))
    assert response.json() == SHOWN
    assert [(a.actor_role, a.action) for a in bar.storage.audit.lines] == [
        ("owner", "view_settings")
    ]


async def test_what_is_not_set_is_null(bar: Bar) -> None:
    """The lobby as it comes."""
    body = (await bar.ask("GET", "/rooms/lobby/settings", bar.token("eve", Role.ADMIN))).json()
    assert (body["ownerId"], body["allowedRoles"]) == (None, None)
    assert (body["hearingRadiusM"], body["chatRetentionDays"]) == (None, None)
    assert (body["emotes"], body["words"]) == (list(EMOTE_IDS), [])


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("name", " The  Nook ", {"name": "The Nook"}),
        ("capacity", 1, {"capacity": 1}),
        ("capacity", 1000, {"capacity": 1000}),
        ("hearingRadiusM", 10_000, {"hearing_radius_m": 10_000.0}),
        ("hearingRadiusM", None, {"hearing_radius_m": None}),
        ("emotes", ["clap", "bow", "clap"], {"emotes": ("clap", "bow")}),
        ("public", True, {"public": True}),
        ("locked", False, {"locked": False}),
        ("allowedRoles", ["guest", "guest"], {"allowed_roles": (Role.GUEST,)}),
        ("allowedRoles", None, {"allowed_roles": None}),
        ("slowModeSeconds", 0, {"slow_mode_s": 0}),
        ("slowModeSeconds", 3600, {"slow_mode_s": 3600}),
        ("words", [], {"words": ()}),
        ("words", ["  Gin\nFizz ", "rum", "rum"], {"words": ("Gin Fizz", "rum")}),
        ("guard", "off", {"guard": "off"}),
        ("chatRetentionDays", 3650, {"chat_retention_days": 3650}),
        ("chatRetentionDays", None, {"chat_retention_days": None}),
        ("crowdThreshold", 1, {"crowd_threshold": 1}),
        ("crowdThreshold", 64, {"crowd_threshold": 64}),
        ("crowdThreshold", None, {"crowd_threshold": None}),
    ],
)
async def test_one_setting_is_changed_and_nothing_else(
    bar: Bar, field: str, value: Any, kept: dict[str, Any]
) -> None:
    """What is left out stays; null resets what may be null."""
    response = await change(bar, **{field: value})
    assert response.status_code == 200, response.text
    assert bar.rooms.configs["nook"] == msgspec.structs.replace(NOOK, **kept)
    body = response.json()
    changed = body.pop(field)
    assert body == {name: shown for name, shown in SHOWN.items() if name != field}
    [expected] = kept.values()
    assert changed == (list(expected) if isinstance(expected, tuple) else expected)


async def test_the_change_is_made_as_what_somebody_is_there(bar: Bar) -> None:
    """The room's own port audits it, in one with the change."""
    await change(bar, bar.token("olga"), capacity=5)
    await change(bar, bar.token("adam", Role.ADMIN), capacity=6)
    assert bar.rooms.changed_by == [(guest_id("olga"), Role.OWNER), ("adam", Role.ADMIN)]


@pytest.mark.parametrize("body", [{}, {"capacity": 12}, {"roomId": "x", "ownerId": "eve"}])
async def test_a_change_of_nothing_is_none(bar: Bar, body: dict[str, Any]) -> None:
    """The id and the owner cannot be changed: they are ignored like any unknown field."""
    response = await change(bar, **body)
    assert response.json() == SHOWN
    assert bar.rooms.changed_by == []
    assert bar.rooms.configs["nook"] == NOOK


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 65),
        ("name", "\u200b"),
        ("name", None),
        ("capacity", 0),
        ("capacity", 1001),
        ("capacity", None),
        ("hearingRadiusM", 0),
        ("hearingRadiusM", 10_001),
        ("emotes", []),
        ("emotes", None),
        ("emotes", ["Bow"]),
        ("public", 1),
        ("locked", None),
        ("allowedRoles", []),
        ("allowedRoles", ["king"]),
        ("slowModeSeconds", -1),
        ("slowModeSeconds", 3601),
        ("words", ["x" * 65]),
        ("words", [""]),
        ("words", [" \n"]),
        ("words", ["gin", "?!"]),
        ("words", ["x"] * 501),
        ("words", None),
        ("guard", "brutal"),
        ("chatRetentionDays", -1),
        ("chatRetentionDays", 3651),
        ("crowdThreshold", 0),
        ("crowdThreshold", 65),
        ("crowdThreshold", 1001),
    ],
)
async def test_a_setting_out_of_bounds_is_named(bar: Bar, field: str, value: Any) -> None:
    """422 says which, and nothing is changed."""
    message = assert_error(await change(bar, **{field: value}), 422, "invalid_field")
    assert message.startswith(f"`{field}")
    assert bar.rooms.configs["nook"] == NOOK


async def test_the_longest_list_of_words_is_kept(bar: Bar) -> None:
    """Five hundred words."""
    words = [f"word{number}" for number in range(500)]
    assert (await change(bar, words=words)).json()["words"] == words


async def test_a_change_that_is_not_stored_is_not_felt(
    bar: Bar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 with the hope of a later try."""

    async def fail(*_: object) -> None:
        raise NotStoredError("away")

    monkeypatch.setattr(bar.rooms, "change", fail)
    assert_error(await change(bar, capacity=5), 503, "not_stored")
    assert bar.rooms.configs["nook"] == NOOK


async def test_of_two_changes_at_once_both_hold(bar: Bar) -> None:
    """Neither overwrites the other with what it read before."""
    await asyncio.gather(change(bar, capacity=5), change(bar, name="Corner"))
    assert (bar.rooms.configs["nook"].capacity, bar.rooms.configs["nook"].name) == (5, "Corner")


async def test_a_room_is_changed_at_a_rate(bar: Bar) -> None:
    """Ten changes at once, then one in two seconds; looking has a limit of its own."""
    for capacity in range(2, 12):
        assert (await change(bar, capacity=capacity)).status_code == 200
    assert_error(await change(bar, capacity=20), 429, "rate_limited")
    shown = await bar.ask("GET", "/rooms/nook/settings", bar.token("eve", Role.MODERATOR))
    assert shown.json()["capacity"] == 11
    bar.now_ms += 2_000
    assert (await change(bar, capacity=20)).status_code == 200


async def test_no_room_is_a_crowd_later_than_the_server_says() -> None:
    """422 says from where on; what is not changed is not asked about, and counts for no more."""
    small = Bar({"crowd_threshold": 30})
    small.rooms.configs["nook"] = msgspec.structs.replace(NOOK, crowd_threshold=50)
    message = assert_error(await change(small, crowdThreshold=31), 422, "invalid_field")
    assert message == "`crowdThreshold`: on this server rooms of more than 30 are crowds."
    assert (await change(small, capacity=9)).status_code == 200
    assert (await change(small, crowdThreshold=30)).status_code == 200
    made = await small.post("/rooms", json={"roomId": "attic", "crowdThreshold": 31})
    assert_error(made, 422, "invalid_field")
    assert "attic" not in small.rooms.configs


async def test_no_room_keeps_chat_for_longer_than_the_server() -> None:
    """422 says how long that is; what is not changed is not asked about."""
    strict = Bar({"chat_retention_days": 7})
    strict.rooms.configs["nook"] = msgspec.structs.replace(NOOK, chat_retention_days=30)
    message = assert_error(await change(strict, chatRetentionDays=8), 422, "invalid_field")
    assert message == "`chatRetentionDays`: this server keeps chat for 7 days at most."
    assert (await change(strict, capacity=9)).status_code == 200
    assert (await change(strict, chatRetentionDays=7)).status_code == 200
    made = await strict.post("/rooms", json={"roomId": "attic", "chatRetentionDays": 8})
    assert_error(made, 422, "invalid_field")
    assert "attic" not in strict.rooms.configs
