"""Whom everybody looks at: who speaks, or has just said or shown something (§12). Pure."""

from collections.abc import Callable
from typing import Final

from virtubar.room.outlook import SOME_MS

ATTENTION_MS: Final = 3_000.0
"""After somebody has said or shown something."""
ATTENDED_MAX: Final = 8
"""People at once, the newest: nobody looks at more, and what they cost all others is bounded."""


class Attention:
    """Who is looked at, and when they are told to everybody: as often as the middle distance."""

    __slots__ = ("_due_ms", "_until")

    def __init__(self) -> None:
        # Who until when, the newest last.
        self._until: dict[str, float] = {}
        self._due_ms = float("-inf")

    def notice(self, user_id: str, until_ms: float) -> None:
        """Somebody is looked at until then."""
        self._until.pop(user_id, None)
        self._until[user_id] = until_ms
        if len(self._until) > ATTENDED_MAX:
            del self._until[next(iter(self._until))]

    def forget(self, user_id: str) -> None:
        """Somebody is not looked at any more."""
        self._until.pop(user_id, None)

    def take(self, now_ms: float) -> list[str]:
        """Who is to be told now; nobody between two tellings."""
        if now_ms < self._due_ms or not self._until:
            return []
        self._until = {user: until for user, until in self._until.items() if now_ms <= until}
        self._due_ms = now_ms + SOME_MS
        return list(self._until)

    def next_ms(self, waits: Callable[[str], bool]) -> float | None:
        """When the next are told, where any of them waits for it."""
        return self._due_ms if any(waits(user) for user in self._until) else None
