"""Frames as a library would never send them (RFC 6455 §5, §7; RFC 7692).

The cases are those of the Autobahn suite's categories 1 to 7, 9, 10, 12 and 13 as far as they
apply to a server that takes text of at most 4 KiB. Nothing is echoed here but a heartbeat's
number and a ping's payload, so a message that arrived whole is one whose heartbeat is answered.
"""

import asyncio
import itertools
import json
import threading
from collections.abc import Iterator

import pytest
import websockets

from support.guest import enter
from support.raw import (
    BINARY,
    CLOSE,
    CONTINUATION,
    DEFLATE,
    PING,
    PONG,
    RSV1,
    RSV2,
    RSV3,
    Frame,
    RawSocket,
    close,
    deflate,
    event,
    fragments,
    frame,
    heartbeat,
    raw_guest,
    raw_socket,
    text,
)
from support.server import RunningServer, running_server
from virtubar.protocol.constants import FRAGMENTS_MAX, MESSAGE_MAX_BYTES

BEAT = heartbeat(1)
EMOJI = "🍸".encode()


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """One server for all of these; nothing here lasts."""
    with running_server(room_capacity=1_000, crowd_threshold=1_000) as running:
        yield running


@pytest.fixture
def guest(server: RunningServer) -> Iterator[RawSocket]:
    """Somebody in the lobby without compression."""
    with raw_guest(server) as raw:
        yield raw


@pytest.fixture
def deflating(server: RunningServer) -> Iterator[RawSocket]:
    """Somebody in the lobby with compression."""
    with raw_guest(server, DEFLATE) as raw:
        yield raw


# 1: messages and their sizes


@pytest.mark.parametrize("size", [125, 126, 127, 128, 4095, MESSAGE_MAX_BYTES])
def test_messages_of_every_length_encoding_arrive(guest: RawSocket, size: int) -> None:
    """Up to 4 KiB in one frame, in each of the lengths' forms (§2)."""
    guest.send(text(heartbeat(7, size=size)))
    guest.hears(7)


def test_a_message_of_one_byte_too_many_is_too_big(guest: RawSocket) -> None:
    """4 097 bytes: 1009 (§2)."""
    guest.send(text(heartbeat(7, size=MESSAGE_MAX_BYTES + 1)))
    assert guest.closed()[0] == 1009


def test_a_length_is_refused_before_its_payload_comes(guest: RawSocket) -> None:
    """Nobody waits, or keeps room, for 2^62 bytes."""
    guest.send(frame(1, length=b"\x7f" + (1 << 62).to_bytes(8)))
    assert guest.closed()[0] == 1009


@pytest.mark.parametrize(
    "length",
    [b"\x7e" + (125).to_bytes(2), b"\x7f" + (200).to_bytes(8), b"\x7f" + (1 << 63).to_bytes(8)],
    ids=["16 bits for 125", "64 bits for 200", "the highest bit of 64"],
)
def test_a_length_in_a_wrong_form_is_a_protocol_error(guest: RawSocket, length: bytes) -> None:
    """Lengths come in the shortest form, and the highest bit is never set (RFC 6455 §5.2)."""
    guest.send(frame(1, b"x" * 125, length=length))
    assert guest.closed()[0] == 1002


@pytest.mark.parametrize("payload", [b"", b"\x00\xff"])
def test_binary_is_not_supported(guest: RawSocket, payload: bytes) -> None:
    """A binary frame: 1003 (§2)."""
    guest.send(frame(BINARY, payload))
    assert guest.closed()[0] == 1003


def test_an_empty_message_is_only_malformed(guest: RawSocket) -> None:
    """No bytes are no envelope; the socket stays open (§2)."""
    guest.send(text(b""), text(BEAT))
    assert guest.event("error")["code"] == "malformed"
    guest.hears(1)


# 2: pings and pongs


@pytest.mark.parametrize("payload", [b"", b"cheers", bytes(range(125)), b"\xfe" * 125])
def test_a_ping_is_answered_with_its_payload(guest: RawSocket, payload: bytes) -> None:
    """Any bytes, up to 125 of them (RFC 6455 §5.5.2, §5.5.3)."""
    guest.send(frame(PING, payload))
    assert guest.receive() == Frame(PONG, payload, fin=True, rsv1=False)


