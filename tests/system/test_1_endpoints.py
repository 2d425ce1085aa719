"""§1: the addresses that a server answers at, and what it says there."""

import asyncio
import json
from typing import Any

import pytest
import websockets
from websockets.typing import Subprotocol

from support.evening import Evening, names, open_evening
from support.guest import connect, make_room, request, request_join
from support.server import RunningServer, running_server
from virtubar.protocol.constants import Role

BIG = 16 * 1024
ROOM_FIELDS = {
    "roomId",
    "name",
    "capacity",
    "memberCount",
    "ownerId",
    "hearingRadiusM",
    "emotes",
}


# The socket


async def test_the_raw_socket_carries_one_envelope_in_each_text_frame(evening: Evening) -> None:
    """Each event of one flush is a text message of its own, with exactly the envelope (§1, §2)."""
    ann, bob = await evening.company("Ann", "Bob")
    for n in range(5):
        await ann.move(n)
        await ann.say(f"line {n}")
    await evening.settle()
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
    evening: Evening, asked: list[str] | None, answered: str | None
) -> None:
    """`virtubar.v1` is optional: none asked, none answered (§1)."""
    subprotocols = None if asked is None else [Subprotocol(name) for name in asked]
    guest = await evening.connect(subprotocols=subprotocols)
    assert guest.socket.subprotocol == answered


async def test_a_subprotocol_that_is_not_ours_is_not_answered(evening: Evening) -> None:
    """A client that asks only for another one gets none, and may stay (§1)."""
    guest = await evening.connect(subprotocols=[Subprotocol("virtubar.v2")])
    assert guest.socket.subprotocol is None
    assert names(await evening.join(guest)) == ["room_state", "session"]


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


# Rooms


async def test_the_lobby_always_exists(server: RunningServer) -> None:
    """`lobby` can be joined and is listed without anybody making it (§1)."""
    assert (await request_join(server.http_url, "lobby")).status_code == 200
    rooms = (await request(server.http_url, "GET", "/rooms")).json()["rooms"]
    assert "lobby" in {room["roomId"] for room in rooms}


@pytest.mark.parametrize("room_id", ["", "a b", "x" * 65, "über", "a/b", "a\n", 7])
async def test_ids_that_cannot_be_a_rooms_are_refused(server: RunningServer, room_id: Any) -> None:
    """A roomId is `[A-Za-z0-9_-]{1,64}`, and the answer names the field (§1)."""
    for path in ("/rooms/join", "/rooms"):
        response = await request(server.http_url, "POST", path, json={"roomId": room_id})
        assert response.status_code == 422
        assert response.json()["code"] == "invalid_field"
        assert "roomId" in response.json()["message"]


async def test_the_longest_room_id_works(server: RunningServer) -> None:
    """64 characters are allowed, of every kind (§1)."""
    room_id = "Az09_-" * 10 + "last"
    assert (await make_room(server.http_url, roomId=room_id))["roomId"] == room_id
    guest = await connect(server.http_url, room_id)
    await guest.join_room()
    assert (await guest.receive_until("room_state"))["roomId"] == room_id
    await guest.socket.close()


async def test_joining_never_makes_a_room(server: RunningServer) -> None:
    """A room that nobody made is 404 `room_not_found`, twice (§1)."""
    for _ in range(2):
        response = await request_join(server.http_url, "nobody-made-this")
        assert (response.status_code, response.json()["code"]) == (404, "room_not_found")


async def test_a_new_room_is_answered_with_201_and_its_settings(server: RunningServer) -> None:
    """`POST /rooms` takes every setting, and shows the room (§1)."""
    wanted: dict[str, Any] = {
        "roomId": "jazz-night",
        "name": "Jazz night",
        "capacity": 12,
        "hearingRadiusM": 4.5,
        "emotes": ["cheers", "sax"],
    }
    room = await make_room(server.http_url, **wanted)
    assert set(room) == ROOM_FIELDS | {"identityToken"}
    assert {name: room[name] for name in wanted} == wanted
    assert room["memberCount"] == 0


async def test_the_creator_owns_the_room(evening: Evening) -> None:
    """Who makes a room enters it as its owner, everybody else as a guest (§1)."""
    ticket = await evening.ticket(identity=evening.room["identityToken"])
    assert ticket["userId"] == evening.room["ownerId"]
    owner, guest = await evening.connect(ticket), await evening.connect()
    for person, role in ((owner, Role.OWNER), (guest, Role.GUEST)):
        session = (await evening.join(person))[1]
        assert session["payload"]["role"] == role


async def test_a_taken_room_id_is_refused(evening: Evening) -> None:
    """Two rooms cannot have one id: 409 `room_exists` (§1)."""
    response = await request(evening.url, "POST", "/rooms", json={"roomId": evening.room_id})
    assert (response.status_code, response.json()["code"]) == (409, "room_exists")


async def test_the_list_of_rooms_says_how_many_are_inside(evening: Evening) -> None:
    """`GET /rooms` counts members, those in their grace among them (§1)."""
    ann, _ = await evening.company("Ann", "Bob")
    await evening.drop(ann)
    rooms = (await request(evening.url, "GET", "/rooms")).json()["rooms"]
    shown = next(room for room in rooms if room["roomId"] == evening.room_id)
    assert set(shown) == ROOM_FIELDS
    assert shown["memberCount"] == 2


# Errors


