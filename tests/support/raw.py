"""WebSocket frames made and read by hand over a plain socket: what no library would send."""

import itertools
import json
import socket
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from support.greeting import WHOLE_GREETING
from support.server import TEST_SECRET
from virtubar.auth.tokens import RealtimeTokens
from virtubar.protocol.constants import Device, Role
from virtubar.runtime.clock import Clock

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
RSV1, RSV2, RSV3 = 0x40, 0x20, 0x10
MASK = b"\x9a\x3c\x51\xe7"
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
DEFLATE = {"Sec-WebSocket-Extensions": "permessage-deflate"}
TIMEOUT_S = 10.0

_numbers = itertools.count(1)


class Place(Protocol):
    """A server, in this process or another."""

    @property
    def clock(self) -> Clock:
        """Its epoch time."""
        ...

    @property
    def http_url(self) -> str:
        """The base of its API."""
        ...


class Frame(NamedTuple):
    """One frame as it was read."""

    opcode: int
    payload: bytes
    fin: bool
    rsv1: bool


class Response(NamedTuple):
    """An HTTP answer; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The machine-readable code of an error's body."""
        return str(json.loads(self.body)["code"])


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    rsv: int = 0,
    mask: bytes | None = MASK,
    length: bytes | None = None,
) -> bytes:
    """One frame; `length` replaces the seven bits of the length and what extends them."""
    size = len(payload)
    if length is None:
        if size < 126:
            length = bytes((size,))
        elif size < 65536:
            length = b"\x7e" + size.to_bytes(2)
        else:
            length = b"\x7f" + size.to_bytes(8)
    if mask is not None:
        length = bytes((length[0] | 0x80,)) + length[1:] + mask
        payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return bytes((0x80 * fin | rsv | opcode,)) + length + payload


def text(payload: bytes, **options: Any) -> bytes:
    """One text frame."""
    return frame(TEXT, payload, **options)


def close(code: int | None = None, reason: bytes = b"") -> bytes:
    """One close frame; empty without a code."""
    return frame(CLOSE, b"" if code is None else code.to_bytes(2) + reason)


def fragments(*parts: bytes, rsv: int = 0) -> list[bytes]:
    """One text message in as many frames as there are parts."""
    last = len(parts) - 1
    return [
        frame(CONTINUATION if i else TEXT, part, fin=i == last, rsv=0 if i else rsv)
        for i, part in enumerate(parts)
    ]


def deflate(data: bytes) -> bytes:
    """A message's payload under permessage-deflate, from an empty window (RFC 7692 §7.2.1)."""
    packer = zlib.compressobj(wbits=-15)
    return (packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]


def event(name: str, **payload: Any) -> bytes:
    """One envelope."""
    return json.dumps(
        {"v": 1, "t": name, "ts": 1, "payload": payload}, separators=(",", ":"), ensure_ascii=False
    ).encode()


def heartbeat(number: int, *, pad: str = "", size: int | None = None) -> bytes:
    """A heartbeat whose ack repeats the number; filled up to `size` bytes."""
    message = event("heartbeat", roomId="lobby", clientTimeMs=number, lastSeq=0, pad=pad)
    if size is None:
        return message
    return heartbeat(number, pad=pad + "x" * (size - len(message)))


def join_message(server: Place, user_id: str, room_id: str = "lobby", **extra: Any) -> bytes:
    """A `join_room` of that user, with a token made for it."""
    token, _ = RealtimeTokens(TEST_SECRET).mint(
        user_id=user_id,
        room_id=room_id,
        role=Role.GUEST,
        device=Device.DESKTOP,
        wall_ms=server.clock.wall_ms(),
        token_id=f"raw-{next(_numbers)}",
    )
    user = {"userId": user_id, "displayName": "Raw", "avatarId": "fox"}
    return event("join_room", roomId=room_id, user=user, realtimeToken=token, **extra)


