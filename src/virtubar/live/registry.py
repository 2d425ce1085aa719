"""Rooms that are stored, and those of them that are live; implements room.ports.Rooms."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from weakref import WeakValueDictionary

import msgspec
import structlog

from virtubar.errors import VirtuBarError
from virtubar.live.homes import Homes
from virtubar.live.hub import Hub
from virtubar.live.lookups import LOOKING_MAX, RoomLookups
from virtubar.protocol.constants import LOBBY_ID, Role
from virtubar.room.config import RoomConfig
from virtubar.room.ports import NotStoredError, RoomExistsError, RoomsFullError
from virtubar.room.records import AuditEntry
from virtubar.runtime.background_writes import BackgroundWrites
from virtubar.storage.bulkhead import Bulkhead
from virtubar.storage.engine import ACT_S
from virtubar.storage.ports import RoomStore, StorageError

_log = structlog.get_logger(__name__)

CREATING_MAX: Final = 64
"""Rooms that may wait to be stored at once; one more is refused at once, and tried again by whoever
wants it: a database that hangs must not collect callers."""
CHANGING_MAX: Final = 64
"""The same for changes of rooms."""
_SHOWN_AS: Final = {"slow_mode_s": "slowModeSeconds"}
_NOT_STORED: Final = "The room could not be stored, so nothing was done."


class RoomRegistry:
    """Finds, makes and changes rooms: stored first, then live.

    Args:
        homes: where rooms live; a room that is put away or thrown away lives nowhere.
        lobby: the lobby's settings where none are stored.
    """

    def __init__(
        self,
        *,
        hub: Hub,
        store: RoomStore,
        writes: BackgroundWrites,
        homes: Homes,
        wall_ms: Callable[[], int],
        now_ms: Callable[[], float],
        lobby: RoomConfig,
    ) -> None:
        self._hub = hub
        self._store = store
        self._writes = writes
        self._homes = homes
        self._wall_ms = wall_ms
        self._lobby = lobby
        self._lookups = RoomLookups(store.several, now_ms)
        self._creating, self._changing = Bulkhead(), Bulkhead()
        # Changes of one room wait for each other, and nobody else does.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._opening: set[asyncio.Task[None]] = set()

    async def start(self, limit: int) -> None:
        """Bring the rooms used last to life, and the lobby in any case.

        Raises:
            StorageError: they cannot be read.
        """
        self._hub.create(await self._store.get(LOBBY_ID) or self._lobby)
        for config in await self._store.load(limit):
            if config.room_id != LOBBY_ID and self._hub.has_place():
                self._hub.create(config)

    async def open(self, room_id: str) -> RoomConfig | None:
        """See room.ports.Rooms."""
        config = self._hub.find(room_id)
        if config is not None:
            return config
        stored = await self._lookups.find(room_id)
        config = self._hub.find(room_id)  # somebody else may have been quicker
        if stored is None or config is not None:
            return config
        self._make_place()
        self._hub.create(stored)
        return stored

    async def look(self, room_id: str) -> RoomConfig | None:
        """See room.ports.Rooms."""
        config = self._hub.find(room_id)
        return config or await self._lookups.find(room_id, LOOKING_MAX)

    def open_for(self, room_id: str, answer: Callable[[VirtuBarError | None], None]) -> None:
        """Bring a stored room back for a socket that wants in; the answer is told, later: None
        where it can be joined now or does not exist, else why it cannot be said."""

        async def bring() -> None:
            try:
                if await self.open(room_id) is not None:
                    await self._homes.claim(room_id)
            except (StorageError, RoomsFullError) as error:
                _log.warning("room_not_opened", room_id=room_id, error=str(error))
                answer(error)
            else:
                answer(None)

        task = asyncio.create_task(bring(), name="room-opening")
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    def public(self) -> list[RoomConfig]:
        """See room.ports.Rooms."""
        return self._hub.public()

    async def create(self, config: RoomConfig) -> None:
        """See room.ports.Rooms."""
        room_id = config.room_id
        if self._hub.find(room_id) is not None:
            raise RoomExistsError(room_id)
        wall_ms = self._wall_ms()
        entry = AuditEntry(wall_ms, config.owner_id or "", Role.OWNER, "create_room", room_id)
        self._make_place()
        with _storing(room_id):
            async with self._creating.enter(CREATING_MAX, ACT_S):
                await self._store.add(config, wall_ms, entry)
        self._lookups.changed([room_id])
        if self._hub.find(room_id) is None:  # else whoever looked it up was quicker
            self._hub.create(config)

    async def change(
        self, room_id: str, fields: Mapping[str, Any], actor_id: str, actor_role: Role
    ) -> RoomConfig | None:
        """See room.ports.Rooms."""
        turn = self._turns.setdefault(room_id, asyncio.Lock())
        with _storing(room_id):
            async with self._changing.enter(CHANGING_MAX, ACT_S), turn:
                old = await self.open(room_id)
                if old is None:
                    return None
                new = msgspec.structs.replace(old, **fields)
                if new == old:
                    return old
                await self._store.change(new, self._changed(old, new, actor_id, actor_role))
                self._lookups.changed([room_id])
                # An owner who was erased meanwhile does not come back.
                now = self._hub.find(room_id) or new
                new = msgspec.structs.replace(new, owner_id=now.owner_id)
                self._hub.configure(new)
                return new

    def _changed(
        self, old: RoomConfig, new: RoomConfig, actor_id: str, actor_role: Role
    ) -> AuditEntry:
        detail = {"fields": _differences(old, new)}
        return AuditEntry(
            self._wall_ms(),
            actor_id,
            actor_role,
            "change_room",
            old.room_id,
            detail=detail,
            actor_name=self._hub.name_of(old.room_id, actor_id),
        )

    def disown(self, user_id: str) -> None:
        """Storage has forgotten an owner: the rooms that are live have lost them too, and so will
        those that are being looked up."""
        self._lookups.changed(None)
        for live in self._hub.every():
            config = live.room.config
            if config.owner_id == user_id:
                self._hub.configure(msgspec.structs.replace(config, owner_id=None))

    def occupancy(self, room_id: str) -> int:
        """See room.ports.Rooms."""
        return self._hub.occupancy(room_id)

    def bots(self, room_id: str) -> int:
        """See room.ports.Rooms."""
        return self._hub.bots(room_id)

    def contains(self, room_id: str, user_id: str) -> bool:
        """See room.ports.Rooms."""
        return self._hub.contains(room_id, user_id)

    def forgotten(self, room_ids: list[str]) -> None:
        """Storage threw these away because nobody had come for long. Whoever came in that very
        moment keeps the room."""
        self._lookups.changed(room_ids)
        kept = self._hub.close_rooms(room_ids)
        self._homes.give_up(set(room_ids) - {config.room_id for config in kept})
        for config in kept:

            async def keep(config: RoomConfig = config) -> None:
                await self._store.add(config, self._wall_ms(), None)

            self._writes.put("room_kept", keep, key=config.room_id)

    async def settle(self) -> None:
        """Come back when every room that a socket waits for is there, or is not to be had."""
        while self._opening:
            await asyncio.wait(self._opening)

    async def close(self) -> None:
        """Give up what is being looked up; whoever waits for it is told."""
        await self._lookups.close()
        await self.settle()
        await self._homes.settle()

    def _make_place(self) -> None:
        """A room that goes is only put away: whoever comes back finds it as it was. Rooms that are
        being stored have their place already."""
        if not self._hub.has_place(self._creating.inside):
            self._homes.give_up([self._hub.put_one_away()])


@contextmanager
def _storing(room_id: str) -> Iterator[None]:
    """What storage does not take in this block was not done: StorageError → NotStoredError."""
    try:
        yield
    except StorageError as error:
        _log.warning("room_not_stored", room_id=room_id, error=str(error))
        raise NotStoredError(_NOT_STORED) from error


def _differences(old: RoomConfig, new: RoomConfig) -> list[str]:
    """The fields that are not the same, by the names that the HTTP API has for them."""
    changed = [name for name in old.__struct_fields__ if getattr(old, name) != getattr(new, name)]
    return [_SHOWN_AS.get(name) or _camel(name) for name in changed]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))
