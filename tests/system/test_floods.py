"""What senders without measure cost: their own connection, and nobody else anything (§2)."""

import asyncio
import contextlib
import statistics
import threading
import time
from collections.abc import Iterator

import pytest

from support.bystanders import bystanders
from support.crowd import crowd
from support.process import ServerProcess, server_process
from support.raw import (
    BINARY,
    CONTINUATION,
    PING,
    PONG,
    RawSocket,
    frame,
    heartbeat,
    raw_guest,
    raw_socket,
    text,
)
from support.server import RunningServer
from virtubar.protocol.constants import MESSAGE_BURST
from virtubar.transport.websocket import CLOSE_TIMEOUT_MS

pytestmark = pytest.mark.timed
MIB = 1024 * 1024
LATENCY_MAX_MS = 500.0
"""Median; some 10 ms with a machine to ourselves. Benchmarks measure it, this sees it in order."""


@pytest.fixture(scope="module")
def process() -> Iterator[ServerProcess]:
    """A server whose memory can be looked at."""
    with server_process(room_capacity=1000, crowd_threshold=1000) as running:
        with raw_guest(running) as warm_up:
            warm_up.send(text(heartbeat(1)))
            warm_up.hears(1)
        yield running


def test_a_ping_flood_is_closed_4029(server: RunningServer) -> None:
    """A burst is answered; what goes on past it is flooding (§2)."""
    with raw_guest(server) as raw:
        raw.send(frame(PING, b"p") * (2 * MESSAGE_BURST))
        pongs = 0
        while raw.receive().opcode == PONG:
            pongs += 1
        assert MESSAGE_BURST - 10 <= pongs <= MESSAGE_BURST + 100
        raw.end()


def test_a_million_fragments_of_one_byte_are_too_big(process: ServerProcess) -> None:
    """1009 at the seventeenth; the rest is read away in constant memory (§2)."""
    before = process.memory_bytes()
    million = text(b"x", fin=False) + frame(CONTINUATION, b"y", fin=False) * 1_000_000
    with raw_guest(process) as raw:
        started = time.monotonic()
        with contextlib.suppress(ConnectionError):
            raw.send(million)
        assert raw.closed()[0] == 1009
        assert time.monotonic() - started < 5
    assert process.memory_bytes() - before < 8 * MIB


def test_endless_bytes_after_an_error_cost_bounded_memory_and_time(process: ServerProcess) -> None:
    """They are read away for 2 s, so that the close frame arrives, and then the socket is cut."""
    before = process.memory_bytes()
    with raw_guest(process) as raw:
        raw.send(frame(3))
        assert raw.closed()[0] == 1002
        limit_s = 1.5 * CLOSE_TIMEOUT_MS / 1000
        assert raw.send_until_cut_off(b"\xff" * MIB, seconds=limit_s) > 16 * MIB
    assert process.memory_bytes() - before < 8 * MIB


def test_bursts_of_big_messages_do_not_swell_the_read_buffers(process: ServerProcess) -> None:
    """What is allowed at once, 400 messages of 4 KiB, is read piece by piece."""
    burst = b"".join(text(heartbeat(i, size=4096)) for i in range(300))
    with contextlib.ExitStack() as stack:
        guests = [stack.enter_context(raw_guest(process)) for _ in range(40)]
        before = process.memory_bytes()
        senders = [threading.Thread(target=raw.send, args=(burst,)) for raw in guests]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        for raw in guests:
            for i in range(300):
                raw.hears(i)
        assert process.memory_bytes() - before < 16 * MIB


def test_a_peer_that_ignores_our_close_is_cut(server: RunningServer) -> None:
    """It has 2 s to hang up, whatever it goes on sending."""
    with raw_guest(server) as raw:
        raw.send(frame(BINARY))
        assert raw.closed()[0] == 1003
        raw.send(frame(PING) * 10)
        count = server.call(lambda: len(server.app.hub.sockets.open))
        server.advance(CLOSE_TIMEOUT_MS - 500)
        assert server.call(lambda: len(server.app.hub.sockets.open)) == count
        server.advance(1_000)
        assert server.call(lambda: len(server.app.hub.sockets.open)) == count - 1
        raw.send_until_cut_off(frame(PING), seconds=1, pause_s=0.02)


def _flood(server: ServerProcess, until_s: float, codes: list[int | None]) -> None:
    """Come in, flood, be thrown out, and again."""
    while time.monotonic() < until_s:
        with contextlib.suppress(ConnectionError, EOFError), raw_guest(server) as raw:
            raw.send(frame(PING, b"x" * 100) * (3 * MESSAGE_BURST))
            codes.append(raw.closed()[0])
        time.sleep(0.2)


@pytest.mark.timeout(90)
async def test_readers_that_never_read_and_flooders_bother_nobody(process: ServerProcess) -> None:
    """50 who do not read and 10 who flood among 100 guests: the others' moves arrive in order
    and in time, and memory stays where it is (§2, §5)."""
    async with crowd(process, 38, 10.0), bystanders(process.http_url) as room:
        await room.stroll(1)
        before = process.memory_bytes()
        with contextlib.ExitStack() as stack:
            for _ in range(50):
                raw = stack.enter_context(raw_socket(process, receive_buffer_bytes=4096))
                await asyncio.to_thread(_stop_reading, raw)
            codes: list[int | None] = []
            until_s = time.monotonic() + 6
            flooders = [
                threading.Thread(target=_flood, args=(process, until_s, codes)) for _ in range(10)
            ]
            for flooder in flooders:
                flooder.start()
            busy = await room.stroll(6, lines=4)
            for flooder in flooders:
                await asyncio.to_thread(flooder.join)
            assert process.memory_bytes() - before < 64 * MIB
            assert process.metrics()['virtubar_drops_total{reason="coalesced"}'] > 1000
    assert len(codes) >= 10
    assert set(codes) == {4029}
    assert len(room.chats) == 4
    assert statistics.median(busy) < LATENCY_MAX_MS


def _stop_reading(raw: RawSocket) -> None:
    raw.upgrade()
    raw.send(text(raw.join_message()))
