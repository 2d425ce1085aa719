"""The moments at which a room wants to be looked at again, soonest first."""

import heapq
from typing import Final

from virtubar.room.member import Member

STALE_MAX: Final = 64
"""Entries for moments that nobody waits for any more; past it they go when they are the half."""


class Deadlines:
    """One moment for each user, on the monotonic clock.

    Moving it leaves an entry behind that is passed over when its time comes. Such entries go when
    there are more of them than of the others, so that the heap holds twice the users at most, and
    a few: neither renewing, nor coming and going, nor moving fast makes it grow.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, str]] = []
        self._when_ms: dict[str, float] = {}

    def set(self, user_id: str, when_ms: float | None) -> None:
        """Look at the user then, instead of at any other moment; None: not at all."""
        if when_ms is None:
            self._when_ms.pop(user_id, None)
        elif self._when_ms.get(user_id) != when_ms:
            self._when_ms[user_id] = when_ms
            heapq.heappush(self._heap, (when_ms, user_id))
        if len(self._heap) > 2 * len(self._when_ms) + STALE_MAX:
            self._forget_stale()

    def hasten(self, user_id: str, when_ms: float) -> None:
        """Look at the user then, unless that happens sooner already."""
        known_ms = self._when_ms.get(user_id)
        if known_ms is None or when_ms < known_ms:
            self.set(user_id, when_ms)

    def watch(self, member: Member) -> None:
        """Look at the member when the soonest of their deadlines comes."""
        self.set(member.user_id, member.next_ms())

    def next_ms(self) -> float | None:
        """The soonest moment, None where there is none."""
        heap = self._heap
        while heap and self._when_ms.get(heap[0][1]) != heap[0][0]:
            heapq.heappop(heap)
        return heap[0][0] if heap else None

    def pop_due(self, now_ms: float) -> str | None:
        """Take out the user whose moment came first; None where nobody's has come."""
        when_ms = self.next_ms()
        if when_ms is None or when_ms > now_ms:
            return None
        _, user_id = heapq.heappop(self._heap)
        del self._when_ms[user_id]
        return user_id

    def _forget_stale(self) -> None:
        self._heap = [(when_ms, user_id) for user_id, when_ms in self._when_ms.items()]
        heapq.heapify(self._heap)
