"""What goes out of a room in a flush: everything to everybody, or moves by nearness (§12). Pure."""

from collections.abc import Mapping

from virtubar.protocol.events import ChatBroadcast, EmoteBroadcast
from virtubar.room.config import RoomConfig
from virtubar.room.context import CrowdRules
from virtubar.room.crowd import Crowd
from virtubar.room.member import Member
from virtubar.room.outbox import Outbox
from virtubar.room.parts import Part, PartKind, Route
from virtubar.room.routing import RoomNow


class Flow:
    """The flushes of one room.

    Args:
        config, members, outbox: the room's.
        view: asked for what there is to tell of the room.
        rules: when rooms are crowds, and what is done about it.
    """

    __slots__ = ("_crowd", "_due", "_members", "_of_the_server", "_outbox", "_rules", "_view")

    def __init__(
        self,
        config: RoomConfig,
        members: Mapping[str, Member],
        outbox: Outbox,
        view: RoomNow,
        rules: CrowdRules,
    ) -> None:
        self._members = members
        self._outbox = outbox
        self._view = view
        self._of_the_server = rules
        self._rules = rules.of(config)
        self._crowd: Crowd | None = None
        self._due = False

    def configure(self, config: RoomConfig) -> None:
        """Go on under other settings, from the next flush on."""
        self._rules = self._of_the_server.of(config)

    @property
    def is_due(self) -> bool:
        """Whether moves are due that were told to some, as of the last `look`."""
        return self._due

    def soonest(self, when_ms: float | None) -> float | None:
        """When to `look`, or that moment where it comes first; None where there is neither."""
        wake_ms = None if self._crowd is None or self._due else self._crowd.wake_ms
        if wake_ms is None or when_ms is None:
            return when_ms if wake_ms is None else wake_ms
        return min(when_ms, wake_ms)

    def look(self, now_ms: float) -> None:
        """See whether anything has become due."""
        if self._crowd is not None and self._crowd.wake_ms is not None:
            self._due = self._crowd.wake_ms <= now_ms

    def drain(self, receivers: tuple[str, ...], now_ms: float, wall_ms: int) -> list[Route]:
        """The routes of the next flush."""
        self._due = False
        outbox, crowd = self._outbox, self._crowd
        if len(self._members) <= self._rules.threshold:
            if crowd is not None:
                for post in crowd.owed(outbox.flush_number):
                    outbox.post(post.event, post.ts)
                self._crowd = None
            return outbox.drain(receivers, self._view, wall_ms)
        number = outbox.flush_number
        if crowd is None:
            crowd = self._crowd = Crowd(self._members, self._rules.bytes_per_s, now_ms)
            crowd.begin(number, now_ms)
        moved = outbox.take_movers() & self._members.keys()
        for post in outbox.posts:
            if isinstance(post.event, ChatBroadcast | EmoteBroadcast):
                crowd.notice(post.event.user_id, now_ms)
        apart = set(outbox.cursors.by_user)
        routes = outbox.drain(receivers, self._view, wall_ms)
        said: dict[str, tuple[Part, ...]] = dict.fromkeys(
            [user_id for user_id in receivers if user_id not in apart], ()
        )
        for route in routes:
            if route.is_current:
                packed = tuple([Part(part.posts, PartKind.PACKED) for part in route.parts])
                said.update(dict.fromkeys(route.receivers, packed))
        others = [route for route in routes if not route.is_current]
        return others + crowd.routes(said, moved, number, now_ms)
