"""The composition root: makes every part of a server and ties them together."""

import asyncio
import secrets
import signal
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
from virtubar.errors import ConfigurationError
from virtubar.live.hub import Hub
from virtubar.process import (
    SHUTDOWN_GRACE_S,
    Server,
    configure_logging,
    ends_quietly,
    set_startup_aside,
)
from virtubar.protocol.constants import LOBBY_ID
from virtubar.room.config import lobby
from virtubar.runtime.clock import Clock
from virtubar.runtime.metrics import Metrics
from virtubar.services import ServiceOptions, Services, build_services
from virtubar.settings import Settings
from virtubar.storage.retention import Retention
from virtubar.storage.sql import SqlStorage
from virtubar.transport.callers import Callers
from virtubar.transport.connection import ConnectionParts
from virtubar.transport.http import http_class
from virtubar.transport.policy import SeamPolicy
from virtubar.transport.seam import SeamContext
from virtubar.transport.socketio.endpoint import SocketIoEndpoint

_log = structlog.get_logger(__name__)
_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_BACKLOG = 4096
"""Connections that the kernel holds for us: a whole party arriving at once."""


def new_id() -> str:
    """16 random characters, 80 bits: never the same twice."""
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(16))


@dataclass(slots=True)
class App:
    """A server with all its parts."""

    settings: Settings
    hub: Hub
    server: Server
    services: Services
    taken: list[str]
    """Why another server has the database now, where one has."""

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens, once it does."""
        host, port = self.server.servers[0].sockets[0].getsockname()[:2]
        return str(host), int(port)

    async def run(self) -> None:
        """Serve until `stop`.

        Raises:
            ConfigurationError: the storage cannot serve, or is another server's by now, and what
                to do about it.
            StorageError: it does not answer.
        """
        try:
            await self.services.open()
            await self._serve()
        finally:
            await self.services.close()
        for reason in self.taken:
            raise ConfigurationError(reason)

    async def _serve(self) -> None:
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
            await run_bots(base_url, LOBBY_ID, self.settings.demo_bots, stop=stopping, direct=True)
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
    """Make a server; needs a running event loop. Storage is opened by `App.run`.

    Args:
        clock: the process's own where None.
    """
    clock = clock or Clock()
    metrics = Metrics()
    addresses = AddressPolicy(settings.trusted_proxies)
    tokens = RealtimeTokens(settings.signing_secret, life_ms=settings.token_life_seconds * 1000)
    taken: list[str] = []
    server: Server | None = None

    def give_way(reason: str) -> None:
        taken.append(reason)
        if server is not None:
            server.stop()

    storage = SqlStorage(settings.database_url.get_secret_value(), give_way)
    services = build_services(
        storage=storage,
        tokens=tokens,
        clock=clock,
        metrics=metrics,
        addresses=addresses,
        options=ServiceOptions(
            max_rooms=settings.max_rooms,
            lobby=lobby(settings.room_capacity),
            address_bans=settings.address_bans,
            address_limits=settings.address_limits,
            retention=Retention(
                chat_days=settings.chat_retention_days,
                report_days=settings.report_retention_days,
                sanction_days=settings.audit_retention_days,
                audit_days=settings.audit_retention_days,
                room_days=settings.room_retention_days,
            ),
        ),
    )
    hub = services.hub

    def draining() -> bool:
        return server is not None and server.should_exit

    parts = ApiParts(
        rooms=services.registry,
        sanctions=services.book,
        moderation=services.moderation,
        oversight=services.oversight,
        storage=storage,
        tokens=tokens,
        identities=Identities(settings.signing_secret, external=settings.external_provider),
        provider_keys=_provider_keys(settings, clock),
        addresses=addresses,
        wall_ms=clock.wall_ms,
        now_ms=clock.now_ms,
        new_id=new_id,
        new_record_id=lambda: services.new_record_id(clock.wall_ms()),
        address_marks=services.address_memory.marks,
        remember_address=services.address_memory.remember,
        staff_seen=services.staff.seen,
        forget_in_memory=services.forget,
        store_chat=services.store_chat,
        erase=services.erase,
        draining=draining,
        checks={"accepting": lambda: not draining(), "server_lock": lambda: storage.is_ours},
        metrics_text=metrics.text,
        public_url=settings.public_url,
        allowed_origins=settings.allowed_origins,
        address_limits=settings.address_limits,
        joins_per_second=settings.joins_per_second,
        joins_burst=settings.joins_burst,
        user_joins_per_second=settings.user_joins_per_second,
        user_joins_burst=settings.user_joins_burst,
        room_capacity=settings.room_capacity,
        chat_retention_days=settings.chat_retention_days,
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
    seam = SeamContext(
        parts=ConnectionParts(hub, services.registry, services.moderation),
        policy=policy,
        clock=clock,
        metrics=metrics,
    )
    config = uvicorn.Config(
        ends_quietly(SocketIoEndpoint(seam.sessions, create_api(parts))),
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
        timeout_graceful_shutdown=SHUTDOWN_GRACE_S,
    )
    server = Server(config, lambda: asyncio.ensure_future(hub.drain(settings.drain_seconds)))
    return App(settings, hub, server, services, taken)


def _provider_keys(settings: Settings, clock: Clock) -> ProviderKeys | None:
    url = settings.external_jwks_url
    return None if url is None else ProviderKeys(url, clock.now_ms)


def serve(settings: Settings) -> int:
    """Run a server until SIGTERM or SIGINT; the exit code: 0, or 3 where it could not start."""
    configure_logging(settings.log_level, settings.log_format)
    if settings.secret_is_random:
        _log.warning(
            "random_secret",
            hint="tokens end with this process; set VIRTUBAR_SECRET to keep them",
        )

    async def main() -> int:
        app = build(settings)
        set_startup_aside()
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
