"""Which parts of a flush each receiver gets, by the cursor that says what they need. Pure."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from virtubar.protocol.events import (
    AvatarTransformBroadcast,
    EmoteBroadcast,
    MemberJoined,
    MemberLeft,
    Roles,
    RoomState,
    SeatChanged,
    ServerEvent,
)
from virtubar.room.parts import Part, PartKind, Post, Route, without_moves


class Cursor(Struct):
    """From where on a receiver needs what; whoever has none gets everything as it is said.

    Attributes:
        index: how much of the outbox was there when they came: the state has it already.
        private: of a newcomer, what follows the state for them alone, the session first (§3); None
            for everybody else.
        hidden: whether their page is: they get no transforms (§4).
        wants_state: they had no transforms, and get a `room_state` after all else (§4).
        since: the flush from which on they were left out of transforms, since they do not read as
            fast as is written (§5).
        reads: whether they read again, and are to have the newest of what they missed.
    """

    index: int = 0
    private: list[Post] | None = None
    hidden: bool = False
    wants_state: bool = False
    since: int | None = None
    reads: bool = False

    @property
    def is_due(self) -> bool:
        """Whether the next flush owes them something, even where nothing was said."""
        return self.private is not None or self.wants_state or self.reads

    def settle(self) -> bool:
        """They have what they were owed; whether they need anything else than everybody."""
        self.private, self.wants_state = None, False
        if self.reads:
            self.since, self.reads = None, False
        return self.hidden or self.since is not None


class RoomNow(Struct):
    """What a flush may have to tell of the room as it is now.

    Attributes:
        state: everything; needed where a cursor is a newcomer's or wants it.
        facts: what newcomers are told after their session.
        latest_since: the newest move of each who moved in that flush or after.
    """

    latest_since: Callable[[int], list[Post]]
    state: RoomState | None = None
    facts: Sequence[ServerEvent] = ()


class Router:
    """Divides the posts of one flush into parts, and the receivers into routes.

    Args:
        addressed: the indices of the posts that have an audience, rising.
    """

    def __init__(
        self,
        posts: list[Post],
        addressed: list[int],
        cursors: Mapping[str, Cursor],
        room: RoomNow,
    ) -> None:
        self._posts = posts
        self._cursors = cursors
        self._room = room
        self._parts = _divided(posts, addressed)
        self._addressed = [n for n, part in enumerate(self._parts) if part.kind is PartKind.SOME]
        self._latest: dict[int, Part] = {}
        self._state: Part | None = None
        if room.state is not None:
            self._state = Part([Post(room.state, room.state.server_time_ms)], PartKind.STATE)

    def routes(self, receivers: tuple[str, ...]) -> list[Route]:
        """The routes of everybody who gets anything, each of the receivers on one at most."""
        choices = self._choices(receivers)
        groups: dict[tuple[bool, tuple[int, ...], Part | None], list[str]] = {}
        newcomers: list[tuple[str, Cursor]] = []
        everybody = groups[True, (), None] = []
        cursors = self._cursors
        for user_id in receivers:
            cursor = cursors.get(user_id)
            if cursor is None and user_id not in choices:
                everybody.append(user_id)
                continue
            chosen = tuple(choices.get(user_id, ()))
            if cursor is None:
                groups.setdefault((True, chosen, None), []).append(user_id)
            elif cursor.private is not None:
                newcomers.append((user_id, cursor))
            else:
                groups.setdefault((False, chosen, self._last(cursor)), []).append(user_id)
        routes = _Arrivals(self._posts, self._room, self._state).routes(newcomers)
        for (is_current, chosen, last), users in groups.items():
            parts = self._chosen(chosen)
            if not is_current:
                parts = without_moves(parts)
            if last is not None:
                parts += (last,)
            if parts and users:
                is_still = not is_current and (last is None or last is self._state)
                routes.append(Route(tuple(users), parts, is_current, is_still))
        return routes

    def moves_left_out(self) -> int:
        """How many transforms of this flush are not sent to somebody who does not keep up."""
        behind = sum(cursor.since is not None for cursor in self._cursors.values())
        if not behind:
            return 0
        rest = sum(len(part.posts) for part in without_moves(tuple(self._parts)))
        return behind * (len(self._posts) - rest)

    def _choices(self, receivers: tuple[str, ...]) -> dict[str, list[int]]:
        """By receiver, the addressed parts that are for them."""
        choices: dict[str, list[int]] = {}
        for n in self._addressed:
            audience = self._parts[n].posts[0].audience or ()
            for user_id in audience if isinstance(audience, frozenset) else receivers:
                if user_id in audience:
                    choices.setdefault(user_id, []).append(n)
        return choices

    def _chosen(self, chosen: tuple[int, ...]) -> tuple[Part, ...]:
        return tuple(
            part
            for n, part in enumerate(self._parts)
            if part.kind is PartKind.SHARED or n in chosen
        )

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


class _Arrivals:
    """The routes of newcomers: state, session, the room's facts, what is theirs alone, the rest.

    State and facts stand for every join, leave and role until now, so these are left out, and with
    them what people who are gone did, and what those who came back did in their earlier visit. Only
    what was said stays. A `member_joined` said anew (it has an audience) stays with the moves that
    it resets the ordering of (§5).
    """

    def __init__(self, posts: list[Post], room: RoomNow, state: Part | None) -> None:
        self._posts = posts
        self._room = room
        self._state = state

    def routes(self, newcomers: list[tuple[str, Cursor]]) -> list[Route]:
        """One for each of them; the parts that they share are the same objects."""
        state = self._state
        if not newcomers or state is None:
            return []
        ts = state.posts[0].ts
        facts = [Post(fact, ts) for fact in self._room.facts]
        told = (Part(facts),) if facts else ()
        kept = self._kept()
        known: dict[tuple[int, ...], Part] = {}
        routes = []
        for user_id, cursor in newcomers:
            private = cursor.private or []
            parts: tuple[Part, ...] = (state,)
            if private:
                parts += (Part(private[:1]),)
            parts += told
            if private[1:]:
                parts += (Part(private[1:]),)
            rest = _rest(kept, user_id, cursor.index)
            if rest:
                if rest not in known:
                    known[rest] = Part([self._posts[n] for n in rest])
                parts += (known[rest],)
            routes.append(Route((user_id,), without_moves(parts) if cursor.hidden else parts))
        return routes

    def _kept(self) -> list[tuple[int, Post]]:
        """What is left to say to somebody who has the state, and where in the flush it is."""
        posts = self._posts
        assert self._room.state is not None  # noqa: S101 - newcomers have one
        present = {member.user_id for member in self._room.state.members}
        gone_at = {
            post.event.user_id: n
            for n, post in enumerate(posts)
            if isinstance(post.event, MemberLeft)
        }
        kept = []
        for n, post in enumerate(posts):
            who = _of_this_visit(post)
            if who is None:
                wanted = not isinstance(post.event, MemberJoined | MemberLeft | Roles | SeatChanged)
            else:
                wanted = who in present and n > gone_at.get(who, -1)
            if wanted:
                kept.append((n, post))
        return kept


def _of_this_visit(post: Post) -> str | None:
    """Whose post is wanted only if they are there since before it; None where that is no matter."""
    event = post.event
    if isinstance(event, AvatarTransformBroadcast | EmoteBroadcast):
        return event.user_id
    if isinstance(event, MemberJoined) and post.audience is not None:
        return event.member.user_id
    return None


def _rest(kept: list[tuple[int, Post]], user_id: str, index: int) -> tuple[int, ...]:
    """The indices of what is kept for somebody who came when that much had been said."""
    start = bisect_left(kept, index, key=lambda item: item[0])
    return tuple(n for n, p in kept[start:] if p.audience is None or user_id in p.audience)


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