def test_a_ping_of_126_bytes_is_a_protocol_error(guest: RawSocket) -> None:
    """Control frames hold 125 bytes (RFC 6455 §5.5)."""
    guest.send(frame(PING, b"x" * 126))
    assert guest.closed()[0] == 1002


def test_a_ping_may_come_in_single_bytes(guest: RawSocket) -> None:
    """TCP cuts where it likes."""
    guest.send_slowly(frame(PING, b"\x00" * 125))
    assert guest.receive().payload == b"\x00" * 125


def test_ten_pings_are_answered_in_order(guest: RawSocket) -> None:
    """In one segment, and in single bytes."""
    pings = b"".join(frame(PING, b"%d" % i) for i in range(10))
    guest.send(pings)
    assert [guest.receive().payload for _ in range(10)] == [b"%d" % i for i in range(10)]
    guest.send_slowly(pings)
    assert [guest.receive().payload for _ in range(10)] == [b"%d" % i for i in range(10)]


@pytest.mark.parametrize("payload", [b"", b"unasked"])
def test_unsolicited_pongs_are_ignored(guest: RawSocket, payload: bytes) -> None:
    """A pong may be a one-way heartbeat (RFC 6455 §5.5.3)."""
    guest.send(frame(PONG, payload), frame(PING, b"then"))
    assert guest.receive() == Frame(PONG, b"then", fin=True, rsv1=False)


# 3, 4: reserved bits and opcodes, masks


@pytest.mark.parametrize("rsv", [RSV1, RSV2, RSV3, RSV1 | RSV2 | RSV3])
@pytest.mark.parametrize("opcode", [1, BINARY, CLOSE, PING, PONG])
def test_reserved_bits_are_a_protocol_error(guest: RawSocket, opcode: int, rsv: int) -> None:
    """Nothing was negotiated that gives them a meaning (RFC 6455 §5.2)."""
    guest.send(frame(opcode, rsv=rsv))
    assert guest.closed()[0] == 1002


def test_what_came_before_a_broken_frame_still_counts(guest: RawSocket) -> None:
    """A good message right before a bad frame, in one segment, is handled."""
    guest.send(text(heartbeat(3)), text(BEAT, rsv=RSV3), frame(PING))
    guest.hears(3)
    assert guest.closed()[0] == 1002


@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
def test_reserved_opcodes_are_a_protocol_error(guest: RawSocket, opcode: int) -> None:
    """With or without a payload, and behind a good message (RFC 6455 §5.2)."""
    guest.send(text(heartbeat(4)), frame(opcode, b"x"), frame(PING))
    guest.hears(4)
    assert guest.closed()[0] == 1002


@pytest.mark.parametrize("opcode", [1, PING, CLOSE])
def test_unmasked_frames_are_a_protocol_error(guest: RawSocket, opcode: int) -> None:
    """A client masks (RFC 6455 §5.1)."""
    guest.send(frame(opcode, mask=None))
    assert guest.closed()[0] == 1002


def test_a_mask_of_zeros_is_a_mask(guest: RawSocket) -> None:
    """Whatever the four bytes are, they are the mask."""
    guest.send(text(heartbeat(5), mask=bytes(4)))
    guest.hears(5)


# 5: fragments


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
def test_control_frames_are_not_fragmented(guest: RawSocket, opcode: int) -> None:
    """A control frame without FIN: 1002 (RFC 6455 §5.5)."""
    guest.send(frame(opcode, fin=False), frame(CONTINUATION))
    assert guest.closed()[0] == 1002


@pytest.mark.parametrize("cuts", [(1,), (10,), (1, 2, 3), (20, 20, 20)])
def test_fragments_make_one_message(guest: RawSocket, cuts: tuple[int, ...]) -> None:
    """Cut anywhere, empty parts among them, in one segment or in single bytes."""
    message = heartbeat(6)
    edges = (0, *cuts, len(message))
    parts = [message[a:b] for a, b in itertools.pairwise(edges)]
    guest.send(*fragments(*parts))
    guest.hears(6)
    guest.send_slowly(b"".join(fragments(*parts)))
    guest.hears(6)


