"""§1: rooms, the one shape of every HTTP error, and limits per address."""

import asyncio
import json
from typing import Any

import pytest
import websockets

from support.evening import Evening, open_evening
from support.guest import connect, make_room, request, request_join
from support.server import RunningServer, running_server
from virtubar.protocol.constants import Role

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
    body = response.json()
    assert (response.status_code, body["code"]) == (403, code)
    assert set(body) == {"code", "message", "reason", "untilMs", "scope"}
    assert body["reason"] == "shouting"
    assert (body["untilMs"] is None) == (action == "ban")
    assert body["scope"] == "room"


async def test_a_draining_server_says_when_to_come_back() -> None:
    """While it drains, joins are 503 with `retryAfterMs` and `Retry-After` (§1)."""

    async def goes_on(_counter: int) -> bool:
        """The loop of the server, held in the moment before it closes its sockets."""
        return False

    with running_server() as server:
        await make_room(server.http_url)
        stopping = server.app.server
        server.call(lambda: vars(stopping).update(on_tick=goes_on, should_exit=True))
        response = await request_join(server.http_url)
        server.call(lambda: vars(stopping).update(on_tick=type(stopping).on_tick.__get__(stopping)))
        server.call(lambda: vars(stopping).update(should_exit=False))
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
