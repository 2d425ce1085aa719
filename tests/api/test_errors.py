"""The one shape of every error, whoever finds it."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar.exceptions import HTTPException

from api.fakes import Bar, assert_error, chunks
from virtubar.api.bodies import BODY_MAX_BYTES
from virtubar.api.errors import describe
from virtubar.errors import JoinRefusedError, RequestRefusedError
from virtubar.protocol.constants import AuthCode, Role
from virtubar.room.ports import ForbiddenError, NotStoredError, RoomExistsError, RoomsFullError
from virtubar.storage.ports import StorageError


@pytest.fixture
def bar() -> Bar:
    return Bar()


@pytest.mark.parametrize("path", ["/nope", "/rooms/a/b", "/docs/x", "/r/a/b", "/.env"])
async def test_an_unknown_path_is_not_found(bar: Bar, path: str) -> None:
    """404 in the one shape, wherever it is."""
    assert_error(await bar.get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/rooms", {"GET", "POST", "OPTIONS"}),
        ("GET", "/rooms/join", {"POST", "OPTIONS"}),
        ("DELETE", "/rooms/lobby", {"GET", "PATCH", "OPTIONS"}),
        ("GET", "/moderation/people/ann", {"DELETE", "OPTIONS"}),
        ("GET", "/rooms/lobby/moderation", {"POST", "OPTIONS"}),
        ("POST", "/", {"GET", "OPTIONS"}),
        ("POST", "/healthz", {"GET", "OPTIONS"}),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(
    bar: Bar, method: str, path: str, allowed: set[str]
) -> None:
    """405 in the one shape, with `Allow`."""
    async with bar.client() as client:
        response = await client.request(method, path)
    assert_error(response, 405, "method_not_allowed")
    assert set(response.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize("path", ["/rooms", "/rooms/join"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"[]",
        b'"roomId"',
        b"null",
        b"\xff\xfe",
        b'{"roomId":"\xff"}',
        b'{"roomId":"\\ud800"}',
        b'{"roomId":"r1"} {}',
        b"[" * 8000,
        b'{"x":' * 2500 + b"1" + b"}" * 2500,
        b"{'roomId':'lobby'}",
    ],
)
async def test_a_body_that_is_no_json_object_is_malformed(bar: Bar, path: str, body: bytes) -> None:
    """400 in the one shape, never an exception."""
    assert_error(await bar.post(path, content=body), 400, "malformed")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "roomId"),
        ({"roomId": None}, "roomId"),
        ({"roomId": 5}, "roomId"),
        ({"roomId": ["lobby"]}, "roomId"),
        ({"roomId": "no room"}, "roomId"),
        ({"roomId": "lobby\n"}, "roomId"),
        ({"roomId": "lobby", "device": "toaster"}, "device"),
        ({"roomId": "lobby", "device": "Mobile"}, "device"),
        ({"roomId": "lobby", "displayName": 7}, "displayName"),
        ({"roomId": "lobby", "displayName": "x" * 201}, "displayName"),
        ({"roomId": "lobby", "avatarId": "x" * 201}, "avatarId"),
    ],
)
async def test_a_wrong_field_of_a_join_is_named(bar: Bar, body: dict[str, Any], field: str) -> None:
    """422 says which field."""
    message = assert_error(await bar.post("/rooms/join", json=body), 422, "invalid_field")
    assert message.startswith(f"`{field}`")


@pytest.mark.parametrize("path", ["/rooms", "/rooms/join"])
async def test_a_body_over_16_kib_is_too_large(bar: Bar, path: str) -> None:
    """413 one byte over, whether its length was announced or not."""
    padded = b'{"roomId":"room1"}'.ljust(BODY_MAX_BYTES)
    assert (await bar.post(path, content=padded)).status_code in (201, 404)
    assert_error(await bar.post(path, content=padded + b" "), 413, "too_large")
    assert_error(await bar.post(path, content=chunks(BODY_MAX_BYTES)), 413, "too_large")


async def test_a_body_in_pieces_is_read(bar: Bar) -> None:
    """Without a length, what stays under the limit is taken."""
    assert (await bar.post("/rooms", content=chunks(2048))).status_code == 201


async def test_an_announced_length_over_the_limit_is_refused_unread(bar: Bar) -> None:
    """Nothing of a body that says it is too large is waited for."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        raise AssertionError("the body was read")

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/rooms/join",
        "raw_path": b"/rooms/join",
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "client": ("203.0.113.7", 1),
        "server": ("bar.test", 80),
        "http_version": "1.1",
        "headers": [
            (b"host", b"bar.test"),
            (b"content-type", b"application/json"),
            (b"content-length", b"99999999999"),
        ],
    }
    await bar.app(scope, receive, send)  # type: ignore[arg-type] # a scope as servers make it
    assert sent[0]["status"] == 413


@pytest.mark.parametrize("said", ["application/json", "Application/JSON; charset=utf-8"])
async def test_a_body_is_json_and_says_so(bar: Bar, said: str) -> None:
    """Case and parameters do not matter."""
    headers = {"Content-Type": said}
    response = await bar.post("/rooms/join", content=b'{"roomId":"lobby"}', headers=headers)
    assert response.status_code == 200


