"""The client on a real socket, against a bar that the test plays (§9)."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
from websockets import ConnectionClosed

from client.fake_bar import FakeBar, FakeSocket, fake_bar, server_ms
from virtubar.client import (
    Bar,
    BarEvent,
    ConnectionLostError,
    Joined,
    JoinFailedError,
    ReaderTooSlowError,
    Reconnecting,
    State,
    connect,
)
from virtubar.client.link import Link
from virtubar.client.mailbox import RELIABLE_MAX
from virtubar.protocol import events as wire
from virtubar.protocol.constants import UNSENT_MAX_BYTES


@pytest.fixture
async def fake() -> AsyncIterator[FakeBar]:
    async with fake_bar() as bar:
        yield bar


@asynccontextmanager
async def inside(fake: FakeBar, **options: object) -> AsyncIterator[tuple[Bar, FakeSocket]]:
    """A client that was let in, and its socket seen from the server."""
    bar = connect(fake.base_url, "lobby", http=fake.http, **options)  # type: ignore[arg-type] # as given
    entering = asyncio.create_task(bar.__aenter__())
    socket = await fake.socket()
    await socket.let_in()
    await entering
    try:
        yield bar, socket
    finally:
        await bar.__aexit__(None, None, None)


async def read_until(bar: Bar, kind: type) -> BarEvent:
    """The next event of that kind."""
    async with asyncio.timeout(5):
        async for event in bar:
            if isinstance(event, kind):
                return event
    raise AssertionError("the bar was left")


async def test_is_in_the_room_once_entered(fake: FakeBar) -> None:
    """`async with connect(...)` comes back joined, with the members known."""
    async with inside(fake) as (bar, _):
        assert bar.state is State.JOINED
        assert bar.user_id == "guest-ann"
        assert bar.members["guest-ann"].z == 6.0
        assert bar.identity_token == "identity-ann"


async def test_the_token_travels_in_the_payload(fake: FakeBar) -> None:
    """Never in the URL, where it would be logged (§3)."""
    bar = connect(fake.base_url, "lobby", display_name="Ann", avatar_id="fox", http=fake.http)
    entering = asyncio.create_task(bar.__aenter__())
    socket = await fake.socket()
    join = await socket.let_in()
    await entering
    await bar.__aexit__(None, None, None)
    assert join.realtime_token == "token-1"
    assert join.user == wire.JoinUser("guest-ann", "Ann", "fox")
    assert socket.connection.request is not None
    assert socket.connection.request.path == "/ws"


async def test_does_not_ask_for_deflate(fake: FakeBar) -> None:
    """Plain frames, as the docstring says."""
    async with inside(fake) as (_, socket):
        assert socket.connection.request is not None
        assert "Sec-WebSocket-Extensions" not in socket.connection.request.headers


async def test_asks_for_what_it_was_given(fake: FakeBar) -> None:
    """Name, avatar, device and identity go to POST /rooms/join (§3)."""
    options = {"display_name": "Ann", "avatar_id": "fox", "device": "mobile"}
    async with inside(fake, identity_token="kept", **options):
        [request] = fake.joins
        assert request.url == "http://bar.test/rooms/join"
        assert request.headers["Authorization"] == "Bearer kept"
        assert json.loads(request.content) == {
            "roomId": "lobby",
            "displayName": "Ann",
            "avatarId": "fox",
            "device": "mobile",
        }


async def test_yields_events_in_order(fake: FakeBar) -> None:
    """The server's events, and the client's own after what caused them."""
    async with inside(fake) as (bar, socket):
        chat = wire.ChatBroadcast("bob", "hello", "m-1")
        await socket.send(chat)
        events = [await anext(bar) for _ in range(4)]
        assert [type(one) for one in events[:3]] == [wire.RoomState, wire.Session, Joined]
        assert events[3] == chat


async def test_a_delivery_carries_the_motion_time(fake: FakeBar) -> None:
    """Smoothing needs the envelope's ts and the arrival (§1)."""
    async with inside(fake) as (bar, socket):
        ts_ms = server_ms() - 80
        event = wire.AvatarTransformBroadcast("guest-ann", 1, 1.0, 0.0, 2.0, 0.5, "walk", False)
        await socket.send(event, ts_ms)
        while (delivery := await bar.next_delivery()).event != event:
            pass
        assert delivery.ts_ms == ts_ms
        assert bar.members["guest-ann"].x == 1.0


