"""Headers: what browsers must not do with answers, and who else may read them."""

import pytest

from api.fakes import Bar

ORIGIN = "https://party.example"
EVERYWHERE = ["/", "/r/lobby", "/static/docs.css", "/docs", "/openapi.json", "/rooms", "/healthz"]
REFUSED = [
    "/moderation/me",
    "/moderation/nope",
    "/nope",
    "/rooms/nowhere",
    "/static/nope",
    "/rooms/join",
    "/ws",
]
JOIN = b'{"roomId":"lobby"}'


@pytest.mark.parametrize("path", [*EVERYWHERE, *REFUSED])
async def test_every_answer_is_guarded(path: str) -> None:
    """No sniffing, no referrer, no frame around it, on successes and refusals alike."""
    headers = (await Bar().get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/r/lobby", "/docs"])
async def test_a_page_runs_nothing_but_our_own_files(path: str) -> None:
    """Nothing inline, nothing evaluated, nothing from elsewhere."""
    policy = (await Bar().get(path)).headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


async def test_a_page_may_open_its_socket_at_the_public_url() -> None:
    """Where a public URL is set the socket is there, wherever the page was loaded from."""
    policy = (await Bar({"public_url": "https://bar.example"}).get("/")).headers[
        "content-security-policy"
    ]
    assert "connect-src 'self' https://bar.example wss://bar.example;" in policy


@pytest.mark.parametrize("origin", [ORIGIN, "null", "https://evil.example", "http://bar.test"])
async def test_no_origin_is_shared_with_unless_it_is_named(origin: str) -> None:
    """By default there is no CORS header at all, whoever asks."""
    bar = Bar()
    status = 200 if origin == "http://bar.test" else 403
    for response, expected in (
        (await bar.post("/rooms/join", content=JOIN, headers={"Origin": origin}), status),
        (await bar.get("/rooms", headers={"Origin": origin}), 200),
    ):
        assert response.status_code == expected
        assert not [name for name in response.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://party.example",
        "https://party.example.evil.example",
        "https://evil-party.example",
        "https://party.example:8443",
        "https://PARTY.example",
        "",
    ],
)
async def test_an_origin_like_a_named_one_is_not_it(origin: str) -> None:
    """The whole origin must be equal; a look-alike gets no header."""
    bar = Bar({"allowed_origins": (ORIGIN,)})
    response = await bar.post("/rooms/join", content=JOIN, headers={"Origin": origin})
    assert "access-control-allow-origin" not in response.headers
    assert response.headers["vary"] == "Origin"


async def test_a_named_origin_reads_answers_and_refusals() -> None:
    """Its page must be able to tell a refusal from a broken line."""
    bar = Bar({"allowed_origins": (ORIGIN,)})
    for path, status in (("/rooms", 200), ("/rooms/nowhere", 404), ("/rooms/join", 405)):
        response = await bar.get(path, headers={"Origin": ORIGIN})
        assert response.status_code == status
        assert response.headers["access-control-allow-origin"] == ORIGIN
        assert response.headers["vary"] == "Origin"
        assert "access-control-allow-credentials" not in response.headers


async def test_any_origin_can_be_allowed() -> None:
    """`*` is answered with `*`; there are no cookies that it could expose."""
    bar = Bar({"allowed_origins": ("*",)})
    response = await bar.get("/rooms", headers={"Origin": "https://anywhere.example"})
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["vary"] == "Origin"


async def test_null_is_no_origin_unless_it_is_named() -> None:
    """Any page can make itself to be `null`, in a sandboxed frame."""
    for allowed, shared in ((("*",), None), (("*", "null"), "null"), (("null",), "null")):
        response = await Bar({"allowed_origins": allowed}).get("/rooms", headers={"Origin": "null"})
        assert response.headers.get("access-control-allow-origin") == shared


async def test_an_app_around_a_page_may_be_allowed() -> None:
    """What wraps a page into an app has a scheme of its own."""
    app = "capacitor://localhost"
    response = await Bar({"allowed_origins": (app,)}).get("/rooms", headers={"Origin": app})
    assert response.headers["access-control-allow-origin"] == app


async def test_only_the_rooms_and_their_moderation_are_shared() -> None:
    """Pages, figures and health stay with this origin."""
    bar = Bar({"allowed_origins": ("*",)})
    for path in ("/", "/admin", "/metrics", "/roomservice", "/moderations", "/openapi.json"):
        response = await bar.get(path, headers={"Origin": ORIGIN})
        assert "access-control-allow-origin" not in response.headers


async def preflight(bar: Bar, origin: str, path: str = "/rooms/join") -> dict[str, str]:
    """The CORS headers of the answer to a browser's question."""
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    async with bar.client() as client:
        response = await client.options(path, headers=asked)
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["x-content-type-options"] == "nosniff"
    return {k: v for k, v in response.headers.items() if k.startswith("access-control")}


@pytest.mark.parametrize(
    "path", ["/rooms", "/rooms/join", "/rooms/lobby", "/moderation/me", "/moderation/people/ann"]
)
async def test_a_named_origin_may_send_json_and_its_identity(path: str) -> None:
    """The preflight allows just the methods and headers that the API has."""
    bar = Bar({"allowed_origins": (ORIGIN,)})
    assert await preflight(bar, ORIGIN, path) == {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-methods": "GET, POST, PATCH, DELETE",
        "access-control-allow-headers": "Authorization, Content-Type",
        "access-control-max-age": "600",
    }


async def test_a_foreign_origin_hears_nothing_in_advance() -> None:
    """No CORS header, so the browser does not send the request."""
    assert await preflight(Bar({"allowed_origins": (ORIGIN,)}), "https://evil.example") == {}
    assert await preflight(Bar(), ORIGIN) == {}
    assert await preflight(Bar({"allowed_origins": ("*",)}), ORIGIN, "/metrics") == {}


async def test_a_plain_options_request_lists_the_methods() -> None:
    """Without a browser's question it is an ordinary request."""
    async with Bar({"allowed_origins": (ORIGIN,)}).client() as client:
        response = await client.options("/rooms/join", headers={"Origin": ORIGIN})
    assert response.headers["allow"] == "OPTIONS, POST"


@pytest.mark.parametrize("path", ["/", "/rooms", "/healthz", "/static/docs.css", "/rooms/nowhere"])
async def test_head_is_get_without_its_body(path: str) -> None:
    """Same status and headers, no body (RFC 9110 §9.3.2)."""
    bar = Bar()
    full = await bar.get(path)
    async with bar.client() as client:
        head = await client.head(path)
    assert head.content == b""
    assert head.status_code == full.status_code
    assert head.headers == full.headers
