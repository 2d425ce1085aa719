"""What a room promises, told a second time and simply: who is in it until when, which facts must
reach whom, and who could see them. The state machine compares the room with this."""

import math
from collections.abc import Callable
from typing import NamedTuple

from room.observer import Fact, Observer
from virtubar.protocol.constants import (
    CHAT_BURST,
    CHAT_RATE_HZ,
    CHAT_REPLAY_MAX,
    CHAT_REPLAY_MS,
    EMOTE_BURST,
    EMOTE_RATE_HZ,
    EXPIRY_GRACE_MS,
    LEAVE_GRACE_MS,
    SEAT_BURST,
    SEAT_RATE_HZ,
)

_ROUNDING_MS = 0.005


class Limit:
    """`burst` at once and `rate_hz` after that, as the generic cell rate algorithm says it."""

    def __init__(self, rate_hz: float, burst: int) -> None:
        self._period_ms = 1000 / rate_hz
        self._slack_ms = (burst - 1) * self._period_ms + _ROUNDING_MS
        self._arrival_ms = -math.inf

    def allows(self, now_ms: float) -> bool:
        """Whether one more is within the limit; it is counted where it is."""
        arrival_ms = max(self._arrival_ms, now_ms)
        if arrival_ms - now_ms > self._slack_ms:
            return False
        self._arrival_ms = arrival_ms + self._period_ms
        return True


class Said(NamedTuple):
    """A message, when it was said, and who could hear it (None: the whole room)."""

    who: str
    text: str
    now_ms: float
    wall_ms: int
    audience: frozenset[str] | None


class Happened(NamedTuple):
    """Something that everybody who was in could see: how many messages had been said by then, and
    when."""

    fact: tuple[str, str]
    said: int
    wall_ms: int


class Person:
    """A member: deadlines on the monotonic clock, infinite where none runs.

    Attributes:
        since: how much had happened in the room before it came in.
        accepted: the last seq that its present connection may not repeat.
        x: where it last said it was.
        chats, emotes, seats: what it may still say, show and sit on, however often it goes and
            comes.
    """

    def __init__(self, x: float, since: int, chats: Limit, emotes: Limit, seats: Limit) -> None:
        self.since = since
        self.token_ms = math.inf
        self.kept_ms = math.inf
        self.grace_ms = math.inf
        self.unmute_ms = math.inf
        self.muted = False
        self.accepted: int | None = None
        self.x = x
        self.chats = chats
        self.emotes = emotes
        self.seats = seats


