"""Over Socket.IO: what packets mean, what is refused, and what ends the session, on any carrier."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from support.evening import metric
from support.guest import request_join
from support.server import RunningServer, running_server
from support.socketio import Carrier, Line, PollingLine, SocketLine, open_line
from virtubar.transport.socketio import packets, sessions
from virtubar.transport.socketio.polling import PollingCarrier
from virtubar.transport.socketio.session import Session
from virtubar.transport.websocket import CLOSE_TIMEOUT_MS

PRESENCE = '{"v":1,"t":"presence","ts":1,"payload":{"visible":true}}'
NEEDS = "An event is its name and one envelope, without acknowledgement."


@pytest.fixture(params=["websocket", "polling"])
def carrier(request: pytest.FixtureRequest) -> Carrier:
    """Either carrier: packets mean the same."""
    carrier: Carrier = request.param
    return carrier


@pytest.fixture
async def line(server: RunningServer, carrier: Carrier) -> AsyncIterator[Line]:
    """A session that has begun, and not connected."""
    opened = await open_line(server.http_url, carrier)
    yield opened
    await opened.end()


def event(name: str, envelope: str) -> str:
    """An event packet."""
    return f'42["{name}",{envelope}]'


async def join(line: Line, joined: dict[str, Any], **more: Any) -> None:
    """Send `join_room` without a token, unless there is one in `more`."""
    user = {"userId": joined["userId"], "displayName": "Ann", "avatarId": "fox"}
    payload = {"roomId": joined["roomId"], "user": user, **more}
    envelope = {"v": 1, "t": "join_room", "ts": 1, "payload": payload}
    await line.send(event("join_room", json.dumps(envelope)))


# Tokens


async def test_a_token_in_auth_is_as_good_as_one_in_join_room(
    server: RunningServer, line: Line
) -> None:
    """`auth.realtimeToken` of the client's options (§3)."""
    joined = (await request_join(server.http_url)).json()
    assert (
        await line.connect(json.dumps({"realtimeToken": joined["realtimeToken"], "more": 1}))
    ).startswith('40{"sid":"')
    await join(line, joined)
    assert (await line.event())[0] == "room_state"


async def test_the_token_in_the_payload_wins(server: RunningServer, line: Line) -> None:
    """And an `auth_error` keeps the connection (§3)."""
    joined = (await request_join(server.http_url)).json()
    await line.connect(json.dumps({"realtimeToken": joined["realtimeToken"]}))
    await join(line, joined, realtimeToken="forged")
    assert (await line.event())[1]["code"] == "token_invalid"
    await join(line, joined)
    assert (await line.event())[0] == "room_state"


@pytest.mark.parametrize("auth", ["", "{}", '{"realtimeToken":null}', '{"realtimeToken":""}'])
async def test_without_a_token_there_is_none(server: RunningServer, line: Line, auth: str) -> None:
    """The client is let in, and told at its join (§3)."""
    joined = (await request_join(server.http_url)).json()
    assert (await line.connect(auth)).startswith('40{"sid":"')
    await join(line, joined)
    assert (await line.event())[1]["code"] == "token_missing"


@pytest.mark.parametrize("auth", ["[]", "7", '{"realtimeToken":7}', "{", "[" * 4000])
async def test_an_auth_that_cannot_be_read_is_refused(line: Line, auth: str) -> None:
    """`connect_error` with a sentence; the client may try again."""
    refused = await line.connect(auth)
    assert refused.startswith('44{"message":"auth')
    assert (await line.connect()).startswith('40{"sid":"')


async def test_other_namespaces_are_refused(line: Line) -> None:
    """`connect_error`, before and after the connection to the one there is."""
    for packet in ("40/admin,", '40/admin,{"token":1}', "40/admin", "40/admin?x=1,"):
        await line.send(packet)
        assert await line.receive() == '44/admin,{"message":"Invalid namespace"}'
    assert (await line.connect()).startswith('40{"sid":"')
    await line.send("40/admin,")
    assert await line.receive() == '44/admin,{"message":"Invalid namespace"}'


