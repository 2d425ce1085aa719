"""What comes over a connection is events, whichever wire they come over (§12)."""

import pytest

from virtubar.client.wire import WireReader
from virtubar.protocol.codec import DecodeRefusedError, encode
from virtubar.protocol.compact import pack_moves
from virtubar.protocol.events import AvatarTransformBroadcast, MemberIndices, MemberLeft

MOVE = AvatarTransformBroadcast("ann", 3, 1.5, 0.0, -2.25, 0.5, "walk", True)


def told(*members: tuple[int, str]) -> bytes:
    """Who has which number."""
    return encode(MemberIndices(list(members)), 1)


def test_moves_are_read_by_the_numbers_that_were_told() -> None:
    """These are nobody's business but the reader's."""
    reader = WireReader()
    assert reader.text(told((7, "ann"))) == []
    (message,) = pack_moves([(7, MOVE, 99)])
    assert [(one.payload, one.ts) for one in reader.binary(message)] == [(MOVE, 99)]


def test_what_was_told_later_holds() -> None:
    """A number may come to be another's."""
    reader = WireReader()
    reader.text(told((7, "bob"), (8, "cat")))
    reader.text(told((7, "ann")))
    (message,) = pack_moves([(7, MOVE, 99)])
    assert reader.binary(message)[0].payload == MOVE


def test_all_else_comes_as_it_is() -> None:
    """An event is handed on with its time."""
    (envelope,) = WireReader().text(encode(MemberLeft("ann"), 5))
    assert (envelope.payload, envelope.ts) == (MemberLeft("ann"), 5)


@pytest.mark.parametrize("message", [b"", b"\x02", pack_moves([(7, MOVE, 99)])[0]])
def test_a_binary_message_that_cannot_be_read_is_refused(message: bytes) -> None:
    """As a text that cannot be, and nothing of it is handed on."""
    with pytest.raises(DecodeRefusedError) as caught:
        WireReader().binary(message)
    assert caught.value.code == "malformed"