class RawSocket:
    """One connection to a server.

    Attributes:
        netloc: the server's host and port.
        user_id: of the token that `join` makes.
    """

    def __init__(self, server: Place, *, receive_buffer_bytes: int | None = None) -> None:
        self.user_id = f"raw-{next(_numbers)}"
        self.sock = socket.socket()
        if receive_buffer_bytes is not None:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        self.sock.settimeout(TIMEOUT_S)
        self.netloc = urlsplit(server.http_url).netloc
        host, _, port = self.netloc.partition(":")
        self.sock.connect((host, int(port)))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._server = server
        self._read = b""
        self._inflater = zlib.decompressobj(-15)

    def send(self, *chunks: bytes) -> None:
        """Send everything in one piece."""
        self.sock.sendall(b"".join(chunks))

    def send_slowly(self, data: bytes) -> None:
        """Send byte by byte."""
        for i in range(len(data)):
            self.sock.sendall(data[i : i + 1])

    # HTTP

    def request(
        self, headers: dict[str, str] | None = None, *, line: str = "GET /ws HTTP/1.1"
    ) -> bytes:
        """A valid handshake's bytes, with headers changed, added, or left out where empty."""
        given = {
            "Host": self.netloc,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": KEY,
        }
        given.update(headers or {})
        lines = [line, *(f"{name}: {value}" for name, value in given.items() if value)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def response(self) -> Response:
        """The next HTTP answer."""
        while b"\r\n\r\n" not in self._read:
            self._more()
        head, self._read = self._read.split(b"\r\n\r\n", 1)
        status, *lines = head.decode().split("\r\n")
        headers = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in lines)}
        body = self._take(int(headers.get("content-length", "0")))
        return Response(int(status.split()[1]), headers, body)

    def ask(self, headers: dict[str, str] | None = None, **options: Any) -> Response:
        """Ask for an upgrade; the answer."""
        self.send(self.request(headers, **options))
        return self.response()

    def upgrade(self, headers: dict[str, str] | None = None) -> None:
        """Become a WebSocket."""
        answer = self.ask(headers)
        assert answer.status == 101, answer
        assert answer.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

    # Frames

    def join_message(self, room_id: str = "lobby", **extra: Any) -> bytes:
        """A `join_room` with a token of its own."""
        return join_message(self._server, self.user_id, room_id, **extra)

    def join(self, room_id: str = "lobby", **extra: Any) -> dict[str, Any]:
        """Be in the room, having read what everybody is told first; the `room_state`."""
        self.send(text(self.join_message(room_id, **extra)))
        state, *_ = [self.event(name) for name in WHOLE_GREETING]
        return state

    def receive(self) -> Frame:
        """The next frame; EOFError where the server hung up, ConnectionError where it reset."""
        first, second = self._take(2)
        assert not second & 0x80, "a server masks nothing"
        size = second & 0x7F
        if size > 125:
            size = int.from_bytes(self._take(2 if size == 126 else 8))
        return Frame(first & 0x0F, self._take(size), bool(first & 0x80), bool(first & RSV1))

    def message(self) -> dict[str, Any]:
        """The next text message as JSON; inflated where it is compressed. Answers pings."""
        got = self.receive()
        while got.opcode == PING:
            self.send(frame(PONG, got.payload))
            got = self.receive()
        assert (got.opcode, got.fin) == (TEXT, True), got
        payload = got.payload
        if got.rsv1:
            payload = self._inflater.decompress(payload + b"\x00\x00\xff\xff")
        envelope: dict[str, Any] = json.loads(payload)
        return envelope

    def event(self, name: str, **fields: Any) -> dict[str, Any]:
        """The payload of the next event of that name with those fields; skips others."""
        while True:
            envelope = self.message()
            payload: dict[str, Any] = envelope["payload"]
            if envelope["t"] == name and all(payload.get(k) == v for k, v in fields.items()):
                return payload

    def hears(self, number: int) -> None:
        """See that the heartbeat with that number arrived whole."""
        assert self.event("heartbeat_ack")["clientTimeMs"] == number

    def send_until_cut_off(self, chunk: bytes, *, seconds: float, pause_s: float = 0.0) -> int:
        """Send it again and again until the connection breaks; how many bytes went out."""
        sent, until_s = 0, time.monotonic() + seconds
        while time.monotonic() < until_s:
            try:
                sent += self.sock.send(chunk)
            except ConnectionError:
                return sent
            time.sleep(pause_s)
        raise AssertionError(f"still open after {seconds} s")

    def closed(self) -> tuple[int | None, bytes]:
        """The code and reason of the close frame, which must be the last thing that comes."""
        while True:
            got = self.receive()
            if got.opcode == CLOSE:
                self.end()
                return int.from_bytes(got.payload[:2]) if got.payload else None, got.payload[2:]

    def end(self) -> None:
        """See that the server hung up: nothing more comes, and no reset."""
        assert not self._read, "bytes behind a close frame"
        assert self.sock.recv(1) == b"", "bytes behind a close frame"

    def _take(self, size: int) -> bytes:
        while len(self._read) < size:
            self._more()
        taken, self._read = self._read[:size], self._read[size:]
        return taken

    def _more(self) -> None:
        chunk = self.sock.recv(65536)
        if not chunk:
            raise EOFError
        self._read += chunk


@contextmanager
def raw_socket(server: Place, **options: Any) -> Iterator[RawSocket]:
    """A connection that has said nothing yet."""
    raw = RawSocket(server, **options)
    try:
        yield raw
    finally:
        raw.sock.close()


@contextmanager
def raw_guest(
    server: Place, headers: dict[str, str] | None = None, *, room_id: str = "lobby"
) -> Iterator[RawSocket]:
    """A WebSocket of someone who is in a room."""
    with raw_socket(server) as raw:
        raw.upgrade(headers)
        raw.join(room_id)
        yield raw