# What is refused and costs nothing more


@pytest.mark.parametrize(
    "packet",
    [
        "42",
        "42{}",
        "42[]",
        '42["presence"]',
        f'42["presence",{PRESENCE},1]',
        f"42[7,{PRESENCE}]",
        f'42["presence",{PRESENCE}',
        f'42["presence",{PRESENCE}] x',
        f'427["presence",{PRESENCE}]',
        f'42/admin,["presence",{PRESENCE}]',
        "430[]",
        "43",
        '42["\\ud800",1]',
        '42["presence",' + "[" * 4000 + "]",
    ],
)
async def test_an_event_that_is_none_is_refused_and_the_connection_stays(
    line: Line, packet: str
) -> None:
    """Acknowledgements, other namespaces, wrong arguments: `error malformed` (§2)."""
    await line.connect()
    await line.send(packet)
    assert await line.event() == ("error", {"code": "malformed", "message": NEEDS, "event": None})
    await line.send("2still here")
    assert await line.receive() == "3still here"


async def test_the_name_must_be_the_envelopes(line: Line) -> None:
    """`t` says what it is, and the event's name the same (§1)."""
    await line.connect()
    await line.send(event("emote", PRESENCE))
    name, payload = await line.event()
    assert (name, payload["code"]) == ("error", "malformed")
    await line.send(event("presence", PRESENCE))
    assert (await line.event())[1]["code"] == "not_joined"


async def test_white_space_between_the_parts_is_json_too(line: Line) -> None:
    """Clients in other languages write it."""
    await line.connect()
    await line.send(f'42[ "presence" , {PRESENCE} ]')
    assert (await line.event())[1]["code"] == "not_joined"


# What ends the session


@pytest.mark.parametrize(
    ("packet", "code"),
    [
        ("abc", 1002),
        ("", 1002),
        ("5", 1002),
        ("6", 1002),
        ("7", 1002),
        ("4", 1002),
        ("4abc", 1002),
        ('44{"message":"no"}', 1002),
        ("49[]", 1002),
        ("41/admin,", 1002),
        ("40/" + "x" * 100 + ",", 1002),
        ("40", 1002),
        ('451-["presence",{"_placeholder":true,"num":0}]', 1003),
        ("461-[]", 1003),
        ("bAQIDBA==", 1003),
        ('42["presence","' + "x" * 4095 + '"]', 1009),
        ("2" + "x" * 4160, 1009),
    ],
)
async def test_what_is_no_packet_of_a_client_ends_the_session(
    line: Line, carrier: Carrier, packet: str, code: int
) -> None:
    """The reason is told first, then the session is over."""
    await line.connect()
    await line.send(packet)
    closing, disconnected = await line.ending()
    # picows says the size of a frame before anything of it is read
    assert closing is not None
    assert (closing["code"], disconnected) == (code, False)
    assert closing["reason"]
    if carrier == "websocket":
        assert isinstance(line, SocketLine)
        assert line.socket.close_code == code


@pytest.mark.parametrize("packet", [event("presence", PRESENCE), "42", "43"])
async def test_nothing_is_said_before_the_connection(line: Line, packet: str) -> None:
    """An event before CONNECT ends the session."""
    await line.send(packet)
    closing, _ = await line.ending()
    assert closing == {"code": 1002, "reason": "no CONNECT yet"}


@pytest.mark.parametrize("packet", ["41", "1"])
async def test_a_client_that_ends_it_is_told_nothing(line: Line, packet: str) -> None:
    """Neither `closing` nor a disconnect."""
    await line.connect()
    await line.send(packet)
    assert await line.ending() == (None, False)


