"""Frames that any receiver reads: plain by RFC 6455, compressed by RFC 7692."""

import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Close, Frame, Opcode
from websockets.protocol import OPEN, Protocol, Side

from virtubar.live import encoding
from virtubar.live.encoding import FlushEncoder, event_bytes
from virtubar.live.ports import Dialect
from virtubar.protocol.codec import encode
from virtubar.protocol.events import (
    AvatarTransformBroadcast,
    ChatBroadcast,
    MemberInfo,
    RoomState,
    ServerEvent,
)
from virtubar.room.parts import Part, PartKind, Post
from virtubar.transport.dialect import JSON
from virtubar.transport.frames import (
    CLOSE_REASON_MAX_BYTES,
    DeflateStream,
    close_frame,
    deflated_frame,
    ping_frame,
    pong_frame,
    text_frame,
)
from virtubar.transport.socketio.dialect import FRAMED, SEPARATED
from virtubar.transport.socketio.packets import PACKET_SEPARATOR

SIZES = [0, 1, 125, 126, 127, 1023, 1024, 1025, 65_535, 65_536, 100_000]
"""Around each change of a header's form, and the end of the table of headers."""


class Receiver:
    """The client side of the `websockets` package, without a network."""

    def __init__(self, *, deflate: bool = False) -> None:
        self._protocol = Protocol(Side.CLIENT, state=OPEN, max_size=None)
        if deflate:
            # What our answer to an offer agrees on: the server keeps its window.
            self._protocol.extensions = [PerMessageDeflate(False, True, 15, 15)]

    def frames(self, data: bytes) -> list[Frame]:
        """The frames in the bytes, which must end with one."""
        self._protocol.receive_data(data)
        frames = [event for event in self._protocol.events_received() if isinstance(event, Frame)]
        assert self._protocol.parser_exc is None
        return frames

    def texts(self, data: bytes) -> list[bytes]:
        """The messages in the bytes: whole text ones, each in one frame."""
        frames = self.frames(data)
        assert all(frame.opcode is Opcode.TEXT and frame.fin for frame in frames)
        return [bytes(frame.data) for frame in frames]


def posts(count: int, start: int = 0) -> list[Post]:
    """That many moves and messages."""
    found = []
    for n in range(start, start + count):
        event: ServerEvent = AvatarTransformBroadcast(
            f"guest-{n % 7}", n, n / 3, 0.0, -n / 7, 0.5, "walk", n % 2 == 0
        )
        if n % 5 == 4:
            event = ChatBroadcast(f"guest-{n % 7}", f"Prost {n} 🍺", f"id-{n}")
        found.append(Post(event, 1_750_000_000_000 + n))
    return found


def payloads(of: list[Post]) -> list[bytes]:
    """What must arrive."""
    return [encode(post.event, post.ts) for post in of]


def deflated(of: list[Post]) -> bytes:
    """The posts as a new stream sends them first."""
    return DeflateStream().frames(payloads(of))


def plain(of: list[Post], dialect: Dialect = JSON) -> bytes:
    """The posts as a new encoder makes them of one part."""
    return FlushEncoder().plain([Part(of)], dialect)


def streamed(stream: DeflateStream, of: list[Post], *receivers: object) -> bytes:
    """The posts as the next messages of a stream, for those receivers."""
    stream.read_by(receivers)
    return stream.frames(payloads(of))


@pytest.mark.parametrize("size", SIZES)
def test_a_text_of_any_size_is_one_frame(size: int) -> None:
    """7, 16 and 64 bit lengths (RFC 6455 §5.2)."""
    text = b"x" * size
    assert Receiver().texts(text_frame(text) + text_frame(b"next")) == [text, b"next"]


def test_an_event_is_one_text() -> None:
    """Its envelope, as the codec writes it."""
    event = ChatBroadcast("ann", "Prost", "id")
    (text,) = Receiver().texts(event_bytes(event, 5, JSON))
    assert json.loads(text) == {
        "v": 1,
        "t": "chat_broadcast",
        "ts": 5,
        "payload": {"userId": "ann", "text": "Prost", "messageId": "id"},
    }


