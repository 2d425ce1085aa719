"""A whole room over a slow line: compressed where it may be, with the time that it needs (§5)."""

from collections.abc import Iterator

import pytest

from support.raw import RawSocket, event, text
from support.server import RunningServer, running_server
from virtubar.protocol.constants import Device, Role
from virtubar.room.member import Admission
from virtubar.transport.websocket import STATE_RATE_MIN_BYTES_S

MEMBERS = 999
LONG_MS = 10**9
DEFLATE = {"Sec-WebSocket-Extensions": "permessage-deflate"}
BUFFER_BYTES = 32 * 1024
STEPS_MAX = 200


def _fill(server: RunningServer) -> None:
    """The lobby is full of people with names as long as they come, who do nothing."""
    live = server.app.hub.live("lobby")
    assert live is not None
    wall_ms, now_ms = server.clock.wall_ms(), server.clock.now_ms()
    for n in range(MEMBERS):
        name = "".join(chr(0x1F300 + (n * 31 + k * 7) % 256) for k in range(32))
        admission = Admission(
            user_id=f"guest-{n:016d}",
            display_name=name,
            avatar_id="fox",
            role=Role.GUEST,
            device=Device.DESKTOP,
            expires_at_ms=wall_ms + LONG_MS,
            expires_ms=now_ms + LONG_MS,
        )
        live.room.join(admission, None, now_ms, wall_ms)
    live.flush(now_ms)


@pytest.fixture
def server() -> Iterator[RunningServer]:
    """A server whose lobby holds a thousand, one less inside."""
    with running_server(room_capacity=MEMBERS + 1, crowd_threshold=1_000) as running:
        running.call(lambda: _fill(running))
        yield running


def _closes(server: RunningServer) -> int:
    """How many were closed as too slow."""
    return server.call(lambda: server.app.hub.metrics.closes["1013"])


def _trickle(raw: RawSocket, server: RunningServer, rate_bytes_s: int) -> None:
    """Read so much each second until the first frame is here, or the server has enough."""
    raw.upgrade()
    raw.send(text(raw.join_message()))
    header = 2 + 8
    while len(raw._read) < header:
        raw._more()
    assert raw._read[1] == 127, "a message of more than 64 KiB"
    size = header + int.from_bytes(raw._read[2:header])
    for _ in range(STEPS_MAX):
        if len(raw._read) >= size or _closes(server):
            return
        wanted = len(raw._read) + rate_bytes_s
        while len(raw._read) < min(wanted, size):
            raw._read += raw.sock.recv(min(wanted, size) - len(raw._read))
        server.advance(1000)
    raise AssertionError("neither whole nor closed")


def test_a_state_takes_as_long_as_the_line_needs(server: RunningServer) -> None:
    """Half a minute for 250 KB without compression, past the 10 s of other messages; the member is
    in after it."""
    raw = RawSocket(server, receive_buffer_bytes=BUFFER_BYTES)
    _trickle(raw, server, 2 * STATE_RATE_MIN_BYTES_S)
    state = raw.event("room_state")
    assert len(state["members"]) == MEMBERS + 1
    assert raw.event("session")["resumed"] is False
    assert _closes(server) == 0
    raw.sock.close()


def test_a_line_slower_than_the_slowest_is_closed(server: RunningServer) -> None:
    """Below the least rate it is too slow, as before: 1013."""
    raw = RawSocket(server, receive_buffer_bytes=BUFFER_BYTES)
    _trickle(raw, server, STATE_RATE_MIN_BYTES_S // 4)
    assert _closes(server) == 1
    raw.sock.close()


def test_a_state_is_compressed_and_what_follows_can_be_read(server: RunningServer) -> None:
    """Less than half of it on the wire; a second one to a page that comes back into sight; the
    messages that all share refer to nothing that this receiver read differently."""
    first, second = RawSocket(server), RawSocket(server)
    server.call(lambda: server.app.hub.live("lobby").room.leave("guest-" + "0" * 16, 0))  # type: ignore[union-attr]
    for raw in (first, second):
        raw.upgrade(DEFLATE)
        raw.send(text(raw.join_message()))
        frame = raw.receive()
        assert frame.rsv1
        plain = raw._inflater.decompress(frame.payload + b"\x00\x00\xff\xff")
        assert len(frame.payload) < len(plain) / 2
        raw.event("session")
    for seq in range(1, 30):
        if seq % 10 == 0:
            second.send(text(event("presence", visible=False)))
            second.send(text(event("presence", visible=True)))
            second.event("room_state")
        move = {"roomId": "lobby", "seq": seq, "x": seq / 7, "y": 0, "z": 0, "rotY": 0}
        first.send(text(event("avatar_transform", **move, anim="walk", speaking=False)))
        for raw in (first, second):
            assert raw.event("avatar_transform_broadcast", userId=first.user_id)["seq"] == seq
        server.advance(60)
    for raw in (first, second):
        raw.sock.close()
