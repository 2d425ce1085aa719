"""The composition root: makes every part of a server and ties them together."""

import asyncio
import contextlib
import logging
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass

import structlog
import uvicorn
import uvloop

from virtubar.addresses import AddressPolicy
from virtubar.api.app import create_api
from virtubar.api.jwks import ProviderKeys
from virtubar.api.parts import ApiParts
from virtubar.auth.identities import Identities
from virtubar.auth.tokens import RealtimeTokens
from virtubar.protocol.constants import LOBBY_ID
from virtubar.realtime.clock import Clock
from virtubar.realtime.http import Callers, http_class
from virtubar.realtime.hub import Hub
from virtubar.realtime.metrics import Metrics
from virtubar.realtime.seam import SeamContext, SeamPolicy
from virtubar.room.config import lobby
from virtubar.room.moderation import MemorySanctions
from virtubar.settings import Settings

_log = structlog.get_logger(__name__)
_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_BACKLOG = 4096
"""Connections that the kernel holds for us: a whole party arriving at once."""


def new_id() -> str:
    """16 random characters, 80 bits: never the same twice."""
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(16))


class Server(uvicorn.Server):
    """uvicorn, stopping the way a room wants it: everyone is told, and the exit code is 0.

    Args:
        drain: what to do between the end of listening and uvicorn's own shutdown.
    """

    def __init__(self, config: uvicorn.Config, drain: Callable[[], "asyncio.Future[None]"]) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self.stopping = asyncio.Event()
        self._drain = drain

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        _log.info("listening", host=host, port=port)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Signals are the caller's; uvicorn would raise them again after the shutdown."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, drain, then end what is left."""
        self.stopping.set()
        for server in self.servers:
            server.close()
        await self._drain()
        await super().shutdown(sockets)

    def stop(self) -> None:
        """Begin to stop; a second call cuts off what is still open."""
        if self.should_exit:
            self.force_exit = True
        self.should_exit = True


@dataclass(slots=True)
class App:
    """A server with all its parts."""

    settings: Settings
    hub: Hub
    server: Server

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens, once it does."""
        host, port = self.server.servers[0].sockets[0].getsockname()[:2]
        return str(host), int(port)

    async def run(self) -> None:
        """Serve until `stop`."""
        bots = asyncio.create_task(self._bots()) if self.settings.demo_bots else None
        try:
            await self.server.serve()
        finally:
            if bots is not None:
                self.server.stopping.set()
                await bots

    async def _bots(self) -> None:
        """Demo patrons come in once the server listens, and go when it begins to stop."""
        from virtubar.bots.runner import run_bots  # noqa: PLC0415 - only a demo needs the client

        stopping = self.server.stopping
        await _first(self.server.listening, stopping)
        if stopping.is_set():
            return
        host, port = self.address
        if host in ("0.0.0.0", "::"):
            host = "127.0.0.1" if host == "0.0.0.0" else "::1"
        base_url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        try:
            await run_bots(base_url, LOBBY_ID, self.settings.demo_bots, stop=stopping)
        except Exception:
            # The bar goes on without company.
            _log.exception("demo_bots_failed")


async def _first(*events: asyncio.Event) -> None:
    """Wait until one of the events is set."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def build(settings: Settings, clock: Clock | None = None) -> App:
    """Make a server; needs a running event loop.

    Args:
        clock: the process's own where None.
    """
    clock = clock or Clock()
    metrics = Metrics()
    tokens = RealtimeTokens(settings.signing_secret, life_ms=settings.token_life_seconds * 1000)
    sanctions = MemorySanctions()
    addresses = AddressPolicy(settings.trusted_proxies)
    hub = Hub(
        tokens=tokens,
        sanctions=sanctions,
        clock=clock,
        metrics=metrics,
        call_later=asyncio.get_running_loop().call_later,
        random_bits=secrets.randbits,
        max_rooms=settings.max_rooms,
    )
    hub.create(lobby(settings.room_capacity))
    server: Server | None = None

    def draining() -> bool:
        return server is not None and server.should_exit

    parts = ApiParts(
        rooms=hub,
        sanctions=sanctions,
        tokens=tokens,
        identities=Identities(settings.signing_secret, external=settings.external_provider),
        provider_keys=_provider_keys(settings, clock),
        addresses=addresses,
        wall_ms=clock.wall_ms,
        now_ms=clock.now_ms,
        new_id=new_id,
        draining=draining,
        checks={"accepting": lambda: not draining()},
        metrics_text=metrics.text,
        public_url=settings.public_url,
        allowed_origins=settings.allowed_origins,
        address_limits=settings.address_limits,
        joins_per_second=settings.joins_per_second,
        joins_burst=settings.joins_burst,
        user_joins_per_second=settings.user_joins_per_second,
        user_joins_burst=settings.user_joins_burst,
        room_capacity=settings.room_capacity,
    )
    per_address = settings.connections_per_address if settings.address_limits else None
    origins = settings.allowed_origins + ((settings.public_url,) if settings.public_url else ())
    policy = SeamPolicy(
        addresses=addresses,
        allowed_origins=origins,
        connections_max=settings.max_connections,
        connections_per_address=per_address,
        compression=settings.compression,
        draining=draining,
    )
    seam = SeamContext(hub=hub, policy=policy, clock=clock, metrics=metrics)
    config = uvicorn.Config(
        create_api(parts),
        host=settings.host,
        port=settings.port,
        http=http_class(Callers(addresses, per_address)),
        ws=seam.websocket_class(),
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=2,
    )
    server = Server(config, lambda: asyncio.ensure_future(hub.drain(settings.drain_seconds)))
    return App(settings, hub, server)


def _provider_keys(settings: Settings, clock: Clock) -> ProviderKeys | None:
    url = settings.external_jwks_url
    return None if url is None else ProviderKeys(url, clock.now_ms)


def serve(settings: Settings) -> int:
    """Run a server until SIGTERM or SIGINT; the exit code: 0, or 3 where it could not start."""
    configure_logging(settings)
    if settings.secret_is_random:
        _log.warning(
            "random_secret",
            hint="tokens end with this process; set VIRTUBAR_SECRET to keep them",
        )

    async def main() -> int:
        app = build(settings)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, app.server.stop)
        await app.run()
        return 0

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            return runner.run(main())
        except SystemExit as error:
            return int(error.code or 0)


def configure_logging(settings: Settings) -> None:
    """Structured logs on standard error; uvicorn's and asyncio's warnings among them."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    render: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared: list[structlog.types.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=render, foreign_pre_chain=shared)
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
