"""What a flush says, as parts that many receivers share, and a route for each group of them. Pure.

A part is encoded and joined once for each wire; what a group of receivers gets is the join of the
parts on its route, made once; each receiver gets one write.
"""

from collections.abc import Container
from enum import Enum, auto

from msgspec import Struct

from virtubar.protocol.events import AvatarTransformBroadcast, ServerEvent


class Post(Struct, frozen=True, gc=False):
    """One event to send: `ts` is the envelope's, `audience` None for everyone."""

    event: ServerEvent
    ts: int
    audience: Container[str] | None = None


class PartKind(Enum):
    """Who gets a part."""

    SHARED = auto()
    """Everybody who is current; see Route."""
    SOME = auto()
    """Some of them, or somebody alone."""
    PACKED = auto()
    """Many who have not all had the same before."""
    STATE = auto()
    """Whoever is to have the whole room: one `room_state`."""


class Part:
    """Posts that whoever gets one of them gets all of, in order.

    Attributes:
        posts: at least one.
    """

    __slots__ = ("_moves", "_still", "kind", "posts")

    def __init__(self, posts: list[Post], kind: PartKind = PartKind.SOME) -> None:
        self.posts = posts
        self.kind = kind
        self._still: Part | None = None
        self._moves = -1

    @property
    def moves(self) -> int:
        """How many of the posts are transforms; counted once."""
        if self._moves < 0:
            self._moves = sum([type(one.event) is AvatarTransformBroadcast for one in self.posts])
        return self._moves

    @property
    def still(self) -> "Part | None":
        """The same without the transforms, for whoever is to have none; None where it is all
        transforms. The same object each time, so that it is encoded once."""
        if self.moves == 0:
            return self
        if self._still is None and self._moves < len(self.posts):
            posts = [one for one in self.posts if type(one.event) is not AvatarTransformBroadcast]
            self._still = Part(posts)
        return self._still


class Route(Struct, frozen=True):
    """The same parts, in order, for each of the receivers.

    Attributes:
        is_current: whether the receivers have had everything that was ever shared, from the moment
            on at which they came, and get all that is shared now.
        is_still: whether there is no transform on it.
    """

    receivers: tuple[str, ...]
    parts: tuple[Part, ...]
    is_current: bool = False
    is_still: bool = False

    @property
    def posts(self) -> list[Post]:
        """Everything on it."""
        return [post for part in self.parts for post in part.posts]

    def still(self) -> tuple[Part, ...]:
        """Its parts without the transforms."""
        return without_moves(self.parts)


def without_moves(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts for whoever is to have no transforms."""
    stills = [part.still for part in parts]
    return tuple([still for still in stills if still is not None])
