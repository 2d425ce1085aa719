"""SIGTERM in the middle of an evening (§8)."""

import asyncio
import contextlib
import itertools
import json
import time

import pytest
import websockets

from support.crowd import crowd
from support.guest import Guest, enter
from support.process import ServerProcess, server_process
from support.raw import RawSocket, raw_guest, raw_socket

GUESTS = 12
TALKERS = 4


async def _listen(guest: Guest, chats: list[str]) -> int:
    """Note what a guest hears until its socket closes; the close code."""
    try:
        while True:
            message = json.loads(await guest.socket.recv())
            if message["t"] == "chat_broadcast":
                chats.append(message["payload"]["messageId"])
    except websockets.ConnectionClosed as error:
        return error.rcvd.code if error.rcvd is not None else 1006


async def _talk(guest: Guest) -> None:
    """Walk and talk until the socket closes."""
    with contextlib.suppress(websockets.ConnectionClosed):
        for step in itertools.count():
            await guest.move(float(step % 50))
            if step % 10 == 0:
                await guest.say(f"{step}")
            await asyncio.sleep(0.1)


def _readyz_while_draining(raw: RawSocket) -> int:
    """Ask again and again on a connection from before; the first answer that is not 200."""
    while True:
        raw.send(b"GET /readyz HTTP/1.1\r\nHost: bar\r\n\r\n")
        status = raw.response().status
        if status != 200:
            return status
        time.sleep(0.02)


@pytest.mark.timeout(60)
async def test_sigterm_under_load() -> None:
    """Everyone is told 1001, whoever asks hears 503, what was said arrived, and the exit is 0."""
    with server_process() as server:
        async with crowd(server, 20, 10.0):
            guests = [await enter(server.http_url, name=f"G{i}") for i in range(GUESTS)]
            heard: list[list[str]] = [[] for _ in guests]
            listening = [
                asyncio.create_task(_listen(guest, chats))
                for guest, chats in zip(guests, heard, strict=True)
            ]
            talking = [asyncio.create_task(_talk(guest)) for guest in guests[:TALKERS]]
            with raw_socket(server) as asker, raw_guest(server) as stubborn:
                await asyncio.sleep(1.5)
                asking = asyncio.create_task(asyncio.to_thread(_readyz_while_draining, asker))
                await asyncio.sleep(0.1)
                started = time.monotonic()
                server.terminate()
                codes = await asyncio.wait_for(asyncio.gather(*listening), 10)
                assert await asyncio.wait_for(asking, 10) == 503
                code = await asyncio.to_thread(server.exit_code, 12)
                assert time.monotonic() - started < 10
                assert (await asyncio.to_thread(stubborn.closed))[0] == 1001
            await asyncio.gather(*talking)
    assert code == 0
    assert codes == [1001] * GUESTS
    assert len(heard[0]) >= TALKERS
    assert heard == [heard[0]] * GUESTS


@pytest.mark.timeout(60)
async def test_a_drain_does_not_wait_for_who_never_hangs_up() -> None:
    """Peers that ignore their close frames, or do not read at all, are cut off in time."""
    with server_process() as server, contextlib.ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(raw_guest(server))
        for _ in range(20):
            stack.enter_context(raw_socket(server)).send(b"GET / HTTP/1.1\r\n")
        await _deafen(server, stack)
        started = time.monotonic()
        server.terminate()
        assert await asyncio.to_thread(server.exit_code, 15) == 0
        assert time.monotonic() - started < 10


async def _deafen(server: ServerProcess, stack: contextlib.ExitStack) -> None:
    """Let somebody fall far behind: a member who does not read while ten walk."""
    deaf = stack.enter_context(raw_socket(server, receive_buffer_bytes=4096))
    deaf.upgrade()
    deaf.join()
    async with crowd(server, 20, 20.0):
        for _ in range(100):
            await asyncio.sleep(0.1)
            metrics = await asyncio.to_thread(server.metrics)
            if metrics.get('virtubar_drops_total{reason="coalesced"}', 0) > 0:
                return
    raise AssertionError("nobody fell behind")


HALVES = {
    "nothing": b"",
    "half a line": b"POST /roo",
    "half a head": b"POST /rooms/join HTTP/1.1\r\nHost: bar\r\n",
    "half a handshake": b"GET /ws HTTP/1.1\r\nHost: bar\r\nUpgrade: websocket\r\n",
    "half a body": b"POST /rooms/join HTTP/1.1\r\nHost: bar\r\nContent-Type: application/json\r\n"
    b"Content-Length: 99\r\n\r\n{",
    "half a chunk": b"POST /rooms HTTP/1.1\r\nHost: bar\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nff\r\n{",
    "nothing behind 100": b"POST /rooms HTTP/1.1\r\nHost: bar\r\nContent-Type: application/json\r\n"
    b"Expect: 100-continue\r\nContent-Length: 99\r\n\r\n",
    "half a declined upgrade": b"POST /rooms HTTP/1.1\r\nHost: bar\r\nConnection: Upgrade\r\n"
    b"Content-Type: application/json\r\nUpgrade: h2c\r\nContent-Length: 99\r\n\r\n{",
    "half a packet": b"POST /socket.io/?EIO=4&transport=polling&sid=x HTTP/1.1\r\nHost: bar\r\n"
    b"Content-Length: 99\r\n\r\n4",
    "answers that nobody reads": b"GET /openapi.json HTTP/1.1\r\nHost: bar\r\n\r\n" * 4,
}
"""Where a connection may stand when the server stops."""
ANSWERED = ("half a body", "half a chunk", "half a declined upgrade")


@pytest.mark.timeout(60)
def test_sigterm_finds_requests_that_are_not_whole() -> None:
    """However far they are: who has said what they want hears 503, the exit is 0, and the log has
    neither a traceback nor an error."""
    with server_process() as server, contextlib.ExitStack() as stack:
        begun: dict[str, RawSocket] = {}
        for name, half in HALVES.items():
            raw = stack.enter_context(raw_socket(server, receive_buffer_bytes=4096))
            raw.send(b"GET /healthz HTTP/1.1\r\nHost: bar\r\n\r\n")
            assert raw.response().status == 200
            raw.send(half)
            begun[name] = raw
        time.sleep(0.5)
        server.terminate()
        for name in ANSWERED:
            answer = begun[name].response()
            assert (name, answer.status, answer.code) == (name, 503, "draining")
        assert server.exit_code(12) == 0
        said = server.log.read_text()
        assert "Traceback" not in said
        assert '"level": "error"' not in said
