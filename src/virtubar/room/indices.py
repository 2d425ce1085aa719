"""Numbers that stand for the members of a room in messages that are to be short (§12). Pure."""

from collections.abc import Mapping
from heapq import heappop, heappush
from typing import Final

from virtubar.protocol.compact import INDEX_MAX

REUSE_MS: Final = 60_000
"""How long after its member left an index is not given to anybody else: a client that has not heard
of the leave yet would take the one for the other."""


class Indices:
    """Who has which index: the lowest that is free; whoever comes back soon has theirs again.
    Whoever would get one past the last gets none, and is written out: as many people would have to
    come and leave in a minute."""

    def __init__(self) -> None:
        self._of: dict[str, int] = {}
        self._free: list[int] = []
        self._given = 0
        # In the order of leaving; the time is that of the next arrival, which is not before it.
        self._left: dict[str, float | None] = {}

    @property
    def by_user(self) -> Mapping[str, int]:
        """The index of every member, and of those who left less than a minute ago."""
        return self._of

    def enter(self, user_id: str, now_ms: float) -> None:
        """Somebody becomes a member."""
        self._left.pop(user_id, None)
        self._age(now_ms)
        if user_id in self._of:
            return
        if self._free:
            self._of[user_id] = heappop(self._free)
        elif self._given <= INDEX_MAX:
            self._of[user_id] = self._given
            self._given += 1

    def leave(self, user_id: str) -> None:
        """Somebody is no member any more."""
        if user_id in self._of:
            self._left[user_id] = None

    def _age(self, now_ms: float) -> None:
        """Free what has been out of use for long enough."""
        for user_id, left_ms in list(self._left.items()):
            if left_ms is None:
                self._left[user_id] = now_ms
            elif now_ms - left_ms >= REUSE_MS:
                del self._left[user_id]
                heappush(self._free, self._of.pop(user_id))
