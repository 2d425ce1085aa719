"""Rooms that are stored, and those of them that are live; implements room.ports.Rooms."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import msgspec
import structlog

from virtubar.protocol.constants import LOBBY_ID, Role
from virtubar.realtime.chores import Chores
from virtubar.realtime.hub import Hub
from virtubar.room.config import RoomConfig
from virtubar.room.ports import NotStoredError, RoomExistsError
from virtubar.room.records import AuditEntry
from virtubar.storage.ports import RoomStore, StorageError

_log = structlog.get_logger(__name__)

_SHOWN_AS: Final = {"slow_mode_s": "slowModeSeconds"}
_NOT_STORED: Final = "The room could not be stored, so nothing was done."


class RoomRegistry:
    """Finds, makes and changes rooms: stored first, then live.

    Args:
        lobby: the lobby's settings where none are stored.
    """

    def __init__(
        self,
        *,
        hub: Hub,
        store: RoomStore,
        chores: Chores,
        wall_ms: Callable[[], int],
        lobby: RoomConfig,
    ) -> None:
        self._hub = hub
        self._store = store
        self._chores = chores
        self._wall_ms = wall_ms
        self._lobby = lobby
        # One at a time, so that a place that was made is not taken by somebody else meanwhile.
        self._turn = asyncio.Lock()

    async def open(self, limit: int) -> None:
        """Bring the rooms used last to life, and the lobby in any case.

        Raises:
            StorageError: they cannot be read.
        """
        self._hub.create(await self._store.get(LOBBY_ID) or self._lobby)
        for config in await self._store.load(limit):
            if config.room_id != LOBBY_ID and self._hub.has_place:
                self._hub.create(config)

    async def find(self, room_id: str) -> RoomConfig | None:
        """See room.ports.Rooms."""
        config = self._hub.find(room_id)
        if config is not None:
            return config
        async with self._turn:
            stored = await self._stored(room_id)
            config = self._hub.find(room_id)
            if stored is None or config is not None:
                return config
            self._make_place()
            self._hub.create(stored)
            return stored

    def public(self) -> list[RoomConfig]:
        """See room.ports.Rooms."""
        return self._hub.public()

    async def create(self, config: RoomConfig) -> None:
        """See room.ports.Rooms."""
        if self._hub.find(config.room_id) is not None:
            raise RoomExistsError(config.room_id)
        wall_ms = self._wall_ms()
        owner_id = config.owner_id or ""
        entry = AuditEntry(wall_ms, owner_id, Role.OWNER, "create_room", config.room_id)
        async with self._turn:
            self._make_place()
            try:
                await self._store.add(config, wall_ms, entry)
            except StorageError as error:
                _log.warning("room_not_stored", room_id=config.room_id, error=str(error))
                raise NotStoredError(_NOT_STORED) from error
            self._hub.create(config)

    async def change(self, config: RoomConfig, actor_id: str, actor_role: Role) -> None:
        """See room.ports.Rooms."""
        async with self._turn:
            now = self._hub.find(config.room_id)
            if now is not None:  # an owner who was erased meanwhile does not come back
                config = msgspec.structs.replace(config, owner_id=now.owner_id)
            changed = [] if now is None else _differences(now, config)
            entry = AuditEntry(
                self._wall_ms(),
                actor_id,
                actor_role,
                "change_room",
                config.room_id,
                detail={"fields": changed},
            )
            try:
                await self._store.change(config, entry)
            except StorageError as error:
                _log.warning("room_not_stored", room_id=config.room_id, error=str(error))
                raise NotStoredError(_NOT_STORED) from error
            self._hub.configure(config)

    @asynccontextmanager
    async def disowning(self, user_id: str) -> AsyncIterator[None]:
        """For as long as storage forgets an owner: no room is written with them meanwhile, and
        once it is done those that are live have lost them too."""
        async with self._turn:
            yield
            for live in self._hub.every():
                config = live.room.config
                if config.owner_id == user_id:
                    self._hub.configure(msgspec.structs.replace(config, owner_id=None))

    def occupancy(self, room_id: str) -> int:
        """See room.ports.Rooms."""
        return self._hub.occupancy(room_id)

    def contains(self, room_id: str, user_id: str) -> bool:
        """See room.ports.Rooms."""
        return self._hub.contains(room_id, user_id)

    def forgotten(self, room_ids: list[str]) -> None:
        """Storage threw these away because nobody had come for long. Whoever came in that very
        moment keeps the room."""
        for config in self._hub.close_rooms(room_ids):

            async def keep(config: RoomConfig = config) -> None:
                await self._store.add(config, self._wall_ms(), None)

            self._chores.put("room_kept", keep)

    async def _stored(self, room_id: str) -> RoomConfig | None:
        try:
            return await self._store.get(room_id)
        except StorageError as error:
            _log.warning("room_not_read", room_id=room_id, error=str(error))
            raise

    def _make_place(self) -> None:
        """A room that goes is only put away: whoever comes back finds it as it was."""
        if not self._hub.has_place:
            self._hub.put_one_away()


def _differences(old: RoomConfig, new: RoomConfig) -> list[str]:
    """The fields that are not the same, by the names that the HTTP API has for them."""
    changed = [name for name in old.__struct_fields__ if getattr(old, name) != getattr(new, name)]
    return [_SHOWN_AS.get(name) or _camel(name) for name in changed]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))