async def test_every_http_error_has_one_shape(server: RunningServer) -> None:
    """`{code, message}` and nothing else, whatever went wrong (§1)."""
    url = server.http_url
    await make_room(url, roomId="for-one", capacity=1)
    inside = await connect(url, "for-one")
    await inside.join_room()
    await inside.receive_until("session")
    join = ("POST", "/rooms/join")
    outcomes: list[tuple[int, str, Any]] = [
        (400, "malformed", await request(url, *join, content=b"{")),
        (401, "token_invalid", await request(url, *join, json={"roomId": "lobby"}, identity="x")),
        (404, "room_not_found", await request(url, *join, json={"roomId": "nowhere"})),
        (404, "room_not_found", await request(url, "GET", "/rooms/nowhere")),
        (404, "not_found", await request(url, "GET", "/nothing")),
        (409, "room_full", await request(url, *join, json={"roomId": "for-one"})),
        (409, "room_exists", await request(url, "POST", "/rooms", json={"roomId": "lobby"})),
        (413, "too_large", await request(url, *join, content=b" " * (BIG + 1))),
        (422, "invalid_field", await request(url, *join, json={})),
        (422, "invalid_field", await request(url, "POST", "/rooms", json={"capacity": 0})),
    ]
    for status, code, response in outcomes:
        body = response.json()
        assert (response.status_code, body["code"]) == (status, code)
        assert set(body) == {"code", "message"}
        assert body["message"]
    await inside.socket.close()


async def test_bodies_up_to_sixteen_kilobytes_are_read(server: RunningServer) -> None:
    """16 KiB are read, one byte more is refused with 413 (§1)."""
    body = json.dumps({"roomId": "lobby"}).encode()
    for size, status in ((BIG, 200), (BIG + 1, 413)):
        response = await request(server.http_url, "POST", "/rooms/join", content=body.ljust(size))
        assert response.status_code == status


@pytest.mark.parametrize(("action", "code"), [("kick", "kicked"), ("ban", "banned")])
async def test_who_was_thrown_out_is_refused_with_403(
    evening: Evening, action: str, code: str
) -> None:
    """403 says whether it was a kick or a ban (§1, §7)."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann = await evening.enter("Ann")
    await moderator.send("moderate", action=action, userId=ann.user_id, reason="shouting")
    assert await ann.closed() in (4001, 4003)
    response = await request_join(
        evening.url, evening.room_id, identity=ann.joined["identityToken"]
    )
    assert (response.status_code, response.json()["code"]) == (403, code)
    assert set(response.json()) == {"code", "message"}


async def test_a_draining_server_says_when_to_come_back() -> None:
    """While it drains, joins are 503 with `retryAfterMs` and `Retry-After` (§1)."""
    with running_server() as server:
        await make_room(server.http_url)
        server.call(lambda: setattr(server.app.server, "should_exit", True))
        response = await request_join(server.http_url)
    body = response.json()
    assert (response.status_code, body["code"]) == (503, "draining")
    assert set(body) == {"code", "message", "retryAfterMs"}
    assert int(response.headers["retry-after"]) * 1000 >= body["retryAfterMs"] > 0


# Limits per address


async def test_one_address_may_join_two_hundred_times_and_then_twenty_a_second() -> None:
    """The defaults: a burst of 200, then 20 a second, then 429 with `retryAfterMs` (§1)."""
    with running_server(address_limits=True) as server, server.held_clock():
        first = await _join_until_refused(server, 202)
        server.advance(1000)
        second = await _join_until_refused(server, 22)
    assert (first, second) == (200, 20)


async def _join_until_refused(server: RunningServer, tries: int) -> int:
    """How many of so many joins were let through; the first refusal must be a proper one."""
    responses = await asyncio.gather(*(request_join(server.http_url) for _ in range(tries)))
    refused = [response for response in responses if response.status_code != 200]
    assert {response.status_code for response in refused} == {429}
    body = refused[0].json()
    assert set(body) == {"code", "message", "retryAfterMs"}
    assert body["code"] == "rate_limited"
    assert 0 < body["retryAfterMs"] <= 50
    assert refused[0].headers["retry-after"] == "1"
    return tries - len(refused)


async def test_limits_per_address_can_be_turned_off_for_load_tests() -> None:
    """With `VIRTUBAR_ADDRESS_LIMITS=off` nobody is counted (§1)."""
    with running_server(address_limits=False, joins_burst=1, connections_per_address=1) as server:
        guests = [await connect(server.http_url) for _ in range(4)]
        for guest in guests:
            await guest.handled()
            await guest.socket.close()


async def test_one_address_may_have_so_many_sockets_and_no_more() -> None:
    """One past the limit is refused with 429 before the upgrade; a closed one makes room (§1)."""
    with running_server(address_limits=True, connections_per_address=3) as server:
        room = await open_evening(server)
        guests = [await room.connect() for _ in range(3)]
        with pytest.raises(websockets.InvalidStatus) as refusal:
            await room.connect()
        assert refusal.value.response.status_code == 429
        assert refusal.value.response.headers["retry-after"]
        await guests[0].socket.close()
        await room.settle()
        await room.connect()
        await room.end()


def test_the_default_number_of_sockets_of_one_address_is_512(server: RunningServer) -> None:
    """Generous enough for a whole party behind one router (§1)."""
    assert server.app.settings.connections_per_address == 512
