"""What every dialect promises (live.ports.Dialect), whatever it speaks."""

import pytest

from live.bench import DIALECTS, MemoryTransport
from virtubar.live.encoding import FlushEncoder, event_bytes
from virtubar.live.ports import Dialect
from virtubar.protocol.codec import DecodeRefusedError, encode
from virtubar.protocol.events import ChatBroadcast, Emote, EmoteBroadcast, ServerEvent
from virtubar.room.parts import Post
from virtubar.transport.socketio.dialect import FRAMED, SEPARATED

EVENTS: list[ServerEvent] = [
    ChatBroadcast("ann", 'Prost 🍺 \x1e, and \\ "quotes"', "id"),
    EmoteBroadcast("ann", "cheers"),
]


def posts() -> list[Post]:
    """Two things to say."""
    return [Post(event, 5 + n) for n, event in enumerate(EVENTS)]


def read(dialect: Dialect, data: bytes) -> list[tuple[ServerEvent, int]]:
    """What a receiver of that dialect reads in what is written to it."""
    transport = MemoryTransport()
    transport.dialect = dialect
    transport.write(data)
    return transport.stamped()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_said_arrives_whole_and_in_order(dialect: Dialect) -> None:
    """Each post as a message of its own, alone or joined with others, empty buffers between."""
    expected = [(post.event, post.ts) for post in posts()]
    messages = dialect.messages(posts(), FlushEncoder())
    assert len(messages) == len(EVENTS)
    assert read(dialect, dialect.plain(messages)) == expected
    halves = [dialect.plain([message]) for message in messages]
    assert read(dialect, dialect.joined([b"", halves[0], b"", halves[1]])) == expected
    assert read(dialect, event_bytes(EVENTS[0], 5, dialect)) == expected[:1]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nothing_is_no_bytes(dialect: Dialect) -> None:
    """An empty buffer is not written."""
    assert dialect.plain(dialect.messages([], FlushEncoder())) == dialect.joined([]) == b""


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_a_client_sends_is_the_same_event(dialect: Dialect) -> None:
    """Whatever is around its envelope; what is none is its sender's fault (§2)."""
    event = Emote("lobby", "cheers")
    envelope = dialect.decode(encode(event, 7), "emote")
    assert (envelope.payload, envelope.ts) == (event, 7)
    with pytest.raises(DecodeRefusedError):
        dialect.decode(b"{", "emote")


@pytest.mark.parametrize("dialect", [FRAMED, SEPARATED])
@pytest.mark.parametrize("name", ["presence", "", None])
def test_a_packet_under_another_name_than_its_envelopes_is_refused(
    dialect: Dialect, name: str | None
) -> None:
    """`malformed`: nobody could say which of the two was meant (§2)."""
    with pytest.raises(DecodeRefusedError, match="name") as caught:
        dialect.decode(encode(Emote("lobby", "cheers"), 7), name)
    assert caught.value.code == "malformed"


def test_each_kind_of_connection_has_a_name_of_its_own() -> None:
    """The metrics tell them apart by it."""
    names = [dialect.name for dialect in DIALECTS]
    assert names == ["websocket", "websocket_compact", "socketio_websocket", "socketio_polling"]
