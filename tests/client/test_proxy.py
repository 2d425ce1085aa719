"""The client, its bots and its commands in an environment that has a proxy."""

import asyncio
import os

import pytest

from support.proxy import running_proxy
from support.server import TEST_SECRET, running_server
from virtubar.cli import main
from virtubar.client import connect
from virtubar.client.opening import Transport
from virtubar.protocol.events import ChatBroadcast


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy but those that a test sets."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize("transport", ["websocket", "socketio"])
async def test_joining_and_the_socket_go_through_the_proxy(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that only the proxy can reach is reached by it alone, whatever is spoken."""
    with running_server() as server:
        async with running_proxy(server.app.address) as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            async with connect("http://bar.test", "lobby", transport=transport) as bar:
                await bar.say("Good evening!")
                async for event in bar:
                    if isinstance(event, ChatBroadcast):
                        break
            assert "POST http://bar.test/rooms/join" in proxy.asked
            assert len(proxy.asked) > 1
            assert all("bar.test" in line for line in proxy.asked)


async def test_this_machine_is_asked_past_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both the request and the socket."""
    with running_server() as server:
        async with running_proxy(None) as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            monkeypatch.setenv("ALL_PROXY", proxy.url)
            async with connect(server.http_url, "lobby") as bar:
                assert bar.user_id in bar.members
            assert proxy.asked == []


async def test_demo_bots_come_in_past_every_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """They live in the server: neither a proxy nor its public URL is in their way."""
    async with running_proxy(None) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with running_server(demo_bots=2, public_url="http://bar.test") as server:
            async with asyncio.timeout(20):
                while server.call(lambda: server.app.hub.occupancy("lobby")) < 2:  # noqa: ASYNC110 - nobody would tell us
                    await asyncio.sleep(0.05)
        assert proxy.asked == []


async def test_commands_ask_this_machine_past_the_proxy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And say so where an answer came through one."""
    with running_server() as server:
        async with running_proxy(None) as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            monkeypatch.setenv("VIRTUBAR_SECRET", TEST_SECRET)
            assert await asyncio.to_thread(main, ["rooms", "--url", server.http_url]) == 0
            assert proxy.asked == []
            capsys.readouterr()
            assert await asyncio.to_thread(main, ["rooms", "--url", "http://bar.test"]) == 1
    assert "answered 502 through this machine's proxy" in capsys.readouterr().err
