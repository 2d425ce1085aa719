"""The parts that a server is composed of, one function a part; `virtubar.app` ties them."""

import secrets

import uvicorn

from virtubar.addresses import AddressPolicy
from virtubar.api.app import create_api
from virtubar.api.jwks import ProviderKeys
from virtubar.api.parts import ApiParts
from virtubar.auth.identities import Identities
from virtubar.auth.tokens import RealtimeTokens
from virtubar.cluster.local import LocalPlacement
from virtubar.process import SHUTDOWN_GRACE_S, Server, ends_quietly
from virtubar.room.config import lobby
from virtubar.room.context import CrowdRules
from virtubar.runtime.clock import Clock
from virtubar.runtime.metrics import Metrics
from virtubar.services import Foundation, ServiceOptions, Services
from virtubar.settings import Settings
from virtubar.storage.retention import Retention
from virtubar.storage.sql import SqlStorage
from virtubar.transport.callers import Callers
from virtubar.transport.connection import ConnectionParts
from virtubar.transport.http import http_class
from virtubar.transport.policy import SeamPolicy
from virtubar.transport.seam import SeamContext
from virtubar.transport.socketio.endpoint import SocketIoEndpoint

_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_BACKLOG = 4096
"""Connections that the kernel holds for us: a whole party arriving at once."""


def new_id() -> str:
    """16 random characters, 80 bits: never the same twice."""
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(16))


class Making:
    """A server in the making: what its parts are given before all of them are there.

    Attributes:
        taken: why another server has the database now, where one has.
        server: None until everything else is made.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.metrics = Metrics()
        self.addresses = AddressPolicy(settings.trusted_proxies)
        life_ms = settings.token_life_seconds * 1000
        self.tokens = RealtimeTokens(settings.signing_secret, life_ms=life_ms)
        self.storage = SqlStorage(settings.database_url.get_secret_value(), self.give_way)
        self.taken: list[str] = []
        self.server: Server | None = None

    def give_way(self, reason: str) -> None:
        """Stop, for that reason: another server has the database."""
        self.taken.append(reason)
        if self.server is not None:
            self.server.stop()

    def draining(self) -> bool:
        """Whether the server is about to stop and takes nobody in."""
        return self.server is not None and self.server.should_exit


def _service_options(settings: Settings) -> ServiceOptions:
    """What the operator decided about what is kept."""
    return ServiceOptions(
        max_rooms=settings.max_rooms,
        crowds=CrowdRules(settings.crowd_threshold, settings.crowd_bytes_per_second),
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
    )


def foundation(making: Making) -> Foundation:
    """What the services of a server are built on; every room lives in this process."""
    return Foundation(
        storage=making.storage,
        placement=LocalPlacement(),
        tokens=making.tokens,
        clock=making.clock,
        metrics=making.metrics,
        addresses=making.addresses,
        options=_service_options(making.settings),
    )


def _api_parts(making: Making, services: Services) -> ApiParts:
    settings, clock, storage = making.settings, making.clock, making.storage
    return ApiParts(
        rooms=services.registry,
        placement=services.homes,
        sanctions=services.book,
        moderation=services.moderation,
        oversight=services.oversight,
        storage=storage,
        tokens=making.tokens,
        identities=Identities(settings.signing_secret, external=settings.external_provider),
        provider_keys=_provider_keys(settings, clock),
        addresses=making.addresses,
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
        draining=making.draining,
        checks={
            "accepting": lambda: not making.draining(),
            "server_lock": lambda: storage.is_ours,
        },
        metrics_text=making.metrics.text,
        public_url=settings.public_url,
        allowed_origins=settings.allowed_origins,
        address_limits=settings.address_limits,
        crowd_threshold=settings.crowd_threshold,
        joins_per_second=settings.joins_per_second,
        joins_burst=settings.joins_burst,
        user_joins_per_second=settings.user_joins_per_second,
        user_joins_burst=settings.user_joins_burst,
        room_capacity=settings.room_capacity,
        chat_retention_days=settings.chat_retention_days,
    )


def _connections_per_address(settings: Settings) -> int | None:
    return settings.connections_per_address if settings.address_limits else None


def seam(making: Making, services: Services) -> SeamContext:
    """Where sockets are opened, and who may open them."""
    settings = making.settings
    own = (settings.public_url,) if settings.public_url else ()
    policy = SeamPolicy(
        addresses=making.addresses,
        allowed_origins=settings.allowed_origins + own,
        connections_max=settings.max_connections,
        connections_per_address=_connections_per_address(settings),
        compression=settings.compression,
        draining=making.draining,
    )
    return SeamContext(
        parts=ConnectionParts(services.hub, services.registry, services.moderation),
        policy=policy,
        clock=making.clock,
        metrics=making.metrics,
    )


def uvicorn_config(making: Making, services: Services, sockets: SeamContext) -> uvicorn.Config:
    """uvicorn, serving the API, Socket.IO and the sockets on one port."""
    settings = making.settings
    api = create_api(_api_parts(making, services))
    callers = Callers(making.addresses, _connections_per_address(settings))
    return uvicorn.Config(
        ends_quietly(SocketIoEndpoint(sockets.sessions, api)),
        host=settings.host,
        port=settings.port,
        http=http_class(callers),
        ws=sockets.websocket_class(),
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=SHUTDOWN_GRACE_S,
    )


def _provider_keys(settings: Settings, clock: Clock) -> ProviderKeys | None:
    url = settings.external_jwks_url
    return None if url is None else ProviderKeys(url, clock.now_ms)
