"""§1: the addresses that a server answers at, and what it says there."""

import json

import pytest
import websockets
from websockets.typing import Subprotocol

from support.evening import Evening, names
from support.greeting import GREETING
from support.guest import request, request_join
from support.server import RunningServer, running_server

BIG = 16 * 1024
ROOM_FIELDS = {
    "roomId",
    "name",
    "capacity",
    "memberCount",
    "personCount",
    "botCount",
    "ownerId",
    "hearingRadiusM",
    "emotes",
    "locked",
    "allowedRoles",
}


# The socket


async def test_the_raw_socket_carries_one_envelope_in_each_text_frame(raw_evening: Evening) -> None:
    """Each event of one flush is a text message of its own, with exactly the envelope (§1, §2)."""
    ann, bob = await raw_evening.company("Ann", "Bob")
    for n in range(5):
        await ann.move(n)
        await ann.say(f"line {n}")
    await raw_evening.settle()
    for _ in range(10):
        message = await bob.socket.recv()
        assert isinstance(message, str)
        event = json.loads(message)
        assert set(event) == {"v", "t", "ts", "payload"}
        assert event["v"] == 1
        assert isinstance(event["ts"], int)
        assert isinstance(event["payload"], dict)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [(None, None), (["virtubar.v1"], "virtubar.v1"), (["other", "virtubar.v1"], "virtubar.v1")],
)
async def test_the_subprotocol_is_answered_where_it_is_asked_for(
    raw_evening: Evening, asked: list[str] | None, answered: str | None
) -> None:
    """`virtubar.v1` is optional: none asked, none answered (§1)."""
    subprotocols = None if asked is None else [Subprotocol(name) for name in asked]
    guest = await raw_evening.connect(subprotocols=subprotocols)
    assert guest.socket.subprotocol == answered


async def test_a_subprotocol_that_is_not_ours_is_not_answered(raw_evening: Evening) -> None:
    """A client that asks only for another one gets none, and may stay (§1)."""
    guest = await raw_evening.connect(subprotocols=[Subprotocol("virtubar.v2")])
    assert guest.socket.subprotocol is None
    assert names(await raw_evening.join(guest)) == [*GREETING]


@pytest.mark.parametrize("compression", ["deflate", None])
async def test_clients_with_and_without_compression_hear_the_same(
    evening: Evening, compression: str | None
) -> None:
    """Compression is the socket's own business: the events are the same (§1)."""
    ann, bob = await evening.company("Ann", "Bob")
    eve = await evening.enter("Eve", compression=compression)
    await evening.clear()
    for n in range(4):
        await ann.move(n)
        await bob.say("good evening, " * n + "bar")
    assert await evening.heard(eve) == await bob.pending()


@pytest.mark.parametrize(
    "origin", ["https://elsewhere.example", "null", "http://127.0.0.1.evil.example"]
)
async def test_another_sites_page_may_not_open_a_socket(server: RunningServer, origin: str) -> None:
    """A foreign Origin is refused with 403 before the upgrade (§1)."""
    with pytest.raises(websockets.InvalidStatus) as refusal:
        await websockets.connect(server.ws_url, proxy=None, origin=websockets.Origin(origin))
    assert refusal.value.response.status_code == 403
    assert json.loads(refusal.value.response.body or b"")["code"] == "origin_not_allowed"


async def test_the_servers_own_page_may_open_a_socket(server: RunningServer) -> None:
    """The same origin is let through (§1)."""
    origin = websockets.Origin(server.http_url)
    async with websockets.connect(server.ws_url, proxy=None, origin=origin) as socket:
        await (await socket.ping())


async def test_there_is_a_page_at_the_root(server: RunningServer) -> None:
    """The web client is at `/` (§1)."""
    response = await request(server.http_url, "GET", "/")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")


# URLs


async def test_urls_are_made_from_the_requests_host(server: RunningServer) -> None:
    """`realtimeUrl` and `socketioUrl` are absolute (§1)."""
    joined = (await request_join(server.http_url)).json()
    assert joined["realtimeUrl"] == server.ws_url
    assert joined["socketioUrl"] == f"{server.http_url}/socket.io/"


async def test_forwarded_headers_of_strangers_are_not_believed(server: RunningServer) -> None:
    """Only trusted proxies may say which host the client used (§1)."""
    response = await request(
        server.http_url,
        "POST",
        "/rooms/join",
        json={"roomId": "lobby"},
        headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"},
    )
    assert response.json()["realtimeUrl"] == server.ws_url


async def test_forwarded_headers_of_a_trusted_proxy_make_the_urls() -> None:
    """Behind a proxy that the operator trusts the URLs are the visitor's (§1)."""
    with running_server(trusted_proxies=["127.0.0.1"]) as server:
        response = await request(
            server.http_url,
            "POST",
            "/rooms/join",
            json={"roomId": "lobby"},
            headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "bar.example"},
        )
    assert response.json()["realtimeUrl"] == "wss://bar.example/ws"
    assert response.json()["socketioUrl"] == "https://bar.example/socket.io/"


async def test_the_public_url_makes_the_urls_where_it_is_set() -> None:
    """`VIRTUBAR_PUBLIC_URL` wins over the request's host (§1)."""
    with running_server(public_url="https://bar.example") as server:
        joined = (await request_join(server.http_url)).json()
    assert joined["realtimeUrl"] == "wss://bar.example/ws"
    assert joined["socketioUrl"] == "https://bar.example/socket.io/"