def test_control_frames_may_come_between_fragments(guest: RawSocket) -> None:
    """Each ping is answered at once, and the message is whole in the end (RFC 6455 §5.4)."""
    first, second, third = fragments(BEAT[:5], BEAT[5:9], BEAT[9:])
    guest.send(first, frame(PING, b"a"), second, frame(PONG), frame(PING, b"b"), third)
    assert guest.receive() == Frame(PONG, b"a", fin=True, rsv1=False)
    assert guest.receive() == Frame(PONG, b"b", fin=True, rsv1=False)
    guest.hears(1)


@pytest.mark.parametrize("fin", [True, False])
def test_a_continuation_of_nothing_is_a_protocol_error(guest: RawSocket, *, fin: bool) -> None:
    """Also right after a whole message (RFC 6455 §5.4)."""
    guest.send(text(heartbeat(2)), frame(CONTINUATION, b"x", fin=fin), text(BEAT))
    guest.hears(2)
    assert guest.closed()[0] == 1002


@pytest.mark.parametrize("opcode", [1, BINARY])
def test_a_new_message_inside_a_fragmented_one_is_a_protocol_error(
    guest: RawSocket, opcode: int
) -> None:
    """Messages do not interleave (RFC 6455 §5.4)."""
    guest.send(text(BEAT[:4], fin=False), frame(opcode, BEAT))
    assert guest.closed()[0] == 1002


def test_a_fragmented_binary_message_is_not_supported(guest: RawSocket) -> None:
    """Its first frame is enough for 1003 (§2)."""
    guest.send(frame(BINARY, b"x", fin=False))
    assert guest.closed()[0] == 1003


def test_sixteen_fragments_are_a_message(guest: RawSocket) -> None:
    """The limit itself is allowed, whatever the sizes."""
    guest.send(*fragments(*[b""] * (FRAGMENTS_MAX - 1), BEAT))
    guest.hears(1)
    size = MESSAGE_MAX_BYTES // FRAGMENTS_MAX
    whole = heartbeat(9, size=MESSAGE_MAX_BYTES)
    guest.send(*fragments(*[whole[i : i + size] for i in range(0, len(whole), size)]))
    guest.hears(9)


@pytest.mark.parametrize("part", [b"", b" "])
def test_seventeen_fragments_are_too_many(guest: RawSocket, part: bytes) -> None:
    """One past the limit: 1009, before the message is whole."""
    guest.send(*fragments(*[part] * 18)[: FRAGMENTS_MAX + 1])
    assert guest.closed()[0] == 1009


def test_a_message_too_big_over_fragments_is_too_big(guest: RawSocket) -> None:
    """4 KiB is for all fragments together (§2), and 1009 comes before the last."""
    whole = heartbeat(1, size=MESSAGE_MAX_BYTES + 1)
    guest.send(*fragments(whole[:2000], whole[2000:], b"")[:2])
    assert guest.closed()[0] == 1009


# 6: UTF-8


def test_text_of_every_width_arrives(guest: RawSocket) -> None:
    """One to four bytes a character."""
    guest.send(text(heartbeat(1, pad="a é € 🍸 \U0010ffff")))
    guest.hears(1)


def test_a_character_may_be_split_over_fragments(guest: RawSocket) -> None:
    """UTF-8 is a matter of the message, not of the frame (RFC 6455 §5.6)."""
    message = heartbeat(1, pad="🍸")
    at = message.index(EMOJI)
    guest.send(*fragments(message[: at + 1], message[at + 1 : at + 2], message[at + 2 :]))
    guest.hears(1)


@pytest.mark.parametrize(
    "junk",
    [
        b"\xff",
        b"\x80",
        b"\xc0\xaf",
        b"\xe0\x80\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        EMOJI[:3],
    ],
    ids=["ff", "lone tail", "overlong 2", "overlong 3", "surrogate", "past 10ffff", "5", "cut"],
)
@pytest.mark.parametrize("shape", ["whole", "in fragments", "compressed"])
def test_what_is_not_utf8_is_closed_1007(server: RunningServer, junk: bytes, shape: str) -> None:
    """In one frame, over fragments, and compressed (§2)."""
    message = event("heartbeat", pad="@").replace(b"@", junk)
    at = message.index(junk) + 1
    frames = {
        "whole": [text(message)],
        "in fragments": fragments(message[:at], message[at:]),
        "compressed": [text(deflate(message), rsv=RSV1)],
    }[shape]
    with raw_guest(server, DEFLATE) as raw:
        raw.send(*frames)
        assert raw.closed()[0] == 1007