async def test_says_moves_and_shows(fake: FakeBar) -> None:
    """What a person does in a bar."""
    async with inside(fake) as (bar, socket):
        await bar.say("hello")
        bar.emote("cheers")
        bar.move(1.0, 0.0, 2.0, 0.5, "walk", speaking=True)
        assert await socket.receive() == wire.LocalChat("lobby", "hello", "local")
        assert await socket.receive() == wire.Emote("lobby", "cheers")
        assert await socket.receive() == wire.AvatarTransform(
            "lobby", 0, 1.0, 0.0, 2.0, 0.5, "walk", True
        )


async def test_moves_are_throttled_and_the_last_one_arrives(fake: FakeBar) -> None:
    """15 Hz, newest wins (§9)."""
    async with inside(fake) as (bar, socket):
        for index in range(100):
            bar.move(index, 0.0, 0.0, 0.0)
        first, last = await socket.receive(), await socket.receive()
        assert isinstance(first, wire.AvatarTransform)
        assert isinstance(last, wire.AvatarTransform)
        assert (first.x, last.x, last.seq) == (0.0, 99.0, 1)


async def test_leaves_with_1000(fake: FakeBar) -> None:
    """A clean close, so that the others see it at once (§4)."""
    async with inside(fake) as (bar, socket):
        pass
    assert await socket.wait_closed() == 1000
    assert bar.state is State.CLOSED


async def test_the_iteration_ends_with_the_visit(fake: FakeBar) -> None:
    """What was unread is still there, then it ends."""
    async with inside(fake) as (bar, _):
        pass
    assert [type(one) async for one in bar] == [wire.RoomState, wire.Session, Joined]


async def test_a_bar_that_was_left_is_left(fake: FakeBar) -> None:
    """Using it further is said to be a mistake."""
    async with inside(fake) as (bar, _):
        pass
    with pytest.raises(ConnectionLostError, match="left"):
        bar.move(0.0, 0.0, 0.0, 0.0)


async def test_an_expired_token_is_replaced_on_the_same_socket(fake: FakeBar) -> None:
    """auth_error → /rooms/join → join_room, no new connection (§9)."""
    async with inside(fake) as (bar, socket):
        await socket.send(wire.AuthError("token_expired", "Expired."))
        join = await socket.receive()
        assert isinstance(join, wire.JoinRoom)
        assert join.realtime_token == "token-2"
        assert fake.joins[1].headers["Authorization"] == "Bearer identity-ann"
        assert bar.state is State.JOINED


async def test_renews_before_expiry(fake: FakeBar) -> None:
    """Without being told (§3)."""
    bar = connect(fake.base_url, "lobby", http=fake.http)
    entering = asyncio.create_task(bar.__aenter__())
    socket = await fake.socket()
    await socket.let_in(life_ms=1_000)
    await entering
    join = await socket.receive()
    assert isinstance(join, wire.JoinRoom)
    assert join.realtime_token == "token-2"
    await bar.__aexit__(None, None, None)


async def test_a_refused_join_is_tried_again_on_the_same_socket(fake: FakeBar) -> None:
    """The very first join_room may be refused too (§3)."""
    bar = connect(fake.base_url, "lobby", http=fake.http)
    entering = asyncio.create_task(bar.__aenter__())
    socket = await fake.socket()
    assert isinstance(await socket.receive(), wire.JoinRoom)
    await socket.send(wire.AuthError("token_invalid", "No."))
    join = await socket.let_in()
    await entering
    assert join.realtime_token == "token-2"
    await bar.__aexit__(None, None, None)


@pytest.mark.parametrize("code", [1001, 1011, 1013, 4010])
async def test_comes_back_after_a_loss(fake: FakeBar, code: int) -> None:
    """Another socket, the same bar; what was missed is asked for (§4, §6)."""
    async with inside(fake) as (bar, socket):
        await socket.send(wire.ChatBroadcast("bob", "hello", "m-1"))
        await read_until(bar, wire.ChatBroadcast)
        bar.move(5.0, 0.0, 5.0, 0.0)
        await socket.receive()
        await socket.close(code, "bye")
        lost = await read_until(bar, Reconnecting)
        assert isinstance(lost, Reconnecting)
        assert (lost.code, lost.reason) == (code, "bye")
        again = await fake.socket()
        join = await again.let_in(resumed=True)
        assert join.last_message_id == "m-1"
        joined = await read_until(bar, Joined)
        assert isinstance(joined, Joined)
        assert joined.resumed
        moved = await again.receive()
        assert isinstance(moved, wire.AvatarTransform)
        assert (moved.x, moved.seq) == (5.0, 1)


