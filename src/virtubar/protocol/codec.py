"""Bytes ⇄ events: one pass for what is well formed, a typed refusal for everything else (§2).

`decode_client` and `decode_server` read one text message; `encode` writes one. None of them keeps
anything between calls.
"""

import json
from typing import Any, Literal, cast

import msgspec
from msgspec import Struct

from virtubar.protocol.constants import NESTING_MAX, PROTOCOL_VERSION, TIME_MS_MAX, ErrorCode
from virtubar.protocol.events import (
    CLIENT_EVENTS,
    SERVER_EVENTS,
    ClientEvent,
    ServerEvent,
    TimeMs,
)

_EVENT_NAME_SHOWN_MAX = 64
"""Characters of an unknown event's name that an `error` repeats."""
_REASON_SHOWN_MAX = 200
"""Characters of the decoder's sentence that an `error` repeats; it may quote what was sent."""


class ClientEnvelope(Struct, frozen=True):
    """A decoded client message: `ts` is the sender's clock in epoch ms, unchecked beyond range."""

    ts: TimeMs
    payload: ClientEvent


class ServerEnvelope(Struct, frozen=True):
    """A decoded server message; `ts` of a transform is its motion time (§1)."""

    ts: TimeMs
    payload: ServerEvent


class _Outgoing(Struct, frozen=True, gc=False):
    v: int
    t: str
    ts: int
    payload: Struct


class _Loose(Struct, frozen=True):
    """An envelope of which nothing is known but that it is an object."""

    v: Any = None
    t: Any = None
    ts: Any = None
    payload: msgspec.Raw = msgspec.Raw()