# 7: closing


@pytest.mark.parametrize(
    "code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1014, 3000, 3999, 4000, 4999]
)
@pytest.mark.parametrize("reason", [b"", b"x" * 123, "🍸".encode()])
def test_a_close_is_answered_with_its_code(guest: RawSocket, code: int, reason: bytes) -> None:
    """Every code that may be sent, with and without a reason (RFC 6455 §7.4)."""
    guest.send(close(code, reason))
    assert guest.closed() == (code, b"")


def test_an_empty_close_is_answered_with_an_empty_one(guest: RawSocket) -> None:
    """No code is 1005, which is never sent (RFC 6455 §7.1.5)."""
    guest.send(close())
    assert guest.closed() == (None, b"")


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999])
def test_codes_that_may_not_be_sent_are_a_protocol_error(guest: RawSocket, code: int) -> None:
    """Reserved and unknown ones (RFC 6455 §7.4)."""
    guest.send(close(code))
    assert guest.closed()[0] == 1002


@pytest.mark.parametrize("code", [5000, 65535])
def test_codes_beyond_all_ranges_are_a_protocol_error(guest: RawSocket, code: int) -> None:
    """They end at 4999 (RFC 6455 §7.4.2)."""
    guest.send(close(code))
    assert guest.closed()[0] == 1002


def test_a_close_of_one_byte_is_a_protocol_error(guest: RawSocket) -> None:
    """Two bytes are the code (RFC 6455 §5.5.1)."""
    guest.send(frame(CLOSE, b"\x03"))
    assert guest.closed()[0] == 1002


def test_a_close_of_126_bytes_is_a_protocol_error(guest: RawSocket) -> None:
    """It is a control frame."""
    guest.send(close(1000, b"x" * 124))
    assert guest.closed()[0] == 1002


def test_a_reason_that_is_not_utf8_is_closed_1007(guest: RawSocket) -> None:
    """A reason is text (RFC 6455 §5.5.1)."""
    guest.send(close(1000, b"\xce\xba\xe1\xbd\xb9\xed\xa0\x80"))
    assert guest.closed()[0] == 1007


@pytest.mark.parametrize(
    "behind",
    [text(BEAT), frame(PING, b"late"), close(1001), b"\xff\xff\xff\xff" * 2000],
    ids=["a message", "a ping", "another close", "garbage"],
)
@pytest.mark.parametrize("apart", [False, True])
def test_what_follows_a_close_is_ignored(guest: RawSocket, behind: bytes, *, apart: bool) -> None:
    """In the same segment or later: the close is answered, and nothing else (RFC 6455 §5.5.1)."""
    if apart:
        guest.send(close(1000))
        assert guest.receive() == Frame(CLOSE, (1000).to_bytes(2), fin=True, rsv1=False)
        guest.send(behind)
        guest.end()
    else:
        guest.send(close(1000), behind)
        assert guest.closed() == (1000, b"")


def test_a_clean_close_with_garbage_behind_it_is_a_leave(server: RunningServer) -> None:
    """What is ignored must not turn a leave into a loss (§4)."""
    with raw_guest(server, room_id="lobby") as bob, raw_guest(server) as ann:
        ann.send(close(1000), b"\xff" * 8)
        bob.event("member_left", userId=ann.user_id)


def test_a_close_may_come_inside_a_fragmented_message(guest: RawSocket) -> None:
    """The message is given up."""
    guest.send(text(BEAT[:5], fin=False), close(1000), frame(CONTINUATION, BEAT[5:]))
    assert guest.closed() == (1000, b"")


def test_a_close_behind_other_frames_comes_after_their_answers(guest: RawSocket) -> None:
    """Everything before it is handled first."""
    guest.send(text(heartbeat(8)), frame(PING, b"p"), close(1000))
    guest.hears(8)
    assert guest.receive().payload == b"p"
    assert guest.closed() == (1000, b"")


def test_our_close_is_the_last_word_whatever_comes(guest: RawSocket) -> None:
    """Broken frames after our close frame do not lead to a second one."""
    guest.send(frame(BINARY))
    assert guest.receive() == Frame(CLOSE, (1003).to_bytes(2) + b"text only", fin=True, rsv1=False)
    guest.send(frame(3), text(b"\xff"), frame(PING))
    guest.end()


