"""Members who poll, Socket.IO over HTTP requests alone, and the tally of what they see."""

import asyncio
from collections.abc import Callable
from typing import Final, Self, cast

import msgspec
from msgspec import Struct, field

from benchmarks.servers import Seat
from virtubar.loadtest.walk import walk_mm

_PATH: Final = "/socket.io/?EIO=4&transport=polling"
_MOVED: Final = b'42["avatar_transform_broadcast",'
_SESSION: Final = b'42["session",'
_REFUSALS: Final = (b'42["error",', b'42["auth_error",')
_SEPARATOR: Final = b"\x1e"
_OK: Final = 200


class _Move(Struct, rename="camel", gc=False):
    user_id: str
    seq: int
    x: float
    z: float


class _Envelope(Struct, gc=False):
    payload: _Move


class _Handshake(Struct):
    sid: str


_envelope_decoder: Final = msgspec.json.Decoder(_Envelope)


class Tally(Struct):
    """What was seen, as load.h counts it; what begins with `window_`, while the window is open."""

    sent: int = 0
    expected: int = 0
    received: int = 0
    disorder: int = 0
    invented: int = 0
    foreign: int = 0
    wrong: int = 0
    refused: int = 0
    gone: int = 0
    first_problem: str = ""
    window_open: bool = False
    window_due: int = 0
    window_delivered: int = 0
    window_bytes: int = 0
    window_echo_us: list[int] = field(default_factory=list)
    window_others_us: list[int] = field(default_factory=list)

    def problem(self, text: str) -> None:
        """Keep the first of them."""
        self.first_problem = self.first_problem or text[:250]


