"""The audit over HTTP: what is read of it, and that reading it is in it (§7)."""

import pytest

from api.fakes import WALL_MS, Bar, assert_error, guest_id
from virtubar.api import auditing
from virtubar.protocol.constants import Role
from virtubar.room.config import RoomConfig
from virtubar.room.records import AuditEntry
from virtubar.storage.ports import AuditQuery, StorageError

BOTH = ["/rooms/lobby/audit", "/moderation/audit"]


@pytest.fixture
def bar() -> Bar:
    return Bar()


async def test_lines_have_everything_there_is_to_know(bar: Bar) -> None:
    """Who did what to whom, where and when, and the rest in `detail`."""
    bar.storage.audit.put(
        AuditEntry(
            WALL_MS - 5, "adam", "admin", "ban", None, "ben", {"untilMs": None}, "Adam", "Ben"
        )
    )
    body = (await bar.ask("GET", "/moderation/audit", bar.token("eve", Role.ADMIN))).json()
    assert body["items"][1] == {
        "auditId": 1,
        "atMs": WALL_MS - 5,
        "actorId": "adam",
        "actorRole": "admin",
        "action": "ban",
        "roomId": None,
        "userId": "ben",
        "detail": {"untilMs": None},
        "actorName": "Adam",
        "userName": "Ben",
    }


async def test_a_look_at_the_audit_is_in_the_audit_that_it_shows(bar: Bar) -> None:
    """It is written down before anything is shown."""
    await bar.ask("GET", "/rooms/lobby/audit", bar.token("eve", Role.MODERATOR))
    body = (
        await bar.ask("GET", "/moderation/audit?action=view_audit", bar.token("adam", Role.ADMIN))
    ).json()
    lines = [(line["actorId"], line["roomId"], line["detail"]) for line in body["items"]]
    assert lines == [("adam", None, {"action": "view_audit"}), ("eve", "lobby", {})]


async def test_an_owner_looks_as_the_owner(bar: Bar) -> None:
    """The audit says as what somebody looked."""
    bar.rooms.configs["nook"] = RoomConfig("nook", "Nook", owner_id=guest_id("olga"))
    await bar.ask("GET", "/rooms/nook/audit", bar.token("olga"))
    assert bar.storage.audit.lines[0].actor_role == "owner"


async def test_every_filter_reaches_the_store(bar: Bar) -> None:
    """Each by its name; one line more is asked for, to know whether there is a next page."""
    query = "actorId=eve&userId=guest-0&action=ban&fromMs=5&toMs=6&limit=7"
    key = bar.token("adam", Role.ADMIN)
    for path in BOTH:
        assert (await bar.ask("GET", f"{path}?{query}", key)).status_code == 200
    of_room, of_everything = bar.storage.audit.queries
    expected = AuditQuery(
        room_id="lobby",
        actor_id="eve",
        user_id="guest-0",
        action="ban",
        from_ms=5,
        to_ms=6,
        limit=8,
        hidden_from="adam",
    )
    assert of_room == expected
    assert of_everything.room_id is None
    assert of_everything.hidden_from == "adam"


async def test_the_audit_of_a_view_names_nobody_who_was_asked_about(bar: Bar) -> None:
    """An erased person's id would live on in it."""
    query = "actorId=eve&userId=ben&action=ban&fromMs=5"
    await bar.ask("GET", f"/moderation/audit?{query}", bar.token("adam", Role.ADMIN))
    [line] = bar.storage.audit.lines
    assert line.detail == {"action": "ban", "fromMs": 5, "by": "actorId,userId"}


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("actorId=a%20b", "actorId"),
        ("actorId=", "actorId"),
        ("userId=" + "x" * 129, "userId"),
        ("action=DROP", "action"),
        ("action=" + "x" * 33, "action"),
        ("fromMs=-1", "fromMs"),
        ("fromMs=now", "fromMs"),
        ("toMs=9007199254740992", "toMs"),
        ("fromMs=6&toMs=5", "fromMs"),
    ],
)
async def test_a_filter_out_of_bounds_is_named(bar: Bar, path: str, query: str, field: str) -> None:
    """422, and nothing was looked at."""
    response = await bar.ask("GET", f"{path}?{query}", bar.token("eve", Role.ADMIN))
    assert assert_error(response, 422, "invalid_field").startswith(f"`{field}`")
    assert bar.storage.audit.queries == []
    assert bar.storage.audit.lines == []


@pytest.mark.parametrize("path", BOTH)
async def test_a_moment_is_an_interval(bar: Bar, path: str) -> None:
    """From and to may be the same, and the ends of time themselves."""
    key = bar.token("eve", Role.ADMIN)
    for query in ("fromMs=5&toMs=5", "fromMs=0&toMs=9007199254740991"):
        assert (await bar.ask("GET", f"{path}?{query}", key)).status_code == 200


async def test_the_same_look_is_told_once_in_ten_minutes(bar: Bar) -> None:
    """A page that asks again and again is one view; after ten minutes it is told anew."""
    key = bar.token("eve", Role.ADMIN)
    for passed_ms, told in [(0, 1), (599_000, 1), (1_000, 2), (599_999, 2), (1, 3)]:
        bar.now_ms += passed_ms
        assert (await bar.ask("GET", "/moderation/audit", key)).status_code == 200
        assert bar.storage.audit.actions.count("view_audit") == told


async def test_another_look_is_another_view(bar: Bar) -> None:
    """By somebody else, at something else, or with other filters."""
    for name in ("eve", "adam"):
        key = bar.token(name, Role.ADMIN)
        for path in ("/moderation/audit", "/moderation/audit?action=ban", "/rooms/lobby/audit"):
            await bar.ask("GET", path, key)
    assert bar.storage.audit.actions == ["view_audit"] * 6


async def test_a_look_that_could_not_be_written_down_is_tried_again(bar: Bar) -> None:
    """It was not given, so the next try is the first."""
    key = bar.token("eve", Role.ADMIN)
    bar.storage.failure = StorageError("away")
    assert_error(await bar.ask("GET", "/moderation/audit", key), 503, "storage_unavailable")
    bar.storage.failure = None
    assert (await bar.ask("GET", "/moderation/audit", key)).status_code == 200
    assert bar.storage.audit.actions == ["view_audit"]


async def test_only_so_many_views_are_remembered(bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest is forgotten, and then told twice; the newest is not."""
    monkeypatch.setattr(auditing, "VIEWS_KEPT", 2)
    bar.own_app()
    key = bar.token("eve", Role.ADMIN)
    paths = [f"/moderation/audit?fromMs={number}" for number in range(3)]
    for path in [*paths, paths[2], paths[0]]:
        await bar.ask("GET", path, key)
    seen = [line.detail["fromMs"] for line in bar.storage.audit.lines]
    assert seen == [0, 1, 2, 0]