class Model:
    """Everyone in the room, and what they are still to be told.

    Attributes:
        happened: the joins, leaves and emotes, in order.
        observers: the client of each member who is connected.
        owed: the facts that each of them must be told with the next flush.
        endings: the memberships that end with it, with their close codes.
    """

    def __init__(self, wall_ms: Callable[[], int]) -> None:
        self._wall_ms = wall_ms
        self.happened: list[Happened] = []
        self.people: dict[str, Person] = {}
        self.observers: dict[str, Observer] = {}
        self.owed: dict[str, list[Fact]] = {}
        self.endings: set[tuple[str, int | None]] = set()
        self.said: list[Said] = []
        # user → number of the first message they could hear, when they dropped out
        self._heard: dict[str, tuple[int, float]] = {}
        self._limits: dict[str, tuple[Limit, Limit, Limit]] = {}

    def owe(self, fact: Fact, audience: frozenset[str] | None = None) -> None:
        """Everyone who is connected now must be told, or those of them in the audience."""
        for user, observer in self.observers.items():
            if audience is not None and user not in audience:
                continue
            if observer.greeting and fact.what in ("joined", "left"):
                # The state to come stands for it, and nobody who is gone can be seen to feel.
                kept = [owed for owed in self.owed[user] if owed[:2] != (fact.who, "emote")]
                self.owed[user] = kept
            else:
                self.owed[user].append(fact)

    def happen(self, user: str, what: str) -> None:
        """Everyone who is in could see it."""
        self.happened.append(Happened((user, what), len(self.said), self._wall_ms()))

    def owe_one(self, user: str, what: str, detail: str = "") -> None:
        """One person must be told, if connected."""
        self.owe(Fact(user, what, detail), frozenset((user,)))

    # Coming and going

    def connect(self, user: str, spawn_x: float, after: int | None, now_ms: float) -> None:
        """Someone joins; `after` is the number of the last message they say they have."""
        if user not in self.people:
            self.owe(Fact(user, "joined"))
            fresh = (
                Limit(CHAT_RATE_HZ, CHAT_BURST),
                Limit(EMOTE_RATE_HZ, EMOTE_BURST),
                Limit(SEAT_RATE_HZ, SEAT_BURST),
            )
            limits = self._limits.setdefault(user, fresh)
            self.people[user] = Person(spawn_x, len(self.happened), *limits)
            self.happen(user, "joined")
            first, seen_ms = self._heard.get(user, (0, -math.inf))
            if seen_ms <= now_ms - CHAT_REPLAY_MS:
                first = len(self.said)
            self._heard[user] = (first, math.inf)
        person = self.people[user]
        person.accepted = None
        person.grace_ms = person.kept_ms = math.inf
        self.observers[user] = Observer(user)
        missed = [] if after is None else self._missed(user, after, now_ms)
        self.owed[user] = [Fact(said.who, "chat", said.text) for said in missed]

    def _missed(self, user: str, after: int, now_ms: float) -> list[Said]:
        first = max(self._heard[user][0], after + 1, len(self.said) - CHAT_REPLAY_MAX)
        return [
            said
            for said in self.said[first:]
            if said.now_ms >= now_ms - CHAT_REPLAY_MS
            and (said.audience is None or user in said.audience)
        ]

    def detach(self, user: str, now_ms: float) -> None:
        """Someone loses their connection."""
        del self.observers[user], self.owed[user]
        person = self.people[user]
        person.token_ms = person.kept_ms = math.inf
        person.grace_ms = now_ms + LEAVE_GRACE_MS

    def remove(self, user: str, dropped_ms: float | None) -> None:
        """Someone is gone; `dropped_ms` where it was not by choice."""
        del self.people[user]
        self.observers.pop(user, None)
        self.owed.pop(user, None)
        self.owe(Fact(user, "left"))
        self.happen(user, "left")
        if dropped_ms is None:
            del self._heard[user]
        else:
            self._heard[user] = (self._heard[user][0], dropped_ms)

    def witnessed(self, user: str, oldest_ms: int) -> list[tuple[str, str]]:
        """What the member could have seen and heard since then, wall ms, in order."""
        first = self._heard[user][0]
        seen = [
            (said.wall_ms, n, 1, (said.who, said.text))
            for n, said in enumerate(self.said)
            if n >= first and (said.audience is None or user in said.audience)
        ]
        seen += [
            (happened.wall_ms, happened.said, 0, happened.fact)
            for happened in self.happened[self.people[user].since :]
        ]
        # What happened before the n-th message comes before it; a sort keeps the order of others.
        return [
            fact
            for wall_ms, _, _, fact in sorted(seen, key=lambda one: one[1:3])
            if wall_ms >= oldest_ms
        ]

    # Time

    def set_clock(self, step_ms: int) -> None:
        """The machine's clock was set forward by so much: what happened, happened then."""
        for person in self.people.values():
            person.token_ms -= step_ms
            person.unmute_ms -= step_ms
        self.said = [one._replace(wall_ms=one.wall_ms + step_ms) for one in self.said]
        self.happened = [one._replace(wall_ms=one.wall_ms + step_ms) for one in self.happened]

    def mute(self, user: str, until_ms: float) -> None:
        """Someone is muted until that moment."""
        self.people[user].muted = True
        self.people[user].unmute_ms = until_ms
        self.owe_one(user, "moderation", "mutedByMod")

    def unmute(self, user: str) -> None:
        """Someone may speak again."""
        if self.people[user].muted:
            self.owe_one(user, "lifted", "mutedByMod")
        self.people[user].muted = False
        self.people[user].unmute_ms = math.inf

    def expire(self, now_ms: float) -> None:
        """Whatever time has ended, and only that."""
        for user, person in list(self.people.items()):
            if person.grace_ms <= now_ms:
                self.remove(user, now_ms)
            elif person.kept_ms <= now_ms:
                self.remove(user, now_ms)
                self.endings.add((user, None))
            else:
                if person.token_ms <= now_ms:
                    person.token_ms = math.inf
                    person.kept_ms = now_ms + EXPIRY_GRACE_MS
                    self.owe_one(user, "auth_error", "token_expired")
                if person.unmute_ms <= now_ms:
                    self.unmute(user)
