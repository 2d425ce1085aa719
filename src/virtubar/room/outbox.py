"""What a room has to say, in order, and who gets which part of it.

One ordered list for everything: a member's transforms, its joining and its leaving stay in the
order in which they happened. `drain` groups the receivers by what they get, so that the shell
encodes each event once and builds one buffer a group.
"""

from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

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


class Post(NamedTuple):
    """One event to send: `ts` is the envelope's, `audience` None for everyone."""

    event: ServerEvent
    ts: int
    audience: Container[str] | None = None


class AllBut(Struct, frozen=True):
    """Everyone but one."""

    user_id: str

    def __contains__(self, user_id: object) -> bool:
        return user_id != self.user_id


class Delivery(NamedTuple):
    """The same posts, in order, for each of the receivers."""

    receivers: tuple[str, ...]
    posts: list[Post]


class Newcomer(Struct):
    """Someone who gets a `room_state` first with the next flush (§3).

    Attributes:
        index: how much of the outbox was there when they came: the state has it already.
        private: what follows the state, for them alone; the first of it is the session.
    """

    index: int
    private: list[Post]


class Receivers(NamedTuple):
    """The connected members at a flush: those who see transforms, and those with a hidden page."""

    visible: tuple[str, ...]
    hidden: tuple[str, ...]


class Outbox:
    """The posts of one room since its last flush.

    Bounded by the rate limits of the members over one flush interval (50 ms at most): at 20/s and
    a burst of 5, six transforms a member.
    """

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.newcomers: dict[str, Newcomer] = {}
        self._resyncs: set[str] = set()
        self._addressed: list[int] = []

    def __bool__(self) -> bool:
        return bool(self.posts or self.wants_state)

    @property
    def wants_state(self) -> bool:
        """Whether someone gets a `room_state` with the next flush."""
        return bool(self.newcomers or self._resyncs)

    def post(self, event: ServerEvent, ts: int, audience: Container[str] | None = None) -> None:
        """Say something to everyone who is in the room now, or to those of them in `audience`."""
        if audience is not None:
            self._addressed.append(len(self.posts))
        self.posts.append(Post(event, ts, audience))

    def welcome(self, user_id: str, private: list[Post]) -> None:
        """Give someone a `room_state` first, then `private`, then what is said from now on."""
        self._resyncs.discard(user_id)
        self.newcomers[user_id] = Newcomer(len(self.posts), private)

    def awaits_state(self, user_id: str) -> bool:
        """Whether somebody came in and has not been given the state yet."""
        return user_id in self.newcomers

    def resync(self, user_id: str) -> None:
        """Give a member who saw no transforms a `room_state` after all else of the next flush."""
        if user_id not in self.newcomers:
            self._resyncs.add(user_id)

    def cancel_resync(self, user_id: str) -> None:
        """The member sees no transforms again."""
        self._resyncs.discard(user_id)

    def forget(self, user_id: str) -> None:
        """Someone is not there to be given a state any more."""
        self.newcomers.pop(user_id, None)
        self._resyncs.discard(user_id)

    def drain(
        self, receivers: Receivers, state: RoomState | None, facts: Sequence[ServerEvent] = ()
    ) -> list[Delivery]:
        """Hand over everything, once.

        Args:
            state: needed where someone `wants_state`.
            facts: what newcomers are told of the room after their session, as it is now.
        """
        posts, addressed, newcomers = self.posts, self._addressed, self.newcomers
        resyncs = tuple(sorted(self._resyncs))
        self.posts, self._addressed, self.newcomers, self._resyncs = [], [], {}, set()
        if not (addressed or newcomers or resyncs or receivers.hidden):
            return [Delivery(receivers.visible, posts)] if posts and receivers.visible else []
        present = frozenset(member.user_id for member in state.members) if state else frozenset()
        # One post for all newcomers, so that the shell encodes the state and the facts once.
        first = [] if state is None else [Post(state, state.server_time_ms)]
        told = [] if state is None else [Post(fact, state.server_time_ms) for fact in facts]
        deliveries: list[Delivery] = []
        departures = _last_departures(posts) if newcomers else {}
        for user_id, newcomer in newcomers.items():
            view = [*first, *newcomer.private[:1], *told]
            view += _view(posts, user_id, newcomer, present, departures)
            if user_id in receivers.hidden:
                view = _still(view)
            deliveries.append(Delivery((user_id,), view))
        visible = _without(receivers.visible, {*newcomers, *resyncs})
        deliveries += _grouped(posts, addressed, visible)
        if receivers.hidden or resyncs:
            still = _still(posts)
            marked = [n for n, post in enumerate(still) if post.audience is not None]
            hidden = _without(receivers.hidden, set(newcomers)) + resyncs
            deliveries += _grouped(still, marked, hidden)
        if resyncs:
            deliveries.append(Delivery(resyncs, first))
        return deliveries


def _without(users: tuple[str, ...], others: set[str]) -> tuple[str, ...]:
    return tuple(user for user in users if user not in others) if others else users


def _still(posts: list[Post]) -> list[Post]:
    """All but the transforms."""
    return [post for post in posts if not isinstance(post.event, AvatarTransformBroadcast)]


def _last_departures(posts: list[Post]) -> dict[str, int]:
    """The index of the last leave of each person who left."""
    return {
        post.event.user_id: n for n, post in enumerate(posts) if isinstance(post.event, MemberLeft)
    }


def _view(
    posts: list[Post],
    user_id: str,
    newcomer: Newcomer,
    present: frozenset[str],
    departures: dict[str, int],
) -> list[Post]:
    """What follows a newcomer's state, session and the room's facts.

    Those stand for every join, leave and role until now, so they are left out, and with them what
    people who are gone did, and what those who came back did in their earlier visit. Only what
    was said stays. A `member_joined` said anew (it has an audience) stays with the moves that it
    resets the ordering of (§5).
    """
    view = newcomer.private[1:]
    for n, post in enumerate(posts[newcomer.index :], newcomer.index):
        event = post.event
        if isinstance(event, AvatarTransformBroadcast | EmoteBroadcast):
            wanted = event.user_id in present and n > departures.get(event.user_id, -1)
        elif isinstance(event, MemberJoined):
            who = event.member.user_id
            wanted = post.audience is not None and who in present and n > departures.get(who, -1)
        else:
            wanted = not isinstance(event, MemberLeft | Roles | SeatChanged)
        if wanted and (post.audience is None or user_id in post.audience):
            view.append(post)
    return view


def _grouped(posts: list[Post], addressed: list[int], users: Iterable[str]) -> list[Delivery]:
    """One delivery for each distinct choice of the addressed posts."""
    groups: dict[tuple[int, ...], list[str]] = {}
    for user in users:
        chosen = tuple(n for n in addressed if user in (posts[n].audience or ()))
        groups.setdefault(chosen, []).append(user)
    deliveries = []
    for chosen, members in groups.items():
        left_out = set(addressed).difference(chosen)
        view = [post for n, post in enumerate(posts) if n not in left_out] if left_out else posts
        if view:
            deliveries.append(Delivery(tuple(members), view))
    return deliveries
