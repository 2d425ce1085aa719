"""§8: every close code that this server sends, once, and what becomes of the member."""

from typing import Any, NoReturn

import pytest

from support.evening import Evening, metric, names, open_evening, payloads
from support.server import RunningServer, running_server
from virtubar.protocol.constants import Role
from virtubar.protocol.events import Emote


async def test_1000_the_client_left(evening: Evening) -> None:
    """A client's own close is answered with its code, and is a leave (§8, §4)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.socket.close(1000, "good night")
    assert ann.socket.close_code == 1000
    assert names(await evening.heard(bob)) == ["member_left"]


async def test_1001_the_server_is_draining() -> None:
    """Everyone is told, what was said last still arrives, and the server ends (§8)."""
    with running_server() as server:
        evening = await open_evening(server)
        ann, bob = await evening.company("Ann", "Bob")
        await ann.say("last orders")
        await ann.handled()
        server.loop.call_soon_threadsafe(server.app.server.stop)
        events, code = await bob.ending()
        assert code == 1001
        assert names(events) == ["chat_broadcast"]
        assert await ann.closed() == 1001


async def test_1002_the_protocol_was_broken(evening: Evening) -> None:
    """Bytes that are no WebSocket frames end the connection and nothing else (§8)."""
    ann, bob = await evening.company("Ann", "Bob")
    ann.socket.transport.write(b"\xff\xff\xff\xff\xff\xff\xff\xff")
    assert await ann.closed() == 1002
    assert names(await evening.heard(bob)) == ["avatar_transform_broadcast"]


@pytest.mark.parametrize(
    ("code", "message", "text"),
    [
        (1003, b"{}", None),
        (1007, b'{"v":"\xc3\x28"}', True),
        (1009, '"' + "x" * 4095 + '"', None),
    ],
)
async def test_1003_1007_1009_a_message_that_is_none(
    evening: Evening, code: int, message: Any, text: bool | None
) -> None:
    """Binary, invalid UTF-8 and too big: closed, and the place is kept (§8, §2)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.send_raw(message, text=text)
    assert await ann.closed() == code
    assert names(await evening.heard(bob)) == ["avatar_transform_broadcast"]
    session = payloads(await evening.join(await evening.connect_again(ann)), "session")[0]
    assert session["resumed"] is True
    assert await bob.pending() == []


async def test_1011_an_internal_error_costs_one_connection(evening: Evening) -> None:
    """A defect in handling one event closes its sender's socket; the room lives on (§8)."""
    ann, bob = await evening.company("Ann", "Bob")
    room = evening.server.app.hub._live[evening.room_id].room

    def fail(*_: object) -> NoReturn:
        raise RuntimeError("a defect")

    room._handlers[Emote] = fail
    await ann.send("emote", roomId=evening.room_id, emoteId="cheers")
    events, code = await ann.ending()
    assert (events, code) == ([], 1011)
    await bob.say("what was that?")
    assert names(await evening.heard(bob)) == ["avatar_transform_broadcast", "chat_broadcast"]
    back = await evening.connect_again(ann)
    assert payloads(await evening.join(back), "session")[0]["resumed"] is True


@pytest.mark.parametrize(("action", "code"), [("kick", 4001), ("ban", 4003)])
async def test_4001_4003_thrown_out(evening: Evening, action: str, code: int) -> None:
    """Kicked or banned: every socket of the user in the room is closed (§8, §7)."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann = await evening.enter("Ann")
    await moderator.send("moderate", action=action, userId=ann.user_id)
    assert await ann.closed() == code


async def test_4008_not_joined_in_time(evening: Evening) -> None:
    """60 s without a join (§8, §3)."""
    visitor = await evening.connect()
    await evening.pass_time(61)
    assert await visitor.closed() == 4008


async def test_4009_replaced(evening: Evening) -> None:
    """The same user from elsewhere (§8, §3)."""
    ann = await evening.enter("Ann")
    await evening.join(await evening.connect_again(ann))
    assert await ann.closed() == 4009


async def test_4029_flooding(evening: Evening) -> None:
    """More messages than anybody needs (§8, §2)."""
    ann = await evening.enter("Ann")
    with evening.server.held_clock():
        for _ in range(401):
            await ann.send("presence", visible=True)
        assert await ann.closed() == 4029


async def test_closes_are_counted_by_code(server: RunningServer, evening: Evening) -> None:
    """`/metrics` says how connections end (§8)."""
    ann = await evening.enter("Ann")
    name = 'virtubar_closes_total{code="1003"}'
    before = await metric(server, name)
    await ann.send_raw(b"binary")
    await ann.closed()
    assert await metric(server, name) == before + 1
