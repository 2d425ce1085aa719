"""The moments at which a room wants to be looked at again, soonest first."""

import heapq


class Deadlines:
    """A heap of (when, user) on the monotonic clock.

    Nothing is taken out early: whoever is woken looks whether the reason still holds. A member
    adds one entry for each grace, token, mute and throttled move, and each is popped when its
    time comes, so the heap is bounded by the members times the rate limits over a token's life.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, str]] = []

    def add(self, when_ms: float, user_id: str) -> None:
        """Look at the user then."""
        heapq.heappush(self._heap, (when_ms, user_id))

    def next_ms(self) -> float | None:
        """The soonest moment, None where there is none."""
        return self._heap[0][0] if self._heap else None

    def due(self, now_ms: float) -> list[str]:
        """The users whose moment has come, soonest first, taken out."""
        users: list[str] = []
        while self._heap and self._heap[0][0] <= now_ms:
            users.append(heapq.heappop(self._heap)[1])
        return users
