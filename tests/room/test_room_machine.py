"""Whatever people do, and whenever: a room keeps its promises to every one of them (§3 to §7).

A state machine drives a room on a manual clock. Each member has a model client that applies what
is delivered and fails where an order or a membership is wrong, and a model of the rules says
which facts each of them must have been told, once; who may speak under the house rules, and what
is to be done about some; and what each of them could tell in a report.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from room.model import Model, Said
from room.observer import Fact, Observer, Place
from room.simple_rules import Act, SimpleRules
from room.stage import Stage
from virtubar.errors import JoinRefusedError
from virtubar.protocol.constants import (
    CHAT_REPLAY_MAX,
    SEAT_REACH_M,
    AuthCode,
    CloseCode,
    ErrorCode,
)
from virtubar.protocol.events import Error, ServerEvent
from virtubar.room.config import Guard
from virtubar.room.deadlines import STALE_MAX
from virtubar.room.happenings import WINDOW_MS
from virtubar.room.ports import Mute, Refusal

CAPACITY = 4
GUARDS: tuple[Guard, ...] = ("off", "gentle", "strict", "strict")
LISTED = "beer"
SAME = "the same as before"
USERS = st.sampled_from(["ann", "bob", "cat", "dan", "eve", *[SAME] * 5])
"""Half of what happens, happens to whom something happened just before."""
YEAR_MS = 365 * 86_400_000.0
SPANS_MS = st.sampled_from(
    [1.0, 20.0, 60.0, 500.0, 2_000.0, 25_000.0, 360_000.0, 3_700_000.0, YEAR_MS]
)
LIVES_MS = st.sampled_from([300_000.0, 300_000.0, 1_000.0, -1_000.0])
"""Tokens expire in five minutes, in a second, or did within the leeway."""
QUIET_MS = 100.0
"""After the last move: one at the slowest rate is let through every 67 ms."""


def by_person(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    """The facts about each person, in order; between people only messages have one."""
    found = defaultdict(list)
    for fact in facts:
        found[fact.who].append(fact)
    return dict(found)


class RoomMachine(RuleBasedStateMachine):
    """People come, go, move, speak, hide and are thrown out of a small room, while time passes."""

    @initialize(radius_m=st.sampled_from([None, None, 3.0]), guard=st.sampled_from(GUARDS))
    def open(self, radius_m: float | None, guard: Guard) -> None:
        """An empty room."""
        self.stage = Stage()
        self.model = Model(lambda: self.stage.wall_ms)
        self.house = SimpleRules()
        self.configure(CAPACITY, locked=False, radius_m=radius_m, guard=guard, slow_mode_s=0)
        self.stored = 0
        self.emotes = 0
        self.under_way: list[Act] = []
        self.mutes: dict[str, Mute] = {}
        self.remembered: dict[str, tuple[str, int]] = {}
        self.leaving: dict[str, Observer] = {}
        self.sat_at: dict[str, float] = {}
        self.last = "ann"
        self.moves = 0
        self.acts = 0
        self.acts_since_flush = 0

    def act(self) -> None:
        """Count something that may add to a buffer."""
        self.acts += 1
        self.acts_since_flush += 1

    def anybody(self, user: str) -> str:
        """The user that a rule is about."""
        self.last = self.last if user == SAME else user
        return self.last

    def connected(self, user: str) -> str:
        """The user that a rule is about, or the next who is connected."""
        users = sorted(self.model.observers)
        wanted = self.anybody(user)
        self.last = next((found for found in users if found >= wanted), users[0])
        return self.last

    # Coming and going

    @rule(user=USERS, life_ms=LIVES_MS, asks=st.sampled_from(["nothing", "newer", "all"]))
    def join(self, user: str, life_ms: float, asks: str) -> None:
        """Someone comes in, comes back, or comes over another connection."""
        self.act()
        user = self.anybody(user)
        stage, model = self.stage, self.model
        mute = self.mutes.get(user)
        if mute is not None and mute.until_ms is not None and mute.until_ms <= stage.wall_ms:
            mute = None
        seen = self.remembered.get(user, ("", -1))
        last, after = {"nothing": (None, None), "newer": seen, "all": ("", -1)}[asks]
        if user not in model.people and (self.locked or len(model.people) >= self.capacity):
            with pytest.raises(JoinRefusedError) as refused:
                stage.join(user)
            code = AuthCode.ROOM_LOCKED if self.locked else AuthCode.ROOM_FULL
            assert refused.value.code is code
            return
        expected = "new"
        if user in model.people:
            expected = "replaced" if user in model.observers else "resumed"
        assert stage.join(user, mute=mute, life_ms=life_ms, last=last) == expected
        model.connect(user, stage.room.members[user].x, after, stage.now_ms)
        model.people[user].token_ms = stage.now_ms + life_ms
        model.people[user].muted = False
        model.people[user].unmute_ms = math.inf
        if mute is not None:
            self._mute(user, mute)

    @precondition(lambda self: self.model.observers)
    @rule(user=USERS)
    def detach(self, user: str) -> None:
        """Someone's network goes away."""
        self.act()
        user = self.connected(user)
        self.stage.detach(user)
        self.model.detach(user, self.stage.now_ms)

    @precondition(lambda self: self.model.observers)
    @rule(user=USERS)
    def leave(self, user: str) -> None:
        """Someone goes home."""
        self.act()
        user = self.connected(user)
        self.stage.leave(user)
        self.model.remove(user, None)

    @precondition(lambda self: self.model.observers)
    @rule(user=USERS, life_ms=LIVES_MS)
    def renew(self, user: str, life_ms: float) -> None:
        """Someone shows a fresh token."""
        self.act()
        user = self.connected(user)
        self.stage.renew(user, life_ms=life_ms)
        self.model.people[user].token_ms = self.stage.now_ms + life_ms
        self.model.people[user].kept_ms = math.inf

    @precondition(lambda self: self.model.observers)
    @rule(user=USERS, visible=st.booleans())
    def presence(self, user: str, visible: bool) -> None:
        """Someone turns to another tab, or back."""
        self.act()
        user = self.connected(user)
        self.stage.show(user, visible)

    # Doing things

    @precondition(lambda self: self.model.observers)
    @rule(user=USERS, seq=st.integers(0, 20))
    def jump(self, user: str, seq: int) -> None:
        """Someone moves with any seq, an old one perhaps."""
        self._move(self.connected(user), seq)

    @precondition(lambda self: self.model.observers)
    @rule(user=USERS, count=st.integers(1, 12))
    def walk(self, user: str, count: int) -> None:
        """Someone sends several moves at once, more than the limit perhaps."""
        user = self.connected(user)
        for _ in range(count):
            self._move(user, (self.model.people[user].accepted or 0) + 1)

    def _move(self, user: str, seq: int) -> None:
        self.act()
        self.moves += 1
        x = float(self.moves % 10)
        person = self.model.people[user]
        self.stage.move(user, seq, x, speaking=True)
        if person.accepted is None or seq > person.accepted:
            person.accepted, person.x = seq, x

    @precondition(lambda self: self.model.observers)
    @rule(user=USERS)
    def say(self, user: str) -> None:
        """Someone speaks."""
        self.act()
        user = self.connected(user)
        person, now_ms = self.model.people[user], self.stage.now_ms
        text = f"n{len(self.model.said)}"
        reply = self.stage.say(user, text)
        if person.muted:
            assert self._code(reply) == ErrorCode.MUTED
        elif user in self.house.held:
            assert self._code(reply) == ErrorCode.CHAT_REFUSED
        elif self.house.is_slow(user, now_ms) or not person.chats.allows(now_ms):
            self._check_limited(user, reply)
        else:
            assert reply is None
            self.house.speak(user, now_ms)
            audience = self._hearers(user)
            self.model.said.append(Said(user, text, now_ms, self.stage.wall_ms, audience))
            self.model.owe(Fact(user, "chat", text), audience)
            if audience is not None:
                self.model.owe_one(user, "heard", str(len(audience) - 1))

    @precondition(lambda self: self.model.observers)
    @rule(user=USERS, count=st.integers(1, 3))
    def swear(self, user: str, count: int) -> None:
        """Someone says what the room does not want to hear; nobody does."""
        user = self.connected(user)
        person = self.model.people[user]
        expected = ErrorCode.MUTED if person.muted else ErrorCode.CHAT_REFUSED
        for _ in range(count):
            self.act()
            assert self._code(self.stage.say(user, f"more {LISTED}!")) == expected
            if not person.muted and self.house.guard == "strict":
                self.house.strike(user, -math.inf, self.stage.now_ms)

    def _code(self, reply: ServerEvent | None) -> str:
        assert isinstance(reply, Error)
        return reply.code

    def _check_limited(self, user: str, reply: ServerEvent | None) -> None:
        """Too fast; once too often it is a strike."""
        muted_ms = self.model.people[user].unmute_ms if self.model.people[user].muted else -math.inf
        strikes = self.house.limit(user, muted_ms, self.stage.now_ms)
        assert self._code(reply) == (ErrorCode.CHAT_REFUSED if strikes else ErrorCode.RATE_LIMITED)

    def _hearers(self, speaker: str) -> frozenset[str] | None:
        if self.radius_m is None:
            return None
        members = self.stage.room.members
        here = members[speaker]
        return frozenset(
            user
            for user, there in members.items()
            if math.dist((here.x, here.y, here.z), (there.x, there.y, there.z)) <= self.radius_m
        )

    @precondition(lambda self: self.model.observers)
    @rule(user=USERS, emote_id=st.sampled_from(["cheers", "laugh"]), count=st.integers(1, 10))
    def emote(self, user: str, emote_id: str, count: int) -> None:
        """Someone shows a feeling, more often than the limit perhaps."""
        user = self.connected(user)
        for _ in range(count):
            self.act()
            reply = self.stage.emote(user, emote_id)
            if self.model.people[user].emotes.allows(self.stage.now_ms):
                assert reply is None
                self.emotes += 1
                self.model.owe(Fact(user, "emote", emote_id))
                self.model.happen(user, emote_id)
            else:
                self._check_limited(user, reply)

    @precondition(lambda self: self.model.observers)
    @rule(user=USERS, seat=st.sampled_from(["chair", "stool", None]))
    def sit(self, user: str, seat: str | None) -> None:
        """Someone asks for one of two seats, or gives theirs up."""
        self.act()
        user = self.connected(user)
        person = self.model.people[user]
        held = dict(self.stage.room._seating.seats.taken())
        reply = self.stage.sit(user, seat)
        if seat is None or held.get(seat) == user:
            assert reply is None
        elif not person.seats.allows(self.stage.now_ms):
            assert self._code(reply) == ErrorCode.RATE_LIMITED
        elif seat in held:
            assert self._code(reply) == ErrorCode.SEAT_TAKEN
        else:
            assert reply is None
            self.sat_at[user] = person.x
            held[seat] = user
        if reply is None:
            kept = {one: who for one, who in held.items() if who != user or one == seat}
            assert dict(self.stage.room._seating.seats.taken()) == kept

    # SimpleRules rules

    @rule(
        capacity=st.sampled_from([CAPACITY, CAPACITY, 2]),
        locked=st.sampled_from([False, False, True]),
        radius_m=st.sampled_from([None, None, 3.0]),
        guard=st.sampled_from(GUARDS),
        slow_mode_s=st.sampled_from([0, 0, 20]),
    )
    def configure(
        self, capacity: int, locked: bool, radius_m: float | None, guard: Guard, slow_mode_s: int
    ) -> None:
        """Someone changes the room's settings; nobody has to leave."""
        self.stage.configure(
            capacity=capacity,
            locked=locked,
            hearing_radius_m=radius_m,
            guard=guard,
            slow_mode_s=slow_mode_s,
            words=(LISTED,),
        )
        self.capacity, self.locked, self.radius_m = capacity, locked, radius_m
        self.house.configure(guard, slow_mode_s * 1000.0)

    @rule()
    def take_acts(self) -> None:
        """The shell takes what the room wants to be done; it is on its way to storage."""
        room = self.stage.room
        assert room.order.has_acts == bool(self.house.acts)
        taken = [(act.user_id, act.verb, act.duration_ms) for act in room.order.take_acts()]
        assert taken == self.house.acts
        assert not room.order.has_acts
        self.under_way += taken
        self.house.acts = []

    @precondition(lambda self: self.house.held)
    @rule(done=st.sampled_from([True, True, False]))
    def settle_act(self, done: bool) -> None:
        """What was on its way is stored and felt, or was not stored."""
        if not self.under_way:
            self.take_acts()
        user, verb, duration_ms = self.under_way.pop(0)
        if done and verb == "mute":
            self.mute(user, duration_ms)
        elif done:
            self.eject(user, banned=False)
        self.stage.room.order.settle(user, done=done)
        self.house.settle(user, done)

    @rule()
    def sample(self) -> None:
        """Ten seconds or so have passed."""
        self.stage.room.sample_positions(self.stage.now_ms, self.stage.wall_ms)

    @precondition(lambda self: self.model.people)
    @rule(reporter=USERS, reported=USERS)
    def report(self, reporter: str, reported: str) -> None:
        """Someone is reported: the evidence is what the reporter could have seen and heard."""
        members = self.stage.room.members
        reporter, reported = self.anybody(reporter), self.anybody(reported)
        found = self.stage.room.evidence(reporter, reported, self.stage.wall_ms)
        if reporter not in members:
            assert found is None
            return
        oldest_ms = self.stage.wall_ms - WINDOW_MS
        witnessed = self.model.witnessed(reporter, oldest_ms)
        if found is None:
            assert reported not in members
            assert reported not in {user for user, _ in witnessed}
            return
        told = [
            (event["userId"], event.get("text") or event.get("emoteId") or event["kind"])
            for event in found["events"]
        ]
        assert told == witnessed
        places = {user: [round(one.x), round(one.z)] for user, one in members.items()}
        now = {"atMs": self.stage.wall_ms, "places": places, "apart": sorted(places)}
        assert found["positions"][-1] == now
        assert all(reporter in sample["places"] for sample in found["positions"])
        assert min(sample["atMs"] for sample in found["positions"]) >= oldest_ms

    # Moderation

    @rule(user=USERS, life_ms=st.sampled_from([None, 500, 30_000]))
    def mute(self, user: str, life_ms: int | None) -> None:
        """A moderator mutes someone, who may be elsewhere."""
        self.act()
        user = self.anybody(user)
        mute = Mute("loud", None if life_ms is None else self.stage.wall_ms + life_ms)
        self.mutes[user] = mute
        self.stage.room.mute(user, mute, self.stage.now_ms, self.stage.wall_ms)
        if user in self.model.people:
            self._mute(user, mute)

    def _mute(self, user: str, mute: Mute) -> None:
        end_ms = math.inf
        if mute.until_ms is not None:
            end_ms = self.stage.now_ms + (mute.until_ms - self.stage.wall_ms)
        self.model.mute(user, end_ms)

    @rule(user=USERS)
    def unmute(self, user: str) -> None:
        """A moderator lets someone speak again."""
        self.act()
        user = self.anybody(user)
        self.mutes.pop(user, None)
        self.stage.room.mute(user, None, self.stage.now_ms, self.stage.wall_ms)
        if user in self.model.people:
            self.model.unmute(user)

    @rule(user=USERS, banned=st.booleans())
    def eject(self, user: str, banned: bool) -> None:
        """A moderator throws someone out; the room is flushed at once, as the hub does."""
        self.act()
        user = self.anybody(user)
        code = AuthCode.BANNED if banned else AuthCode.KICKED
        self.stage.room.eject(user, Refusal(code, "out", None), self.stage.wall_ms)
        if user not in self.model.people:
            return
        observer = self.model.observers.get(user)
        self.model.remove(user, None)
        if observer is not None:
            close_code = CloseCode.BANNED if banned else CloseCode.KICKED
            self.model.endings.add((user, close_code))
            self.leaving[user] = observer
            told = len(observer.facts)
            self.flush()
            kind = "banned" if banned else "kicked"
            assert observer.facts[told:] == [Fact(user, "moderation", kind)]

    # Time

    @rule(span_ms=SPANS_MS, expire=st.booleans())
    def pass_time(self, span_ms: float, expire: bool) -> None:
        """Time passes; the room's deadlines are looked at now, or later still."""
        self.act()
        self.stage.now_ms += span_ms
        if expire:
            self.expire()

    @rule(step_ms=st.sampled_from([-3_600_000, -2_000, 2_000, 3_600_000]))
    def set_clock(self, step_ms: int) -> None:
        """Somebody sets the machine's clock: what ends at a time of day ends sooner, or later."""
        self.act()
        self.stage.set_clock(step_ms)
        self.model.set_clock(step_ms)

    def expire(self) -> None:
        """Do what time asks for; a membership that ended is told of at once, as live rooms do."""
        room, now_ms = self.stage.room, self.stage.now_ms
        room.expire(now_ms, self.stage.wall_ms)
        self.model.expire(now_ms)
        when_ms = room.next_deadline()
        assert when_ms is None or when_ms > now_ms, "a deadline that is never met"
        assert room.ending == bool(self.model.endings)
        if room.ending:
            self.flush()

    @rule()
    def settle(self) -> None:
        """Nobody does anything for a moment: everyone's last position is with everyone who sees."""
        end_ms = self.stage.now_ms + QUIET_MS
        self.expire()
        while (when_ms := self.stage.room.next_deadline()) is not None and when_ms <= end_ms:
            self.stage.now_ms = when_ms
            self.expire()
        self.stage.now_ms = end_ms
        self.expire()
        for observer in self.model.observers.values():
            observer.reads = True
        self.flush()
        for observer in self.model.observers.values():
            if observer.visible:
                for user, person in self.model.people.items():
                    assert observer.known[user].x == person.x, "a last position got lost"

    # What is delivered

    @precondition(lambda self: self.model.observers)
    @rule(data=st.data(), walker=USERS)
    def read(self, data: st.DataObject, walker: str) -> None:
        """Somebody's line gets slow, or fast again: they are left out of moves until it is (§5).
        Slow, it is so just when somebody walks: by chance alone hardly any flush would find it."""
        observer = self.model.observers[data.draw(st.sampled_from(sorted(self.model.observers)))]
        observer.reads = not observer.reads
        if not observer.reads:
            self.walk(walker, 1)
            self.flush()

    @rule()
    def flush(self) -> None:
        """Everything that is due goes out, once, and everyone has the same picture after it."""
        observers = self.model.observers | self.leaving
        for user, observer in self.model.observers.items():
            # Coming back into sight has a limit, so the page's word is not yet the room's.
            observer.visible = self.stage.room.members[user].visible
        room = self.stage.room
        for user in room.cursors.behind:
            if observers[user].reads:
                room.cursors.catch_up(user)
        flush = room.drain(self.stage.now_ms, self.stage.wall_ms)
        receivers = [user for route in flush.routes for user in route.receivers]
        assert sorted(receivers) == sorted(set(receivers)), "one write a receiver"
        for route in flush.routes:
            for user in route.receivers:
                parts = route.parts
                if not observers[user].reads and route.still() != parts:
                    parts = route.still()
                    room.cursors.fall_behind(user, flush.number)
                for post in chain.from_iterable(part.posts for part in parts):
                    observers[user].apply(post)
        assert all(not observers[user].reads for user in room.cursors.behind)
        assert not self.stage.room.dirty
        stored = [record.text for record in self.stage.room.take_said()]
        assert stored == [said.text for said in self.model.said[self.stored :]]
        self.stored = len(self.model.said)
        ended = {(ending.user_id, ending.close_code) for ending in flush.endings}
        assert len(ended) == len(flush.endings)
        assert ended == self.model.endings
        for user, observer in self.model.observers.items():
            self._check(user, observer)
        self.model.endings, self.leaving, self.acts_since_flush = set(), {}, 0

    def _check(self, user: str, observer: Observer) -> None:
        members = self.stage.room.members
        assert by_person(observer.facts) == by_person(self.model.owed[user])
        assert observer.known.keys() == members.keys()
        assert observer.seats == dict(self.stage.room._seating.seats.taken())
        if observer.visible and user not in self.stage.room.cursors.behind:
            for other, member in members.items():
                assert observer.known[other] == Place.of(member.info())
                if other not in self.model.observers:
                    self._check_rest(other, observer)
        if observer.last_message_id:
            self.remembered[user] = (observer.last_message_id, int(observer.last_text[1:]))
        self.model.owed[user] = []
        observer.facts = []
        observer.greeting = False

    def _check_rest(self, lost: str, observer: Observer) -> None:
        """Somebody whose connection is gone stands still, silent, where they last said."""
        place = observer.known[lost]
        assert (place.x, place.anim) == (self.model.people[lost].x, "idle")
        assert lost not in observer.speaking

    @invariant()
    def the_membership_is_right(self) -> None:
        """Who is in, connected or in their grace."""
        members = self.stage.room.members
        assert members.keys() == self.model.people.keys()
        connected = {user for user, member in members.items() if member.connected}
        assert connected == self.model.observers.keys()

    @invariant()
    def the_seats_are_right(self) -> None:
        """A seat is one member's, who has not gone far from where they sat down."""
        taken = self.stage.room._seating.seats.taken()
        assert len(dict(taken)) == len({user for _, user in taken}) == len(taken)
        for _, user in taken:
            member = self.stage.room.members[user]
            assert member.pending or abs(member.x - self.sat_at[user]) <= SEAT_REACH_M

    @invariant()
    def the_counts_are_right(self) -> None:
        """What was let through, and only that."""
        counts = self.stage.room.counts
        assert (counts.messages, counts.emotes) == (len(self.model.said), self.emotes)
        assert counts.moves <= self.moves

    @invariant()
    def the_buffers_are_bounded(self) -> None:
        """Nothing grows but by what people do, and what they did is forgotten."""
        room = self.stage.room
        assert len(room._outbox.posts) <= 4 * self.acts_since_flush + 4 * CAPACITY
        assert len(room._deadlines._heap) <= 2 * CAPACITY + STALE_MAX
        assert len(room._memory.history._said) <= CHAT_REPLAY_MAX

    def teardown(self) -> None:
        """However it ended, the last positions arrive."""
        if hasattr(self, "stage"):
            self.settle()


TestRoomMachine = RoomMachine.TestCase
TestRoomMachine.settings = settings(
    max_examples=3 * settings().max_examples, stateful_step_count=50
)
