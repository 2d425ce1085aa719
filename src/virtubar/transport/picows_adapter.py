"""Ties one picows protocol to the loop's transport.

picows parses; it does not write. Every byte out is WebSocketTransport's, so that nothing follows
a close frame, and so that what picows would say in an error is said once, and read.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from picows import WSAutoPingStrategy
from picows.picows import WSProtocol  # type: ignore[attr-defined]  # not in its stub
from uvicorn.server import ServerState

from virtubar.protocol.constants import CloseCode
from virtubar.transport.half_close import switch
from virtubar.transport.websocket import WebSocketTransport

_READ_BUFFER_BYTES: Final = 2048
READ_MAX_BYTES: Final = 4096
"""For one read: picows doubles its buffer whenever a read fills it, for good, and would follow a
flood up to megabytes; so it stays within 16 KiB."""

_PLAIN_REQUEST: Final = (
    b"GET /ws HTTP/1.1\r\nHost: seam\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
"""What picows is shown of every handshake: ours has been checked already, and more of them are
valid than it takes (`Connection: keep-alive, Upgrade`, as Firefox sends, is one it refuses)."""


class Reader(asyncio.BufferedProtocol):
    """What the loop reads into: picows's parser, at most 4 KiB at once."""

    __slots__ = ("_buffer", "_listener", "_parser", "buffer_updated")

    def __init__(self, parser: WSProtocol, listener: WebSocketTransport) -> None:
        self._parser = parser
        self._listener = listener
        self._buffer: Callable[[int], memoryview] = parser.get_buffer
        self.buffer_updated = parser.buffer_updated  # type: ignore[method-assign]  # as it is

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the loop puts what it reads."""
        buffer = self._buffer(sizehint)
        return buffer if len(buffer) <= READ_MAX_BYTES else buffer[:READ_MAX_BYTES]

    def eof_received(self) -> bool:
        """The peer hung up without a close frame: nobody reads what is still to be written."""
        self._listener.abort()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone."""
        self._parser.connection_lost(exc)

    def pause_writing(self) -> None:
        """The loop's buffer is above its mark."""
        self._listener.pause_writing()

    def resume_writing(self) -> None:
        """The loop's buffer has drained."""
        self._listener.resume_writing()


class Caller(NamedTuple):
    """Who asks for a socket.

    Attributes:
        state: uvicorn's.
        peer: the other end's address.
        scheme: `http` or `https`, of the connection itself.
    """

    transport: asyncio.Transport
    state: ServerState
    peer: str
    scheme: str


class PicowsAdapter:
    """What picows takes for its transport and for its logger.

    Args:
        state: uvicorn's, which ends what is open when it stops.
        release: called once when the socket is gone.
    """

    def __init__(
        self, transport: asyncio.Transport, state: ServerState, release: Callable[[], None]
    ) -> None:
        self._transport = transport
        self._state = state
        self._release = release
        self._listener: WebSocketTransport
        self.get_extra_info = transport.get_extra_info

    def start(self, listener: WebSocketTransport, response: bytes, rest: bytes) -> None:
        """Answer the handshake and hand the connection to picows.

        Args:
            rest: what came right behind the handshake.
        """
        self._listener = listener
        parser = WSProtocol(
            host_port=None,
            ws_path=None,
            is_client_side=False,
            ws_listener_factory=lambda _request: listener,
            logger=self,
            disconnect_on_exception=True,
            websocket_handshake_timeout=None,
            enable_auto_ping=False,
            auto_ping_idle_timeout=None,
            auto_ping_reply_timeout=None,
            auto_ping_strategy=WSAutoPingStrategy.PING_WHEN_IDLE,
            enable_auto_pong=False,
            max_frame_size=listener.message_max_bytes,
            extra_headers=None,
            read_buffer_init_size=_READ_BUFFER_BYTES,
        )
        parser.connection_made(self)
        protocol = Reader(parser, listener)
        _feed(protocol, _PLAIN_REQUEST)
        self._state.connections.add(self)  # type: ignore[arg-type]  # uvicorn only calls shutdown()
        self._transport.write(response)
        switch(self._transport, protocol)
        while rest and self._transport.get_protocol() is protocol:
            rest = _feed(protocol, rest)

    def ended(self) -> None:
        """The socket is gone."""
        self._state.connections.discard(self)
        self._release()

    def shutdown(self) -> None:
        """uvicorn stops: what the hub's drain left open is cut off."""
        self._transport.abort()

    # picows's transport

    def write(self, _data: bytes) -> None:
        """Nothing: what picows says, in its handshake and its close frames, we say ourselves."""

    def get_write_buffer_size(self) -> int:
        """Never empty, so that picows does not write to the socket itself."""
        return 1

    def close(self) -> None:
        """Nothing: picows hangs up after an error, and the listener has been told of it."""

    # picows's logger

    def isEnabledFor(self, _level: int) -> bool:  # noqa: N802 - the logging module's name
        """picows's own debug output is not wanted."""
        return False

    def info(self, *_: object) -> None:
        """picows logs two lines a connection, which nobody needs."""

    debug = info
    warning = info
    log = info

    def error(self, _message: str, *args: Any) -> None:
        """picows's parser gave up; `args[0]` is (close code, sentence)."""
        code = args[0][0] if args and isinstance(args[0], tuple) else CloseCode.PROTOCOL_ERROR
        self._listener.parser_failed(CloseCode(code))

    def exception(self, message: str, *_: object) -> None:
        """Something of ours raised inside picows: a defect, logged and closed 1011."""
        self._listener.failed(message)


def _feed(reader: Reader, data: bytes) -> bytes:
    """Give bytes to picows as the loop does; what it had no room for."""
    buffer = reader.get_buffer(len(data))
    size = min(len(buffer), len(data))
    buffer[:size] = data[:size]
    reader.buffer_updated(size)
    return data[size:]
