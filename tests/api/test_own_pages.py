"""What changes something is not done for pages of other sites, nor for forms (§1)."""

import re
from typing import Any

import httpx
import pytest

from api.fakes import Bar, assert_error
from virtubar.api.own_pages import LOOKING
from virtubar.protocol.constants import Role

EVIL = "https://evil.example"
JOIN = {"roomId": "lobby"}


def changing(bar: Bar) -> list[tuple[str, str]]:
    """Every method and path of the application by which something may change."""
    return [
        (method, re.sub(r"\{[^}]*\}", "x", route.path))
        for route in bar.own_app().routes
        for method in getattr(route, "methods", ())
        if method not in LOOKING
    ]


CHANGING = changing(Bar())


async def ask(bar: Bar, method: str, path: str, **more: Any) -> httpx.Response:
    """One request as it is given, with nothing added."""
    async with bar.client() as client:
        return await client.request(method, path, **more)


def test_every_changing_route_is_looked_at() -> None:
    """The walk over the routes finds those that there are."""
    assert {("POST", "/rooms"), ("POST", "/rooms/join"), ("PATCH", "/rooms/x")} < set(CHANGING)
    assert [method for method, _ in CHANGING].count("DELETE") >= 1
    assert len(CHANGING) >= 6


@pytest.mark.parametrize(("method", "path"), CHANGING)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://bar.test:81"},
        {"Origin": "http://bar.test.evil.example"},
        {"Origin": EVIL, "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_a_foreign_page_changes_nothing(
    method: str, path: str, headers: dict[str, str]
) -> None:
    """Whatever it asks for and however it calls its body, with anybody's identity."""
    bar = Bar()
    given = {"Authorization": f"Bearer {bar.token('ann', Role.ADMIN)}", **headers}
    for kind in ("application/json", "text/plain"):
        response = await ask(
            bar, method, path, headers={**given, "Content-Type": kind}, content=b"{}"
        )
        assert_error(response, 403, "origin_not_allowed")
    assert list(bar.rooms.configs) == ["lobby"]
    assert (bar.moderation.acts, bar.storage.people.erased) == ([], [])


@pytest.mark.parametrize(("method", "path"), CHANGING)
@pytest.mark.parametrize(
    "kind",
    [None, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; a=b", "x"],
)
async def test_what_is_not_called_json_is_refused(method: str, path: str, kind: str | None) -> None:
    """A browser sends those for any page, without asking."""
    headers = {} if kind is None else {"Content-Type": kind}
    response = await ask(Bar(), method, path, headers=headers, content=b'{"roomId":"r1"}')
    assert_error(response, 415, "unsupported_media_type")


async def test_an_empty_body_is_no_json_but_for_a_removal() -> None:
    """A DELETE says everything in its path."""
    bar = Bar()
    assert_error(await ask(bar, "POST", "/rooms"), 415, "unsupported_media_type")
    path = next(path for method, path in CHANGING if method == "DELETE")
    assert_error(await ask(bar, "DELETE", path), 401, "token_missing")


@pytest.mark.parametrize(
    ("options", "headers"),
    [
        ({}, {}),
        ({}, {"Origin": "http://bar.test", "Sec-Fetch-Site": "same-origin"}),
        ({}, {"Origin": "https://bar.test:443", "Host": "bar.test"}),
        ({}, {"Sec-Fetch-Site": "none"}),
        ({"public_url": "https://bar.example"}, {"Origin": "https://bar.example"}),
        ({"allowed_origins": (EVIL,)}, {"Origin": EVIL, "Sec-Fetch-Site": "cross-site"}),
        ({"allowed_origins": ("*",)}, {"Origin": EVIL, "Sec-Fetch-Site": "cross-site"}),
    ],
)
async def test_our_own_pages_and_those_let_in_may(
    options: dict[str, Any], headers: dict[str, str]
) -> None:
    """The same host, the public URL, those of the setting, and whatever is no browser."""
    response = await ask(Bar(options), "POST", "/rooms/join", headers=headers, json=JOIN)
    assert response.status_code == 200


async def test_behind_a_proxy_the_visitors_host_counts() -> None:
    """Where the proxy is trusted."""
    headers = {"Origin": "https://bar.example", "X-Forwarded-Host": "bar.example"}
    for peer, status in (("10.0.0.1", 200), ("203.0.113.7", 403)):
        bar = Bar(peer=peer)
        response = await ask(bar, "POST", "/rooms/join", headers=headers, json=JOIN)
        assert response.status_code == status


async def test_a_foreign_page_may_look() -> None:
    """What it may read of the answer is another question."""
    assert (await ask(Bar(), "GET", "/rooms", headers={"Origin": EVIL})).status_code == 200
