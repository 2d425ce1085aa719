"""Over Socket.IO: how sessions begin, who may begin them, and how they go over to a WebSocket."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import websockets

from support.guest import TLS, request, request_join
from support.server import RunningServer, running_server
from support.socketio import ENGINE, SOCKETIO, Carrier, Line, PollingLine, open_line

BOTH = pytest.mark.parametrize("carrier", ["websocket", "polling"])
HANDSHAKE = {"pingInterval": 20_000, "pingTimeout": 20_000, "maxPayload": 16_384}


@asynccontextmanager
async def line_of(server: RunningServer, carrier: Carrier, **headers: str) -> AsyncIterator[Line]:
    """A session that ends with the block."""
    line = await open_line(server.http_url, carrier, **headers)
    try:
        yield line
    finally:
        await line.end()


@asynccontextmanager
async def polling(server: RunningServer, **headers: str) -> AsyncIterator[PollingLine]:
    """A session that polls, and ends with the block."""
    async with line_of(server, "polling", **headers) as line:
        assert isinstance(line, PollingLine)
        yield line


async def ask(server: RunningServer, method: str, query: str, **headers: str) -> httpx.Response:
    """One request to `/socket.io/`."""
    async with httpx.AsyncClient(base_url=server.http_url, verify=TLS, trust_env=False) as http:
        return await http.request(method, f"{SOCKETIO}{query}", headers=headers)


def socket_url(server: RunningServer, query: str) -> str:
    """Where a WebSocket opens with that query."""
    return f"{server.http_url.replace('http', 'ws', 1)}{SOCKETIO}{query}"


async def refusal(server: RunningServer, query: str, **headers: str) -> tuple[int, str]:
    """The status and code that a WebSocket is refused with."""
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(socket_url(server, query), proxy=None, additional_headers=headers)
    response = refused.value.response
    return response.status_code, json.loads(response.body or b"")["code"]


# Beginning


async def test_a_session_that_polls_is_told_the_figures_and_may_upgrade(
    server: RunningServer,
) -> None:
    """Pings every 20 s that wait for 20 s, bodies of 16 KiB; no cookie, nothing to be cached."""
    answer = await ask(server, "GET", "?EIO=4&transport=polling")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=UTF-8"
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    opening = json.loads(answer.text.removeprefix("0"))
    assert len(opening.pop("sid")) >= 20
    assert opening == {"upgrades": ["websocket"], **HANDSHAKE}


async def test_a_session_over_a_websocket_is_told_the_same(server: RunningServer) -> None:
    """There is nothing to upgrade to."""
    url = socket_url(server, "?EIO=4&transport=websocket")
    async with websockets.connect(url, proxy=None) as socket:
        opening = json.loads(str(await socket.recv()).removeprefix("0"))
        del opening["sid"]
        assert opening == {"upgrades": [], **HANDSHAKE}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "unsupported_version"),
        ("?transport=polling", "unsupported_version"),
        ("?EIO=3&transport=polling", "unsupported_version"),
        ("?EIO=abc&transport=polling", "unsupported_version"),
        ("?EIO=4&EIO=3&transport=polling", "unsupported_version"),
        ("?EIO=4", "malformed"),
        ("?EIO=4&transport=flashsocket", "malformed"),
        ("?EIO=4&transport=websocket", "malformed"),
        ("?EIO=4&transport=polling&sid=nobody", "unknown_session"),
        ("?" + "&".join(f"a{n}=1" for n in range(500)), "malformed"),
    ],
)
async def test_what_is_no_engine_io_4_is_refused_and_told_why(
    server: RunningServer, query: str, code: str
) -> None:
    """400 in the shape of every error; older clients (EIO 3) are told what is spoken here."""
    answer = await ask(server, "GET", query)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["message"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD"])
async def test_only_get_begins_a_session(server: RunningServer, method: str) -> None:
    """400, as Engine.IO's own server answers."""
    answer = await ask(server, method, "?EIO=4&transport=polling")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("?EIO=3&transport=websocket", "unsupported_version"),
        ("?EIO=4", "malformed"),
        ("?EIO=4&transport=polling", "malformed"),
        ("?EIO=4&transport=websocket&sid=nobody", "unknown_session"),
    ],
)
async def test_a_websocket_that_asks_for_something_else_is_refused(
    server: RunningServer, query: str, code: str
) -> None:
    """Before the upgrade, with the reason."""
    assert await refusal(server, query) == (400, code)


# Origins


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
async def test_another_sites_page_may_do_nothing(server: RunningServer, origin: str) -> None:
    """Neither begin, nor poll, nor post, nor ask in advance, nor open a WebSocket (§1)."""
    async with polling(server) as line:
        mine = f"?EIO=4&transport=polling&sid={line.session_id}"
        for method, query in (
            ("GET", "?EIO=4&transport=polling"),
            ("GET", mine),
            ("POST", mine),
            ("OPTIONS", mine),
        ):
            answer = await ask(server, method, query, Origin=origin)
            assert (answer.status_code, answer.json()["code"]) == (403, "origin_not_allowed")
            assert "access-control-allow-origin" not in answer.headers
        for query in ("?EIO=4&transport=websocket", mine.replace("polling", "websocket")):
            assert await refusal(server, query, Origin=origin) == (403, "origin_not_allowed")
        assert (await line.connect()).startswith('40{"sid"')


