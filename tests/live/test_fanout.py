"""What breaks for one receiver, or one event, nobody else feels (§2): injected at the transport, in
the encoder, in the compressor, and in what is told."""

import pytest
from structlog.testing import capture_logs

from live.bench import DIALECTS, HubBench, MemoryTransport, Visitor
from support.greeting import GREETING
from virtubar.live import encoding
from virtubar.live.ports import Dialect, Transport
from virtubar.protocol.codec import encode
from virtubar.protocol.constants import EXPIRY_GRACE_MS, LEAVE_GRACE_MS, CloseCode
from virtubar.protocol.events import (
    AvatarTransform,
    AvatarTransformBroadcast,
    Emote,
    EmoteBroadcast,
    LocalChat,
    ServerEvent,
)
from virtubar.room.config import RoomConfig
from virtubar.room.outcomes import Ending
from virtubar.room.room import Room
from virtubar.transport.connection import State
from virtubar.transport.frames import DeflateStream


class FaultError(Exception):
    """A defect of ours, put there by a test."""


def raises(*_args: object, **_options: object) -> None:
    """Whatever it is called with."""
    raise FaultError


@pytest.fixture
def bench() -> HubBench:
    """A hub of its own for each test."""
    return HubBench()


class BrokenConnection:
    """A connection that breaks over whatever its room tells it."""

    address = None

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def ended(self, ending: Ending) -> None:
        """The membership is over."""
        raise FaultError(ending.reason)

    def failed(self) -> None:
        """It could not be told something."""
        raise FaultError

    def replaced(self) -> None:
        """Another connection has the membership."""
        raise FaultError


def company(bench: HubBench, *users: str) -> list[Visitor]:
    """People in the lobby who have read everything."""
    visitors = [bench.enter(user) for user in users]
    bench.loop.advance(100)
    for visitor in visitors:
        visitor.names()
    return visitors


def break_writing(monkeypatch: pytest.MonkeyPatch, broken: MemoryTransport) -> None:
    """From now on that transport raises whenever it is written to."""
    write = MemoryTransport.write

    def maybe(transport: MemoryTransport, data: bytes) -> None:
        if transport is broken:
            raise FaultError
        write(transport, data)

    monkeypatch.setattr(MemoryTransport, "write", maybe)


def break_encoding(monkeypatch: pytest.MonkeyPatch, kind: type[ServerEvent]) -> None:
    """From now on no event of that kind can be encoded."""

    def maybe(event: ServerEvent, ts: int) -> bytes:
        if isinstance(event, kind):
            raise FaultError
        return encode(event, ts)

    monkeypatch.setattr(encoding, "encode", maybe)


@pytest.mark.parametrize("deflates", [False, True])
def test_a_receiver_that_cannot_be_written_to_ends_alone(
    bench: HubBench, monkeypatch: pytest.MonkeyPatch, deflates: bool
) -> None:
    """The others get the whole flush; it is closed 1011, logged with its ids, and lost to the room,
    so that it may come back."""
    ann, bob, cat = company(bench, "ann", "bob", "cat")
    bob.transport.deflates = deflates
    break_writing(monkeypatch, bob.transport)
    bench.send(ann, LocalChat("lobby", "hello", "local"))
    bench.send(ann, Emote("lobby", "cheers"))
    with capture_logs() as logs:
        bench.loop.advance(20)
    expected = ["chat_broadcast", "emote_broadcast"]
    assert ann.names() == [*expected, "avatar_transform_broadcast"]
    assert cat.names() == [*expected, "avatar_transform_broadcast"]
    assert bob.transport.closed is CloseCode.INTERNAL
    assert bob.connection.state is State.CLOSED
    (line,) = [line for line in logs if line["event"] == "receiver_failed"]
    assert (line["room_id"], line["user_id"]) == ("lobby", "bob")
    assert not bench.hub.live("lobby").room.members["bob"].connected  # type: ignore[union-attr]
    bench.loop.advance(LEAVE_GRACE_MS)
    assert ann.names() == ["member_left"]


