"""Behind the bar: what is kept, who keeps order, and in which order all of it opens and closes."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from virtubar.addresses import AddressPolicy
from virtubar.auth.tokens import RealtimeTokens
from virtubar.errors import VirtuBarError
from virtubar.live.hub import Hub
from virtubar.live.join_limits import JoinLimits
from virtubar.live.joining import JoinRules
from virtubar.live.live_room import Answer, Outlets
from virtubar.live.oversight import Overseer
from virtubar.live.registry import RoomRegistry
from virtubar.moderation.act_limits import ActLimits
from virtubar.moderation.last_addresses import LastAddresses
from virtubar.moderation.salts import SALT_BYTES, Salts
from virtubar.moderation.sanctions import SanctionBook
from virtubar.moderation.service import Desk
from virtubar.moderation.staff import Staff
from virtubar.room.chat import MessageIds
from virtubar.room.config import RoomConfig
from virtubar.room.ports import ModerationAct
from virtubar.room.records import AddressMark, AuditEntry, ChatRecord
from virtubar.runtime.background_writes import Chores
from virtubar.runtime.clock import Clock
from virtubar.runtime.metrics import Metrics
from virtubar.storage.ports import Erased, Storage, StorageError
from virtubar.storage.retention import Retention
from virtubar.storage.retention_task import Keeper
from virtubar.storage.writer import ChatWriter

CLOSE_S: Final = 5.0
"""What a shutdown waits for storage once the sockets are closed: a service manager that waits no
longer would kill the process in the middle of it."""
STORE_CHAT_S: Final = 5.0
"""What whoever reads stored chat waits for what is not stored yet: some milliseconds, or a database
that is in trouble."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRules:
    """What the operator decided about what is kept.

    Attributes:
        lobby: its settings where none are stored.
        address_bans: whether a guest's ban also makes new guests from there wait.
        address_limits: whether the limits per address hold.
    """

    max_rooms: int
    lobby: RoomConfig
    address_bans: bool
    address_limits: bool
    retention: Retention


@dataclass(frozen=True, slots=True, kw_only=True)
class Backroom:
    """Everything with a life of its own beside the sockets."""

    storage: Storage
    rules: HouseRules
    hub: Hub
    clock: Clock
    book: SanctionBook
    staff: Staff
    registry: RoomRegistry
    desk: Desk
    overseer: Overseer
    chores: Chores
    writer: ChatWriter
    keeper: Keeper
    doorman: "Doorman"
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
        for sanction in await self.storage.sanctions.in_force(self.clock.wall_ms()):
            self.book.apply(sanction)
        self.staff.load(await self.storage.people.staff())
        await self.doorman.open()
        await self.registry.open(self.rules.max_rooms)
        self.writer.start()
        self.keeper.start()

    async def close(self) -> None:
        """Finish what was begun, as far as storage takes it in `close_s`; what is left is logged.

        What others write to closes after them.
        """
        try:
            async with asyncio.timeout(self.close_s):
                await self.registry.close()
                await self.desk.close()
                await self.keeper.close()
                self.desk.denials.tell_all()
                await self.chores.close()
                await self.writer.close()
        except TimeoutError:
            _log.error(
                "closed_unfinished", chat_lost=self.writer.waiting, notes_lost=self.chores.waiting
            )
        await self.storage.close()

    async def forget(self, user_id: str) -> None:
        """Drop what memory holds of a person, before storage forgets them too.

        Raises:
            StorageError: something that still waits to be written may tell of them.
        """
        self.hub.forget(user_id)
        self.staff.forget(user_id)
        self.doorman.forget(user_id)
        self.desk.denials.forget(user_id)
        await self.writer.flush()
        if not await self.chores.settle():
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