async def test_a_page_that_is_allowed_may_read_answers() -> None:
    """It gets the headers that a browser asks for, with no credentials, and its preflight."""
    page = "https://partner.example"
    with running_server(allowed_origins=[page]) as server:
        answer = await ask(server, "GET", "?EIO=4&transport=polling", Origin=page)
        assert answer.headers["access-control-allow-origin"] == page
        assert answer.headers["vary"] == "Origin"
        assert "access-control-allow-credentials" not in answer.headers
        asked = await ask(server, "OPTIONS", "?EIO=4&transport=polling", Origin=page)
        assert asked.status_code == 204
        assert asked.headers["access-control-allow-methods"] == "GET, POST"
        refused = await ask(server, "GET", "?EIO=3&transport=polling", Origin=page)
        assert refused.headers["access-control-allow-origin"] == page


# Limits


@BOTH
async def test_an_address_may_have_so_many_sessions(carrier: Carrier) -> None:
    """Counted with the raw sockets; an upgrade is no second one, and the place is given back."""
    with running_server(address_limits=True, connections_per_address=2) as server:
        async with line_of(server, carrier) as first, polling(server) as second:
            assert await refusal(server, "?EIO=4&transport=websocket") == (429, "rate_limited")
            answer = await ask(server, "GET", "?EIO=4&transport=polling")
            assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
            assert answer.json()["retryAfterMs"] == int(answer.headers["retry-after"]) * 1000
            await _upgrade(server, second)
            await first.connect()
            await first.send("41")
            assert await first.receive() is None
            await first.end()
            for _ in range(100):
                if (await ask(server, "GET", "?EIO=4&transport=polling")).is_success:
                    return
            raise AssertionError("the place is not given back")


async def test_a_full_server_refuses_sessions() -> None:
    """503, and when to try again."""
    with running_server(max_connections=1) as server:
        async with line_of(server, "polling"):
            answer = await ask(server, "GET", "?EIO=4&transport=polling")
            assert (answer.status_code, answer.json()["code"]) == (503, "server_full")


# Compression


async def test_large_answers_are_packed_for_those_who_take_them() -> None:
    """gzip above 1 KiB, and only where it is asked for."""
    with running_server() as server:
        async with polling(server, **{"Accept-Encoding": "identity"}) as line:
            joined = (await request_join(server.http_url)).json()
            await line.connect(json.dumps({"realtimeToken": joined["realtimeToken"]}))
            for encoding in ("identity", "gzip", "br;q=1, gzip;q=0.5"):
                await line.send(*(f"2{'x' * 500}" for _ in range(3)))
                request = line.http.build_request(
                    "GET",
                    f"{ENGINE}&sid={line.session_id}",
                    headers={"Accept-Encoding": encoding},
                )
                answer = await line.http.send(request, stream=True)
                raw = b"".join([part async for part in answer.aiter_raw()])
                await answer.aclose()
                packed = answer.headers.get("content-encoding") == "gzip"
                assert packed is ("gzip" in encoding)
                body = gzip.decompress(raw) if packed else raw
                assert body == b"\x1e".join([b"3" + b"x" * 500] * 3)


# Upgrading


async def _upgrade(server: RunningServer, line: PollingLine) -> websockets.ClientConnection:
    """Go over to a WebSocket as a client does."""
    url = socket_url(server, f"?EIO=4&transport=websocket&sid={line.session_id}")
    socket = await websockets.connect(url, proxy=None)
    poll = asyncio.create_task(line.get())
    await socket.send("2probe")
    assert await socket.recv() == "3probe"
    assert (await poll).text == "6"
    await socket.send("5")
    return socket


async def test_a_session_goes_over_to_a_websocket(server: RunningServer) -> None:
    """The request that waits is answered with nothing, and what comes later comes there."""
    async with polling(server) as line:
        await line.connect()
        socket = await _upgrade(server, line)
        await socket.send("2hello")
        assert await socket.recv() == "3hello"
        answer = await line.get()
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_session")
        assert (await line.post("41")).status_code == 400
        query = f"?EIO=4&transport=websocket&sid={line.session_id}"
        assert await refusal(server, query) == (400, "unknown_session")
        await socket.close()


async def test_what_waits_at_the_upgrade_comes_first_and_in_order(server: RunningServer) -> None:
    """Nothing is lost or overtaken between the two."""
    async with polling(server) as line:
        await line.connect()
        url = socket_url(server, f"?EIO=4&transport=websocket&sid={line.session_id}")
        async with websockets.connect(url, proxy=None) as socket:
            await socket.send("2probe")
            assert await socket.recv() == "3probe"
            assert (await line.get()).text == "6"
            await line.send("2a", "2b")
            await line.send("2c")
            await socket.send("5")
            await socket.send("2d")
            assert [await socket.recv() for _ in range(4)] == ["3a", "3b", "3c", "3d"]