@pytest.mark.parametrize("payload", [b"", b"x", b"x" * 125])
def test_pings_and_pongs_carry_their_payload(payload: bytes) -> None:
    """Up to the 125 bytes of a control frame."""
    ping, pong = Receiver().frames(ping_frame(payload) + pong_frame(payload))
    assert (ping.opcode, bytes(ping.data)) == (Opcode.PING, payload)
    assert (pong.opcode, bytes(pong.data)) == (Opcode.PONG, payload)


def test_a_ping_without_a_payload_is_empty() -> None:
    """The server's own pings carry nothing."""
    assert ping_frame() == b"\x89\x00"


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("", ""),
        ("kicked", "kicked"),
        ("x" * CLOSE_REASON_MAX_BYTES, "x" * CLOSE_REASON_MAX_BYTES),
        ("x" * (CLOSE_REASON_MAX_BYTES + 1), "x" * CLOSE_REASON_MAX_BYTES),
        ("x" * (CLOSE_REASON_MAX_BYTES - 1) + "é", "x" * (CLOSE_REASON_MAX_BYTES - 1)),
        ("🍺" * 40, "🍺" * 30),
    ],
)
def test_a_close_tells_its_code_and_what_fits_of_the_reason(reason: str, told: str) -> None:
    """Cut at a character: the reason must be UTF-8 (RFC 6455 §5.5.1)."""
    (frame,) = Receiver().frames(close_frame(4001, reason))
    assert frame.opcode is Opcode.CLOSE
    assert Close.parse(bytes(frame.data)) == Close(4001, told)


def test_a_plain_flush_is_each_post_as_a_message() -> None:
    """In order, none merged, none of them compressed."""
    flush = posts(30)
    assert Receiver().texts(plain(flush)) == payloads(flush)


def test_an_empty_flush_is_nothing() -> None:
    """No bytes, plain or compressed."""
    assert (FlushEncoder().plain([], JSON), plain([]), deflated([])) == (b"", b"", b"")


def test_a_post_is_encoded_once_for_all_its_forms() -> None:
    """Plain or compressed, in one delivery or another."""
    encoder, flush = FlushEncoder(), posts(5)
    same = Post(flush[0].event, flush[0].ts)
    # alive as long as the encoder, as those of a flush are
    whole, first, last, other = (Part(one) for one in (flush, flush[:3], flush[3:], [same]))
    encoder.plain([whole], JSON)
    encoder.plain([first, last], JSON)
    assert len(encoder._envelopes) == 5
    assert Receiver().texts(encoder.plain([other], JSON)) == payloads([same])


def test_a_compressed_flush_is_each_post_as_a_message() -> None:
    """A stock receiver inflates them one by one, in order."""
    flush = posts(200)
    packed = deflated(flush)
    assert Receiver(deflate=True).texts(packed) == payloads(flush)


def test_compressed_messages_of_a_flush_refer_back_to_each_other() -> None:
    """That is what makes a transform thirty bytes of a hundred and eighty."""
    flush = [
        Post(AvatarTransformBroadcast(f"guest-{n:016x}", n, n / 3, 0.0, -n / 7, 0.5, "walk", False),
             1_750_000_000_000 + n)
        for n in range(50)
    ]  # fmt: skip
    size = len(deflated(flush))
    assert size < len(plain(flush)) / 3
    assert size / len(flush) < 60


def test_each_message_ends_with_the_tail_cut_off() -> None:
    """RFC 7692 §7.2.1: RSV1 set, and appending `00 00 ff ff` makes it whole; the window of a flush
    starts empty, so that its first message needs nothing from before."""
    flush = posts(3)
    frames = raw_frames(deflated(flush))
    inflater = zlib.decompressobj(-15)
    for (first, packed), expected in zip(frames, payloads(flush), strict=True):
        assert first == 0xC1
        assert inflater.decompress(packed + b"\x00\x00\xff\xff") == expected
        assert inflater.unconsumed_tail == b""


