"""The moves of a crowd that one flush tells, each part made once for all who get it (§12). Pure."""

from collections.abc import Callable
from typing import Final

from virtubar.room.member import Member
from virtubar.room.outlook import SOME_MS, Outlook
from virtubar.room.parts import Part, PartKind, Post
from virtubar.room.places import Place, Places

EVER: Final = -1
"""Before every flush: since then, who was not told to everybody has moved."""


class Telling:
    """The parts of one flush, each made once for all who get it.

    Args:
        moved_in: who in a place has moved after a flush, and was not told to everybody since.
    """

    __slots__ = ("_due", "_flush", "_moved_in", "_now_ms", "_parts", "_posts")

    def __init__(
        self,
        places: Places,
        moved_in: Callable[[Place, int], list[Member]],
        flush: int,
        now_ms: float,
    ) -> None:
        self._moved_in = moved_in
        self._flush = flush
        self._now_ms = now_ms
        self._due = [one for one in places.all.values() if one.some_ms <= now_ms]
        self._posts: dict[str, Post] = {}
        self._parts: dict[tuple[Place, int], tuple[Part, ...]] = {}

    def post(self, member: Member) -> Post:
        """Somebody's newest move; the same object each time, so that it is encoded once."""
        post = self._posts.get(member.user_id)
        if post is None:
            assert member.latest is not None  # noqa: S101 - asked only of those who have moved
            post = self._posts[member.user_id] = Post(*member.latest)
        return post

    def parts(self, outlook: Outlook, before: Outlook | None) -> list[Part]:
        """What those see who have an outlook, beside what everybody is told.

        Args:
            before: the one that they had in the flush before, where it was another: what they did
                not see of places that have come nearer, they see now.
        """
        parts: list[Part] = []
        for place in outlook.near:
            if before is not None and place not in before.near_set:
                since = place.some_flush if place in before.middle_set else EVER
                parts += self._part(place, since)
            else:
                parts += self._part(place, self._flush - 1)
        nearer = outlook.middle_set - before.middle_set - before.near_set if before else frozenset()
        for place in nearer:
            parts += self._part(place, EVER)
        for place in self._due:
            if place in outlook.middle_set and place not in nearer:
                parts += self._part(place, place.some_flush)
        return parts

    def _part(self, place: Place, since: int) -> tuple[Part, ...]:
        """Who moved in a place after that flush; nothing where nobody did."""
        key = (place, since)
        known = self._parts.get(key)
        if known is None:
            posts = [self.post(member) for member in self._moved_in(place, since)]
            known = self._parts[key] = (Part(posts, PartKind.PACKED),) if posts else ()
        return known

    def settle(self) -> None:
        """What was due has been told."""
        for place in self._due:
            place.some_flush, place.some_ms = self._flush, self._now_ms + SOME_MS
