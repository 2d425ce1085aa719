"""Engine.IO 4 and Socket.IO 5 packets, as far as this server speaks them; pure.

An event is never decoded here: its envelope is cut out of the packet as it came, and read by the
same codec as every other message, so that no rule of it is written twice.
"""

from enum import Enum, auto
from typing import Final, NamedTuple

import msgspec

from virtubar.protocol.codec import encode
from virtubar.protocol.constants import (
    MESSAGE_MAX_BYTES,
    NO_RECONNECT_CODES,
    PING_INTERVAL_MS,
    PONG_TIMEOUT_MS,
    CloseCode,
)
from virtubar.protocol.events import SERVER_EVENTS, Closing, ServerEvent

PACKET_MAX_BYTES: Final = MESSAGE_MAX_BYTES + 64
"""One packet: the largest envelope with its event's name around it. Nothing else is that large."""
BODY_MAX_BYTES: Final = 16 * 1024
"""Of one POST, as everywhere in the HTTP API (§1); clients are told, and send more bodies."""
_NAMESPACE_MAX_BYTES: Final = 64

PACKET_SEPARATOR: Final = b"\x1e"
"""Between the Engine.IO packets of one HTTP body; no JSON contains it."""
EVENT_HEADS: Final = {
    event.EVENT: b'42["%s",' % str(event.EVENT).encode() for event in SERVER_EVENTS
}
"""How a Socket.IO event packet begins: an Engine.IO message (4) that is an event (2)."""

PING: Final = b"2"
PONG: Final = b"3"
PROBE: Final = b"2probe"
PROBE_ANSWER: Final = b"3probe"
UPGRADE: Final = b"5"
NOOP: Final = b"6"
ENGINE_CLOSE: Final = b"1"
DISCONNECT: Final = b"41"


class Kind(Enum):
    """What a client's packet is."""

    EVENT = auto()
    CONNECT = auto()
    DISCONNECT = auto()
    PING = auto()
    PONG = auto()
    CLOSE = auto()
    REFUSED_NAMESPACE = auto()
    """Somebody wants into a namespace, of which there is only one."""
    GARBLED = auto()
    """An event that cannot be told from its packet: refused like any malformed message."""
    BINARY = auto()
    INVALID = auto()
    """No packet at all, or one that a client does not send: the connection ends."""


class Packet(NamedTuple):
    """A client's packet, read.

    Attributes:
        name: of an event; the namespace that was refused.
        data: the envelope of an event as it came, or what stands in its place; the payload of a
            CONNECT; a PING's data.
    """

    kind: Kind
    name: str = ""
    data: bytes = b""


class _Auth(msgspec.Struct, frozen=True, rename="camel"):
    realtime_token: str | None = None


_event_decoder: Final = msgspec.json.Decoder(tuple[str, msgspec.Raw])
_auth_decoder: Final = msgspec.json.Decoder(_Auth)
_UNREADABLE: Final = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)
_INVALID: Final = Packet(Kind.INVALID)
_GARBLED: Final = Packet(Kind.GARBLED)


def event_packet(event: ServerEvent, ts: int) -> bytes:
    """One event as one Engine.IO packet: its name, and the envelope as the one argument (§1)."""
    return b"%s%s]" % (EVENT_HEADS[event.EVENT], encode(event, ts))


def read(data: bytes) -> Packet:
    """What a client's packet says; never raises.

    Args:
        data: one Engine.IO packet, valid UTF-8.
    """
    if data.startswith(b"42["):
        return _event(data[2:])
    kind, rest = data[:1], data[1:]
    if kind == b"4":
        return _message(rest)
    if kind == b"3":
        return Packet(Kind.PONG)
    if kind == b"2":
        return Packet(Kind.PING, data=rest)
    if kind == b"b":
        return Packet(Kind.BINARY)
    return Packet(Kind.CLOSE) if data == ENGINE_CLOSE else _INVALID


def _message(message: bytes) -> Packet:
    """A Socket.IO packet that is not a plain event of the only namespace."""
    kind, rest = message[:1], message[1:]
    if kind in (b"5", b"6"):
        return Packet(Kind.BINARY)
    if kind in (b"2", b"3"):
        # With an acknowledgement wanted or given, for another namespace, or nothing at all.
        return _GARBLED
    if kind not in (b"0", b"1"):
        return _INVALID
    namespace, rest = _namespace(rest)
    if namespace == "/":
        return Packet(Kind.CONNECT, data=rest) if kind == b"0" else Packet(Kind.DISCONNECT)
    if namespace is None or kind == b"1":
        return _INVALID
    return Packet(Kind.REFUSED_NAMESPACE, namespace)


def _namespace(rest: bytes) -> tuple[str | None, bytes]:
    """The namespace that a packet begins with, None where it is too long, and what follows."""
    if not rest.startswith(b"/"):
        return "/", rest
    namespace, _, rest = rest.partition(b",")
    namespace = namespace.partition(b"?")[0]
    return namespace.decode() if len(namespace) <= _NAMESPACE_MAX_BYTES else None, rest


def _event(array: bytes) -> Packet:
    try:
        name, envelope = _event_decoder.decode(array)
    except _UNREADABLE:
        # Where the argument would be, so that it can be too large as any other.
        return Packet(Kind.GARBLED, data=array.partition(b'",')[2][:-1])
    return Packet(Kind.EVENT, name, bytes(envelope))


def presented_token(payload: bytes) -> str | None:
    """The realtimeToken in the payload of a CONNECT (`auth` of the client), if any.

    Raises:
        ValueError: where `auth` is not an object, or the token in it not a string.
    """
    if not payload:
        return None
    try:
        return _auth_decoder.decode(payload).realtime_token
    except _UNREADABLE:
        raise ValueError(payload) from None


def handshake(session_id: str, *, upgrades: bool) -> bytes:
    """The packet that opens a session.

    Args:
        upgrades: whether the client may go on to a WebSocket.
    """
    return b"0" + msgspec.json.encode(
        {
            "sid": session_id,
            "upgrades": ["websocket"] if upgrades else [],
            "pingInterval": PING_INTERVAL_MS,
            "pingTimeout": PONG_TIMEOUT_MS,
            "maxPayload": BODY_MAX_BYTES,
        }
    )


def connected(socket_id: str) -> bytes:
    """The packet that lets a client into the namespace."""
    return b"40" + msgspec.json.encode({"sid": socket_id})


def refused(message: str, namespace: str = "") -> bytes:
    """The packet that does not (`connect_error` at the client)."""
    where = f"{namespace}," if namespace else ""
    return b"44" + where.encode() + msgspec.json.encode({"message": message})


def last_words(code: CloseCode, reason: str, ts: int) -> list[bytes]:
    """The packets that say why a connection ends (§8).

    A client must not come back by itself after some codes: those are told as a disconnect of the
    server's, after which Socket.IO's own clients do not. After all others they do.
    """
    if code is CloseCode.NORMAL:
        return []
    words = [event_packet(Closing(int(code), reason), ts)]
    return [*words, DISCONNECT] if code in NO_RECONNECT_CODES else words


def split(body: bytes) -> list[bytes]:
    """The packets in an HTTP body."""
    return body.split(PACKET_SEPARATOR)


def join(packets: list[bytes]) -> bytes:
    """An HTTP body of packets."""
    return PACKET_SEPARATOR.join(packets)
