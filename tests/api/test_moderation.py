"""Acts on people over HTTP, and lists of those that hold (§7)."""

from typing import Any

import pytest

from api.fakes import WALL_MS, Bar, assert_error, guest_id, record_id
from virtubar.errors import VirtuBarError
from virtubar.protocol.constants import Role
from virtubar.room.ports import (
    ActsLimitedError,
    ForbiddenError,
    ModerationAct,
    ModerationOutcome,
    NotStoredError,
    SanctionsFullError,
)
from virtubar.room.records import Sanction, SanctionKind
from virtubar.storage.ports import StorageError


@pytest.fixture
def bar() -> Bar:
    return Bar()


def sanction(number: int, **changes: Any) -> Sanction:
    """A ban in the lobby."""
    fields: dict[str, Any] = {
        "sanction_id": record_id(number),
        "kind": SanctionKind.BAN,
        "room_id": "lobby",
        "user_id": "ben",
        "actor_id": "eve",
        "actor_role": Role.MODERATOR,
        "reason": "Rude.",
        "made_ms": WALL_MS - 1_000,
        "until_ms": WALL_MS + 60_000,
    }
    return Sanction(**fields | changes)


async def act(bar: Bar, token: str | None = None, room: str = "lobby", **body: Any) -> Any:
    """`POST /rooms/{room}/moderation` of a moderator, or whoever the token is."""
    token = token or bar.token("eve", Role.MODERATOR)
    return await bar.ask("POST", f"/rooms/{room}/moderation", token, json=body)


async def test_an_act_is_done_and_answered(bar: Bar) -> None:
    """What was asked for goes to the one place that does it; its outcome comes back."""
    response = await act(
        bar,
        action="ban",
        userId="ben",
        reason=" R\x1bude\u202e.\n",
        durationSeconds=60,
        scope="server",
    )
    assert response.status_code == 200
    assert response.json() == {
        "action": "ban",
        "userId": "ben",
        "scope": "server",
        "sanctionId": record_id(1),
        "untilMs": WALL_MS + 60_000,
    }
    assert bar.moderation.acts == [
        ModerationAct(
            "ban", "lobby", "ben", "eve", Role.MODERATOR, "Rude.", 60_000, "server", bar.peer
        )
    ]


async def test_what_is_left_out_is_for_good_and_for_the_room(bar: Bar) -> None:
    """No reason, no end, this room."""
    bar.moderation.outcome = ModerationOutcome(None, None)
    response = await act(bar, action="unban", userId="ben")
    assert response.json() == {
        "action": "unban",
        "userId": "ben",
        "scope": "room",
        "sanctionId": None,
        "untilMs": None,
    }
    [done] = bar.moderation.acts
    assert (done.reason, done.duration_ms, done.scope) == ("", None, "room")


async def test_whether_somebody_may_is_judged_where_it_is_done(bar: Bar) -> None:
    """A guest's try reaches the service, which denies and audits it; the answer says nothing."""
    bar.moderation.failure = ForbiddenError("an admin is above you")
    response = await act(bar, bar.token("ann"), action="kick", userId="ben")
    message = assert_error(response, 403, "forbidden")
    assert "admin" not in message
    assert bar.moderation.acts[0].actor_id == guest_id("ann")
    assert bar.moderation.acts[0].actor_role is Role.GUEST


async def test_an_act_that_was_not_stored_was_not_done(bar: Bar) -> None:
    """503 with the hope of a later try."""
    bar.moderation.failure = NotStoredError("disk full")
    assert_error(await act(bar, action="kick", userId="ben"), 503, "not_stored")


@pytest.mark.parametrize(
    ("role", "status", "code"),
    [
        (Role.GUEST, 403, "forbidden"),
        (Role.MEMBER, 403, "forbidden"),
        (Role.MODERATOR, 404, "room_not_found"),
        (Role.ADMIN, 404, "room_not_found"),
    ],
)
async def test_a_room_that_is_not_there_is_told_to_staff(
    bar: Bar, role: Role, status: int, code: str
) -> None:
    """Nobody else learns whether it is there."""
    response = await act(bar, bar.token("eve", role), "gone", action="kick", userId="ben")
    assert_error(response, status, code)
    assert bar.moderation.acts == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("action", "hug"),
        ("action", None),
        ("userId", ""),
        ("userId", "a b"),
        ("userId", "x" * 129),
        ("userId", "ben\n"),
        ("userId", 5),
        ("reason", "x" * 501),
        ("reason", None),
        ("durationSeconds", 0),
        ("durationSeconds", 316_224_001),
        ("durationSeconds", "60"),
        ("durationSeconds", 1.5),
        ("scope", "world"),
    ],
)
async def test_a_field_out_of_bounds_is_named(bar: Bar, field: str, value: Any) -> None:
    """422 says which, and nothing is done."""
    body = {"action": "ban", "userId": "ben", field: value}
    message = assert_error(await act(bar, **body), 422, "invalid_field")
    assert message.startswith(f"`{field}`")
    assert bar.moderation.acts == []


