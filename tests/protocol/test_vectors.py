"""The golden wire vectors against the codec (wire/vectors/README.md)."""

import json
from collections import Counter

import msgspec
import pytest
from msgspec import Struct

from support.vectors import (
    Accepted,
    InvalidCase,
    ValidCase,
    invalid_cases,
    valid_cases,
)
from virtubar.protocol.codec import (
    ClientEnvelope,
    DecodeRefusedError,
    ServerEnvelope,
    decode_client,
    decode_server,
    encode,
)
from virtubar.protocol.constants import (
    ANIMS,
    EMOTE_IDS,
    MESSAGE_MAX_BYTES,
    AuthCode,
    ClientEventName,
    CloseCode,
    ErrorCode,
    ServerEventName,
)

CLIENT_VALID = valid_cases("client-valid")
CLIENT_INVALID = invalid_cases("client-invalid")
SERVER_VALID = valid_cases("server-valid")
SERVER_INVALID = invalid_cases("server-invalid")
EARNED_ELSEWHERE = {
    ErrorCode.CHAT_REFUSED,
    ErrorCode.NOT_STORED,
    ErrorCode.SEAT_TAKEN,
    ErrorCode.TOO_MANY_SANCTIONS,
}
"""What depends on a room's settings, on the server's disk, on the others and on what holds in a
room, not on the message alone."""
BY_CODEC = [case for case in CLIENT_INVALID if case.by == "codec"]
BY_ROOM = [case for case in CLIENT_INVALID if case.by == "room"]
BY_TRANSPORT = [case for case in CLIENT_INVALID if case.by == "transport"]


def _name(case: ValidCase | InvalidCase) -> str:
    return case.name


def _assert_decoded(envelope: ClientEnvelope | ServerEnvelope, expect: Accepted) -> None:
    """Every field of the expectation is there, and every other field has its default."""
    payload = envelope.payload
    assert str(payload.EVENT) == expect.event
    assert envelope.ts == expect.ts
    _assert_fields(payload, expect.payload)


def _assert_fields(struct: Struct, expected: dict[str, object]) -> None:
    left = dict(expected)
    for field in msgspec.structs.fields(struct):
        value = getattr(struct, field.name)
        wanted = left.pop(field.encode_name, field.default)
        if isinstance(value, Struct) and isinstance(wanted, dict):
            _assert_fields(value, wanted)
        else:
            assert json.loads(msgspec.json.encode(value)) == wanted, field.encode_name
            assert isinstance(value, bool) == isinstance(wanted, bool), field.encode_name
    assert not left, "the vector expects fields that the event does not have"


@pytest.mark.parametrize("case", CLIENT_VALID, ids=_name)
def test_valid_client_messages_decode_to_their_event(case: ValidCase) -> None:
    """A well-formed message becomes its typed event with the values that were sent (§2)."""
    assert len(case.data) <= MESSAGE_MAX_BYTES
    _assert_decoded(decode_client(case.data), case.expect)


@pytest.mark.parametrize("case", SERVER_VALID, ids=_name)
def test_valid_server_messages_decode_to_their_event(case: ValidCase) -> None:
    """What the server sends is read by the clients' decoder (§2)."""
    _assert_decoded(decode_server(case.data), case.expect)


@pytest.mark.parametrize(
    "case", [case for case in SERVER_VALID if case.name != "unknown-fields-ignored"], ids=_name
)
def test_server_messages_carry_exactly_the_fields_of_the_vectors(case: ValidCase) -> None:
    """The additive rule: an event has the specification's fields, no more and no fewer (§2)."""
    envelope = decode_server(case.data)
    assert json.loads(encode(envelope.payload, envelope.ts)) == json.loads(case.data)


