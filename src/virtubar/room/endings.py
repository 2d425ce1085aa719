"""Memberships that ended, to be told to their connections (§7). Pure."""

from virtubar.protocol.constants import CloseCode
from virtubar.room.outcomes import Ending
from virtubar.room.parts import Part, Post, Route


class Endings:
    """What ended since the last flush, and what is said first to those whom it concerns.

    Bounded by the members that a room has between two flushes: each ends once.
    """

    __slots__ = ("_ended", "_farewells")

    def __init__(self) -> None:
        self._ended: list[Ending] = []
        self._farewells: list[Route] = []

    def __bool__(self) -> bool:
        return bool(self._ended)

    def close(self, user_id: str, code: CloseCode, reason: str, notice: list[Post]) -> None:
        """The connection gets the notice, and is closed."""
        self._farewells.append(Route((user_id,), (Part(notice),)))
        self._ended.append(Ending(user_id, code, reason))

    def unjoin(self, user_id: str, reason: str) -> None:
        """The connection stays open, and is no member's any more."""
        self._ended.append(Ending(user_id, None, reason))

    def take(self, routes: list[Route]) -> tuple[list[Route], list[Ending]]:
        """Hand over, once, the routes of a flush with the notices before them, and the endings."""
        if not self._ended:
            return routes, []
        taken = self._farewells + routes, self._ended
        self._farewells, self._ended = [], []
        return taken
