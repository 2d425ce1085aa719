"""The client against the real server (§3 to §9)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import jwt
import pytest

from support.server import RunningServer, running_server
from virtubar.client import Bar, BarEvent, Joined, JoinFailedError, Reconnecting, State, connect
from virtubar.client.link import Link
from virtubar.client.opening import Transport
from virtubar.errors import ConnectionLostError
from virtubar.protocol import events as wire
from virtubar.protocol.constants import SEQ_MAX, CloseCode

if TYPE_CHECKING:
    from virtubar.client.wire import WireChoice

PROVIDER_SECRET = "shared with the identity provider, over 32 bytes"


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with running_server() as running:
        yield running


@pytest.fixture(params=["websocket", "socketio"])
def transport(request: pytest.FixtureRequest) -> Transport:
    """Either way to reach a room: an application cannot tell them apart."""
    transport: Transport = request.param
    return transport


@pytest.fixture(params=["json", "compact", "socketio"])
async def ann(server: RunningServer, request: pytest.FixtureRequest) -> AsyncIterator[Bar]:
    """Ann, over every wire there is: an application cannot tell them apart either."""
    chosen: WireChoice = "json" if request.param == "socketio" else request.param
    transport: Transport = "socketio" if request.param == "socketio" else "websocket"
    async with connect(
        server.http_url, "lobby", display_name="Ann", transport=transport, wire=chosen
    ) as bar:
        yield bar


@pytest.fixture
async def bob(server: RunningServer, ann: Bar) -> AsyncIterator[Bar]:
    del ann
    async with connect(server.http_url, "lobby", display_name="Bob") as bar:
        yield bar


async def until(bar: Bar, wanted: type[BarEvent], **fields: object) -> BarEvent:
    """The next event of that type with those fields."""
    async with asyncio.timeout(5):
        async for event in bar:
            if isinstance(event, wanted) and all(
                getattr(event, name) == value for name, value in fields.items()
            ):
                return event
    raise AssertionError("the bar was left")


def drop(bar: Bar) -> None:
    """Cut the connection as a lost network does."""
    assert bar._driver is not None
    link = bar._driver._link
    assert link is not None
    link.cut()


async def test_who_comes_back_after_the_last_seq_moves_on(server: RunningServer, bob: Bar) -> None:
    """A new connection begins at 0 again, and the others follow it (§5)."""
    async with connect(server.http_url, "lobby") as one:
        one.send(wire.AvatarTransform("lobby", SEQ_MAX, 1, 0, 1, 0, "walk", False))
        await until(bob, wire.AvatarTransformBroadcast, seq=SEQ_MAX)
        token = one.identity_token
        async with connect(server.http_url, "lobby", identity_token=token) as other:
            other.move(2, 0, 2, 0)
            await until(bob, wire.AvatarTransformBroadcast, user_id=other.user_id, seq=0, x=2.0)
            other.move(3, 0, 2, 0)
            await until(bob, wire.AvatarTransformBroadcast, user_id=other.user_id, seq=1, x=3.0)


async def test_two_see_each_other(ann: Bar, bob: Bar) -> None:
    """Both are in both their rooms."""
    joined = await until(ann, wire.MemberJoined)
    assert isinstance(joined, wire.MemberJoined)
    assert joined.member.display_name == "Bob"
    assert {one.display_name for one in bob.members.values()} == {"Ann", "Bob"}
    assert set(ann.members) == set(bob.members) == {ann.user_id, bob.user_id}


async def test_a_move_is_seen_by_the_others_and_echoed(ann: Bar, bob: Bar) -> None:
    """The echo is the sender's own confirmation (§5)."""
    ann.move(1.5, 0.0, -2.25, 0.5, "walk", speaking=True)
    for bar in (bob, ann):
        seen = await until(bar, wire.AvatarTransformBroadcast, user_id=ann.user_id)
        assert seen == wire.AvatarTransformBroadcast(
            ann.user_id, 0, 1.5, 0.0, -2.25, 0.5, "walk", True
        )


async def test_the_last_position_of_a_hasty_walk_arrives(ann: Bar, bob: Bar) -> None:
    """However fast the application moves, nothing is refused and the end is exact (§5, §9)."""
    for step in range(200):
        ann.move(step / 100, 0.0, 0.0, 0.0)
        await asyncio.sleep(0.001)
    ann.move(2.0, 0.0, 0.0, 0.0, "idle")
    await until(bob, wire.AvatarTransformBroadcast, x=2.0, anim="idle")
    assert bob.members[ann.user_id].x == 2.0


