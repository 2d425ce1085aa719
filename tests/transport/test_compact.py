"""What a connection gets that asked for short messages, and that no other gets it (§12)."""

import zlib

import pytest

from live.bench import DIALECTS, HubBench, Visitor
from virtubar.live.encoding import FlushEncoder
from virtubar.protocol.codec import decode_server, encode
from virtubar.protocol.compact import KIND_MOVES
from virtubar.protocol.events import (
    AvatarTransform,
    AvatarTransformBroadcast,
    ChatBroadcast,
    LocalChat,
    MemberIndices,
    MemberInfo,
    MemberJoined,
    MemberLeft,
    RoomState,
    ServerEvent,
)
from virtubar.room.parts import Post
from virtubar.transport.compact import COMPACT, RAW_DIALECTS
from virtubar.transport.dialect import JSON

INDICES = {"ann": 0, "bob": 1}
ANN, BOB = (MemberInfo(user, user.title(), "fox", 0, 0, 0, 0, "idle") for user in INDICES)


def step(user_id: str = "ann", seq: int = 1) -> AvatarTransformBroadcast:
    """Somebody moves."""
    return AvatarTransformBroadcast(user_id, seq, 1.0, 0.0, 2.0, 0.5, "walk", False)


def said(*events: ServerEvent) -> list[bytes]:
    """The messages that say these events."""
    posts = [Post(event, 5 + n) for n, event in enumerate(events)]
    return COMPACT.messages(posts, FlushEncoder(INDICES))


def kinds(messages: list[bytes]) -> list[str]:
    """What each message is: `moves`, or an event's name."""
    return [
        "moves" if one[0] == KIND_MOVES else str(decode_server(one).payload.EVENT)
        for one in messages
    ]


def test_moves_in_a_row_are_one_message_and_everything_stays_in_order() -> None:
    """A leave between two moves is between them for the receiver too."""
    messages = said(step(), step("bob"), ChatBroadcast("ann", "hi", "m"), MemberLeft("bob"), step())
    assert kinds(messages) == ["moves", "chat_broadcast", "member_left", "moves"]


def test_whoever_comes_in_is_given_a_number_first() -> None:
    """After the state and after each join, before the first move."""
    messages = said(RoomState("lobby", 1, [ANN, BOB]), step(), MemberJoined(BOB), step("bob"))
    assert kinds(messages) == [
        "room_state",
        "member_indices",
        "moves",
        "member_joined",
        "member_indices",
        "moves",
    ]
    assert decode_server(messages[1]).payload == MemberIndices([(0, "ann"), (1, "bob")])
    assert decode_server(messages[4]).payload == MemberIndices([(1, "bob")])


@pytest.mark.parametrize("event", [step(seq=2**32), step("stranger")])
def test_a_move_that_fits_no_record_goes_as_json(event: AvatarTransformBroadcast) -> None:
    """In its place among the others."""
    messages = said(step(), event, step("bob"))
    assert kinds(messages) == ["moves", "avatar_transform_broadcast", "moves"]
    assert messages[1] == encode(event, 6)


def test_moves_are_binary_frames_and_texts_are_text() -> None:
    """What is short already passes the compressor by (RFC 7692 §6: a message may be left alone)."""
    moves, chat = said(step(), ChatBroadcast("ann", "hi", "m"))
    assert COMPACT.plain([moves]) == bytes([0x82, len(moves)]) + moves
    assert COMPACT.plain([chat])[0] == 0x81
    for packed in (
        COMPACT.deflated([moves, chat, moves]),
        COMPACT.stream().frames([moves, chat, moves]),
    ):
        head = 2 + len(moves)
        assert packed[:head] == COMPACT.plain([moves])
        assert packed[-head:] == COMPACT.plain([moves])
        text = packed[head:-head]
        assert (text[0], text[1]) == (0xC1, len(text) - 2)
        assert zlib.decompressobj(-15).decompress(text[2:] + b"\x00\x00\xff\xff") == chat


def test_the_server_prefers_it_where_it_is_offered() -> None:
    """Who does not offer it speaks JSON."""
    assert list(RAW_DIALECTS.items()) == [
        ("virtubar.v1.compact", COMPACT),
        ("virtubar.v1", JSON),
        (None, JSON),
    ]


def move(seq: int, x: float = 0.0) -> AvatarTransform:
    """A step."""
    return AvatarTransform("lobby", seq, x, 0.0, 0.0, 0.0, "walk", False)


def seen(visitor: Visitor) -> list[tuple[ServerEvent, int]]:
    """What was sent to somebody, with its times."""
    return visitor.transport.stamped()


def test_in_a_room_the_wires_say_the_same() -> None:
    """Coming, walking, speaking, leaving, coming back: event by event, whoever asked for what."""
    bench = HubBench()
    ann = bench.enter("ann")
    watchers = [bench.enter_in(dialect, f"eve-{dialect.name}") for dialect in DIALECTS]
    bench.loop.advance(100)
    for watcher in watchers:
        seen(watcher)
    for seq in range(1, 6):
        bench.send(ann, move(seq, x=seq / 7))
        bench.loop.advance(100)
    bob = bench.enter("bob")
    bench.send(bob, move(1))
    bench.send(ann, LocalChat("lobby", "hello", "local"))
    bench.send(ann, move(7, x=40.0))
    bench.loop.advance(100)
    bob.connection.closed(left=True)
    bench.loop.advance(100)
    heard = [seen(watcher) for watcher in watchers]
    assert heard[0] == heard[1] == heard[2] == heard[3]
    names = [str(event.EVENT) for event, _ in heard[0]]
    assert names.count("avatar_transform_broadcast") == 7
    assert "member_joined" in names
    assert names[-1] == "member_left"