@pytest.mark.parametrize("field", ["action", "userId"])
async def test_whom_and_what_must_be_said(bar: Bar, field: str) -> None:
    """422 names what is missing."""
    body = {"action": "ban", "userId": "ben"}
    del body[field]
    assert field in assert_error(await act(bar, **body), 422, "invalid_field")


async def test_the_bounds_themselves_are_allowed(bar: Bar) -> None:
    """Five hundred characters, ten years, the longest id."""
    response = await act(
        bar, action="ban", userId="x" * 128, reason="x" * 500, durationSeconds=316_224_000
    )
    assert response.status_code == 200


async def test_nobody_acts_without_an_identity(bar: Bar) -> None:
    """401, and no guest is made."""
    body = {"action": "kick", "userId": "ben"}
    response = await bar.ask("POST", "/rooms/lobby/moderation", json=body)
    assert_error(response, 401, "token_missing")
    assert bar.moderation.acts == []


@pytest.mark.parametrize(
    ("failure", "status", "code", "retry_ms"),
    [
        (ActsLimitedError(199.2), 429, "rate_limited", 200),
        (SanctionsFullError("500 hold; lift one."), 409, "too_many_sanctions", None),
    ],
)
async def test_what_is_too_much_is_answered_as_such(
    bar: Bar, failure: VirtuBarError, status: int, code: str, retry_ms: int | None
) -> None:
    """The place that does acts counts them, whatever they are asked over (§7)."""
    bar.moderation.failure = failure
    refused = await act(bar, action="ban", userId="ben")
    assert_error(refused, status, code)
    assert refused.json().get("retryAfterMs") == retry_ms


@pytest.mark.parametrize(("path", "kind"), [("bans", "ban"), ("mutes", "mute")])
async def test_what_holds_is_listed(bar: Bar, path: str, kind: str) -> None:
    """Those of the kind and room that hold now, with everything there is to know."""
    bar.storage.sanctions.held = [
        sanction(1, kind=SanctionKind(kind), user_name="Ben"),
        sanction(2, kind=SanctionKind(kind), until_ms=WALL_MS),
        sanction(3, kind=SanctionKind(kind), room_id="attic"),
        sanction(4, kind=SanctionKind(kind), room_id=None, until_ms=None),
        sanction(5, kind=SanctionKind.KICK),
        sanction(6, kind=SanctionKind("mute" if kind == "ban" else "ban")),
    ]
    response = await bar.ask("GET", f"/rooms/lobby/{path}", bar.token("eve", Role.MODERATOR))
    assert response.json() == {
        "items": [
            {
                "sanctionId": record_id(1),
                "kind": kind,
                "scope": "room",
                "roomId": "lobby",
                "userId": "ben",
                "actorId": "eve",
                "actorRole": "moderator",
                "reason": "Rude.",
                "madeMs": WALL_MS - 1_000,
                "untilMs": WALL_MS + 60_000,
                "userName": "Ben",
                "actorName": None,
            }
        ],
        "nextCursor": None,
    }
    server = await bar.ask(
        "GET", f"/rooms/lobby/{path}?scope=server", bar.token("adam", Role.ADMIN)
    )
    [item] = server.json()["items"]
    assert (item["sanctionId"], item["scope"]) == (record_id(4), "server")
    assert (item["roomId"], item["untilMs"]) == (None, None)


@pytest.mark.parametrize("path", ["bans", "mutes"])
async def test_reading_a_list_is_audited(bar: Bar, path: str) -> None:
    """Who looked, as what, and where; the server's list is another view."""
    await bar.ask("GET", f"/rooms/lobby/{path}", bar.token("eve", Role.MODERATOR))
    await bar.ask("GET", f"/rooms/lobby/{path}?scope=server", bar.token("adam", Role.ADMIN))
    seen = [(a.actor_id, a.actor_role, a.action, a.room_id) for a in bar.storage.audit.lines]
    assert seen == [
        ("eve", "moderator", f"view_{path}", "lobby"),
        ("adam", "admin", f"view_{path}", None),
    ]


@pytest.mark.parametrize("path", ["bans", "mutes"])
async def test_a_list_of_another_scope_is_refused(bar: Bar, path: str) -> None:
    """422 by the name that the caller used."""
    response = await bar.ask(
        "GET", f"/rooms/lobby/{path}?scope=world", bar.token("eve", Role.ADMIN)
    )
    assert assert_error(response, 422, "invalid_field").startswith("`scope`")


@pytest.mark.parametrize("path", ["bans", "mutes"])
async def test_a_list_that_cannot_be_read_is_told(bar: Bar, path: str) -> None:
    """503, rather than an empty list."""
    bar.storage.failure = StorageError("away")
    response = await bar.ask("GET", f"/rooms/lobby/{path}", bar.token("eve", Role.ADMIN))
    assert_error(response, 503, "storage_unavailable")
