"""What a server is made of beside its sockets, and in which order it opens and closes."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from virtubar.addresses import AddressPolicy
from virtubar.auth.tokens import RealtimeTokens
from virtubar.cluster.placement import Placement
from virtubar.live.homes import Homes
from virtubar.live.hub import Hub
from virtubar.live.join_limits import JoinLimits
from virtubar.live.joining import JoinRules
from virtubar.live.live_room import RecordChat
from virtubar.live.oversight import LiveOversight
from virtubar.live.registry import RoomRegistry
from virtubar.moderation.act_limits import ActLimits
from virtubar.moderation.address_memory import AddressMemory
from virtubar.moderation.sanctions import SanctionBook
from virtubar.moderation.service import ModerationService
from virtubar.moderation.staff import Staff
from virtubar.room.chat import MessageIds
from virtubar.room.config import RoomConfig
from virtubar.room.context import CrowdRules
from virtubar.room.records import AuditEntry, ChatRecord
from virtubar.runtime.background_writes import BackgroundWrites
from virtubar.runtime.clock import Clock
from virtubar.runtime.metrics import Metrics
from virtubar.storage.ports import Erased, Storage, StorageError
from virtubar.storage.retention import Retention
from virtubar.storage.retention_task import RetentionTask
from virtubar.storage.writer import ChatWriter

CLOSE_S: Final = 5.0
"""What a shutdown waits for storage once the sockets are closed: a service manager that waits no
longer would kill the process in the middle of it."""
STORE_CHAT_S: Final = 5.0
"""What whoever reads stored chat waits for what is not stored yet: some milliseconds, or a database
that is in trouble."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOptions:
    """What the operator decided about what is kept.

    Attributes:
        lobby: its settings where none are stored.
        crowds: what is done about rooms that are very full.
        address_bans: whether a guest's ban also makes new guests from there wait.
        address_limits: whether the limits per address hold.
    """

    max_rooms: int
    crowds: CrowdRules
    lobby: RoomConfig
    address_bans: bool
    address_limits: bool
    retention: Retention


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything with a life of its own beside the sockets."""

    storage: Storage
    options: ServiceOptions
    hub: Hub
    homes: Homes
    clock: Clock
    book: SanctionBook
    staff: Staff
    registry: RoomRegistry
    moderation: ModerationService
    oversight: LiveOversight
    writes: BackgroundWrites
    writer: ChatWriter
    retention_task: RetentionTask
    address_memory: AddressMemory
    new_record_id: Callable[[int], str]
    close_s: float = CLOSE_S
    store_chat_s: float = STORE_CHAT_S

    async def open(self) -> None:
        """Open the storage, and remember what it holds.

        Raises:
            ConfigurationError: it cannot serve, and what to do about it.
            StorageError: it does not answer.
        """
        await self.storage.open()
        wall_ms = self.clock.wall_ms()
        for sanction in await self.storage.sanctions.in_force(wall_ms):
            self.book.apply(sanction, wall_ms)
        self.staff.load(await self.storage.people.staff())
        await self.address_memory.open()
        await self.registry.start(self.options.max_rooms)
        self.writer.start()
        self.retention_task.start()

    async def close(self) -> None:
        """Finish what was begun, as far as storage takes it in `close_s`; what is left is logged.

        What others write to closes after them.
        """
        try:
            async with asyncio.timeout(self.close_s):
                await self.registry.close()
                await self.moderation.close()
                await self.retention_task.close()
                self.moderation.denials.tell_all()
                await self.writes.close()
                await self.writer.close()
        except TimeoutError:
            _log.error(
                "closed_unfinished", chat_lost=self.writer.waiting, notes_lost=self.writes.waiting
            )
        await self.storage.close()

    async def forget(self, user_id: str) -> None:
        """Drop what memory holds of a person, before storage forgets them too.

        Raises:
            StorageError: something that still waits to be written may tell of them.
        """
        self.hub.forget(user_id)
        self.staff.forget(user_id)
        self.address_memory.forget(user_id)
        self.moderation.denials.forget(user_id)
        await self.writer.flush()
        if not await self.writes.settle():
            raise StorageError("notes are still waiting to be stored")

    async def store_chat(self) -> None:
        """Store what was said until now, so that whoever reads what is stored misses nothing.

        Raises:
            StorageError: some of it is not stored after `store_chat_s`; it will be tried again.
        """
        try:
            async with asyncio.timeout(self.store_chat_s):
                await self.writer.flush()
        except TimeoutError:
            raise StorageError("chat is still waiting to be stored") from None

    async def erase(self, user_id: str, audit: AuditEntry) -> Erased:
        """Forget in storage a person whom `forget` was called for, then what memory has of it.

        Raises:
            StorageError: it is not finished; asking again goes on.
        """
        erased = await self.storage.people.erase(user_id, audit, audit.at_ms)
        self.registry.disown(user_id)
        self.book.forget_words(user_id)
        return erased


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """What services are built on."""

    storage: Storage
    placement: Placement
    tokens: RealtimeTokens
    clock: Clock
    metrics: Metrics
    addresses: AddressPolicy
    options: ServiceOptions


def build_services(on: Foundation) -> Services:
    """Make it all, each part of what was made before it; needs a running event loop.

    Longer than most functions because `Services` has many parts.
    """
    book, writes = SanctionBook(), BackgroundWrites(on.metrics)
    new_record_id = MessageIds(secrets.randbits).next
    staff = Staff(on.storage.people, writes, on.clock.wall_ms)
    writer = on.metrics.chat = ChatWriter(on.storage.chat)
    hub = _hub(on, book, staff, writer)
    homes = Homes(on.placement, hub.is_live)
    registry = _registry(on, hub, homes, writes)
    oversight = LiveOversight(hub, staff)
    address_memory = _address_memory(on, writes)
    return Services(
        storage=on.storage,
        options=on.options,
        hub=hub,
        homes=homes,
        clock=on.clock,
        book=book,
        staff=staff,
        registry=registry,
        moderation=ModerationService(
            rooms=hub,
            book=book,
            records=on.storage,
            writes=writes,
            limits=ActLimits(addresses=on.options.address_limits),
            standings=oversight,
            address_of=address_memory.last,
            new_id=new_record_id,
        ),
        oversight=oversight,
        writes=writes,
        writer=writer,
        retention_task=RetentionTask(
            on.storage, on.options.retention, on.clock.wall_ms, hub.used, registry.forgotten
        ),
        address_memory=address_memory,
        new_record_id=new_record_id,
    )


def _hub(on: Foundation, book: SanctionBook, staff: Staff, writer: ChatWriter) -> Hub:
    limits = JoinLimits(addresses=on.options.address_limits)
    return Hub(
        clock=on.clock,
        metrics=on.metrics,
        call_later=asyncio.get_running_loop().call_later,
        random_bits=secrets.randbits,
        max_rooms=on.options.max_rooms,
        crowds=on.options.crowds,
        record_chat=_recorder(writer, on.options.retention),
        seen=staff.seen,
        joins=JoinRules(tokens=on.tokens, sanctions=book, limits=limits),
    )


def _registry(on: Foundation, hub: Hub, homes: Homes, writes: BackgroundWrites) -> RoomRegistry:
    return RoomRegistry(
        hub=hub,
        store=on.storage.rooms,
        writes=writes,
        homes=homes,
        wall_ms=on.clock.wall_ms,
        now_ms=on.clock.now_ms,
        lobby=on.options.lobby,
    )


def _address_memory(on: Foundation, writes: BackgroundWrites) -> AddressMemory:
    return AddressMemory(
        storage=on.storage,
        addresses=on.addresses,
        writes=writes,
        clock=on.clock,
        on=on.options.address_bans,
    )


def _recorder(writer: ChatWriter, retention: Retention) -> RecordChat:
    """Stores what was said, where it is to be kept at all."""

    def record(messages: list[ChatRecord], days: int | None) -> None:
        if retention.chat_days_of(days):
            for message in messages:
                writer.say(message)

    return record
