"""When whom is told to everybody, near and far (§12). Pure.

Each person has a turn in every round. With turns of their own, and not of the place where they
stand, walking from one place to another changes nothing about when they are seen far away.
"""

from collections.abc import Callable
from math import floor
from typing import Final

TURN_MS: Final = 50.0
TURNS: Final = 35
ROUND_MS: Final = TURN_MS * TURNS
"""Between two turns of somebody: with a step, a flush and the way, within the 2 s of §12."""


class Turns:
    """Everybody's turns; whoever comes gets the next one, so that all are about as full."""

    __slots__ = ("_next", "_of", "_taken", "_turns")

    def __init__(self, now_ms: float) -> None:
        # Of each turn who has it, in the order in which they came.
        self._turns: list[dict[str, None]] = [{} for _ in range(TURNS)]
        self._of: dict[str, int] = {}
        self._next = 0
        self._taken = floor(now_ms / TURN_MS)

    def add(self, user_id: str) -> None:
        """Somebody has come."""
        if user_id not in self._of:
            self._of[user_id] = self._next
            self._turns[self._next][user_id] = None
            self._next = (self._next + 1) % TURNS

    def remove(self, user_id: str) -> None:
        """Somebody has gone."""
        turn = self._of.pop(user_id, None)
        if turn is not None:
            del self._turns[turn][user_id]

    def take(self, now_ms: float) -> list[str]:
        """Whose turns have come since they were taken last."""
        now = floor(now_ms / TURN_MS)
        first = max(self._taken + 1, now - TURNS + 1)
        self._taken = max(now, self._taken)
        return [user for n in range(first, now + 1) for user in self._turns[n % TURNS]]

    def next_ms(self, waits: Callable[[str], bool]) -> float | None:
        """When the first turn comes of anybody who waits for it; None where nobody does."""
        for n in range(self._taken + 1, self._taken + TURNS + 1):
            if any(waits(user) for user in self._turns[n % TURNS]):
                return n * TURN_MS
        return None
