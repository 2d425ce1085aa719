"""Where uvicorn hands over: its WebSocket protocol class.

uvicorn builds the `ws` class with its own arguments. Our HTTP protocol (`http`) then calls
`connection_made`, sets it as the transport's protocol, and gives it the request's bytes and what
came behind them. From there the handshake is checked and the transport handed to picows.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from uvicorn import Config
from uvicorn.server import ServerState

from virtubar.addresses import AddressPolicy
from virtubar.realtime.clock import Clock
from virtubar.realtime.connection import Connection
from virtubar.realtime.hub import Hub
from virtubar.realtime.lingering import hang_up_soon
from virtubar.realtime.link import Link
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
        context = self._context
        peer = transport.get_extra_info("peername")
        scheme = "https" if transport.get_extra_info("sslcontext") else "http"
        try:
            agreement, address = context.policy.admit(
                parse_request(head), str(peer[0]) if peer else "unix", scheme
            )
        except UpgradeRefusedError as error:
            context.metrics.refusals[error.code] += 1
            transport.write(refusal_response(error))
            hang_up_soon(transport, _nothing)
            return
        link = Link(transport, self._state, lambda: context.policy.release(address))
        listener = WebSocketTransport(
            transport,
            deflates=agreement.deflates,
            clock=context.clock,
            timer=context.hub.timer,
            metrics=context.metrics,
            ended=link.ended,
        )
        listener.sink = Connection(context.hub, listener, agreement.token)
        link.start(listener, agreement.response, rest)


def _nothing() -> None:
    """What there is to do when a refused peer is gone."""
