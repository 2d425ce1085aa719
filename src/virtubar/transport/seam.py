"""Where uvicorn hands over: its WebSocket protocol class.

uvicorn builds the `ws` class with its own arguments. Our HTTP protocol (`http`) then calls
`connection_made`, sets it as the transport's protocol, and gives it the request's bytes and what
came behind them. From there the handshake is checked and the transport handed to picows.
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from uvicorn import Config
from uvicorn.server import ServerState

from virtubar.runtime.clock import Clock
from virtubar.runtime.metrics import Metrics
from virtubar.transport.compact import RAW_DIALECTS
from virtubar.transport.connection import Connection, ConnectionParts
from virtubar.transport.half_close import hang_up_soon
from virtubar.transport.picows_adapter import Caller, PicowsAdapter
from virtubar.transport.policy import SeamPolicy
from virtubar.transport.socketio.sessions import Sessions
from virtubar.transport.upgrade import (
    SOCKETIO_PATH,
    WEBSOCKET_PATH,
    UpgradeRefusedError,
    UpgradeRequest,
    agree,
    parse_request,
    refusal_response,
)
from virtubar.transport.websocket import WebSocketTransport


class SeamContext:
    """What every connection of one server shares."""

    def __init__(
        self, *, parts: ConnectionParts, policy: SeamPolicy, clock: Clock, metrics: Metrics
    ) -> None:
        self.parts = parts
        self.policy = policy
        self.clock = clock
        self.metrics = metrics
        self.sessions = Sessions(parts=parts, policy=policy, clock=clock, metrics=metrics)

    def opener(self, path: str) -> Callable[[Caller, UpgradeRequest, bytes], None]:
        """What opens sockets at that path.

        Raises:
            UpgradeRefusedError: 404, there are none.
        """
        if path == WEBSOCKET_PATH:
            return self.open_raw
        if path == SOCKETIO_PATH:
            return self.sessions.open_socket
        raise UpgradeRefusedError(HTTPStatus.NOT_FOUND, "not_found", "No socket here.")

    def open_raw(self, caller: Caller, request: UpgradeRequest, rest: bytes) -> None:
        """Answer the handshake of a raw WebSocket.

        Raises:
            UpgradeRefusedError: where it may not be opened.
        """
        address = self.policy.check(request.headers, caller.peer, caller.scheme)
        agreement = agree(request, compression=self.policy.compression, subprotocols=RAW_DIALECTS)
        self.policy.admit(address)
        adapter = PicowsAdapter(
            caller.transport, caller.state, lambda: self.policy.release(address)
        )
        listener = WebSocketTransport(
            caller.transport,
            deflates=agreement.deflates,
            clock=self.clock,
            timer=self.parts.hub.timer,
            metrics=self.metrics,
            ended=adapter.ended,
            dialect=RAW_DIALECTS[agreement.subprotocol],
        )
        listener.sink = Connection(self.parts, listener, agreement.token, address)
        adapter.start(listener, agreement.response, rest)

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

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """uvicorn hands the connection over."""
        # uvloop's transports do not derive from asyncio's
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """The request, as uvicorn rebuilt it, with whatever came behind it; called once."""
        transport, self._transport = self._transport, None
        if transport is not None and not transport.is_closing():
            head, _, rest = data.partition(b"\r\n\r\n")
            self._open(transport, head, rest)

    def _open(self, transport: asyncio.Transport, head: bytes, rest: bytes) -> None:
        peer = transport.get_extra_info("peername")
        scheme = "https" if transport.get_extra_info("sslcontext") else "http"
        caller = Caller(transport, self._state, str(peer[0]) if peer else "unix", scheme)
        context = self._context
        request = parse_request(head)
        try:
            context.opener(request.path)(caller, request, rest)
        except UpgradeRefusedError as error:
            context.metrics.refusals[error.code] += 1
            transport.write(refusal_response(error))
            hang_up_soon(transport, _nothing)


def _nothing() -> None:
    """What there is to do when a refused peer is gone."""
