"""What a room has to say, in order, and who needs something else than everybody. Pure.

One ordered list for everything: a member's transforms, its joining and its leaving stay in the
order in which they happened. `drain` makes routes of it (room.routing), so that the shell encodes
each event once and joins each part once.
"""

from collections.abc import Container

from msgspec import Struct

from virtubar.protocol.events import AvatarTransformBroadcast, ServerEvent
from virtubar.room.cursor import Cursors
from virtubar.room.parts import Part, PartKind, Post, Route
from virtubar.room.routing import RoomNow, Router


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
        flush_number: of the flush that what is said now goes into.
        coalesced: transforms that the last flush did not send to somebody who does not keep up.
        cursors: who needs something else than everybody.
    """

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.flush_number = 0
        self.coalesced = 0
        self._addressed: list[int] = []
        self.cursors = Cursors()

    def __bool__(self) -> bool:
        return bool(self.posts or self.cursors.due)

    def post(self, event: ServerEvent, ts: int, audience: Container[str] | None = None) -> None:
        """Say something to everyone who is in the room now, or to those of them in `audience`."""
        if audience is not None:
            self._addressed.append(len(self.posts))
        self.posts.append(Post(event, ts, audience))

    def welcome(self, user_id: str, private: list[Post]) -> None:
        """Give someone a `room_state` first, then `private`, then what is said from now on."""
        self.cursors.welcome(user_id, len(self.posts), private)

    def take_movers(self) -> set[str]:
        """Take the transforms out of what is to be said; whose they are."""
        movers: set[str] = set()
        kept: list[Post] = []
        taken: list[int] = []
        for n, post in enumerate(self.posts):
            event = post.event
            if type(event) is AvatarTransformBroadcast:
                movers.add(event.user_id)
                taken.append(n)
            else:
                kept.append(post)
        self.cursors.shift(taken)
        self._addressed = [n for n, post in enumerate(kept) if post.audience is not None]
        self.posts = kept
        return movers

    def drain(self, receivers: tuple[str, ...], room: RoomNow, wall_ms: int) -> list[Route]:
        """Hand over everything, once.

        Args:
            receivers: the connected members.
            room: asked only where somebody needs more than what was said.
        """
        self.flush_number += 1
        self.coalesced = 0
        posts, addressed, cursors = self.posts, self._addressed, self.cursors.by_user
        if not (addressed or cursors):
            self.posts = []
            if not (posts and receivers):
                return []
            return [Route(receivers, (Part(posts, PartKind.SHARED),), is_current=True)]
        state = room.state(wall_ms) if self.cursors.want_state else None
        router = Router(posts, addressed, cursors, room, state)
        self.posts, self._addressed = [], []
        routes = router.routes(receivers)
        self.coalesced = router.moves_left_out()
        self.cursors.settle()
        return routes