def test_a_flush_does_not_depend_on_what_a_receiver_got_before() -> None:
    """One buffer serves the newcomer and the regular, who may have had others, or plain ones,
    since the last."""
    regular, newcomer = Receiver(deflate=True), Receiver(deflate=True)
    for start in range(0, 500, 50):
        flush = posts(50, start)
        assert regular.texts(deflated(flush)) == payloads(flush)
        private = posts(2, start)
        assert regular.texts(plain(private)) == payloads(private)
    last = posts(50, 1000)
    packed = deflated(last)
    assert newcomer.texts(packed) == payloads(last)
    assert regular.texts(packed) == payloads(last)
    assert deflated(last) == packed


def test_a_stream_refers_back_to_earlier_flushes() -> None:
    """For receivers that have had them all, which makes the later ones smaller."""
    stream = DeflateStream()
    one, two = Receiver(deflate=True), Receiver(deflate=True)
    sizes = []
    for start in range(0, 500, 50):
        packed = streamed(stream, posts(50, start), one, two)
        sizes.append(len(packed))
        for receiver in (one, two):
            assert receiver.texts(packed) == payloads(posts(50, start))
            assert receiver.texts(plain(posts(1))) == payloads(posts(1))
    assert max(sizes[1:]) < sizes[0]


def test_a_stream_goes_on_when_a_receiver_is_gone() -> None:
    """Whoever stays has had everything."""
    stream, flush = DeflateStream(), posts(50)
    one, two = Receiver(deflate=True), Receiver(deflate=True)
    first = streamed(stream, flush, one, two)
    one.texts(first)
    second = streamed(stream, flush, one)
    assert len(second) < len(first) / 2
    assert one.texts(second) == payloads(flush)


@pytest.mark.parametrize("skipped", [1, 3])
def test_a_stream_starts_over_for_who_has_not_had_everything(skipped: int) -> None:
    """A newcomer, or someone who skipped a flush, reads it as well as those who were there."""
    stream, flush = DeflateStream(), posts(50)
    regular, other = Receiver(deflate=True), Receiver(deflate=True)
    for _ in range(skipped):
        assert regular.texts(streamed(stream, flush, regular)) == payloads(flush)
    packed = streamed(stream, flush, regular, other)
    assert packed == deflated(flush)
    for receiver in (regular, other):
        assert receiver.texts(packed) == payloads(flush)


def test_a_stream_starts_over_for_who_was_sent_something_else() -> None:
    """A state that was compressed for one alone lies in that one's window, and in no other's."""
    stream, flush = DeflateStream(), posts(50)
    one, two = Receiver(deflate=True), Receiver(deflate=True)
    first = streamed(stream, flush, one, two)
    state = payloads(posts(1))[0] * 500
    assert one.texts(first) == two.texts(first) == payloads(flush)
    assert one.texts(deflated_frame(state)) == [state]
    stream.forget(one)
    second = streamed(stream, flush, one, two)
    assert one.texts(second) == two.texts(second) == payloads(flush)


def test_a_state_is_compressed_once_for_all_who_get_it() -> None:
    """As it stands for itself, any of them reads it."""
    encoder, state = FlushEncoder(), posts(1)
    part = Part(state, PartKind.STATE)
    first, second = encoder.alone(part, JSON), encoder.alone(part, JSON)
    assert first is second
    assert second == deflated_frame(payloads(state)[0])


def test_a_stream_that_rested_starts_over() -> None:
    """Its window is gone with its memory."""
    stream, flush, one = DeflateStream(), posts(50), Receiver(deflate=True)
    one.texts(streamed(stream, flush, one))
    stream.rest()
    packed = streamed(stream, flush, one)
    assert packed == deflated(flush)
    assert one.texts(packed) == payloads(flush)


