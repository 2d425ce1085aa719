"""Homes of rooms that live here, given up when a room does not any more."""

import asyncio
from collections.abc import Callable, Iterable
from weakref import WeakValueDictionary

import structlog

from virtubar.cluster.placement import Home, Placement

_log = structlog.get_logger(__name__)


class Homes:
    """Implements cluster.placement.Placement over another: what is claimed and given up here of one
    room happens in turn, so that a room that comes back never loses its new claim to its old end.

    Args:
        is_live: whether the room lives in this process now.
    """

    def __init__(self, placement: Placement, is_live: Callable[[str], bool]) -> None:
        self._placement = placement
        self._is_live = is_live
        # Claims and releases of one room wait for each other, and nobody else does.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._ending: set[asyncio.Task[None]] = set()

    async def find(self, room_id: str) -> Home | None:
        """See cluster.placement.Placement."""
        return await self._placement.find(room_id)

    async def claim(self, room_id: str) -> Home:
        """See cluster.placement.Placement."""
        async with self._turn(room_id):
            return await self._placement.claim(room_id)

    async def release(self, home: Home) -> bool:
        """See cluster.placement.Placement."""
        async with self._turn(home.room_id):
            return await self._placement.release(home)

    def give_up(self, room_ids: Iterable[str]) -> None:
        """These rooms live here no more: soon anybody may claim them. Not those that come back
        before that. A claim that cannot be given up is logged, and left to lapse."""
        for room_id in room_ids:
            task = asyncio.create_task(self._give_up(room_id), name="home-given-up")
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def settle(self) -> None:
        """Come back when everything is given up that was to be."""
        while self._ending:
            await asyncio.wait(self._ending)

    async def _give_up(self, room_id: str) -> None:
        try:
            async with self._turn(room_id):
                home = await self._placement.find(room_id)
                # Whoever brings it back from now on claims it after this.
                if home is not None and not self._is_live(room_id):
                    await self._placement.release(home)
        except Exception:  # of one room, which nobody waits for
            _log.exception("home_not_given_up", room_id=room_id)

    def _turn(self, room_id: str) -> asyncio.Lock:
        return self._turns.setdefault(room_id, asyncio.Lock())
