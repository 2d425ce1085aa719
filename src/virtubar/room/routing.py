"""Which parts of a flush each receiver gets, by the cursor that says what they need. Pure."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from virtubar.protocol.events import RoomState, ServerEvent
from virtubar.room.arrivals import Arrivals
from virtubar.room.cursor import Cursor
from virtubar.room.parts import Part, PartKind, Post, Route, without_moves


class RoomNow(Protocol):
    """What a flush may have to tell of the room as it is now."""

    def state(self, wall_ms: int) -> RoomState:
        """Everything: for newcomers, and for pages that come back into sight."""
        ...

    def facts(self) -> Sequence[ServerEvent]:
        """What newcomers are told after their session."""
        ...

    def latest_since(self, flush: int) -> list[Post]:
        """The newest move of each who moved in that flush or after: what a receiver who was left
        out since then needs, newest per user (§5)."""
        ...


class Group(Struct, frozen=True):
    """What receivers who share a route have in common, newcomers apart.

    Attributes:
        is_current: see Route.
        chosen: the addressed parts that they get, as places among all.
        last: what they get after all else.
    """

    is_current: bool
    chosen: tuple[int, ...]
    last: Part | None


_EVERYBODY = Group(True, (), None)


class Router:
    """Divides the posts of one flush into parts, and the receivers into routes.

    Args:
        addressed: the indices of the posts that have an audience, rising.
        state: needed where a cursor is a newcomer's or wants it.
    """

    __slots__ = ("_cursors", "_latest", "_parts", "_posts", "_room", "_state")

    def __init__(
        self,
        posts: list[Post],
        addressed: list[int],
        cursors: Mapping[str, Cursor],
        room: RoomNow,
        state: RoomState | None,
    ) -> None:
        self._posts = posts
        self._cursors = cursors
        self._room = room
        self._parts = _divided(posts, addressed)
        self._latest: dict[int, Part] = {}
        self._state: Part | None = None
        if state is not None:
            self._state = Part([Post(state, state.server_time_ms)], PartKind.STATE)

    def routes(self, receivers: tuple[str, ...]) -> list[Route]:
        """The routes of everybody who gets anything, each of the receivers on one at most."""
        cursors, choices = self._cursors, self._choices(receivers)
        apart = cursors.keys() | choices.keys()
        groups = {_EVERYBODY: [user_id for user_id in receivers if user_id not in apart]}
        newcomers: list[tuple[str, Cursor]] = []
        for user_id in [user_id for user_id in receivers if user_id in apart]:
            cursor = cursors.get(user_id)
            if cursor is not None and cursor.private is not None:
                newcomers.append((user_id, cursor))
            else:
                group = self._group(cursor, tuple(choices.get(user_id, ())))
                groups.setdefault(group, []).append(user_id)
        return self._arrivals(newcomers) + self._routes_of(groups)

    def _group(self, cursor: Cursor | None, chosen: tuple[int, ...]) -> Group:
        if cursor is None:
            return Group(True, chosen, None)
        return Group(False, chosen, self._last(cursor))

    def _arrivals(self, newcomers: list[tuple[str, Cursor]]) -> list[Route]:
        if not newcomers or self._state is None:
            return []
        arrivals = Arrivals(self._posts, self._state, self._room.facts())
        return [arrivals.route(user_id, cursor) for user_id, cursor in newcomers]

    def _routes_of(self, groups: dict[Group, list[str]]) -> list[Route]:
        """The routes of all others; nobody's where there is nothing for them."""
        routes = []
        for group, users in groups.items():
            parts = self._parts_of(group) if users else ()
            if parts:
                is_still = not group.is_current and (group.last in (None, self._state))
                routes.append(Route(tuple(users), parts, group.is_current, is_still))
        return routes

    def _parts_of(self, group: Group) -> tuple[Part, ...]:
        parts = tuple(
            [
                part
                for n, part in enumerate(self._parts)
                if part.kind is PartKind.SHARED or n in group.chosen
            ]
        )
        if not group.is_current:
            parts = without_moves(parts)
        return parts if group.last is None else (*parts, group.last)

    def moves_left_out(self) -> int:
        """How many transforms of this flush are not sent to somebody who does not keep up."""
        behind = sum(cursor.since is not None for cursor in self._cursors.values())
        if not behind:
            return 0
        return behind * sum([part.moves for part in self._parts])

    def _choices(self, receivers: tuple[str, ...]) -> dict[str, list[int]]:
        """By receiver, the addressed parts that are for them."""
        choices: dict[str, list[int]] = {}
        for n, part in enumerate(self._parts):
            if part.kind is PartKind.SHARED:
                continue
            audience = part.posts[0].audience or ()
            for user_id in audience if isinstance(audience, frozenset) else receivers:
                if user_id in audience:
                    choices.setdefault(user_id, []).append(n)
        return choices

    def _last(self, cursor: Cursor) -> Part | None:
        """What comes after all else for somebody who had no transforms."""
        if cursor.wants_state:
            return self._state
        if cursor.since is None or not cursor.reads:
            return None
        if cursor.since not in self._latest:
            posts = self._room.latest_since(cursor.since)
            if not posts:
                return None
            self._latest[cursor.since] = Part(posts)
        return self._latest[cursor.since]


def _divided(posts: list[Post], addressed: list[int]) -> list[Part]:
    """The posts in parts: each that has an audience alone, what lies between two of them as one."""
    parts: list[Part] = []
    start = 0
    for n in addressed:
        if start < n:
            parts.append(Part(posts[start:n], PartKind.SHARED))
        parts.append(Part(posts[n : n + 1]))
        start = n + 1
    if start < len(posts):
        parts.append(Part(posts[start:], PartKind.SHARED))
    return parts