async def test_while_a_websocket_is_tried_polls_still_bring_what_there_is(
    server: RunningServer,
) -> None:
    """At once, so that the client may go over between two of them."""
    async with polling(server) as line:
        await line.connect()
        url = socket_url(server, f"?EIO=4&transport=websocket&sid={line.session_id}")
        async with websockets.connect(url, proxy=None) as socket:
            await socket.send("2probe")
            await socket.recv()
            await line.send("2a")
            assert (await line.get()).text == "3a"
            assert (await line.get()).text == "6"
            query = f"?EIO=4&transport=websocket&sid={line.session_id}"
            assert await refusal(server, query) == (400, "unknown_session")


@pytest.mark.parametrize("messages", [["5"], ["2probe", '42["presence",{}]'], ["41"], ["x"]])
async def test_a_websocket_that_does_not_upgrade_is_closed_and_the_session_lives(
    server: RunningServer, messages: list[str]
) -> None:
    """It is closed 1002, and the client polls on."""
    async with polling(server) as line:
        await line.connect()
        url = socket_url(server, f"?EIO=4&transport=websocket&sid={line.session_id}")
        async with websockets.connect(url, proxy=None) as socket:
            for message in messages:
                await socket.send(message)
            await socket.wait_closed()
            assert socket.close_code == 1002
        await line.send("2still here")
        assert await line.receive() == "3still here"


async def test_a_websocket_has_ten_seconds_to_upgrade(server: RunningServer) -> None:
    """Then it is closed, and polls wait again."""
    async with polling(server) as line:
        await line.connect()
        url = socket_url(server, f"?EIO=4&transport=websocket&sid={line.session_id}")
        async with websockets.connect(url, proxy=None) as socket:
            await socket.send("2probe")
            assert await socket.recv() == "3probe"
            server.advance(10_100)
            await socket.wait_closed()
            assert socket.close_code == 1002
        poll = asyncio.create_task(line.get())
        await line.send("2a")
        assert (await poll).text == "3a"


async def test_a_session_that_ends_on_the_way_over_says_why_on_the_websocket(
    server: RunningServer,
) -> None:
    """The client polls no more when it has sent `5`, which may cross with the end (§8)."""
    async with polling(server) as line:
        await line.connect()
        url = socket_url(server, f"?EIO=4&transport=websocket&sid={line.session_id}")
        async with websockets.connect(url, proxy=None) as socket:
            await socket.send("2probe")
            assert await socket.recv() == "3probe"
            assert (await line.get()).text == "6"
            await line.send("2a", "bAQ==")
            await socket.send("5")
            assert await socket.recv() == "3a"
            assert json.loads(str(await socket.recv())[2:])[1]["payload"] == {
                "code": 1003,
                "reason": "text only",
            }
            await socket.wait_closed()
        assert (await line.get()).status_code == 400


@pytest.mark.parametrize("told", [True, False])
async def test_a_session_that_was_ended_does_not_go_over(
    server: RunningServer, *, told: bool
) -> None:
    """A WebSocket that is tried after the end saves nobody from it (§8)."""
    async with polling(server) as line:
        await line.connect()
        await line.send("bAQ==")
        if told:
            assert '"code":1003' in (await line.get()).text
        url = socket_url(server, f"?EIO=4&transport=websocket&sid={line.session_id}")
        async with websockets.connect(url, proxy=None) as socket:
            await socket.send("2probe")
            assert await socket.recv() == "3probe"
            await socket.send("5")
            await socket.send("2still here?")
            rest = [message async for message in socket]
            assert len(rest) == (0 if told else 1)
            assert socket.close_code == 1000
        assert (await line.get()).status_code == 400


async def test_a_session_that_ends_takes_the_websocket_that_is_tried_along(
    server: RunningServer,
) -> None:
    """Nobody could go over to it any more."""
    async with polling(server) as line:
        await line.connect()
        url = socket_url(server, f"?EIO=4&transport=websocket&sid={line.session_id}")
        async with websockets.connect(url, proxy=None) as socket:
            await line.send("41")
            assert await line.receive() is None
            await socket.wait_closed()
            assert socket.close_code == 1000


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_foreign_page_that_hides_its_origin_is_told_by_the_browser(
    server: RunningServer, method: str
) -> None:
    """`Sec-Fetch-Site: cross-site` without an origin is refused, whatever it asks for (§1)."""
    path = "/socket.io/?EIO=4&transport=polling" + ("&sid=x" if method == "POST" else "")
    for site, status in (("cross-site", 403), ("same-origin", 200 if method == "GET" else 400)):
        response = await request(server.http_url, method, path, headers={"Sec-Fetch-Site": site})
        assert response.status_code == status