async def test_chat_and_emotes_reach_everybody(ann: Bar, bob: Bar) -> None:
    """The sender included (§6)."""
    await ann.say("cheers everybody")
    ann.emote("cheers")
    for bar in (ann, bob):
        chat = await until(bar, wire.ChatBroadcast)
        assert isinstance(chat, wire.ChatBroadcast)
        assert (chat.user_id, chat.text) == (ann.user_id, "cheers everybody")
        await until(bar, wire.EmoteBroadcast, user_id=ann.user_id, emote_id="cheers")


async def test_a_seat_is_one_persons(ann: Bar, bob: Bar) -> None:
    """Who asks second is refused; both know whose it is (§11)."""
    ann.sit("counter-5")
    await until(bob, wire.SeatChanged, user_id=ann.user_id, seat_id="counter-5")
    bob.sit("counter-5")
    await until(bob, wire.Error, code="seat_taken", event="seat")
    assert bob.seats == {"counter-5": ann.user_id}
    ann.sit(None)
    await until(bob, wire.SeatChanged, user_id=ann.user_id, seat_id=None)
    assert bob.seats == {}


async def test_leaving_is_seen_at_once(
    server: RunningServer, ann: Bar, transport: Transport
) -> None:
    """A clean close is a leave (§4)."""
    async with connect(server.http_url, "lobby", transport=transport) as guest:
        await until(ann, wire.MemberJoined)
        user_id = guest.user_id
    await until(ann, wire.MemberLeft, user_id=user_id)
    assert user_id not in ann.members


async def test_an_identity_is_kept_across_visits(server: RunningServer) -> None:
    """The identityToken of one visit is the userId of the next (§3)."""
    async with connect(server.http_url, "lobby") as first:
        user_id, token = first.user_id, first.identity_token
    async with connect(server.http_url, "lobby", identity_token=token) as second:
        assert second.user_id == user_id


async def test_a_lost_connection_is_resumed(ann: Bar, bob: Bar) -> None:
    """Same place, seq going on, nobody notices, and the chat it missed (§4, §5, §6)."""
    ann.move(3.0, 0.0, 3.0, 0.0, "idle")
    await until(bob, wire.AvatarTransformBroadcast, user_id=ann.user_id)
    drop(ann)
    await until(ann, Reconnecting)
    await bob.say("while you were away")
    joined = await until(ann, Joined)
    assert isinstance(joined, Joined)
    assert joined.resumed
    await until(ann, wire.ChatBroadcast, text="while you were away")
    assert (ann.members[ann.user_id].x, ann.members[ann.user_id].z) == (3.0, 3.0)
    await bob.say("still here?")
    seen = [await anext(bob)]
    async with asyncio.timeout(5):
        while not (isinstance(seen[-1], wire.ChatBroadcast) and seen[-1].text == "still here?"):
            seen.append(await anext(bob))
    assert not [one for one in seen if isinstance(one, wire.MemberLeft | wire.MemberJoined)]
    seqs = [one.seq for one in seen if isinstance(one, wire.AvatarTransformBroadcast)]
    assert seqs == sorted(set(seqs))


async def test_a_newer_connection_replaces_this_one(server: RunningServer, ann: Bar) -> None:
    """The same person in another window: the older one does not fight back (§3, §8)."""
    async with connect(server.http_url, "lobby", identity_token=ann.identity_token) as second:
        with pytest.raises(ConnectionLostError) as lost:
            await until(ann, Reconnecting)
        assert lost.value.close_code == CloseCode.REPLACED
        assert second.user_id == ann.user_id
        assert second.state is State.JOINED


async def test_a_hidden_client_gets_no_transforms(ann: Bar, bob: Bar) -> None:
    """presence: none while hidden, one room_state when visible again (§4)."""
    bob.set_visible(False)
    ann.move(1.0, 0.0, 1.0, 0.0, "idle")
    await until(ann, wire.AvatarTransformBroadcast)
    await ann.say("mark")
    async with asyncio.timeout(5):
        while not isinstance(event := await anext(bob), wire.ChatBroadcast):
            if isinstance(event, wire.AvatarTransformBroadcast):
                assert event.user_id != ann.user_id
    bob.set_visible(True)
    await until(bob, wire.RoomState)
    assert bob.members[ann.user_id].x == 1.0