# 9, 10: how bytes are cut


def test_a_handshake_and_messages_may_come_in_single_bytes(server: RunningServer) -> None:
    """TCP cuts where it likes."""
    with raw_socket(server) as raw:
        raw.send_slowly(raw.request())
        assert raw.response().status == 101
        raw.send_slowly(text(raw.join_message()))
        raw.event("room_state")


def test_many_frames_may_come_in_one_segment(guest: RawSocket) -> None:
    """Each is handled, in order."""
    guest.send(*(text(heartbeat(i, size=500)) for i in range(100)))
    for i in range(100):
        guest.hears(i)


def test_frames_may_come_right_behind_the_handshake(server: RunningServer) -> None:
    """In the same segment as the request, broken anywhere, and more than one read's worth."""
    with raw_socket(server) as raw:
        beats = b"".join(text(heartbeat(i, size=4000)) for i in range(10))
        sent = raw.request() + text(raw.join_message()) + beats
        raw.send(sent[:-2000])
        raw.send(sent[-2000:])
        assert raw.response().status == 101
        for i in range(10):
            raw.hears(i)


def test_a_protocol_error_right_behind_the_handshake_is_told(server: RunningServer) -> None:
    """The hand-over does not lose the close frame."""
    with raw_socket(server) as raw:
        raw.send(raw.request(), frame(3), b"\xff" * 100_000)
        assert raw.response().status == 101
        assert raw.closed()[0] == 1002


# 12, 13: compression


def test_compression_is_agreed_without_context_of_the_client(server: RunningServer) -> None:
    """We keep no window for what comes in (RFC 7692 §7.1.1.2)."""
    with raw_socket(server) as raw:
        answer = raw.ask({"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"})
        assert answer.headers["sec-websocket-extensions"] == (
            "permessage-deflate; client_no_context_takeover"
        )


@pytest.mark.parametrize(
    "offer",
    [
        "permessage-deflate; server_no_context_takeover",
        "permessage-deflate; server_max_window_bits=10",
        "permessage-deflate; something_new",
        "permessage-deflate; client_max_window_bits; client_max_window_bits",
        "permessage-deflate; client_max_window_bits=16",
        "x-webkit-deflate-frame",
        "permessage-bzip2, permessage-deflate; server_no_context_takeover",
    ],
)
def test_offers_that_do_not_fit_are_declined(server: RunningServer, offer: str) -> None:
    """Shared frames need our window whole; unknown parameters are no offer (RFC 7692 §7.1)."""
    with raw_guest(server, {"Sec-WebSocket-Extensions": offer}) as raw:
        raw.send(text(BEAT))
        raw.hears(1)
        raw.send(text(deflate(BEAT), rsv=RSV1))
        assert raw.closed()[0] == 1002


def test_the_offer_that_fits_is_taken_among_others(server: RunningServer) -> None:
    """Clients list fallbacks."""
    offer = "permessage-deflate; server_no_context_takeover, permessage-deflate"
    with raw_guest(server, {"Sec-WebSocket-Extensions": offer}) as raw:
        raw.send(text(deflate(BEAT), rsv=RSV1))
        raw.hears(1)


@pytest.mark.parametrize("size", [100, 1000, MESSAGE_MAX_BYTES])
def test_compressed_messages_arrive(deflating: RawSocket, size: int) -> None:
    """In one frame, in fragments with pings between, and beside plain ones."""
    packed = deflate(heartbeat(1, size=size))
    deflating.send(text(packed, rsv=RSV1))
    deflating.hears(1)
    first, second = fragments(packed[:9], packed[9:], rsv=RSV1)
    deflating.send(first, frame(PING), second, text(heartbeat(2)))
    assert deflating.receive().opcode == PONG
    deflating.hears(1)
    deflating.hears(2)


def test_a_compressed_message_may_inflate_to_4_kib(deflating: RawSocket) -> None:
    """One byte more, or a gigabyte more, is 1009, and never made."""
    deflating.send(text(deflate(heartbeat(1, size=MESSAGE_MAX_BYTES)), rsv=RSV1))
    deflating.hears(1)
    deflating.send(text(deflate(heartbeat(1, size=MESSAGE_MAX_BYTES + 1)), rsv=RSV1))
    assert deflating.closed()[0] == 1009