async def test_an_engine_that_closes_is_no_leave(server: RunningServer, line: Line) -> None:
    """A page that goes does it too: the place is kept (§4)."""
    joined = (await request_join(server.http_url)).json()
    await line.connect(json.dumps({"realtimeToken": joined["realtimeToken"]}))
    await join(line, joined)
    await line.event()
    await line.send("1")
    assert await line.ending() == (None, False)
    assert server.call(lambda: server.app.hub.contains("lobby", joined["userId"]))


async def test_a_defect_of_ours_ends_one_session(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1011, and the reason is no secret of the server's (§8)."""

    def fail(_packet: bytes) -> packets.Packet:
        raise RuntimeError("a defect")

    monkeypatch.setattr(packets, "read", fail)
    await line.send("40")
    closing, _ = await line.ending()
    assert closing == {"code": 1011, "reason": "internal error"}


# Polling alone


@pytest.fixture
async def polling(server: RunningServer) -> AsyncIterator[PollingLine]:
    """A session that polls, let in."""
    line = await open_line(server.http_url, "polling")
    assert isinstance(line, PollingLine)
    await line.connect()
    yield line
    await line.end()


async def wait_for_poll(server: RunningServer, line: PollingLine) -> None:
    """Come back when a request of the session waits at the server."""

    def waits() -> bool:
        (session,) = (
            transport
            for transport in server.app.hub.sockets.open
            if isinstance(transport, Session) and transport.session_id == line.session_id
        )
        assert isinstance(session.carrier, PollingCarrier)
        return session.carrier._poll is not None

    for _ in range(1000):
        if await asyncio.to_thread(server.call, waits):
            return
    raise AssertionError("the request does not arrive")


async def test_two_polls_at_once_end_the_session(
    server: RunningServer, polling: PollingLine
) -> None:
    """The first is answered with the end of it, the second refused."""
    first = asyncio.create_task(polling.get())
    await wait_for_poll(server, polling)
    second = await polling.get()
    assert (await first).text.startswith('42["closing",')
    assert second.status_code == 400
    assert (await polling.get()).text == "1"
    assert (await polling.get()).status_code == 400


async def test_a_body_may_have_sixteen_kilobytes(polling: PollingLine) -> None:
    """As everywhere: 413 over it, and the session ends 1009 (§1, §8)."""
    whole = "\x1e".join(["2" + "x" * 4095] * 4)
    assert len(whole) == 16 * 1024 + 3
    assert (await polling.post(whole[:-3])).status_code == 200
    assert len((await polling.get()).text) == 16 * 1024
    answer = await polling.post(whole)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert await polling.ending() == ({"code": 1009, "reason": "too big"}, False)


async def test_a_body_that_is_no_text_ends_the_session(polling: PollingLine) -> None:
    """1007 (§8)."""
    assert (await polling.post(b"2\xff")).status_code == 400
    closing, _ = await polling.ending()
    assert closing is not None
    assert closing["code"] == 1007


async def test_packets_in_one_body_count_one_by_one(
    server: RunningServer, polling: PollingLine
) -> None:
    """400 at once are borne, and one more is flooding (§2)."""
    with server.held_clock():
        server.advance(2000)
        assert (await polling.post("\x1e".join(["3"] * 400))).status_code == 200
        assert (await polling.post("3")).status_code == 200
        assert await polling.ending() == ({"code": 4029, "reason": "too many messages"}, False)


async def test_a_good_bye_to_a_session_that_has_just_ended_is_taken(
    server: RunningServer, polling: PollingLine
) -> None:
    """npm's client posts one when it has been told of the end, for 2 s; nothing else is served."""
    with server.held_clock():
        await polling.send("bAQ==")
        await polling.ending()
        server.advance(CLOSE_TIMEOUT_MS - 1)
        for goodbye in ("1", "41\x1e1"):
            answer = await polling.post(goodbye)
            assert (answer.status_code, answer.text) == (200, "ok")
        for other in ("41", "3", "x" * 20_000):
            answer = await polling.post(other)
            assert (answer.status_code, answer.json()["code"]) == (400, "unknown_session")
        assert (await polling.get()).status_code == 400
        server.advance(1)
        assert (await polling.post("1")).status_code == 400


async def test_who_was_not_told_of_the_end_hears_of_it_from_the_good_bye(
    server: RunningServer, polling: PollingLine
) -> None:
    """A session whose client did not poll in time is not one that parted in peace."""
    await polling.send("bAQ==")
    server.advance(CLOSE_TIMEOUT_MS + 100)
    assert (await polling.post("1")).status_code == 400


async def test_so_many_ends_are_remembered_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest is forgotten first."""
    monkeypatch.setattr(sessions, "PARTED_MAX", 1)
    with running_server() as server, server.held_clock():
        lines = [await open_line(server.http_url, "polling") for _ in range(2)]
        for line in lines:
            assert isinstance(line, PollingLine)
            await line.send("bAQ==")
            await line.ending()
            assert (await line.post("1")).status_code == 200
        forgotten, _ = lines
        assert isinstance(forgotten, PollingLine)
        assert (await forgotten.post("1")).status_code == 400
        for line in lines:
            await line.end()


async def test_who_hangs_up_on_a_poll_is_lost_at_once(
    server: RunningServer, polling: PollingLine
) -> None:
    """What it would have been answered is not for somebody who is not there (§4)."""
    poll = asyncio.create_task(polling.get())
    await wait_for_poll(server, polling)
    poll.cancel()
    await asyncio.wait((poll,))
    for _ in range(1000):
        if (await polling.post("3")).status_code == 400:
            return
    raise AssertionError("the session lives on")


async def test_who_does_not_poll_is_gone_after_forty_seconds(
    server: RunningServer, polling: PollingLine
) -> None:
    """A ping waits for 20 s, and for its answer as long (§4)."""
    server.advance(39_000)
    assert (await polling.get()).text == "2"
    server.advance(39_500)
    answer = await polling.get()
    assert answer.status_code == 400


async def test_bytes_and_events_are_counted(server: RunningServer, line: Line) -> None:
    """`/metrics` has both ways, and how sessions end (§8)."""
    name = 'virtubar_closes_total{code="1002"}'
    before = [await metric(server, key) for key in ("virtubar_bytes_in_total", name)]
    await line.connect()
    # a client's own compression counts: these are hard to compress below a third
    await line.send("2" + "".join(map(str, range(300))))
    await line.receive()
    assert await metric(server, "virtubar_bytes_in_total") >= before[0] + 200
    await line.send("nonsense")
    await line.ending()
    assert await metric(server, name) == before[1] + 1


async def test_a_draining_server_says_so() -> None:
    """1001, whichever carrier; a stock client comes back by itself (§8)."""
    with running_server() as server:
        lines = [await open_line(server.http_url, carrier) for carrier in ("websocket", "polling")]
        for line in lines:
            await line.connect()
        endings = [asyncio.create_task(line.ending()) for line in lines]
        assert isinstance(lines[1], PollingLine)
        await wait_for_poll(server, lines[1])
        server.loop.call_soon_threadsafe(server.app.server.stop)
        told = ({"code": 1001, "reason": "server draining"}, False)
        assert await asyncio.gather(*endings) == [told, told]
        for line in lines:
            await line.end()


async def test_sessions_are_counted_by_carrier() -> None:
    """`/metrics` tells who polls from who does not."""
    with running_server() as server:
        lines = [await open_line(server.http_url, carrier) for carrier in ("websocket", "polling")]
        for kind in ("websocket", "socketio_websocket", "socketio_polling"):
            name = f'virtubar_transports{{transport="{kind}"}}'
            assert await metric(server, name) == (0 if kind == "websocket" else 1)
        assert await metric(server, "virtubar_connections") == 2
        for line in lines:
            await line.end()
