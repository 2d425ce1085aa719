"""Where uvicorn hands over: its WebSocket protocol class, made of picows, and its HTTP one with
deadlines.

uvicorn builds the `ws` class with its own arguments, calls `connection_made`, then
`data_received` with the request's bytes, and sets it as the transport's protocol. From there the
handshake is checked and the transport handed to picows. Longer than most modules because the
parts of one hand-over between two libraries are only understood side by side.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, cast

from picows import WSAutoPingStrategy
from picows.picows import WSProtocol  # type: ignore[attr-defined]  # not in its stub
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from virtubar.addresses import AddressPolicy
from virtubar.protocol.constants import MESSAGE_MAX_BYTES, CloseCode
from virtubar.realtime.clock import Clock
from virtubar.realtime.connection import Connection
from virtubar.realtime.hub import Hub
from virtubar.realtime.metrics import Metrics
from virtubar.realtime.upgrade import (
    WEBSOCKET_PATH,
    Agreement,
    UpgradeRefusedError,
    UpgradeRequest,
    agree,
    check_origin,
    parse_request,
    refusal_response,
)
from virtubar.realtime.websocket import WebSocketTransport

REQUEST_TIMEOUT_S: Final = 15.0
"""For a whole HTTP request to come: a slow sender holds a socket no longer."""
_READ_BUFFER_BYTES: Final = 2048
_SCRATCH = bytearray(64 * 1024)
"""Where bytes go that nobody reads any more; shared, since nobody reads it."""

_PLAIN_REQUEST: Final = (
    b"GET /ws HTTP/1.1\r\nHost: seam\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
"""What picows is shown of every handshake: ours has been checked already, and more of them are
valid than it takes (`Connection: keep-alive, Upgrade`, as Firefox sends, is one it refuses)."""


class SeamPolicy:
    """Who may open a socket; and how many there are.

    Args:
        allowed_origins: beyond the same origin; `*` for all.
        connections_per_address: None for no limit.
    """

    def __init__(
        self,
        *,
        addresses: AddressPolicy,
        allowed_origins: tuple[str, ...],
        connections_max: int,
        connections_per_address: int | None,
        compression: bool,
        draining: Callable[[], bool],
    ) -> None:
        self._addresses = addresses
        self._allowed_origins = allowed_origins
        self._connections_max = connections_max
        self._per_address_max = connections_per_address
        self._compression = compression
        self._draining = draining
        self._open: Counter[str] = Counter()
        self._total = 0

    def admit(self, request: UpgradeRequest, peer: str, scheme: str) -> tuple[Agreement, str]:
        """Let a handshake through; what was agreed, and the address to `release` later.

        Raises:
            UpgradeRefusedError: where it may not be.
        """
        headers = request.headers
        if request.path != WEBSOCKET_PATH:
            raise UpgradeRefusedError(HTTPStatus.NOT_FOUND, "not_found", "No socket here.")
        if self._draining():
            raise UpgradeRefusedError(
                HTTPStatus.SERVICE_UNAVAILABLE, "draining", "The server is about to stop.", 1
            )
        _, host = self._addresses.scheme_and_host(
            peer,
            scheme,
            headers.get("host", ""),
            headers.get("x-forwarded-proto"),
            headers.get("x-forwarded-host"),
        )
        check_origin(headers.get("origin"), host, self._allowed_origins)
        agreement = agree(request, compression=self._compression)
        address = self._addresses.client(peer, headers.get("x-forwarded-for"))
        if self._per_address_max is not None and self._open[address] >= self._per_address_max:
            raise UpgradeRefusedError(
                HTTPStatus.TOO_MANY_REQUESTS, "rate_limited", "Too many sockets from there.", 10
            )
        if self._total >= self._connections_max:
            raise UpgradeRefusedError(
                HTTPStatus.SERVICE_UNAVAILABLE, "server_full", "The server is full.", 10
            )
        self._open[address] += 1
        self._total += 1
        return agreement, address

    def release(self, address: str) -> None:
        """A socket that was admitted is gone."""
        self._total -= 1
        self._open[address] -= 1
        if self._open[address] <= 0:
            del self._open[address]


class SeamContext:
    """What every connection of one server shares."""

    def __init__(self, *, hub: Hub, policy: SeamPolicy, clock: Clock, metrics: Metrics) -> None:
        self.hub = hub
        self.policy = policy
        self.clock = clock
        self.metrics = metrics

    def websocket_class(self) -> type[asyncio.Protocol]:
        """The class to give uvicorn as `ws`."""
        context = self

        class BoundSeam(UpgradeSeam):
            def __init__(
                self, config: Config, server_state: ServerState, app_state: dict[str, Any]
            ) -> None:
                super().__init__(config, server_state, app_state, context)

        return BoundSeam


class UpgradeSeam(asyncio.Protocol):
    """One connection between uvicorn's HTTP parser and picows."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        context: SeamContext,
    ) -> None:
        del config, app_state
        self._state = server_state
        self._context = context
        self._transport: asyncio.Transport | None = None
        self._picows: WSProtocol | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """uvicorn hands the connection over."""
        # uvloop's transports do not derive from asyncio's
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """First the request, as uvicorn rebuilt it; later whatever overtook the hand-over."""
        if self._picows is not None:
            _feed(self._picows, data)
        elif self._transport is not None and not self._transport.is_closing():
            self._open(self._transport, data)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection ended before picows had it."""
        if self._picows is not None:
            self._picows.connection_lost(exc)

    def _open(self, transport: asyncio.Transport, data: bytes) -> None:
        context = self._context
        peer = transport.get_extra_info("peername")
        scheme = "https" if transport.get_extra_info("sslcontext") else "http"
        try:
            agreement, address = context.policy.admit(
                parse_request(data), str(peer[0]) if peer else "unix", scheme
            )
        except UpgradeRefusedError as error:
            context.metrics.refusals[error.code] += 1
            transport.write(refusal_response(error))
            transport.close()
            return
        listener = _Listener(
            transport,
            deflates=agreement.deflates,
            clock=context.clock,
            timer=context.hub.timer,
            metrics=context.metrics,
        )
        link = _Link(transport, listener, self._state, lambda: context.policy.release(address))
        listener.link = link
        listener.sink = Connection(context.hub, listener, agreement.token)
        self._picows = link.start(agreement.response)


class _Listener(WebSocketTransport):
    """The transport with its way back to the link that must hear of its end."""

    __slots__ = ("link",)

    link: "_Link"

    def on_ws_disconnected(self, transport: Any) -> None:
        """The socket is gone: for the room, for the limits and for uvicorn."""
        super().on_ws_disconnected(transport)
        self.link.ended()


class _Link:
    """Ties one picows protocol to the loop's transport.

    picows sees this object as its transport and as its logger: its parser's errors are told to
    the listener, and when it wants to hang up after one, further bytes are thrown away until the
    peer has read the close frame, since closing at once would reset the connection under it.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        listener: WebSocketTransport,
        state: ServerState,
        release: Callable[[], None],
    ) -> None:
        self._transport = transport
        self._listener = listener
        self._state = state
        self._release = release
        self._protocol: WSProtocol | None = None
        self.get_extra_info = transport.get_extra_info
        self.get_write_buffer_size = transport.get_write_buffer_size
        self.write: Callable[[bytes], None] = transport.write
        self.abort = transport.abort

    def start(self, response: bytes) -> WSProtocol:
        """Answer the handshake and hand the connection to picows."""
        transport = self._transport
        protocol = self._protocol = WSProtocol(
            host_port=None,
            ws_path=None,
            is_client_side=False,
            ws_listener_factory=lambda _request: self._listener,
            logger=self,
            disconnect_on_exception=True,
            websocket_handshake_timeout=None,
            enable_auto_ping=False,
            auto_ping_idle_timeout=None,
            auto_ping_reply_timeout=None,
            auto_ping_strategy=WSAutoPingStrategy.PING_WHEN_IDLE,
            enable_auto_pong=False,
            max_frame_size=MESSAGE_MAX_BYTES,
            extra_headers=None,
            read_buffer_init_size=_READ_BUFFER_BYTES,
        )
        protocol.connection_made(self)
        self._negotiate(protocol, response)
        self._state.connections.add(self)  # type: ignore[arg-type]  # uvicorn only calls shutdown()
        asyncio.get_running_loop().call_soon(_switch, transport, protocol)
        return protocol

    def _negotiate(self, protocol: WSProtocol, response: bytes) -> None:
        """Send our own answer, and let picows believe that it sent its."""
        self._transport.write(response)
        self.write = _nowhere
        _feed(protocol, _PLAIN_REQUEST)
        self.write = self._transport.write

    def close(self) -> None:
        """picows hangs up after an error: the peer gets to read why, its bytes are dropped."""
        if not self._transport.is_closing():
            _switch(self._transport, _Discard(self._protocol))

    def ended(self) -> None:
        """The socket is gone."""
        self._state.connections.discard(self)
        self._release()

    def shutdown(self) -> None:
        """uvicorn stops: what the hub's drain left open is closed."""
        self._listener.close(CloseCode.GOING_AWAY, "server draining")

    # picows's logger

    def isEnabledFor(self, _level: int) -> bool:  # noqa: N802 - the logging module's name
        """picows's own debug output is not wanted."""
        return False

    def info(self, *_: object) -> None:
        """picows logs two lines a connection, which nobody needs."""

    warning = info
    log = info

    def error(self, _message: str, *args: Any) -> None:
        """picows's parser gave up; `args[0]` is (close code, sentence)."""
        code = args[0][0] if args and isinstance(args[0], tuple) else CloseCode.PROTOCOL_ERROR
        self._listener.parser_failed(int(code))

    def exception(self, message: str, *_: object) -> None:
        """Something of ours raised inside picows: a defect, logged and closed 1011."""
        self._listener.failed(message)