def test_a_bomb_is_too_big(deflating: RawSocket) -> None:
    """Four megabytes of zeros in four kilobytes."""
    bomb = deflate(bytes(4 * 1024 * 1024))
    assert len(bomb) < 4096 + 100
    deflating.send(text(bomb[:4096], rsv=RSV1))
    assert deflating.closed()[0] == 1009


def test_garbage_under_compression_is_closed_1007(deflating: RawSocket) -> None:
    """What does not inflate is no text."""
    deflating.send(text(b"\xff" * 40, rsv=RSV1))
    assert deflating.closed()[0] == 1007


def test_every_message_starts_with_an_empty_window(deflating: RawSocket) -> None:
    """No context is kept, as agreed, so one that refers back to the last is garbage."""
    deflating.send(text(deflate(BEAT), rsv=RSV1), text(deflate(BEAT), rsv=RSV1))
    deflating.hears(1)
    deflating.hears(1)
    # a match of length 3 at distance 1 in a fixed block: there is nothing behind
    deflating.send(text(b"\x02\x02\x00", rsv=RSV1))
    assert deflating.closed()[0] == 1007


def test_rsv1_without_negotiation_is_a_protocol_error(guest: RawSocket) -> None:
    """Even where it would inflate."""
    guest.send(text(deflate(BEAT), rsv=RSV1))
    assert guest.closed()[0] == 1002


def test_rsv1_on_a_continuation_is_a_protocol_error(deflating: RawSocket) -> None:
    """Only a message's first frame says that it is compressed (RFC 7692 §6.1)."""
    packed = deflate(BEAT)
    deflating.send(text(packed[:9], fin=False, rsv=RSV1), frame(CONTINUATION, packed[9:], rsv=RSV1))
    assert deflating.closed()[0] == 1002


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
def test_rsv1_on_a_control_frame_is_a_protocol_error(deflating: RawSocket, opcode: int) -> None:
    """Control frames are never compressed (RFC 7692 §6.1)."""
    deflating.send(frame(opcode, rsv=RSV1))
    assert deflating.closed()[0] == 1002


async def test_hundreds_of_flushes_read_the_same_with_and_without_compression(
    server: RunningServer,
) -> None:
    """A stock client inflates every message to what plain members read, pings in between."""
    room = "lobby"
    ann = await enter(server.http_url, room, name="Ann")
    plain = await enter(server.http_url, room, name="Plain")
    plain_socket = await websockets.connect(plain.joined["realtimeUrl"], compression=None)
    await plain.socket.close()
    plain.socket = plain_socket
    await plain.join_room(name="Plain")
    await plain.receive_until("session")
    assert ann.socket.protocol.extensions
    assert not plain.socket.protocol.extensions

    seen: dict[str, list[str]] = {"ann": [], "plain": []}

    async def read(name: str, socket: websockets.ClientConnection) -> None:
        async for message in socket:
            assert isinstance(message, str)
            if '"avatar_transform_broadcast"' in message and ann.user_id in message:
                seen[name].append(message)
                if json.loads(message)["payload"]["x"] == 400:
                    return

    readers = [
        asyncio.create_task(read("ann", ann.socket)),
        asyncio.create_task(read("plain", plain.socket)),
    ]
    for i in range(1, 401):
        await ann.move(float(i), i / 7)
        server.advance(50)
        if i % 50 == 0:
            await ann.socket.ping()
    await asyncio.wait_for(asyncio.gather(*readers), 20)
    assert len(seen["ann"]) >= 300
    assert seen["ann"] == seen["plain"]
    await ann.socket.close()
    await plain.socket.close()


def test_two_hundred_sockets_shut_by_turns_end_by_themselves(server: RunningServer) -> None:
    """No thread, socket or count is left when the peers are gone."""
    before = server.call(lambda: len(server.app.hub.sockets.open))
    sockets = [RawSocket(server) for _ in range(200)]
    for i, raw in enumerate(sockets):
        raw.upgrade()
        if i % 2:
            raw.send(close(1000))
            assert raw.closed()[0] == 1000
    for raw in sockets:
        raw.sock.close()
    waiting = threading.Event()
    for _ in range(50):
        if server.call(lambda: len(server.app.hub.sockets.open)) == before:
            break
        waiting.wait(0.05)
    assert server.call(lambda: len(server.app.hub.sockets.open)) == before
