"""Who sees whose moves how often where a room is too full for everybody to see all (§12). Pure.

Everybody is told to all, near and far, at turns of their own. Beside that, moves are told by
places. Of each place there are, in a flush, at most three parts: who moved now, who moved since the
middle distance was told last, and who moved since they were told to all. Everybody who stands in
one place, and reads the same wire, has the same outlook, so that a thousand people share some forty
routes.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from virtubar.room.attention import ATTENTION_MS, Attention
from virtubar.room.member import Member
from virtubar.room.outlook import SOME_MS, Outlook, look
from virtubar.room.parts import Part, PartKind, Post, Route
from virtubar.room.places import RATE_WEIGHT, WALK_HZ, Place, Places
from virtubar.room.telling import Telling
from virtubar.room.turns import ROUND_MS, Turns

LOOK_MS: Final = 100.0
"""Between two looks at who is near whom: somebody whom one walks up to is seen at full rate soon
after."""

PLANNED: Final = 0.94
"""Of the budget, what is planned with: who stands now may walk before the next look."""

Said = Mapping[str, tuple[Part, ...]]
"""What receivers get beside moves."""


class Crowd:
    """The crowd in one room, while it is one.

    Args:
        members: the room's.
        bytes_per_s: the budget of each receiver.

    Attributes:
        wake_ms: when moves are due that were not told to everybody, monotonic; None where all were.
    """

    __slots__ = (
        "_attention",
        "_bytes_per_s",
        "_looked_ms",
        "_members",
        "_outlooks",
        "_places",
        "_seen",
        "_speaking",
        "_tellings",
        "_told",
        "_told_hz",
        "_turns",
        "wake_ms",
    )

    def __init__(self, members: Mapping[str, Member], bytes_per_s: float, now_ms: float) -> None:
        self.wake_ms: float | None = None
        self._members = members
        self._bytes_per_s = bytes_per_s
        self._places = Places()
        self._outlooks: dict[tuple[Place, int], Outlook] = {}
        self._looked_ms = float("-inf")
        # What each receiver saw by in the last flush.
        self._seen: dict[str, Outlook] = {}
        # The flush of each person's newest move that everybody was told, and whether they speak.
        self._told: dict[str, int] = {}
        self._speaking: set[str] = set()
        self._turns = Turns(now_ms)
        self._attention = Attention()
        # Moves told to everybody since the last look, and how many a second there are of them: as
        # if all walked, until that is known.
        self._tellings = 0
        self._told_hz = len(members) * 1000.0 / ROUND_MS

    def begin(self, flush: int, now_ms: float) -> None:
        """Everybody has had everything before that flush."""
        for user_id in self._members:
            self._begin_telling(user_id, flush)
        self._arrange(flush - 1, now_ms)
        for place in self._places.all.values():
            # As if all walked, until it is known: so that it does not begin with a flood.
            place.rate_hz = len(place.members) * WALK_HZ

    def owed(self, flush: int) -> list[Post]:
        """The newest moves before that flush that not everybody was told, for a room that is a
        crowd no more."""
        self._forget_gone()
        return [
            Post(*member.latest)
            for member in self._members.values()
            if member.latest is not None
            and member.latest_flush < flush
            and self._waits(member.user_id)
        ]

    def notice(self, user_id: str, now_ms: float) -> None:
        """Somebody has said or shown something."""
        if user_id in self._members:
            self._attention.notice(user_id, now_ms + ATTENTION_MS)

    def routes(self, said: Said, moved: set[str], flush: int, now_ms: float) -> list[Route]:
        """The routes of those who see the crowd.

        Args:
            said: who they are, and what each gets beside moves.
            moved: members who moved since the last flush.
        """
        news = self._follow(said.keys() | moved, moved, flush, now_ms)
        news.update(self._turns.take(now_ms), self._attention.take(now_ms))
        telling = Telling(self._places, self._moved_in, flush, now_ms)
        shared = self._tell_all(news, telling)
        groups: dict[tuple[tuple[Part, ...], Outlook, Outlook | None], list[str]] = {}
        for user_id, parts in said.items():
            outlook = self._outlook(user_id)
            before = self._seen.get(user_id, outlook)
            self._seen[user_id] = outlook
            key = (parts, outlook, None if before is outlook else before)
            groups.setdefault(key, []).append(user_id)
        routes = []
        for (parts, outlook, earlier), users in groups.items():
            whole = (*parts, *shared, *telling.parts(outlook, earlier))
            if whole:
                routes.append(Route(tuple(users), whole))
        telling.settle()
        self.wake_ms = self._next_ms()
        return routes

    # Where people are

    def _follow(self, here: set[str], moved: set[str], flush: int, now_ms: float) -> set[str]:
        """Put people where they are; of whom there is news for everybody."""
        self._forget_gone()
        news = {user_id for user_id in moved if self._turned(user_id)}
        for user_id in moved | (here - self._places.of.keys()):
            member = self._members[user_id]
            self._places.put(user_id, member.x, member.z)
            self._places.of[user_id].moves += user_id in moved
        for user_id in self._places.of.keys() - self._told.keys():
            self._begin_telling(user_id, flush)
        if now_ms - self._looked_ms >= LOOK_MS:
            news |= self._arrange(flush, now_ms)
        self._open(flush, now_ms)
        return news

    def _begin_telling(self, user_id: str, flush: int) -> None:
        """Everybody knows what somebody did before that flush."""
        self._told[user_id] = flush - 1
        self._turns.add(user_id)

    def _forget_gone(self) -> None:
        for user_id in self._places.of.keys() - self._members.keys():
            self._places.remove(user_id)
            self._turns.remove(user_id)
            self._attention.forget(user_id)
            self._seen.pop(user_id, None)
            self._told.pop(user_id, None)
            self._speaking.discard(user_id)

    def _turned(self, user_id: str) -> bool:
        """Whether somebody has begun or ended to speak."""
        latest = self._members[user_id].latest
        speaks = latest is not None and latest[0].speaking
        if speaks == (user_id in self._speaking):
            return False
        if speaks:
            self._speaking.add(user_id)
            self._attention.notice(user_id, float("inf"))
        else:
            self._speaking.discard(user_id)
            self._attention.forget(user_id)
        return True

    def _arrange(self, flush: int, now_ms: float) -> set[str]:
        """Look where everybody is, divide and unite places; who is in another than before. Outlooks
        are made anew."""
        places, members = self._places, self._members
        moved = set(places.unite())
        for user_id, member in members.items():
            if places.put(user_id, member.x, member.z):
                moved.add(user_id)
        for place in places.crowded():
            homeless = places.divide(place)
            moved.update(homeless)
            for user_id in homeless:
                places.put(user_id, members[user_id].x, members[user_id].z)
        self._measure((now_ms - self._looked_ms) / 1000.0)
        self._outlooks.clear()
        self._looked_ms = now_ms
        self._open(flush, now_ms)
        return moved

    def _measure(self, seconds: float) -> None:
        """Take what has happened since the last look into what is expected."""
        if 0 < seconds < float("inf"):
            for place in self._places.all.values():
                place.measure(seconds)
            self._told_hz += (self._tellings / seconds - self._told_hz) * RATE_WEIGHT
        self._tellings = 0

    def _open(self, flush: int, now_ms: float) -> None:
        """What was in a place before somebody came into it is nothing; not all are due at once."""
        for n, place in enumerate(self._places.all.values()):
            if place.some_ms == 0.0:
                place.some_flush = flush - 1
                place.some_ms = now_ms + SOME_MS * (n % 6 + 1) / 6

    def _outlook(self, user_id: str) -> Outlook:
        place = self._places.of[user_id]
        move_bytes = self._members[user_id].move_bytes
        outlook = self._outlooks.get((place, move_bytes))
        if outlook is None:
            budget = PLANNED * self._bytes_per_s / move_bytes - self._told_hz
            outlook = look(self._places.nearest_first(place), budget)
            self._outlooks[place, move_bytes] = outlook
        return outlook

    # What is told of them

    def _tell_all(self, news: Iterable[str], telling: Telling) -> tuple[Part, ...]:
        """The newest move of each of those, for everybody, where not everybody knows it."""
        posts = []
        for user_id in sorted(news):
            if self._waits(user_id):
                member = self._members[user_id]
                posts.append(telling.post(member))
                # It is known from now on, whenever it was made.
                self._told[user_id] = member.latest_flush
        self._tellings += len(posts)
        return (Part(posts, PartKind.PACKED),) if posts else ()

    def _waits(self, user_id: str) -> bool:
        """Whether not everybody was told somebody's newest move."""
        member = self._members[user_id]
        return member.latest is not None and member.latest_flush > self._told.get(user_id, -1)

    def _moved_in(self, place: Place, flush: int) -> list[Member]:
        """Who in a place has moved after that flush, but for those whose newest move everybody was
        told."""
        members = self._members
        return [
            member
            for member in [members[user_id] for user_id in place.members]
            if member.latest_flush > flush and self._waits(member.user_id)
        ]

    def _next_ms(self) -> float | None:
        """When somebody is due who moved and was not seen by everybody."""
        due = [
            place.some_ms
            for place in self._places.all.values()
            if self._moved_in(place, place.some_flush)
        ]
        others = self._turns.next_ms(self._waits), self._attention.next_ms(self._waits)
        due += [when_ms for when_ms in others if when_ms is not None]
        return min(due, default=None)