def test_a_big_state_is_compressed_like_anything_else() -> None:
    """Frames with longer headers, and more than one block of deflate in a message."""
    members = [
        MemberInfo(f"g{n * n * 7919:x}", f"Näme {n * 31 % 97}", "fox", n * 1.371, 0, n, 0, "idle")
        for n in range(1000)
    ]
    flush = [Post(RoomState("lobby", 1, members), 1), *posts(20)]
    assert Receiver(deflate=True).texts(deflated(flush)) == payloads(flush)


@given(st.lists(st.text(max_size=300), max_size=12), st.integers(0, 3))
def test_whatever_is_said_arrives_plain_and_compressed(texts: list[str], repeats: int) -> None:
    """Any text, also the same again and again, which compresses to almost nothing."""
    flush = [
        Post(ChatBroadcast("ann", text.encode(errors="ignore").decode(), "id"), n)
        for n, text in enumerate(texts * (repeats + 1))
    ]
    encoder = FlushEncoder()
    assert Receiver().texts(encoder.plain([Part(flush)], JSON)) == payloads(flush)
    assert Receiver(deflate=True).texts(
        encoder.streamed(Part(flush), JSON, DeflateStream())
    ) == payloads(flush)


def raw_frames(data: bytes) -> list[tuple[Any, bytes]]:
    """The first byte and the payload of each frame, parsed by hand."""
    found = []
    while data:
        size, start = data[1], 2
        if size == 126:
            size, start = int.from_bytes(data[2:4]), 4
        found.append((data[0], data[start : start + size]))
        data = data[start + size :]
    return found


# Socket.IO


def packets(flush: list[Post]) -> list[bytes]:
    """The posts as Socket.IO writes them."""
    return [
        b'42["%s",%s]' % (str(post.event.EVENT).encode(), payload)
        for post, payload in zip(flush, payloads(flush), strict=True)
    ]


def test_a_flush_of_packets_is_each_post_under_its_name() -> None:
    """In frames for WebSockets, and with separators for the body of an answer."""
    encoder, flush = FlushEncoder(), posts(30)
    assert Receiver().texts(encoder.plain([Part(flush)], FRAMED)) == packets(flush)
    parts = [Part(flush[:7]), Part(flush[7:])]
    assert encoder.plain(parts, SEPARATED).split(PACKET_SEPARATOR) == packets(flush)


def test_a_post_is_encoded_once_for_every_dialect(monkeypatch: pytest.MonkeyPatch) -> None:
    """The packet is made around the JSON that the raw socket's receivers get, in whatever parts."""
    encoder, flush, encoded = FlushEncoder(), posts(5), list[int]()

    def counted(event: ServerEvent, ts: int) -> bytes:
        encoded.append(ts)
        return encode(event, ts)

    monkeypatch.setattr(encoding, "encode", counted)
    parts = [Part(flush[:3]), Part(flush), Part(flush[2:])]
    for dialect in (JSON, FRAMED, SEPARATED):
        for part in parts:
            encoder.plain([part], dialect)
    assert encoded == [post.ts for post in flush]


def test_packets_are_compressed_as_messages_are() -> None:
    """A stock receiver inflates them one by one; the names cost next to nothing."""
    flush = posts(200)
    encoder = FlushEncoder()
    frames = encoder.streamed(Part(flush), FRAMED, DeflateStream())
    assert Receiver(deflate=True).texts(frames) == packets(flush)
    assert len(frames) < len(deflated(flush)) * 1.1


def test_one_event_for_one_receiver() -> None:
    """In whichever form the receiver takes."""
    event = ChatBroadcast("ann", "hello \x1e", "id")
    (packet,) = packets([Post(event, 5)])
    assert event_bytes(event, 5, JSON) == text_frame(encode(event, 5))
    assert event_bytes(event, 5, FRAMED) == text_frame(packet)
    assert event_bytes(event, 5, SEPARATED) == packet
    assert PACKET_SEPARATOR not in packet