async def test_a_failure_of_ours_says_nothing_and_is_logged() -> None:
    """500 in the one shape; what happened is in the log, without the caller's tokens or names."""

    def broken() -> bytes:
        raise RuntimeError("the till is on fire")

    bar = Bar({"metrics_text": broken})
    with structlog.testing.capture_logs() as logs:
        response = await bar.get("/metrics", headers={"Authorization": "Bearer secret-token"})
    assert_error(response, 500, "internal")
    assert "till" not in response.text
    assert [entry["event"] for entry in logs] == ["api.failed"]
    assert (logs[0]["method"], logs[0]["route"]) == ("GET", "/metrics")
    assert "secret-token" not in str(logs)


async def test_a_storage_that_is_away_is_logged_in_a_line(bar: Bar) -> None:
    """The operator must know, without a page of traceback for every try."""
    bar.storage.failure = StorageError("the disk is full of beer")
    with structlog.testing.capture_logs() as logs:
        token = bar.token("eve", Role.ADMIN)
        response = await bar.ask("GET", "/moderation/audit", token)
    assert_error(response, 503, "storage_unavailable")
    assert "beer" not in response.text
    assert logs == [
        {"event": "api.storage_failed", "log_level": "error", "route": "/moderation/audit"}
    ]


async def test_a_refusal_is_not_logged(bar: Bar) -> None:
    """A guest's mistake is no event for the operator, and may have a token in it."""
    with structlog.testing.capture_logs() as logs:
        await bar.join("nonsense")
        await bar.get("/nope")
        await bar.post("/rooms/join", content=b"{")
    assert logs == []


@pytest.mark.parametrize(
    "path",
    [
        "/rooms/join?realtimeToken=secret",
        "/rooms/lobby?x=secret",
        "/rooms/lobby/bans?scope=secret",
        "/rooms/lobby/bans?limit=secret",
        "/rooms/lobby/bans?cursor=secret",
        "/rooms/lobby/live?after=secret",
        "/moderation/reports?status=secret",
        "/moderation/audit?actorId=se/cret",
    ],
)
async def test_what_is_in_a_url_is_not_repeated(bar: Bar, path: str) -> None:
    """No answer echoes a query, where a token might be."""
    assert "secret" not in (await bar.get(path)).text


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (AuthCode.BANNED, 403),
        (AuthCode.KICKED, 403),
        (AuthCode.ROOM_LOCKED, 403),
        (AuthCode.NOT_ALLOWED, 403),
        (AuthCode.SIGN_IN_REQUIRED, 403),
        (AuthCode.ROOM_NOT_FOUND, 404),
        (AuthCode.ROOM_FULL, 409),
        (AuthCode.TOKEN_MISSING, 401),
        (AuthCode.TOKEN_INVALID, 401),
        (AuthCode.TOKEN_EXPIRED, 401),
        (AuthCode.ROOM_MISMATCH, 401),
    ],
)
def test_a_refused_join_has_its_status(code: AuthCode, status: int) -> None:
    """Every code of `auth_error` that a join can end with, in one map (§1)."""
    answered, body = describe(JoinRefusedError(code, "No."))
    assert (answered, body.code, body.message) == (status, code, "No.")


@pytest.mark.parametrize(
    ("make", "status", "code"),
    [
        (lambda: RequestRefusedError(418, "teapot", "Short.", 5), 418, "teapot"),
        (lambda: RoomExistsError("x"), 409, "room_exists"),
        (lambda: RoomsFullError("x"), 503, "too_many_rooms"),
        (lambda: ForbiddenError("x"), 403, "forbidden"),
        (lambda: NotStoredError("x"), 503, "not_stored"),
        (lambda: StorageError("x"), 503, "storage_unavailable"),
        (lambda: HTTPException(status_code=415), 415, "unsupported_media_type"),
        (lambda: HTTPException(status_code=451), 500, "internal"),
        (lambda: KeyError("x"), 500, "internal"),
    ],
)
def test_every_exception_has_a_status_and_a_body(
    make: Callable[[], Exception], status: int, code: str
) -> None:
    """What the map does not know is our own fault."""
    answered, body = describe(make())
    assert (answered, body.code) == (status, code)


def test_only_retries_say_when() -> None:
    """`retryAfterMs` is left out of the JSON where there is none."""
    _, waiting = describe(RequestRefusedError(429, "rate_limited", "Wait.", 5))
    _, refused = describe(RoomExistsError("x"))
    assert json.loads(msgspec.json.encode(waiting))["retryAfterMs"] == 5
    assert set(json.loads(msgspec.json.encode(refused))) == {"code", "message"}


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
_fields = st.sampled_from(
    ["roomId", "name", "capacity", "hearingRadiusM", "emotes", "displayName", "avatarId", "device"]
)


@settings(max_examples=60, deadline=None)
@given(
    path=st.sampled_from(["/rooms", "/rooms/join"]),
    body=st.dictionaries(_fields, _json, max_size=5).map(lambda value: json.dumps(value).encode())
    | st.binary(max_size=60),
)
async def test_no_body_breaks_the_api(path: str, body: bytes) -> None:
    """Whatever is sent is answered with a success or a refusal in the one shape, never a 500."""
    response = await Bar().post(path, content=body)
    assert response.status_code in (200, 201, 400, 404, 409, 422)
    if response.status_code >= 400:
        assert set(response.json()) == {"code", "message"}