class DecodeRefusedError(Exception):
    """The sender's message is not an event of the protocol; the sender is at fault.

    Attributes:
        code: what kind of bad input it is (§2).
        event: the event's name as far as it could be read.
    """

    def __init__(self, code: ErrorCode, message: str, event: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.event = event


def envelope_type(base: type[Struct], event: type[ClientEvent] | type[ServerEvent]) -> type[Struct]:
    """The struct of one whole envelope, tagged with the event's name."""
    return msgspec.defstruct(
        f"{event.__name__}Envelope",
        [("v", Literal[1]), ("ts", TimeMs), ("payload", event)],
        bases=(base,),
        tag_field="t",
        tag=str(event.EVENT),
        frozen=True,
    )


def _decoder(envelopes: list[type[Struct]]) -> msgspec.json.Decoder[Any]:
    union: Any = envelopes[0]
    for envelope in envelopes[1:]:
        union |= envelope
    return msgspec.json.Decoder(union)


def _names_least(struct: type[Struct]) -> int:
    """How many object keys a message of this type has when it carries nothing optional."""
    count = 1 if struct.__struct_config__.tag_field else 0
    for field in msgspec.structs.fields(struct):
        if field.required:
            nested = isinstance(field.type, type) and issubclass(field.type, Struct)
            count += 1 + (_names_least(field.type) if nested else 0)
    return count


_client_envelopes = [envelope_type(ClientEnvelope, event) for event in CLIENT_EVENTS]
_client_decoder = _decoder(_client_envelopes)
_server_decoder = _decoder([envelope_type(ServerEnvelope, event) for event in SERVER_EVENTS])
_NAMES_LEAST = {envelope: _names_least(envelope) for envelope in _client_envelopes}
_loose_decoder = msgspec.json.Decoder(_Loose)
_encoder = msgspec.json.Encoder()
_CLIENT_NAMES = frozenset(str(event.EVENT) for event in CLIENT_EVENTS)
_SERVER_NAMES = frozenset(str(event.EVENT) for event in SERVER_EVENTS)


def decode_client(message: bytes) -> ClientEnvelope:
    """The typed event in one client message.

    Args:
        message: UTF-8 JSON, at most 4 KiB (the transport has enforced both, §2).

    Raises:
        DecodeRefusedError: for anything that is not an event of §3; never another exception.
    """
    try:
        envelope = cast("ClientEnvelope", _client_decoder.decode(message))
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise _refusal(message, error, _CLIENT_NAMES) from None
    # Every name is followed by a colon: with no colon to spare there is nothing but required
    # names, each once. All others (an unknown field, a colon in a text) are worth a second look.
    if message.count(b":") != _NAMES_LEAST[type(envelope)]:
        _check_object(message, str(envelope.payload.EVENT))
    return envelope


def decode_server(message: bytes | str) -> ServerEnvelope:
    """The typed event in one server message.

    Raises:
        DecodeRefusedError: for anything that is not an event of §4, an event of a newer server
            (`unknown_event`) among them.
    """
    try:
        return cast("ServerEnvelope", _server_decoder.decode(message))
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        data = message.encode() if isinstance(message, str) else message
        raise _refusal(data, error, _SERVER_NAMES) from None


def encode(event: ClientEvent | ServerEvent, ts: int) -> bytes:
    """One envelope as UTF-8 JSON; `ts` in epoch ms."""
    return _encoder.encode(_Outgoing(PROTOCOL_VERSION, event.EVENT, ts, event))


def _check_object(message: bytes, event: str) -> None:
    """Refuse what the decoder skips over: a name twice in one object, and deep nesting (§2)."""
    try:
        level = [json.loads(message, object_pairs_hook=_unique)]
    except (ValueError, RecursionError):
        raise DecodeRefusedError(
            ErrorCode.MALFORMED, "The message is not plain JSON with each name once.", event
        ) from None
    for _ in range(NESTING_MAX):
        level = [inner for value in level for inner in value if isinstance(inner, list)]
        if not level:
            return
    raise DecodeRefusedError(ErrorCode.MALFORMED, "The message is nested too deeply.", event)


def _unique(pairs: list[tuple[str, Any]]) -> list[Any]:
    """The values of one object; nesting is all that is looked at after this."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError
    return [value for _, value in pairs]


def _refusal(message: bytes, error: Exception, names: frozenset[str]) -> DecodeRefusedError:
    """Find out, a second time and slowly, what was wrong with a message that did not decode."""
    try:
        loose = _loose_decoder.decode(message)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return DecodeRefusedError(ErrorCode.MALFORMED, "The message is not a JSON object.")
    name = loose.t[:_EVENT_NAME_SHOWN_MAX] if isinstance(loose.t, str) else None
    if isinstance(loose.v, bool) or not isinstance(loose.v, int):
        return DecodeRefusedError(ErrorCode.MALFORMED, "`v` must be the integer 1.", name)
    if loose.v != PROTOCOL_VERSION:
        return DecodeRefusedError(
            ErrorCode.UNSUPPORTED_VERSION, "This server speaks version 1.", name
        )
    if name is None:
        return DecodeRefusedError(ErrorCode.MALFORMED, "`t` must be a string.")
    if (
        isinstance(loose.ts, bool)
        or not isinstance(loose.ts, int)
        or not -TIME_MS_MAX <= loose.ts <= TIME_MS_MAX
    ):
        return DecodeRefusedError(ErrorCode.MALFORMED, "`ts` must be an integer.", name)
    if bytes(loose.payload)[:1] != b"{":
        return DecodeRefusedError(ErrorCode.MALFORMED, "`payload` must be an object.", name)
    if loose.t not in names:
        return DecodeRefusedError(ErrorCode.UNKNOWN_EVENT, "There is no such event.", name)
    return DecodeRefusedError(ErrorCode.INVALID_PAYLOAD, _reason(error), name)


def _reason(error: Exception) -> str:
    """The decoder's own sentence, which names types and paths but never values of others."""
    if isinstance(error, msgspec.ValidationError):
        return str(error)[:_REASON_SHOWN_MAX]
    return "The payload could not be read."