@pytest.mark.parametrize("case", BY_CODEC, ids=_name)
def test_invalid_client_messages_are_refused_with_their_code(case: InvalidCase) -> None:
    """Every kind of bad input has one code, and names the event where it can (§2)."""
    assert len(case.data) <= MESSAGE_MAX_BYTES
    with pytest.raises(DecodeRefusedError) as refusal:
        decode_client(case.data)
    assert refusal.value.code == case.expect.code
    assert refusal.value.event == case.expect.event
    assert 0 < len(refusal.value.message) <= 200


@pytest.mark.parametrize("case", SERVER_INVALID, ids=_name)
def test_invalid_server_messages_are_refused_with_their_code(case: InvalidCase) -> None:
    """A client can tell a newer server's event, which it ignores, from nonsense (§2)."""
    with pytest.raises(DecodeRefusedError) as refusal:
        decode_server(case.data)
    assert refusal.value.code == case.expect.code
    assert refusal.value.event == case.expect.event


@pytest.mark.parametrize("case", BY_ROOM, ids=_name)
def test_messages_that_the_room_refuses_are_well_formed(case: InvalidCase) -> None:
    """What a room or a join refuses gets past the codec, so that the rules can answer it."""
    envelope = decode_client(case.data)
    if case.expect.code is not None:
        assert str(envelope.payload.EVENT) == case.expect.event
        assert case.expect.code in set(ErrorCode)
    else:
        assert str(envelope.payload.EVENT) == ClientEventName.JOIN_ROOM
        assert case.expect.auth_error in set(AuthCode)


@pytest.mark.parametrize("case", BY_TRANSPORT, ids=_name)
def test_messages_that_the_transport_refuses_break_its_rule(case: InvalidCase) -> None:
    """A close code stands for exactly one fault: size, a binary frame, or broken UTF-8 (§2)."""
    too_big = len(case.data) > MESSAGE_MAX_BYTES
    try:
        case.data.decode()
        broken = False
    except UnicodeDecodeError:
        broken = True
    assert Counter([too_big, case.binary, broken])[True] == 1
    wanted = (
        CloseCode.TOO_BIG
        if too_big
        else CloseCode.UNSUPPORTED_DATA
        if case.binary
        else CloseCode.INVALID_UTF8
    )
    assert case.expect.close == wanted


def test_every_name_is_given_once() -> None:
    """A failing case can be found by its file and its name."""
    for cases in (CLIENT_VALID, CLIENT_INVALID, SERVER_VALID, SERVER_INVALID):
        names = Counter(case.name for case in cases)
        assert names.most_common(1)[0][1] == 1


def test_every_client_event_has_valid_and_invalid_vectors() -> None:
    """No event is without its golden messages."""
    assert {case.expect.event for case in CLIENT_VALID} == set(ClientEventName)
    assert {case.expect.event for case in BY_CODEC} >= set(ClientEventName)


def test_every_server_event_has_a_valid_vector() -> None:
    """No event is without its golden message."""
    assert {case.expect.event for case in SERVER_VALID} == set(ServerEventName)


def test_every_error_code_is_provoked_and_shown() -> None:
    """Each code that a message earns by itself has one that does, and each has its `error` (§2)."""
    earned = {case.expect.code for case in CLIENT_INVALID} - {None}
    assert earned == set(ErrorCode) - EARNED_ELSEWHERE
    shown = {c.expect.payload["code"] for c in SERVER_VALID if c.expect.event == "error"}
    assert shown == set(ErrorCode)


def test_every_auth_code_is_shown() -> None:
    """Each refusal of a join has its `auth_error` event (§3)."""
    shown = {c.expect.payload["code"] for c in SERVER_VALID if c.expect.event == "auth_error"}
    assert shown == set(AuthCode)


def test_every_anim_and_emote_is_accepted() -> None:
    """The lists of §5 and §6 are covered one by one."""
    anims = {c.expect.payload["anim"] for c in CLIENT_VALID if "anim" in c.expect.payload}
    emotes = {c.expect.payload["emoteId"] for c in CLIENT_VALID if "emoteId" in c.expect.payload}
    assert anims == set(ANIMS)
    assert emotes == set(EMOTE_IDS)
