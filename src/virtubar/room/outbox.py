"""What a room has to say, in order, and who needs something else than everybody. Pure.

One ordered list for everything: a member's transforms, its joining and its leaving stay in the
order in which they happened. `drain` makes routes of it (room.routing), so that the shell encodes
each event once and joins each part once.
"""

from collections.abc import Callable, Container

from msgspec import Struct

from virtubar.protocol.events import ServerEvent
from virtubar.room.parts import Part, PartKind, Post, Route
from virtubar.room.routing import Cursor, RoomNow, Router


class AllBut(Struct, frozen=True):
    """Everyone but one."""

    user_id: str

    def __contains__(self, user_id: object) -> bool:
        return user_id != self.user_id


class Outbox:
    """The posts of one room since its last flush, and the cursor of each receiver who needs one.

    Bounded by the rate limits of the members over one flush interval (50 ms at most): at 20/s and
    a burst of 5, six transforms a member.

    Attributes:
        coalesced: transforms that were not sent to somebody who does not keep up; whoever drains
            sets it back.
    """

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.coalesced = 0
        self._addressed: list[int] = []
        self._cursors: dict[str, Cursor] = {}
        # Whose cursor the next flush owes something.
        self._due: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self.posts or self._due)

    @property
    def wants_state(self) -> bool:
        """Whether someone gets a `room_state` with the next flush."""
        return any(
            self._cursors[user].private is not None or self._cursors[user].wants_state
            for user in self._due
        )

    @property
    def has_newcomers(self) -> bool:
        """Whether someone who has just come in gets one."""
        return any(self._cursors[user].private is not None for user in self._due)

    def post(self, event: ServerEvent, ts: int, audience: Container[str] | None = None) -> None:
        """Say something to everyone who is in the room now, or to those of them in `audience`."""
        if audience is not None:
            self._addressed.append(len(self.posts))
        self.posts.append(Post(event, ts, audience))

    # Cursors

    def welcome(self, user_id: str, private: list[Post]) -> None:
        """Give someone a `room_state` first, then `private`, then what is said from now on."""
        self._cursors[user_id] = Cursor(index=len(self.posts), private=private)
        self._due.add(user_id)

    def awaits_state(self, user_id: str) -> bool:
        """Whether somebody came in and has not been given the state yet."""
        cursor = self._cursors.get(user_id)
        return cursor is not None and cursor.private is not None

    def hide(self, user_id: str) -> None:
        """The member sees no transforms from now on, and misses none."""
        cursor = self._cursors.setdefault(user_id, Cursor())
        cursor.hidden, cursor.wants_state = True, False
        cursor.since, cursor.reads = None, False
        self._note(user_id, cursor)

    def show(self, user_id: str) -> None:
        """The member sees transforms again, after a `room_state` that ends the next flush."""
        cursor = self._cursors.setdefault(user_id, Cursor())
        cursor.hidden = False
        cursor.wants_state = cursor.private is None
        self._note(user_id, cursor)

    def fall_behind(self, user_id: str, flush: int) -> None:
        """The member does not read as fast as is written, and was left out of that flush's
        transforms: there are no more until they `catch_up`."""
        cursor = self._cursors.setdefault(user_id, Cursor())
        if cursor.since is None and not cursor.hidden:
            cursor.since = flush

    def catch_up(self, user_id: str) -> None:
        """The member reads again: with the flush that is about to be made comes the newest of what
        they missed."""
        cursor = self._cursors.get(user_id)
        if cursor is not None and cursor.since is not None:
            cursor.reads = True
            self._note(user_id, cursor)

    @property
    def behind(self) -> list[str]:
        """Who is left out of transforms until they read again."""
        return [user for user, one in self._cursors.items() if one.since is not None]

    def forget(self, user_id: str) -> None:
        """Someone is not there to be given anything any more."""
        self._cursors.pop(user_id, None)
        self._due.discard(user_id)

    def _note(self, user_id: str, cursor: Cursor) -> None:
        (self._due.add if cursor.is_due else self._due.discard)(user_id)

    # What must go out

    def drain(self, receivers: tuple[str, ...], room: Callable[[], RoomNow]) -> list[Route]:
        """Hand over everything, once.

        Args:
            receivers: the connected members.
            room: asked for what there is to tell of the room, where that may be needed.
        """
        posts, addressed, cursors = self.posts, self._addressed, self._cursors
        if not (addressed or cursors):
            self.posts = []
            if not (posts and receivers):
                return []
            return [Route(receivers, (Part(posts, PartKind.SHARED),), is_current=True)]
        router = Router(posts, addressed, cursors, room())
        self.posts, self._addressed = [], []
        routes = router.routes(receivers)
        self.coalesced += router.moves_left_out()
        for user_id in self._due:
            if not cursors[user_id].settle():
                del cursors[user_id]
        self._due = set()
        return routes