def test_a_receiver_that_broke_gets_no_later_part_of_the_flush(
    bench: HubBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is addressed to it alone comes in a delivery of its own, which finds it gone."""
    ann, bob, cat = company(bench, "ann", "bob", "cat")
    bench.hub.configure(RoomConfig("lobby", "Lobby", capacity=4, hearing_radius_m=50.0))
    break_writing(monkeypatch, bob.transport)
    for visitor in (ann, bob, cat):
        bench.send(visitor, LocalChat("lobby", "hello", "local"))
    bench.loop.advance(1)
    assert ann.names() == ["chat_broadcast", "chat_heard", "chat_broadcast", "chat_broadcast"]
    assert cat.names() == ["chat_broadcast", "chat_broadcast", "chat_broadcast", "chat_heard"]
    assert bob.transport.closed is CloseCode.INTERNAL


def test_a_receiver_that_cannot_even_be_closed_ends_alone(
    bench: HubBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others still get everything, whoever comes first."""
    ann, bob, cat = company(bench, "ann", "bob", "cat")
    break_writing(monkeypatch, ann.transport)
    monkeypatch.setattr(ann.transport, "close", raises)
    bench.send(bob, LocalChat("lobby", "hello", "local"))
    bench.loop.advance(1)
    assert bob.names() == ["chat_broadcast"]
    assert cat.names() == ["chat_broadcast"]
    assert not bench.hub.live("lobby").room.members["ann"].connected  # type: ignore[union-attr]


@pytest.mark.parametrize("spoken", DIALECTS)
def test_an_event_that_cannot_be_encoded_is_left_out(
    bench: HubBench, monkeypatch: pytest.MonkeyPatch, spoken: Dialect
) -> None:
    """Whatever the receiver speaks it gets the rest of the flush; the event is logged, once."""
    ann, bob = company(bench, "ann", "bob")
    bob.transport.dialect = spoken
    break_encoding(monkeypatch, EmoteBroadcast)
    for event in (LocalChat("lobby", "one", "local"), Emote("lobby", "cheers")):
        bench.send(ann, event)
    bench.send(ann, LocalChat("lobby", "two", "local"))
    with capture_logs() as logs:
        bench.loop.advance(20)
    assert bob.names() == ["chat_broadcast", "chat_broadcast"]
    assert bob.transport.closed is None
    (line,) = [line for line in logs if line["event"] == "event_not_encoded"]
    assert (line["room_id"], line["t"]) == ("lobby", "emote_broadcast")
    assert bench.metrics.drops["not_encoded"] == 1
    assert [record.text for record in bench.said] == ["one", "two"]


def test_a_flush_of_nothing_that_can_be_encoded_writes_nothing(
    bench: HubBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even an empty write."""
    ann, bob = company(bench, "ann", "bob")
    break_encoding(monkeypatch, EmoteBroadcast)
    monkeypatch.setattr(MemoryTransport, "write", raises)
    bench.send(ann, Emote("lobby", "cheers"))
    bench.loop.advance(20)
    assert (ann.transport.closed, bob.transport.closed) == (None, None)


def test_where_compressing_fails_it_goes_out_plain(
    bench: HubBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plain messages may be sent in between at any time (RFC 7692 §7.2.1)."""
    ann, bob, cat = company(bench, "ann", "bob", "cat")
    bob.transport.deflates = cat.transport.deflates = True
    monkeypatch.setattr(DeflateStream, "frames", raises)
    bench.send(ann, Emote("lobby", "cheers"))
    with capture_logs() as logs:
        bench.loop.advance(20)
    assert [visitor.names() for visitor in (ann, bob, cat)] == [["emote_broadcast"]] * 3
    assert [line["event"] for line in logs] == ["deflate_failed"]


def test_who_cannot_be_caught_up_costs_the_others_nothing(
    bench: HubBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two who were behind read again; the first breaks, the second gets its moves."""
    ann, bob, cat = company(bench, "ann", "bob", "cat")
    bob.transport.congested = cat.transport.congested = True
    bench.send(ann, AvatarTransform("lobby", 1, 0.0, 0.0, 0.0, 0.0, "walk", False))
    bench.loop.advance(100)
    bob.transport.congested = cat.transport.congested = False
    break_writing(monkeypatch, bob.transport)
    cat.connection.drained()
    bench.loop.advance(100)
    assert bob.transport.closed is CloseCode.INTERNAL
    moves = [one for one in cat.transport.events() if isinstance(one, AvatarTransformBroadcast)]
    assert moves[0].user_id == "ann"


def test_an_ending_that_cannot_be_told_does_not_keep_the_others_from_theirs(
    bench: HubBench,
) -> None:
    """Two tokens end in one flush; the first connection breaks over it."""
    ann, bob = company(bench, "ann", "bob")
    live = bench.hub.live("lobby")
    assert live is not None
    live.connections["ann"] = BrokenConnection(ann.transport)
    for span_ms in (300_000, EXPIRY_GRACE_MS):
        bench.loop.now_ms += span_ms
        live.room.expire(bench.loop.now_ms, bench.clock.wall_ms())
    live.flush(bench.loop.now_ms)
    assert bob.connection.state is State.CONNECTED
    assert live.connections == {}


def test_a_replaced_connection_that_breaks_keeps_nobody_out(
    bench: HubBench,
) -> None:
    """Whoever comes over another connection is in, whatever becomes of the first."""
    (ann,) = company(bench, "ann")
    live = bench.hub.live("lobby")
    assert live is not None
    live.connections["ann"] = BrokenConnection(ann.transport)
    again = bench.open("ann")
    bench.join(again, bench.token("ann"))
    bench.loop.advance(20)
    assert again.names() == [*GREETING]
    assert again.connection.state is State.JOINED


def test_a_room_that_cannot_look_at_itself_keeps_no_other_from_it(
    bench: HubBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every 10 s all rooms do, the next time again."""
    bench.hub.create(RoomConfig("attic", "Attic"))
    looked: list[str] = []

    def look(room: Room, *_times: object) -> None:
        if room.config.room_id == "attic":
            looked.append("attic")
        else:
            raise FaultError

    monkeypatch.setattr(Room, "sample_positions", look)
    bench.loop.advance(20_000)
    assert looked == ["attic", "attic"]


def test_a_deadline_that_breaks_does_not_keep_the_flush_back(
    bench: HubBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was said goes out all the same."""
    ann, bob = company(bench, "ann", "bob")
    monkeypatch.setattr(Room, "expire", raises)
    bench.send(ann, Emote("lobby", "cheers"))
    bench.loop.advance(20)
    assert bob.names() == ["emote_broadcast"]
