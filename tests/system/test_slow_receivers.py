"""Half a minute with somebody who stopped reading, in real time and real memory (§5)."""

import asyncio
import statistics
from typing import Any

import pytest

from support.bystanders import bystanders
from support.crowd import crowd
from support.greeting import WHOLE_GREETING
from support.process import server_process
from support.raw import CLOSE, Frame, RawSocket, text

pytestmark = pytest.mark.timed
MIB = 1024 * 1024
LATENCY_MAX_MS = 500.0
"""Median; some 10 ms with a machine to ourselves. Benchmarks measure it, this sees it in order."""


def _read_to_the_end(raw: RawSocket) -> Frame:
    """The last frame before the server hung up."""
    last = raw.receive()
    while True:
        try:
            last = raw.receive()
        except EOFError:
            return last


def _come_in(raw: RawSocket) -> str:
    """Join, and read until the first chat line; its messageId."""
    raw.upgrade()
    raw.join()
    return str(raw.event("chat_broadcast")["messageId"])


def _come_back(raw: RawSocket, last_id: str, chats: int) -> tuple[Any, Any, list[str]]:
    """Join again; `room_state`, `session`, and the chat that follows the greeting."""
    raw.upgrade()
    raw.send(text(raw.join_message(lastMessageId=last_id)))
    greeting = [raw.message() for _ in WHOLE_GREETING]
    assert [told["t"] for told in greeting] == [*WHOLE_GREETING]
    first, second = greeting[:2]
    heard = [raw.event("chat_broadcast")["messageId"] for _ in range(chats)]
    return first["payload"], second["payload"], heard


@pytest.mark.timeout(90)
async def test_a_receiver_that_stops_reading_for_thirty_seconds() -> None:
    """A room of 30 moves on undisturbed; the receiver is closed 1013, reads so when it wakes up,
    and comes back to its place and to the chat that it missed (§4, §5, §6)."""
    with server_process() as server:
        async with crowd(server, 27, 10.0), bystanders(server.http_url) as room:
            await room.stroll(1)
            sleeper = RawSocket(server, receive_buffer_bytes=8192)
            coming = asyncio.create_task(asyncio.to_thread(_come_in, sleeper))
            await asyncio.sleep(0.3)
            await room.ann.say("good night")
            last_id = await coming
            memory_bytes = server.memory_bytes()

            busy = await room.stroll(26, lines=5)

            assert server.memory_bytes() - memory_bytes < 24 * MIB
            assert server.metrics()['virtubar_closes_total{code="1013"}'] == 1
            assert statistics.median(busy) < LATENCY_MAX_MS

            last = await asyncio.to_thread(_read_to_the_end, sleeper)
            assert (last.opcode, last.payload[:2]) == (CLOSE, (1013).to_bytes(2))
            sleeper.sock.close()

            missed = list(room.chats)[list(room.chats).index(last_id) + 1 :]
            assert len(missed) >= 5
            back = RawSocket(server)
            back.user_id = sleeper.user_id
            state, session, heard = await asyncio.to_thread(_come_back, back, last_id, len(missed))
            back.sock.close()
            assert session["resumed"] is True
            assert len(state["members"]) == 30
            assert heard == missed
