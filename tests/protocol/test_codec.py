"""Properties of the codec: nothing is lost on the way, and nothing crashes it (§2)."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from virtubar.protocol.codec import (
    DecodeRefusedError,
    decode_client,
    decode_server,
    encode,
)
from virtubar.protocol.constants import (
    MESSAGE_MAX_BYTES,
    NESTING_MAX,
    TIME_MS_MAX,
    ClientEventName,
    ErrorCode,
    ServerEventName,
)
from virtubar.protocol.events import CLIENT_EVENTS, SERVER_EVENTS, ClientEvent, ServerEvent

TIMES = st.integers(-TIME_MS_MAX, TIME_MS_MAX)
TRANSFORM: dict[str, Any] = {
    "roomId": "lobby",
    "seq": 7,
    "x": 1.5,
    "y": 0.0,
    "z": -2.25,
    "rotY": 0.75,
    "anim": "walk",
    "speaking": False,
}


def _text(kind: msgspec.inspect.StrType) -> st.SearchStrategy[str]:
    if kind.pattern is not None:
        return st.from_regex(kind.pattern)
    letters = st.characters(exclude_categories=["Cs"])
    return st.text(letters, max_size=min(kind.max_length or 64, 64))


def _value(kind: msgspec.inspect.Type) -> st.SearchStrategy[Any]:
    """Any value that the type of a field allows, its bounds included."""
    match kind:
        case msgspec.inspect.BoolType():
            return st.booleans()
        case msgspec.inspect.NoneType():
            return st.none()
        case msgspec.inspect.IntType(ge=ge, le=le):
            # A field without bounds carries the server's own figures: what JavaScript holds.
            low = -TIME_MS_MAX if ge is None else ge
            return st.integers(low, TIME_MS_MAX if le is None else le)
        case msgspec.inspect.FloatType(ge=ge, le=le):
            return st.floats(ge, le, allow_nan=False, allow_infinity=False)
        case msgspec.inspect.StrType():
            return _text(kind)
        case msgspec.inspect.LiteralType(values=values):
            return st.sampled_from(values)
        case msgspec.inspect.UnionType(types=types):
            return st.one_of([_value(one) for one in types])
        case _:
            return _many(kind)


def _many(kind: msgspec.inspect.Type) -> st.SearchStrategy[Any]:
    match kind:
        case msgspec.inspect.ListType(item_type=item):
            return st.lists(_value(item), max_size=4)
        case msgspec.inspect.TupleType(item_types=items):
            return st.tuples(*map(_value, items))
        case msgspec.inspect.StructType(cls=cls, fields=fields):
            return st.builds(cls, **{one.name: _value(one.type) for one in fields})
    raise AssertionError(f"no strategy for {kind}")


CLIENT = st.one_of([_value(msgspec.inspect.type_info(event)) for event in CLIENT_EVENTS])
SERVER = st.one_of([_value(msgspec.inspect.type_info(event)) for event in SERVER_EVENTS])


@given(event=CLIENT, ts=TIMES)
def test_client_events_come_back_as_they_were_encoded(event: ClientEvent, ts: int) -> None:
    """decode ∘ encode is the identity for everything a client can say."""
    envelope = decode_client(encode(event, ts))
    assert envelope.payload == event
    assert type(envelope.payload) is type(event)
    assert envelope.ts == ts


@given(event=SERVER, ts=TIMES)
def test_server_events_come_back_as_they_were_encoded(event: ServerEvent, ts: int) -> None:
    """decode ∘ encode is the identity for everything the server can say."""
    envelope = decode_server(encode(event, ts))
    assert envelope.payload == event
    assert type(envelope.payload) is type(event)
    assert envelope.ts == ts


@given(event=SERVER, ts=TIMES)
def test_every_envelope_has_the_four_names_and_no_more(event: ServerEvent, ts: int) -> None:
    """{v, t, ts, payload} is the whole envelope (§2)."""
    message = json.loads(encode(event, ts))
    assert list(message) == ["v", "t", "ts", "payload"]
    assert message["v"] == 1
    assert message["t"] == event.EVENT


@given(event=SERVER)
def test_text_and_bytes_decode_alike(event: ServerEvent) -> None:
    """A client may hand over the text it received or its bytes."""
    message = encode(event, 1)
    assert decode_server(message) == decode_server(message.decode())


def _json(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.none() | st.booleans() | st.integers() | numbers | st.text(max_size=12),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
        max_leaves=12,
    )


JSON = _json(st.floats(allow_nan=False, allow_infinity=False))
NOT_QUITE_JSON = _json(st.floats())
NAMES = [str(name) for name in (*ClientEventName, *ServerEventName)]
FIELDS = sorted({name for event in CLIENT_EVENTS for name in event.__struct_encode_fields__})
NEARLY = st.fixed_dictionaries(
    {
        "v": st.just(1) | NOT_QUITE_JSON,
        "t": st.sampled_from(NAMES) | NOT_QUITE_JSON,
        "ts": TIMES | NOT_QUITE_JSON,
    },
    optional={"payload": st.dictionaries(st.sampled_from(FIELDS), NOT_QUITE_JSON) | NOT_QUITE_JSON},
)


def _refusal(decode: Callable[[bytes], object], message: bytes) -> DecodeRefusedError | None:
    try:
        decode(message)
    except DecodeRefusedError as error:
        return error
    return None


def _decode_or_refuse(message: bytes) -> None:
    """Anything but a decoded event or DecodeRefusedError fails the test."""
    for decode in (decode_client, decode_server):
        refusal = _refusal(decode, message)
        if refusal is not None:
            assert refusal.code in set(ErrorCode)
            assert 0 < len(refusal.message.encode()) <= MESSAGE_MAX_BYTES


@settings(max_examples=300)
@given(message=st.binary(max_size=MESSAGE_MAX_BYTES))
@example(message=b"[" * MESSAGE_MAX_BYTES)
@example(message=b'{"a":' * (MESSAGE_MAX_BYTES // 5))
@example(message=b'{"v":1,"t":"presence","ts":1,"payload":{"visible":true,"a":"\xff"}}')
@example(message=b'{"v":1,"t":"presence","ts":1,"payload":{"visible":true,"\xff":1,"a":2}}')
@example(message=b"1" * MESSAGE_MAX_BYTES)
def test_any_bytes_decode_or_are_refused(message: bytes) -> None:
    """No message up to the limit makes the codec raise anything of its own (§2)."""
    _decode_or_refuse(message)


@settings(max_examples=300)
@given(value=NEARLY)
def test_any_near_miss_decodes_or_is_refused(value: dict[str, Any]) -> None:
    """The same for messages that look like envelopes, NaN and huge numbers among them."""
    _decode_or_refuse(json.dumps(value).encode())


@given(data=st.data(), event=CLIENT)
def test_any_damaged_message_decodes_or_is_refused(data: st.DataObject, event: ClientEvent) -> None:
    """The same for a good message with one run of its bytes replaced."""
    message = encode(event, 1)
    start = data.draw(st.integers(0, len(message)))
    end = data.draw(st.integers(start, min(start + 8, len(message))))
    _decode_or_refuse(message[:start] + data.draw(st.binary(max_size=8)) + message[end:])


@given(extra=st.dictionaries(st.text(min_size=9, max_size=12), JSON, max_size=3))
def test_unknown_fields_change_nothing(extra: dict[str, Any]) -> None:
    """A newer client may say more than this server understands (§2)."""
    plain = {"v": 1, "t": "avatar_transform", "ts": 5, "payload": TRANSFORM}
    more = {**plain, **extra, "payload": {**TRANSFORM, **extra}}
    assert decode_client(json.dumps(more).encode()) == decode_client(json.dumps(plain).encode())


@pytest.mark.parametrize("levels", [NESTING_MAX, NESTING_MAX + 1])
@pytest.mark.parametrize("brackets", ["[]", '{"a":}'])
def test_nesting_is_bounded_where_the_type_does_not_bound_it(levels: int, brackets: str) -> None:
    """An unknown field may nest to the limit, counted from the envelope, and no deeper (§2)."""
    inner = levels - 2
    deep = brackets[:-1] * inner + ("1" if "{" in brackets else "") + brackets[-1] * inner
    message = b'{"v":1,"t":"presence","ts":1,"payload":{"visible":true,"a":%s}}' % deep.encode()
    if levels <= NESTING_MAX:
        decode_client(message)
    else:
        with pytest.raises(DecodeRefusedError) as refusal:
            decode_client(message)
        assert refusal.value.code == ErrorCode.MALFORMED


@pytest.mark.parametrize("event", CLIENT_EVENTS, ids=lambda event: str(event.EVENT))
def test_a_repeated_name_is_refused_in_every_event(event: type[ClientEvent]) -> None:
    """Two values for one name would let two readers disagree about what was said (§2)."""
    name = event.__struct_encode_fields__[0]
    values = {
        "roomId": '"lobby"',
        "visible": "true",
        "action": '"kick"',
    }
    full = {
        "join_room": ',"user":{"userId":"u","displayName":"A","avatarId":"fox"}',
        "heartbeat": ',"clientTimeMs":1,"lastSeq":1',
        "avatar_transform": ',"seq":1,"x":0,"y":0,"z":0,"rotY":0,"anim":"idle","speaking":false',
        "local_chat": ',"text":"hi","mode":"local"',
        "emote": ',"emoteId":"cheers"',
        "presence": "",
        "moderate": ',"userId":"u"',
        "seat": ',"seatId":"table-3-1"',
    }[event.EVENT]
    once = f'"{name}":{values[name]}'
    good = f'{{"v":1,"t":"{event.EVENT}","ts":1,"payload":{{{once}{full}}}}}'
    assert str(decode_client(good.encode()).payload.EVENT) == event.EVENT
    with pytest.raises(DecodeRefusedError) as refusal:
        decode_client(good.replace(once, f"{once},{once}").encode())
    assert refusal.value.code == ErrorCode.MALFORMED
