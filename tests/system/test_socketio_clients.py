"""Over Socket.IO with clients that nobody here wrote, in each of their settings."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from support.evening import Evening, open_evening, payloads
from support.foreign import ForeignGuest, NodeGuest, PythonGuest, Settings
from support.guest import Event
from support.server import RunningServer, running_server
from virtubar.protocol.constants import Role

CLIENTS: list[tuple[type[NodeGuest | PythonGuest], Settings]] = [
    (client, settings)
    for client in (NodeGuest, PythonGuest)
    for settings in ("default", "websocket", "polling")
]
Enter = Callable[[], Awaitable[ForeignGuest]]
FINAL = {NodeGuest: "io server disconnect", PythonGuest: "server disconnect"}


@pytest.fixture
async def room(server: RunningServer) -> AsyncIterator[Evening]:
    """A room of its own, in which the others speak the raw WebSocket."""
    opened = await open_evening(server)
    yield opened
    await opened.end()


@pytest.fixture(params=CLIENTS, ids=lambda pair: f"{pair[0].__name__}-{pair[1]}")
async def guest(room: Evening, request: pytest.FixtureRequest) -> AsyncIterator[ForeignGuest]:
    """A client of that kind with those settings, its token in `auth`, who has not joined."""
    client, settings = request.param
    ticket = await room.ticket()
    opened = client(room.url, ticket)
    auth = {"realtimeToken": ticket["realtimeToken"]}
    await opened.open(ticket["socketioUrl"], settings, auth)
    yield opened
    await opened.end()


async def join(guest: ForeignGuest, **fields: str) -> None:
    """Join with the token of `auth`, unless another one is given."""
    await guest.join_room(**{"token": "", **fields})


async def enter(guest: ForeignGuest) -> Event:
    """Be in the room; its state."""
    await join(guest)
    state = await guest.receive_until("room_state")
    await guest.receive_until("session")
    return state


async def test_an_evening_from_join_to_leave(room: Evening, guest: ForeignGuest) -> None:
    """Sees and is seen, hears and is heard, and its leave is seen at once."""
    bob = await room.enter("Bob")
    state = await enter(guest)
    assert {member["userId"] for member in state["members"]} == {bob.user_id, guest.user_id}
    await guest.move(2.5)
    await guest.say("good evening")
    for person in (bob, guest):
        moved = await person.receive_until("avatar_transform_broadcast", userId=guest.user_id)
        assert moved["x"] == 2.5
        said = await person.receive_until("chat_broadcast", userId=guest.user_id)
        assert said["text"] == "good evening"
    await bob.say("good evening to you")
    assert (await guest.receive_until("chat_broadcast"))["userId"] == bob.user_id
    await guest.leave()
    await bob.receive_until("member_left", userId=guest.user_id)


async def test_a_refused_join_keeps_the_connection(guest: ForeignGuest) -> None:
    """`auth_error`, and a better token on the same socket (§3)."""
    await join(guest, token="forged")
    assert (await guest.receive_until("auth_error"))["code"] == "token_invalid"
    await enter(guest)


async def test_an_event_that_is_none_is_answered(guest: ForeignGuest) -> None:
    """`error`, as over the raw socket (§2)."""
    await guest.emit("presence", ["no", "envelope"])
    assert (await guest.receive_until("error"))["code"] == "malformed"
    await enter(guest)


async def test_whoever_is_kicked_hears_why_and_stays_away(
    room: Evening, guest: ForeignGuest
) -> None:
    """`moderation_action`, then `closing` 4001, then a disconnect after which the client does not
    come back by itself (§7, §8)."""
    moderator = await room.enter_as(Role.MODERATOR, "mod")
    await enter(guest)
    await moderator.moderate("kick", guest.user_id, reason="shouting")
    assert (await guest.receive_until("moderation_action"))["reason"] == "shouting"
    assert (await guest.receive_until("closing"))["code"] == 4001
    ended = await asyncio.wait_for(guest.ended.get(), 5)
    assert ended == FINAL.get(type(guest)) or isinstance(guest, PythonGuest)


async def test_a_second_connection_of_the_same_user_replaces_the_first(
    room: Evening, guest: ForeignGuest
) -> None:
    """4009, and the others notice nothing (§3)."""
    bob = await room.enter("Bob")
    await enter(guest)
    await room.enter("Ann", await room.fresh(guest))
    assert (await guest.receive_until("auth_error"))["code"] == "replaced"
    assert (await guest.receive_until("closing"))["code"] == 4009
    await asyncio.wait_for(guest.ended.get(), 5)
    assert payloads(await room.heard(bob), "member_left") == []


async def test_nothing_is_lost_while_the_client_goes_over_to_a_websocket(
    room: Evening, guest: ForeignGuest
) -> None:
    """Every move of another in its order, from the first request on."""
    bob = await room.enter("Bob")
    await enter(guest)
    for _ in range(20):
        await bob.move(float(bob.seq + 1))
        await asyncio.sleep(0.055)  # below the rate, over the whole of an upgrade
    seqs: list[int] = []
    while not seqs or seqs[-1] < bob.seq:
        moved = await guest.receive_until("avatar_transform_broadcast", userId=bob.user_id)
        seqs.append(moved["seq"])
    assert seqs == list(range(seqs[0], bob.seq + 1))
    assert seqs[0] <= 2


@pytest.mark.parametrize("client", [NodeGuest, PythonGuest])
async def test_a_client_that_polls_sees_a_whole_crowd_move_at_once(
    room: Evening, client: type[NodeGuest | PythonGuest]
) -> None:
    """python-socketio reads 16 packets of an answer, and hangs up at more (§10)."""
    walkers = [await room.enter(f"Walker {number}") for number in range(24)]
    ticket = await room.ticket()
    guest = client(room.url, ticket)
    await guest.open(ticket["socketioUrl"], "polling", {"realtimeToken": ticket["realtimeToken"]})
    await enter(guest)
    for _ in range(3):
        with room.server.held_clock():
            for walker in walkers:
                await walker.move(2.5)
            await room.settle()
    seen: list[str] = []
    while len(seen) < 3 * len(walkers):
        moved = await guest.receive_until("avatar_transform_broadcast")
        seen.append(moved["userId"])
    assert {seen.count(walker.user_id) for walker in walkers} == {3}
    assert guest.ended.empty()
    await guest.end()


@pytest.mark.parametrize("settings", ["default", "websocket", "polling"])
async def test_the_clients_settings_decide_the_carrier(room: Evening, settings: Settings) -> None:
    """By default it begins with requests and goes over to a WebSocket."""
    ticket = await room.ticket()
    guests: list[NodeGuest | PythonGuest] = [
        NodeGuest(room.url, ticket),
        PythonGuest(room.url, ticket),
    ]
    for guest in guests:
        await guest.open(ticket["socketioUrl"], settings, {})
    node, python = guests
    for _ in range(100):
        if node.carrier == "websocket" or settings == "polling":
            break
        await asyncio.sleep(0.05)
    wanted = "polling" if settings == "polling" else "websocket"
    assert (node.carrier, python.carrier) == (wanted, wanted)
    for guest in guests:
        await guest.end()


async def test_a_client_comes_back_to_a_server_that_was_started_again() -> None:
    """After 1001 npm's client reconnects by itself, whatever its settings (§8)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    guests: list[NodeGuest] = []
    settings: tuple[Settings, ...] = ("default", "websocket", "polling")
    with running_server(port=port) as server:
        evening = await open_evening(server)
        for one in settings:
            guest = NodeGuest(server.http_url, evening.mint(f"user-{one}"))
            await guest.open(f"{server.http_url}/socket.io/", one, {})
            guests.append(guest)
        server.loop.call_soon_threadsafe(server.app.server.stop)
        for guest in guests:
            assert (await guest.receive_until("closing"))["code"] == 1001
            assert await asyncio.wait_for(guest.ended.get(), 5) in (
                "transport close",
                "transport error",
            )
    with running_server(port=port):
        for guest in guests:
            await asyncio.wait_for(guest.connected.get(), 30)
    for guest in guests:
        await guest.end()