async def test_a_connection_cut_without_a_close_frame_comes_back(fake: FakeBar) -> None:
    """1006: network loss (§4)."""
    async with inside(fake) as (bar, socket):
        socket.connection.transport.abort()
        lost = await read_until(bar, Reconnecting)
        assert isinstance(lost, Reconnecting)
        assert lost.code == 1006
        await (await fake.socket()).let_in(resumed=True)
        await read_until(bar, Joined)


async def test_words_wait_for_the_room(fake: FakeBar) -> None:
    """say() while reconnecting is said after the resume."""
    async with inside(fake) as (bar, socket):
        await socket.close(1001)
        await read_until(bar, Reconnecting)
        saying = asyncio.create_task(bar.say("still here"))
        again = await fake.socket()
        await again.let_in(resumed=True)
        await saying
        assert await again.receive() == wire.LocalChat("lobby", "still here", "local")


@pytest.mark.parametrize("code", [1000, 4001, 4003, 4009])
async def test_some_closes_end_the_visit(fake: FakeBar, code: int) -> None:
    """The reader is told why; nobody comes back by themselves (§8)."""
    async with inside(fake) as (bar, socket):
        await socket.close(code, "why")
        with pytest.raises(ConnectionLostError) as caught:
            await read_until(bar, Reconnecting)
        assert (caught.value.close_code, caught.value.reason) == (code, "why")
        with pytest.raises(ConnectionLostError):
            await bar.say("hello?")
        assert len(fake.joins) == 1


async def test_a_refused_ticket_is_raised_on_entering(fake: FakeBar) -> None:
    """With the API's own code and words."""
    body = {"code": "room_not_found", "message": "There is no such room."}
    fake.answers.append(httpx.Response(404, json=body))
    with pytest.raises(JoinFailedError, match="no such room") as caught:
        async with connect(fake.base_url, "nowhere", http=fake.http):
            pass
    assert caught.value.code == "room_not_found"


async def test_a_passing_refusal_is_tried_again(fake: FakeBar) -> None:
    """503 while draining (§1)."""
    fake.answers.append(httpx.Response(503, json={"code": "draining", "message": "Wait."}))
    async with inside(fake) as (bar, _):
        assert bar.state is State.JOINED
    assert len(fake.joins) == 2


async def test_gives_up_entering_after_its_time(fake: FakeBar) -> None:
    """And says what the trouble was."""
    fake.answers.extend(httpx.Response(500) for _ in range(100))
    with pytest.raises(JoinFailedError, match=r"not in the room after 0\.4 s: .*HTTP 500"):
        async with connect(fake.base_url, "lobby", http=fake.http, join_timeout_s=0.4):
            pass


async def test_nobody_listening_is_said_so() -> None:
    """A wrong port is the most common mistake."""
    with pytest.raises(JoinFailedError, match="unreachable"):
        async with connect("http://127.0.0.1:1", "lobby", join_timeout_s=0.3):
            pass


async def test_a_socket_that_cannot_be_opened_is_tried_again(fake: FakeBar) -> None:
    """A node may be gone before its ticket is used (§9)."""
    ticket = {
        "realtimeToken": "t",
        "expiresAtMs": server_ms(),
        "userId": "guest-ann",
        "roomId": "lobby",
        "realtimeUrl": "ws://127.0.0.1:1/ws",
    }
    fake.answers.append(httpx.Response(200, json=ticket))
    async with inside(fake) as (bar, _):
        lost = await read_until(bar, Reconnecting)
        assert isinstance(lost, Reconnecting)
        assert "ConnectionRefusedError" in lost.reason


