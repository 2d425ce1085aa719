"""Connections that end badly: the room notices what it should, and nothing stays behind (§4)."""

import asyncio
import collections
import gc
import json
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
import structlog

from support.evening import Evening, payloads
from support.raw import (
    PING,
    RawSocket,
    close,
    frame,
    heartbeat,
    raw_guest,
    raw_socket,
    text,
)
from support.server import RunningServer
from virtubar.protocol.codec import decode_client
from virtubar.room.room import Room
from virtubar.transport import dialect as dialect_module

GRACE_MS = 20_000
PATRON = """
import json, sys
from websockets.sync.client import connect

joined = json.load(sys.stdin)
with connect(joined["url"], proxy=None) as socket:
    socket.send(json.dumps(joined["message"]))
    for message in socket:
        print(json.loads(message)["t"], flush=True)
"""
"""A client in a process of its own, which is to be killed."""


async def test_a_client_that_is_killed_is_missed_after_the_grace(evening: Evening) -> None:
    """kill -9: no close frame, so its place is kept for 20 s, then the others hear (§4)."""
    (bob,) = await evening.company("Bob")
    ticket = evening.mint("killed")
    message = {
        "v": 1,
        "t": "join_room",
        "ts": 1,
        "payload": {
            "roomId": evening.room_id,
            "user": {"userId": "killed", "displayName": "Kim", "avatarId": "fox"},
            "realtimeToken": ticket["realtimeToken"],
        },
    }
    patron = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PATRON, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        ticket_json = json.dumps({"url": evening.server.ws_url, "message": message})
        assert patron.stdin is not None
        assert patron.stdout is not None
        patron.stdin.write(ticket_json.encode())
        patron.stdin.close()
        assert await patron.stdout.readline() == b"room_state\n"
        await bob.receive_until("member_joined")
    finally:
        patron.send_signal(signal.SIGKILL)
        await patron.communicate()

    await asyncio.sleep(0.1)
    await evening.pass_time(GRACE_MS / 1000 - 1)
    assert payloads(await bob.pending(), "member_left") == []
    await evening.pass_time(1.5)
    assert payloads(await evening.heard(bob), "member_left") == [{"userId": "killed"}]


def test_a_half_open_socket_is_found_by_pings(server: RunningServer) -> None:
    """A peer that answers no ping for 20 s is dropped, and after the grace it has left (§4)."""
    with raw_guest(server) as bob, raw_guest(server) as gone:
        for number in range(2):
            server.advance(20_500)
            bob.send(text(heartbeat(number)))
            bob.hears(number)
        assert server.call(lambda: len(server.app.hub.sockets.open)) == 1
        server.advance(GRACE_MS)
        bob.event("member_left", userId=gone.user_id)


# Defects of ours


@pytest.mark.parametrize("kind", [KeyError, RecursionError, MemoryError, AssertionError])
def test_a_defect_in_one_members_handling_costs_that_member_its_socket(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    """1011 for the one, nothing for the others, and a log line that names room and user."""
    handle = Room.handle
    with raw_guest(server) as ann, raw_guest(server) as bob:

        def breaks(self: Room, user_id: str, *rest: Any) -> Any:
            if user_id == ann.user_id:
                raise kind("injected")
            return handle(self, user_id, *rest)

        monkeypatch.setattr(Room, "handle", breaks)
        with structlog.testing.capture_logs() as logs:
            ann.send(text(heartbeat(1)), text(heartbeat(2)), frame(PING))
            assert ann.closed() == (1011, b"internal error")
            bob.send(text(heartbeat(3)))
            bob.hears(3)
        (entry,) = [entry for entry in logs if entry["log_level"] == "error"]
        assert (entry["room_id"], entry["user_id"]) == ("lobby", ann.user_id)


def test_a_defect_below_the_session_costs_one_socket_too(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What escapes into the parser is closed 1011, with one close frame, and logged."""

    def breaks(data: bytes) -> Any:
        if b'"clientTimeMs":13' in data:
            raise RecursionError("injected")
        return decode_client(data)

    monkeypatch.setattr(dialect_module, "decode_client", breaks)
    with raw_guest(server) as ann, raw_guest(server) as bob:
        with structlog.testing.capture_logs() as logs:
            ann.send(text(heartbeat(13)), text(heartbeat(1)))
            assert ann.closed() == (1011, b"internal error")
            bob.send(text(heartbeat(3)))
            bob.hears(3)
        assert [e["event"] for e in logs if e["log_level"] == "error"] == ["connection_failed"]


# What stays behind


def _objects() -> collections.Counter[str]:
    return collections.Counter(type(thing).__name__ for thing in gc.get_objects())


def _come_and_go(server: RunningServer, times: int, how: str) -> None:
    for _ in range(times):
        with raw_socket(server) as raw:
            raw.upgrade()
            if how == "closed":
                raw.send(close(1000))
                raw.closed()
            elif how == "broken":
                raw.send(frame(3))
                raw.closed()
            elif how == "joined":
                raw.join()
                raw.send(close(1000))
                raw.closed()


@pytest.mark.parametrize(
    ("how", "times"), [("aborted", 2_000), ("closed", 500), ("broken", 500), ("joined", 200)]
)
def test_sockets_that_come_and_go_leave_nothing_behind(
    server: RunningServer, how: str, times: int
) -> None:
    """No object, no deadline, not even garbage in cycles: it all goes with the socket."""
    _come_and_go(server, 150, how)
    time.sleep(0.1)
    gc.collect()
    gc.disable()
    try:
        before = server.call(_objects)
        _come_and_go(server, times, how)
        time.sleep(0.1)
        grown = server.call(_objects) - before
    finally:
        gc.enable()
    # Up to 130 deadlines, cancelled ones among them, may wait for the timer's next look.
    kinds = (
        "WebSocketTransport",
        "Connection",
        "TCPTransport",
        "Link",
        "WSProtocol",
        "WSTransport",
    )
    assert {kind: grown[kind] for kind in kinds if grown[kind] > 130} == {}
    assert sum(grown.values()) < 3_000, grown
    assert server.call(lambda: len(server.app.hub.sockets.open)) == 0
    assert server.call(lambda: len(server.app.server.server_state.connections)) == 0


def test_a_peer_that_hangs_up_without_a_word_is_lost_at_once(server: RunningServer) -> None:
    """The end of the stream without a close frame: nobody waits for pings (RFC 6455 §7.1.5)."""
    with raw_guest(server) as bob:
        ann = RawSocket(server)
        ann.upgrade()
        ann.join()
        bob.event("member_joined")
        ann.sock.shutdown(1)
        while ann.sock.recv(65536):
            pass  # what was on its way, and then the end of the stream from the other side too
        for _ in range(100):
            if server.call(lambda: len(server.app.hub.sockets.open)) == 1:
                break
            time.sleep(0.02)
        assert server.call(lambda: len(server.app.hub.sockets.open)) == 1
        ann.sock.close()