def furnish(
    *,
    storage: Storage,
    tokens: RealtimeTokens,
    clock: Clock,
    metrics: Metrics,
    addresses: AddressPolicy,
    rules: HouseRules,
) -> Backroom:
    """Make it all; needs a running event loop."""
    book, chores, new_record_id = SanctionBook(), Chores(metrics), MessageIds(secrets.randbits).next
    staff = Staff(storage.people, chores, clock.wall_ms)
    writer = metrics.chat = ChatWriter(storage.chat)

    def submit(act: ModerationAct, answer: Answer | None) -> None:
        desk.submit(act, answer)

    def said(messages: list[ChatRecord]) -> None:
        for message in messages:
            config = hub.find(message.room_id)
            if rules.retention.chat_days_of(None if config is None else config.chat_retention_days):
                writer.say(message)

    def open_room(room_id: str, answer: Callable[[VirtuBarError | None], None]) -> None:
        registry.open_for(room_id, answer)

    hub = Hub(
        clock=clock,
        metrics=metrics,
        call_later=asyncio.get_running_loop().call_later,
        random_bits=secrets.randbits,
        max_rooms=rules.max_rooms,
        outlets=Outlets(submit=submit, said=said, seen=staff.seen, open_room=open_room),
        joins=JoinRules(
            tokens=tokens,
            sanctions=book,
            limits=JoinLimits(addresses=rules.address_limits),
        ),
    )
    overseer = Overseer(hub, staff)
    doorman = Doorman(
        storage=storage, addresses=addresses, chores=chores, clock=clock, on=rules.address_bans
    )
    desk = Desk(
        hub=hub,
        book=book,
        records=storage,
        chores=chores,
        limits=ActLimits(addresses=rules.address_limits),
        standings=overseer,
        address_of=doorman.last,
        new_id=new_record_id,
    )
    registry = RoomRegistry(
        hub=hub,
        store=storage.rooms,
        chores=chores,
        wall_ms=clock.wall_ms,
        now_ms=clock.now_ms,
        lobby=rules.lobby,
    )
    keeper = Keeper(storage, rules.retention, clock.wall_ms, hub.used, registry.forgotten)
    return Backroom(
        storage=storage,
        rules=rules,
        hub=hub,
        clock=clock,
        book=book,
        staff=staff,
        registry=registry,
        desk=desk,
        overseer=overseer,
        chores=chores,
        writer=writer,
        keeper=keeper,
        doorman=doorman,
        new_record_id=new_record_id,
    )


class Doorman:
    """Knows from where people come, as far as that may be known: hashed, for a day.

    Args:
        on: whether addresses count at all (`VIRTUBAR_ADDRESS_BANS`).
    """

    def __init__(
        self,
        *,
        storage: Storage,
        addresses: AddressPolicy,
        chores: Chores,
        clock: Clock,
        on: bool,
    ) -> None:
        self._storage = storage
        self._addresses = addresses
        self._chores = chores
        self._clock = clock
        self._on = on
        self._salts = Salts()
        self._last = LastAddresses()

    async def open(self) -> None:
        """Know the salts that are kept, and have one for today."""
        self._salts = Salts(await self._storage.salts.all())

    def marks(self, address: str) -> tuple[AddressMark, ...]:
        """The address, hashed with every salt that is kept; none where it tells nothing."""
        if not self._on or not self._addresses.tells_apart(address):
            return ()
        self._renew()
        return self._salts.marks(address, self._clock.wall_ms())

    def remember(self, user_id: str, address: str) -> None:
        """The person comes from there now, and from nowhere else any more."""
        marks = self.marks(address)
        self._last.remember(user_id, marks[0] if marks else None, self._clock.wall_ms())

    def forget(self, user_id: str) -> None:
        """The person is to be forgotten."""
        self._last.forget(user_id)

    def last(self, user_id: str) -> AddressMark | None:
        """From where the person last came, None where that is not known."""
        return self._last.find(user_id, self._clock.wall_ms())

    def _renew(self) -> None:
        """A new salt each day; what was hashed with the one before last can be told no more."""
        wall_ms = self._clock.wall_ms()
        if not self._salts.is_due(wall_ms):
            return
        salt, forget_before_ms = self._salts.renew(wall_ms, secrets.token_bytes(SALT_BYTES))

        async def keep() -> None:
            await self._storage.salts.add(salt, forget_before_ms)

        self._chores.put("salt", keep)