class _Http(asyncio.Protocol):
    """One connection with one request under way at a time, its answer's length in its head."""

    def __init__(self, tally: Tally, lost: Callable[[], None]) -> None:
        self._tally = tally
        self._lost = lost
        self._transport: asyncio.Transport
        self._read = b""
        self._answered: Callable[[int, bytes], None] | None = None

    @classmethod
    async def open(cls, port: int, tally: Tally, lost: Callable[[], None]) -> Self:
        """A connection to a server on this machine."""
        loop = asyncio.get_running_loop()
        _, http = await loop.create_connection(lambda: cls(tally, lost), "127.0.0.1", port)
        return http

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        # uvloop's transports do not derive from asyncio's
        self._transport = cast("asyncio.Transport", transport)

    def ask(self, request: bytes, answered: Callable[[int, bytes], None]) -> None:
        """Send a request; `answered` is told the answer's status and body."""
        self._answered = answered
        self._transport.write(request)

    def close(self) -> None:
        """Hang up."""
        self._lost = _nothing
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Part of an answer."""
        if self._tally.window_open:
            self._tally.window_bytes += len(data)
        self._read = read = self._read + data if self._read else data
        end = read.find(b"\r\n\r\n")
        if end < 0:
            return
        at = read.index(b"content-length: ", 0, end + 2) + 16
        whole = end + 4 + int(read[at : read.index(b"\r\n", at)])
        if len(read) >= whole:
            self._read = read[whole:]
            answered, self._answered = self._answered, None
            if answered is not None:
                answered(int(read[9:12]), read[end + 4 : whole])

    def connection_lost(self, exc: Exception | None) -> None:
        """The server hung up, or we did."""
        del exc
        self._lost()


class Poller:
    """One member: one connection on which a request always waits, one that brings packets.

    Args:
        room: the room's members by userId, this one among them.
        clock_us: a steady clock.
    """

    def __init__(
        self,
        index: int,
        seat: Seat,
        room: dict[str, "Poller"],
        tally: Tally,
        clock_us: Callable[[], int],
    ) -> None:
        self.index = index
        self.seq = 0
        self.sent_us: dict[int, int] = {}
        self.joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._seat = seat
        self._room = room
        self._tally = tally
        self._clock_us = clock_us
        self._seen: dict[str, int] = {}
        self._outgoing: list[bytes] = []
        self._posting = False
        self._polls: _Http
        self._posts: _Http
        self._get = b""
        self._post = b""

    async def join(self) -> None:
        """Begin a session and be in the room."""
        port = self._seat.port
        self._polls = await _Http.open(port, self._tally, self._gone)
        self._posts = await _Http.open(port, self._tally, self._gone)
        begun: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        host = f"HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        opening = f"GET {_PATH} {host}\r\n".encode()
        self._polls.ask(opening, lambda _, body: begun.set_result(body))
        session_id = msgspec.json.decode((await begun)[1:], type=_Handshake).sid
        self._get = f"GET {_PATH}&sid={session_id} {host}\r\n".encode()
        self._post = f"POST {_PATH}&sid={session_id} {host}Content-Length: ".encode()
        self._bring(b"40")
        self._bring(b'42["join_room",%s]' % self._seat.join_message.encode())
        self._polls.ask(self._get, self._polled)
        await self.joined

    def close(self) -> None:
        """Hang up."""
        self._polls.close()
        self._posts.close()

    def move(self, wall_ms: int) -> None:
        """Send the next transform."""
        seq = self.seq = self.seq + 1
        x_mm, z_mm = walk_mm(self.index, seq)
        self.sent_us[seq] = self._clock_us()
        self._bring(
            b'42["avatar_transform",{"v":1,"t":"avatar_transform","ts":%d,"payload":{"roomId":"%s",'
            b'"seq":%d,"x":%.3f,"y":0.0,"z":%.3f,"rotY":0.5,"anim":"walk","speaking":false}}]'
            % (wall_ms, self._seat.room_id.encode(), seq, x_mm / 1000, z_mm / 1000)
        )
        self._tally.sent += 1
        self._tally.expected += len(self._room)
        if self._tally.window_open:
            self._tally.window_due += len(self._room)

    def _bring(self, packet: bytes) -> None:
        """Post a packet: with those that wait meanwhile, once the request before is answered."""
        self._outgoing.append(packet)
        if not self._posting:
            self._flush()

    def _flush(self) -> None:
        self._posting = bool(self._outgoing)
        if self._outgoing:
            body = _SEPARATOR.join(self._outgoing)
            self._outgoing.clear()
            self._posts.ask(b"%s%d\r\n\r\n%s" % (self._post, len(body), body), self._posted)

    def _posted(self, status: int, body: bytes) -> None:
        if status != _OK:
            self._tally.problem(f"a POST was answered {status}: {body!r}")
            self._gone()
        self._flush()

    def _polled(self, status: int, body: bytes) -> None:
        if status != _OK or body == b"1":
            self._tally.problem(f"a poll was answered {status}: {body!r}")
            self._gone()
            return
        self._polls.ask(self._get, self._polled)
        self.take(body)

    def take(self, body: bytes) -> None:
        """Judge the packets that answered a poll."""
        at_us = self._clock_us()
        for packet in body.split(_SEPARATOR):
            if packet.startswith(_MOVED):
                self._moved(_envelope_decoder.decode(packet[len(_MOVED) : -1]).payload, at_us)
            else:
                self._told(packet)

    def _told(self, packet: bytes) -> None:
        if packet == b"2":
            self._bring(b"3")
        elif packet.startswith(_SESSION):
            self.joined.set_result(None)
        elif packet.startswith(_REFUSALS):
            self._tally.refused += 1
            self._tally.problem(packet.decode())

    def _moved(self, move: _Move, at_us: int) -> None:
        tally = self._tally
        sender = self._room.get(move.user_id)
        if sender is None:
            tally.foreign += 1
            return
        sent_us = sender.sent_us.get(move.seq)
        if sent_us is None:
            tally.invented += 1
            return
        if move.seq <= self._seen.get(move.user_id, 0):
            tally.disorder += 1
            return
        self._seen[move.user_id] = move.seq
        if (round(move.x * 1000), round(move.z * 1000)) != walk_mm(sender.index, move.seq):
            tally.wrong += 1
        tally.received += 1
        if tally.window_open:
            tally.window_delivered += 1
            times = tally.window_echo_us if sender is self else tally.window_others_us
            times.append(at_us - sent_us)

    def _gone(self) -> None:
        self._tally.gone += 1
        if not self.joined.done():
            self.joined.set_exception(ConnectionError(self._tally.first_problem or "hung up"))


def _nothing() -> None:
    """We hung up ourselves."""