async def test_a_fault_of_the_client_reaches_the_reader(
    fake: FakeBar, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Rather than a bar that has silently stopped."""

    def stumble(*_: object) -> bool:
        raise ValueError("stumbled")

    async with inside(fake) as (bar, socket):
        monkeypatch.setattr(bar._session.view, "see", stumble)
        await socket.send(wire.ChatBroadcast("bob", "hello", "m-1"))
        assert await socket.wait_closed() == 1011
        with pytest.raises(ValueError, match="stumbled"):
            await read_until(bar, wire.ChatBroadcast)
        assert bar.state is State.CLOSED
    assert "the client failed" in caplog.text


async def test_transforms_wait_while_the_network_is_behind(
    fake: FakeBar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With more than 4 KiB unsent only the newest is kept: older ones would come late (§9)."""
    unsent_bytes = UNSENT_MAX_BYTES + 1
    monkeypatch.setattr(Link, "unsent_bytes", property(lambda _: unsent_bytes))
    async with inside(fake) as (bar, socket):
        for index in range(3):
            bar.move(index, 0.0, 0.0, 0.0)
            await asyncio.sleep(0.1)
        bar.emote("cheers")
        assert isinstance(await socket.receive(), wire.Emote)
        unsent_bytes = UNSENT_MAX_BYTES
        moved = await socket.receive()
        assert isinstance(moved, wire.AvatarTransform)
        assert (moved.x, moved.seq) == (2.0, 0)


async def test_cancelled_while_entering_leaves_nothing_open(fake: FakeBar) -> None:
    """The socket that was being opened is closed."""
    bar = connect(fake.base_url, "lobby", http=fake.http)
    entering = asyncio.create_task(bar.__aenter__())
    socket = await fake.socket()
    await socket.receive()
    entering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await entering
    assert await socket.wait_closed() == 1000


async def test_a_reader_that_never_reads_is_told(fake: FakeBar) -> None:
    """Reliable events are bounded and never dropped: the session ends instead."""
    async with inside(fake) as (bar, socket):
        with suppress(ConnectionClosed):  # it may hang up before the last is written
            for index in range(RELIABLE_MAX + 1):
                await socket.send(wire.ChatBroadcast("bob", "hello", f"m-{index}"))
        assert await socket.wait_closed() == 1011
        with pytest.raises(ReaderTooSlowError):
            bar.move(0.0, 0.0, 0.0, 0.0)
        unread = [await anext(bar) for _ in range(RELIABLE_MAX)]
        assert isinstance(unread[-1], wire.ChatBroadcast)
        with pytest.raises(ReaderTooSlowError):
            await anext(bar)


async def test_without_listening_nothing_is_kept(fake: FakeBar) -> None:
    """listen=False is for those who only act; members are known all the same."""
    async with inside(fake, listen=False) as (bar, socket):
        for index in range(RELIABLE_MAX + 10):
            await socket.send(wire.ChatBroadcast("bob", "hello", f"m-{index}"))
        newcomer = wire.MemberInfo("bob", "Bob", "default", 1.0, 0.0, 1.0, 0.0, "idle")
        await socket.send(wire.MemberJoined(newcomer))
        await asyncio.wait_for(await socket.connection.ping(), 5)
        assert "bob" in bar.members
        assert bar.state is State.JOINED
        with pytest.raises(RuntimeError, match="listen=False"):
            await anext(bar)


async def test_unknown_events_are_passed_over(fake: FakeBar) -> None:
    """A newer server may send what this client does not know (§2)."""
    async with inside(fake) as (bar, socket):
        message = {"v": 1, "t": "fireworks", "ts": server_ms(), "payload": {}}
        await socket.connection.send(json.dumps(message))
        await socket.send(wire.ChatBroadcast("bob", "hello", "m-1"))
        assert isinstance(await read_until(bar, wire.ChatBroadcast), wire.ChatBroadcast)


async def test_nonsense_is_logged_and_passed_over(
    fake: FakeBar, caplog: pytest.LogCaptureFixture
) -> None:
    """Without its text: it may hold what somebody said."""
    async with inside(fake) as (bar, socket):
        await socket.connection.send("secret nonsense")
        await socket.send(wire.ChatBroadcast("bob", "hello", "m-1"))
        await read_until(bar, wire.ChatBroadcast)
    assert "unreadable message" in caplog.text
    assert "secret" not in caplog.text


async def test_pings_are_answered(fake: FakeBar) -> None:
    """Liveness is decided by WebSocket pings (§4)."""
    async with inside(fake) as (_, socket):
        pong = await socket.connection.ping()
        await asyncio.wait_for(pong, 5)


async def test_heartbeats_set_the_clock(fake: FakeBar) -> None:
    """The offset is the server's time minus ours (§4)."""
    async with inside(fake) as (bar, socket):
        await socket.send(wire.HeartbeatAck(server_ms() - 40.0, server_ms() + 60_000, -1))
        await read_until(bar, wire.HeartbeatAck)
        assert bar.clock_offset_ms == pytest.approx(60_020, abs=200)
        assert bar.round_trip_ms == pytest.approx(40, abs=200)
        assert bar.server_time_ms == pytest.approx(server_ms() + 60_020, abs=200)


async def test_connections_are_not_logged_one_by_one(
    fake: FakeBar, caplog: pytest.LogCaptureFixture
) -> None:
    """picows tells of each at INFO; a thousand bots would drown the log."""
    with caplog.at_level(logging.INFO):
        async with inside(fake):
            pass
    assert not [one for one in caplog.records if one.name.startswith("virtubar")]


async def test_using_it_without_entering_is_a_mistake(fake: FakeBar) -> None:
    """Said clearly."""
    with pytest.raises(RuntimeError, match="async with"):
        connect(fake.base_url, "lobby").move(0.0, 0.0, 0.0, 0.0)
