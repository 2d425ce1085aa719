"""The client's Socket.IO connection: what it hands on, and what it says when it cannot be had."""

import asyncio
import socket
import sys

import pytest

from client.fake_owner import Owner
from support.guest import request_join
from support.server import RunningServer
from virtubar.client import connect
from virtubar.client.socketio import SocketIoLink, open_socketio
from virtubar.errors import ClientError
from virtubar.protocol.codec import decode_server, encode
from virtubar.protocol.constants import CloseCode
from virtubar.protocol.events import Heartbeat, JoinRoom, JoinUser, ServerEvent


async def heard(owner: Owner) -> ServerEvent:
    """The next event."""
    return decode_server(await asyncio.wait_for(owner.messages.get(), 5)).payload


async def opened(server: RunningServer) -> tuple[SocketIoLink, Owner]:
    """A link to the server, and who it tells."""
    owner = Owner()
    joined = (await request_join(server.http_url)).json()
    return await open_socketio(joined["socketioUrl"], owner), owner


async def test_envelopes_are_handed_on_as_they_came(server: RunningServer) -> None:
    """Sent under their name, and received without it."""
    link, owner = await opened(server)
    link.send(encode(Heartbeat("lobby", 1, 0), 5))
    event = await heard(owner)
    assert str(event.EVENT) == "error"
    link.close(CloseCode.NORMAL)
    await link.wait_goodbye()


async def test_the_servers_reason_is_the_close_code(server: RunningServer) -> None:
    """`closing` is not handed on: it is how the connection ended."""
    link, owner = await opened(server)
    for _ in range(10):
        link.send(encode(JoinRoom("lobby", JoinUser("ann", "Ann", "fox"), "forged"), 5))
    assert await asyncio.wait_for(owner.closed.get(), 5) == (4008, "too many refused joins")
    events = [(await heard(owner)).EVENT for _ in range(owner.messages.qsize())]
    assert events == ["auth_error"] * 11
    await link.wait_closed()


async def test_after_close_the_owner_hears_nothing(server: RunningServer) -> None:
    """Not even the end."""
    link, owner = await opened(server)
    link.close(CloseCode.NORMAL)
    link.close(CloseCode.NORMAL)
    await link.wait_goodbye()
    await link.wait_closed()
    assert owner.closed.empty()


async def test_a_cut_connection_is_told_as_lost(server: RunningServer) -> None:
    """1006, as everywhere where there was no close."""
    link, owner = await opened(server)
    link.cut()
    assert await asyncio.wait_for(owner.closed.get(), 5) == (1006, "")
    await link.wait_closed()


@pytest.mark.parametrize("packet", ["2[", "2[1,2]", '2["closing",{}]', "5", "", b"\x00"])
async def test_a_packet_that_cannot_be_read_is_left_out(
    server: RunningServer, packet: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, and the connection goes on."""
    link, owner = await opened(server)
    link._packet(packet)
    assert caplog.messages
    assert owner.messages.empty()
    link.close(CloseCode.NORMAL)
    await link.wait_goodbye()


async def test_where_nobody_listens_it_is_refused() -> None:
    """An OSError, so that the client tries again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(OSError, match=r"."):
        await open_socketio(f"http://127.0.0.1:{port}/socket.io/", Owner())


async def test_a_namespace_that_is_refused_is_refused(server: RunningServer) -> None:
    """With what the server said."""
    link, _ = await opened(server)
    link._let_in = asyncio.get_running_loop().create_future()
    link._packet('4{"message":"no"}')
    with pytest.raises(ConnectionRefusedError, match="no"):
        await link._let_in
    link.close(CloseCode.NORMAL)
    await link.wait_goodbye()


async def test_without_the_extra_the_client_says_what_to_install(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence with the command."""
    monkeypatch.setitem(sys.modules, "engineio", None)
    with pytest.raises(ClientError, match=r'pip install "virtubar\[socketio\]"'):
        async with connect(server.http_url, "lobby", transport="socketio"):
            pass
