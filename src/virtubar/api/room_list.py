"""The public rooms in pages, each encoded once for all who ask within a second (§1)."""

from bisect import bisect_right
from typing import Final

import msgspec

from virtubar.api.bodies import RoomList, RoomView, room_view
from virtubar.api.encodings import Encoded, encoded
from virtubar.api.parts import ApiParts

LIST_AGE_MAX_MS: Final = 1_000
"""How old the list may be: a flood of requests costs one look at every room a second."""
PAGE_DEFAULT: Final = 100
PAGE_MAX: Final = 200
PAGES_MAX: Final = 32
"""Pages that are kept, for as long as the list; others are encoded for whoever asks."""


class RoomPages:
    """Answers `GET /rooms`."""

    def __init__(self, parts: ApiParts) -> None:
        self._parts = parts
        self._until_ms = 0.0
        self._rooms: list[RoomView] = []
        self._ids: list[str] = []
        self._pages: dict[tuple[int, int], Encoded] = {}

    def page(self, limit: int, after: str | None) -> Encoded:
        """So many rooms from the first id above `after` on, as JSON.

        Args:
            after: the `next` of the page before, None for the first page.
        """
        now_ms = self._parts.now_ms()
        if now_ms >= self._until_ms:
            self._look(now_ms)
        start = 0 if after is None else bisect_right(self._ids, after)
        found = self._pages.get((start, limit))
        if found is None:
            found = self._encode(start, limit)
            if len(self._pages) < PAGES_MAX:
                self._pages[start, limit] = found
        return found

    def forget(self) -> None:
        """A room was made: whoever made it finds it in the list at once."""
        self._until_ms = 0.0

    def _look(self, now_ms: float) -> None:
        rooms = self._parts.rooms
        self._rooms = [
            room_view(one, rooms.occupancy(one.room_id), rooms.bots(one.room_id))
            for one in rooms.public()
        ]
        self._ids = [room.room_id for room in self._rooms]
        self._pages = {}
        self._until_ms = now_ms + LIST_AGE_MAX_MS

    def _encode(self, start: int, limit: int) -> Encoded:
        shown = self._rooms[start : start + limit]
        following = shown[-1].room_id if start + limit < len(self._rooms) else None
        return encoded(msgspec.json.encode(RoomList(shown, following)), quickly=True)
