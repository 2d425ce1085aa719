"""Who has which right over HTTP: the table itself, and every route against it."""

from typing import Any

import pytest

from api.fakes import WALL_MS, Bar, assert_error, guest_id, record_id
from virtubar.api.permissions import HOLDERS, Right, may
from virtubar.protocol.constants import AuthCode, Role
from virtubar.room.config import RoomConfig
from virtubar.room.ports import Refusal
from virtubar.room.records import Report

GUEST, MEMBER, OWNER = Role.GUEST, Role.MEMBER, Role.OWNER
MODERATOR, ADMIN = Role.MODERATOR, Role.ADMIN
OVERSEERS = {OWNER, MODERATOR, ADMIN}
STAFF = {MODERATOR, ADMIN}

ROUTES: list[tuple[str, str, dict[str, Any] | None, set[Role]]] = [
    ("GET", "/rooms/nook/bans", None, OVERSEERS),
    ("GET", "/rooms/nook/bans?scope=server", None, {ADMIN}),
    ("GET", "/rooms/nook/mutes", None, OVERSEERS),
    ("GET", "/rooms/nook/mutes?scope=server", None, {ADMIN}),
    ("GET", "/rooms/nook/audit", None, OVERSEERS),
    ("GET", "/rooms/nook/reports", None, OVERSEERS),
    ("GET", "/rooms/nook/live", None, OVERSEERS),
    ("GET", "/rooms/nook/chat", None, OVERSEERS),
    ("GET", "/rooms/nook/settings", None, OVERSEERS),
    ("PATCH", "/rooms/nook", {"locked": True}, OVERSEERS),
    ("GET", f"/moderation/reports/{record_id(5)}", None, OVERSEERS),
    ("POST", f"/moderation/reports/{record_id(5)}/close", {}, OVERSEERS),
    ("GET", "/moderation/reports", None, STAFF),
    ("GET", "/moderation/audit", None, {ADMIN}),
    ("DELETE", "/moderation/people/somebody", None, {ADMIN}),
]
ROOM_PATHS = [(method, path, body) for method, path, body, _ in ROUTES if "nook" in path]


@pytest.fixture
def bar() -> Bar:
    """A bar with a nook that the guest `olga` owns, and a report about it."""
    bar = Bar()
    bar.rooms.configs["nook"] = RoomConfig("nook", "Nook", owner_id=guest_id("olga"))
    bar.rooms.members["nook"] = {"ann", "ben"}
    bar.storage.reports.kept[record_id(5)] = Report(
        record_id(5), "nook", "ann", "ben", "Rude.", bar.wall_ms
    )
    return bar


def token(bar: Bar, role: Role) -> str:
    """An identity token of somebody of that standing in the nook."""
    return bar.token("olga") if role is OWNER else bar.token("eve", role)


def test_every_right_has_its_holders() -> None:
    """No right is forgotten in the table, and none is everybody's."""
    assert HOLDERS.keys() == set(Right)
    for right, holders in HOLDERS.items():
        assert ADMIN in holders, right
        assert not holders & {GUEST, MEMBER}, right
        assert {role for role in Role if may(role, right)} == holders


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("method", "path", "body", "allowed"), ROUTES)
async def test_a_route_is_open_to_those_who_may(
    bar: Bar,
    method: str,
    path: str,
    body: dict[str, Any] | None,
    allowed: set[Role],
    role: Role,
) -> None:
    """By the standing in the room or the role of the identity; others get 403 and nothing else,
    and nothing of theirs is in the audit."""
    response = await bar.ask(method, path, token(bar, role), json=body)
    if role in allowed:
        assert response.status_code == 200, response.text
        return
    assert_error(response, 403, "forbidden")
    assert bar.storage.audit.lines == []
    assert bar.rooms.configs["nook"].locked is False


@pytest.mark.parametrize(("method", "path", "body", "allowed"), ROUTES)
async def test_nobody_comes_unknown(
    bar: Bar, method: str, path: str, body: dict[str, Any] | None, allowed: set[Role]
) -> None:
    """401 without an identity token, and no guest is made of the caller."""
    del allowed
    assert_error(await bar.ask(method, path, json=body), 401, "token_missing")
    assert_error(await bar.ask(method, path, "nonsense", json=body), 401, "token_invalid")
    assert bar.storage.audit.lines == []


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("method", "path", "body"), ROOM_PATHS)
async def test_only_staff_learns_that_a_room_is_not_there(
    bar: Bar, method: str, path: str, body: dict[str, Any] | None, role: Role
) -> None:
    """Everybody else hears the same as of a room that is not theirs."""
    response = await bar.ask(method, path.replace("nook", "gone"), token(bar, role), json=body)
    if role in STAFF:
        assert_error(response, 404, "room_not_found")
    else:
        assert_error(response, 403, "forbidden")


async def test_what_cannot_be_a_room_is_not_looked_up(bar: Bar) -> None:
    """No storage is asked for an id that no room can have."""
    bar.rooms.failure = AssertionError("it was looked up")
    path = "/rooms/a%00b/bans"
    assert_error(await bar.ask("GET", path, bar.token("eve", ADMIN)), 404, "room_not_found")
    assert_error(await bar.ask("GET", path, bar.token("ann")), 403, "forbidden")


@pytest.mark.parametrize(("method", "path", "body", "allowed"), ROUTES)
async def test_a_draining_server_does_none_of_it(
    bar: Bar, method: str, path: str, body: dict[str, Any] | None, allowed: set[Role]
) -> None:
    """503 before anything is looked at."""
    del allowed
    bar.draining = True
    response = await bar.ask(method, path, bar.token("eve", ADMIN), json=body)
    assert_error(response, 503, "draining")


async def test_one_user_asks_at_a_rate(bar: Bar) -> None:
    """Sixty at once, then ten a second, from whatever address."""
    key = bar.token("eve", ADMIN)
    for number in range(60):
        bar.peer = f"198.51.100.{number}"
        assert (await bar.ask("GET", "/moderation/me", key)).status_code == 200
    assert_error(await bar.ask("GET", "/moderation/me", key), 429, "rate_limited")
    bar.now_ms += 100
    assert (await bar.ask("GET", "/moderation/me", key)).status_code == 200


async def test_one_address_asks_at_a_rate(bar: Bar) -> None:
    """Four hundred at once, be they good or not."""
    statuses = {(await bar.ask("GET", "/moderation/me")).status_code for _ in range(400)}
    assert statuses == {401}
    assert_error(await bar.ask("GET", "/moderation/me"), 429, "rate_limited")


@pytest.mark.parametrize(
    "path",
    ["/rooms/lobby/bans", "/rooms/lobby/chat", "/rooms/lobby/settings", "/moderation/reports"],
)
async def test_who_is_banned_oversees_nothing_there(bar: Bar, path: str) -> None:
    """A token with a role outlives the ban; its rights do not. A kick takes none away."""
    eve = bar.token("eve", Role.MODERATOR)
    bar.sanctions.refusals["lobby", "eve"] = Refusal(AuthCode.KICKED, "", WALL_MS + 1)
    assert (await bar.ask("GET", path, eve)).status_code == 200
    bar.sanctions.refusals["lobby", "eve"] = Refusal(AuthCode.BANNED, "", None)
    assert_error(await bar.ask("GET", path, eve), 403, "forbidden")