class _Discard(asyncio.BufferedProtocol):
    """Throws away what a peer still sends, and tells picows when it is gone."""

    def __init__(self, protocol: WSProtocol | None) -> None:
        self._protocol = protocol

    def get_buffer(self, sizehint: int) -> memoryview:
        """A buffer that nobody reads."""
        return memoryview(_SCRATCH)[: max(1, sizehint)] if sizehint > 0 else memoryview(_SCRATCH)

    def buffer_updated(self, nbytes: int) -> None:
        """Nothing."""

    def connection_lost(self, exc: Exception | None) -> None:
        """The peer is gone."""
        if self._protocol is not None:
            self._protocol.connection_lost(exc)


class DeadlineHttpProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which gives a request 15 s to come (slowloris)."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection opens: the first request is awaited."""
        super().connection_made(transport)
        self._arm()

    def on_message_begin(self) -> None:
        """A further request begins."""
        super().on_message_begin()
        if self._deadline is None:
            self._arm()

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._disarm()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """The request is whole, and the connection is another protocol's now."""
        self._disarm()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._disarm()
        super().connection_lost(exc)

    def _arm(self) -> None:
        self._deadline = self.loop.call_later(REQUEST_TIMEOUT_S, self._too_slow)

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._deadline = None
        self.transport.abort()


def _nowhere(_data: bytes) -> None:
    """Where picows's own handshake answer goes."""


def _feed(protocol: WSProtocol, data: bytes) -> None:
    """Give bytes to a buffered protocol."""
    while data:
        buffer = protocol.get_buffer(len(data))
        size = min(len(buffer), len(data))
        buffer[:size] = data[:size]
        protocol.buffer_updated(size)
        data = data[size:]


def _switch(transport: asyncio.Transport, protocol: asyncio.BaseProtocol) -> None:
    """Set another protocol; pausing makes the loop ask the new one for its buffers."""
    if transport.is_closing():
        transport.set_protocol(protocol)
        return
    transport.pause_reading()
    transport.set_protocol(protocol)
    transport.resume_reading()
