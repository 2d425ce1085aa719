"""What newcomers get of a flush: the room, then what is theirs, then the rest (§3). Pure."""

from bisect import bisect_left
from collections.abc import Sequence

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
from virtubar.room.cursor import Cursor
from virtubar.room.parts import Part, Post, Route, without_moves


class Arrivals:
    """The routes of newcomers: state, session, the room's facts, what is theirs alone, the rest.

    State and facts stand for every join, leave and role until now, so these are left out, and with
    them what people who are gone did, and what those who came back did in their earlier visit. Only
    what was said stays. A `member_joined` said anew (it has an audience) stays with the moves that
    it resets the ordering of (§5).

    Args:
        posts: what was said since the last flush.
        state: the part that is the room's state.
        facts: what each is told of the room after their session.
    """

    def __init__(self, posts: list[Post], state: Part, facts: Sequence[ServerEvent]) -> None:
        ts = state.posts[0].ts
        self._posts = posts
        self._state = state
        self._facts = (Part([Post(fact, ts) for fact in facts]),) if facts else ()
        self._kept = _kept(posts, state.posts[0].event)
        self._rests: dict[tuple[int, ...], Part] = {}

    def route(self, user_id: str, cursor: Cursor) -> Route:
        """The route of one of them; the parts that several share are the same objects."""
        session, alone = (cursor.private or [])[:1], (cursor.private or [])[1:]
        parts: tuple[Part, ...] = (self._state,)
        if session:
            parts += (Part(session),)
        parts += self._facts
        if alone:
            parts += (Part(alone),)
        parts += self._rest(user_id, cursor.index)
        return Route((user_id,), without_moves(parts) if cursor.hidden else parts)

    def _rest(self, user_id: str, index: int) -> tuple[Part, ...]:
        """What is kept for somebody who came when that much had been said."""
        if not self._kept:
            return ()
        start = bisect_left(self._kept, index, key=lambda item: item[0])
        kept = self._kept[start:]
        rest = tuple(n for n, p in kept if p.audience is None or user_id in p.audience)
        if not rest:
            return ()
        if rest not in self._rests:
            self._rests[rest] = Part([self._posts[n] for n in rest])
        return (self._rests[rest],)


def _kept(posts: list[Post], state: ServerEvent) -> list[tuple[int, Post]]:
    """What is left to say to somebody who has the state, and where in the flush it is."""
    members = state.members if isinstance(state, RoomState) else []
    present = {member.user_id for member in members}
    gone_at = {
        post.event.user_id: n for n, post in enumerate(posts) if isinstance(post.event, MemberLeft)
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