async def test_the_clock_is_known_after_a_moment(ann: Bar) -> None:
    """On one machine the offset is next to nothing (§4)."""
    await until(ann, wire.HeartbeatAck)
    assert ann.round_trip_ms is not None
    assert abs(ann.clock_offset_ms) < 500


async def test_an_unknown_room_is_an_error(server: RunningServer) -> None:
    """Joining never creates a room (§1)."""
    with pytest.raises(JoinFailedError) as caught:
        async with connect(server.http_url, "nowhere"):
            pass
    assert caught.value.code == "room_not_found"


async def test_the_token_is_renewed_while_joined() -> None:
    """A token of two seconds; the others notice nothing (§3)."""
    with running_server(token_life_seconds=2) as server:
        async with connect(server.http_url, "lobby") as ann:
            assert isinstance(await until(ann, wire.TokenRenewed), wire.TokenRenewed)
            assert ann.state is State.JOINED


async def test_an_expired_token_is_replaced_on_the_same_socket(transport: Transport) -> None:
    """The membership survives an expiry that the client slept through (§3)."""
    with running_server(token_life_seconds=10) as server:
        async with connect(server.http_url, "lobby", transport=transport) as ann:
            server.advance(16_000)
            await until(ann, wire.AuthError, code="token_expired")
            await until(ann, wire.TokenRenewed)
            await ann.say("still me")
            await until(ann, wire.ChatBroadcast, text="still me")


async def test_a_draining_server_is_left_for_the_next(transport: Transport) -> None:
    """1001, and back as soon as somebody listens there again (§8)."""
    with running_server() as server:
        port = server.app.address[1]
        bar = connect(server.http_url, "lobby", transport=transport)
        await bar.__aenter__()
        await asyncio.to_thread(server.stop)
    lost = await until(bar, Reconnecting)
    assert isinstance(lost, Reconnecting)
    assert lost.code == 1001
    with running_server(port=port):
        await until(bar, Joined)
        await bar.__aexit__(None, None, None)


async def test_in_a_crowd_transforms_come_in_short() -> None:
    """Where nothing else was said, a client does as the server would like (§12)."""
    with running_server(crowd_threshold=1) as server:
        async with (
            connect(server.http_url, "lobby", display_name="Ann") as ann,
            connect(server.http_url, "lobby", display_name="Bob", wire="json") as bob,
            connect(server.http_url, "lobby", display_name="Cat") as cat,
        ):
            assert wires(ann, bob, cat) == ["virtubar.v1", "virtubar.v1", "virtubar.v1.compact"]
            ann.move(1.25, 0.0, -2.5, rot_y=0.5)
            seen = [
                await until(bar, wire.AvatarTransformBroadcast, user_id=ann.user_id)
                for bar in (bob, cat)
            ]
            assert seen[0] == seen[1]


def wires(*bars: Bar) -> list[str | None]:
    """The subprotocol that each agreed on with the server."""
    agreed = []
    for bar in bars:
        assert bar._driver is not None
        link = bar._driver._link
        assert isinstance(link, Link)
        assert link._transport is not None
        agreed.append(link._transport.response.headers.get("Sec-WebSocket-Protocol"))
    return agreed


async def test_fifty_at_once(server: RunningServer) -> None:
    """A party comes in together, and everybody sees everybody."""
    bars = [connect(server.http_url, "lobby", listen=False) for _ in range(50)]
    await asyncio.gather(*(bar.__aenter__() for bar in bars))
    user_ids = {bar.user_id for bar in bars}
    assert len(user_ids) == 50
    assert user_ids <= set(bars[-1].members)
    await asyncio.gather(*(bar.__aexit__(None, None, None) for bar in bars))


async def test_an_identity_that_ends_during_the_visit_is_renewed() -> None:
    """A function gives a fresh token when the server wants one; the visit goes on (§3)."""
    given: list[str] = []
    with running_server(external_jwt_secret=PROVIDER_SECRET) as server:

        def identity() -> str:
            now_s = server.clock.wall_ms() // 1000
            claims = {"sub": "ann", "iat": now_s, "exp": now_s + 60}
            given.append(jwt.encode(claims, PROVIDER_SECRET, "HS256"))
            return given[-1]

        async with connect(server.http_url, "lobby", identity_token=identity) as bar:
            await until(bar, Joined, user_id="ann")
            await asyncio.to_thread(server.advance, 90_000)
            drop(bar)
            await until(bar, Joined, user_id="ann")
            assert len(given) == 2
            assert bar.identity_token == given[-1]
