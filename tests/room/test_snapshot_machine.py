"""A room that was written and read in the middle of an evening goes on as the one that was not.

A state machine gives a room a random evening. Now and then everybody's connection is cut, and the
room is written down and read by a process whose monotonic clock began elsewhere. From then on
whatever happens, happens in both, and both answer, tell and remember the same.
"""

import math
from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from room.stage import START_MS, Stage
from virtubar.errors import JoinRefusedError
from virtubar.protocol.constants import AuthCode, Device, Role
from virtubar.room.config import Guard
from virtubar.room.ports import Mute, Refusal
from virtubar.room.snapshot import RoomSnapshot

CAPACITY = 4
LISTED = "beer"
USERS = st.sampled_from(["ann", "bob", "cat", "dan", "eve"])
NAMES = st.sampled_from(["Ann", "ann", "Admin", "!!!", "Cat 2"])
TEXTS = st.sampled_from(["Hi", "hi!", "Cheers", LISTED])
GUARDS: tuple[Guard, ...] = ("off", "gentle", "strict", "strict")
SHORT_MS = (1.0, 20.0, 60.0, 500.0, 2_000.0)
SPANS_MS = st.sampled_from([*SHORT_MS, *SHORT_MS, 9_000.0, 25_000.0, 360_000.0])
CLOCKS_MS = st.sampled_from([0.0, 77.0, START_MS, START_MS + 123_456.0, 9e9])


def _written(stage: Stage) -> RoomSnapshot:
    """What would be written now, but for whose limits would be forgotten first past 4096."""
    snapshot = stage.room.snapshot(stage.now_ms, stage.wall_ms)
    limits = sorted(snapshot.roster.limits, key=lambda one: one.user_id)
    return replace(snapshot, roster=replace(snapshot.roster, limits=limits))


class SnapshotMachine(RuleBasedStateMachine):
    """One room, and after the first cut the same one in another process."""

    @initialize(guard=st.sampled_from(GUARDS), radius_m=st.sampled_from([None, 3.0]))
    def open(self, guard: Guard, radius_m: float | None) -> None:
        """A room with three people in it."""
        self.stages = [Stage()]
        self.under_way: list[str] = []
        self.last_ids: dict[str, str] = {}
        self.configure(guard, radius_m, slow_mode_s=0, owner=None)
        self.everybody_talks()

    def both(self, act: Callable[[Stage], object]) -> object:
        """Do it in each of the processes; what came of it, which is the same."""
        outcomes = [self._outcome(act, stage) for stage in self.stages]
        assert all(outcome == outcomes[0] for outcome in outcomes)
        return outcomes[0]

    @staticmethod
    def _outcome(act: Callable[[Stage], object], stage: Stage) -> object:
        try:
            return act(stage)
        except JoinRefusedError as error:
            return error.code

    @property
    def connected(self) -> list[str]:
        """Who has a connection, in both alike."""
        members = self.stages[0].room.members
        return [user for user, member in members.items() if member.connected]

    def somebody(self, user: str) -> str:
        """Somebody who is connected."""
        users = sorted(self.connected)
        return next((found for found in users if found >= user), users[0])

    # Written and read

    @precondition(lambda self: self.stages[0].room.members)
    @rule(start_ms=CLOCKS_MS, later_ms=st.sampled_from([0.0, 0.0, 700.0, 6_000.0, 30_000.0]))
    def cut(self, start_ms: float, later_ms: float) -> None:
        """The process dies, and another one reads the room, perhaps a while later."""
        first = self.stages[0]
        first.room.expire(first.now_ms, first.wall_ms)
        second = first.restored(start_ms, later_ms)
        first.cut()
        for user in self.under_way:
            first.room.order.settle(user, done=False)
        self.under_way = []
        first.now_ms += later_ms
        self.stages = [first, second]

    # What people do

    @rule(
        user=USERS,
        name=NAMES,
        device=st.sampled_from(Device),
        life_ms=st.sampled_from([300_000, 300_000, 1_000]),
        asks=st.booleans(),
        muted=st.sampled_from([False, False, True]),
        is_bot=st.booleans(),
    )
    def join(
        self,
        user: str,
        name: str,
        device: Device,
        life_ms: int,
        asks: bool,
        muted: bool,
        is_bot: bool,
    ) -> None:
        """Someone comes in or back, with the last message that they have."""
        last = self.last_ids.get(user, "") if asks else None
        until_ms = self.stages[0].wall_ms + 20_000
        mute = Mute("loud", until_ms) if muted else None
        role = Role.MODERATOR if user == "eve" else Role.GUEST
        claims: dict[str, Any] = {"name": name, "device": device, "life_ms": life_ms, "last": last}
        self.both(lambda stage: stage.join(user, mute=mute, role=role, is_bot=is_bot, **claims))

    @rule()
    def everybody_talks(self) -> None:
        """The usual crowd is there, or comes back, and each of them says, shows and does things."""
        for user in ("ann", "bob", "cat"):
            if user not in self.connected:
                self._come(user)
            if user in self.connected:
                self.say(user, f"I am {user}", count=1)
                self.move(user, 1, 3, ord(user[0]) - ord("b"))
                self.emote(user, count=1)
        self.pass_time(20.0)

    def _come(self, user: str) -> None:
        self.both(lambda stage: stage.join(user, last=""))

    @precondition(lambda self: self.connected)
    @rule(user=USERS, what=st.sampled_from(["detach", "leave", "renew", "heartbeat"]))
    def go(self, user: str, what: str) -> None:
        """Someone is lost, leaves, or says that they are still there."""
        user = self.somebody(user)
        self.both(lambda stage: getattr(stage, what)(user))

    @precondition(lambda self: self.connected)
    @rule(user=USERS, visible=st.booleans(), unloading=st.booleans())
    def show(self, user: str, visible: bool, unloading: bool) -> None:
        """Someone turns to another tab or back, or closes the page."""
        user = self.somebody(user)
        self.both(lambda stage: stage.show(user, visible, unloading=unloading))

    @precondition(lambda self: self.connected)
    @rule(user=USERS, seq=st.integers(0, 9), count=st.integers(1, 9), x=st.integers(-5, 5))
    def move(self, user: str, seq: int, count: int, x: int) -> None:
        """Someone walks, faster than the limit perhaps."""
        user = self.somebody(user)
        for n in range(count):
            self._step(user, seq + n, x + n * 0.1)

    def _step(self, user: str, seq: int, x: float) -> None:
        self.both(lambda stage: stage.move(user, seq, x, speaking=True))

    @precondition(lambda self: self.connected)
    @rule(
        user=USERS, text=st.sampled_from(["Hi", "hi!", "Cheers", LISTED]), count=st.integers(1, 6)
    )
    def say(self, user: str, text: str, count: int) -> None:
        """Someone speaks, repeats themselves, floods, swears."""
        user = self.somebody(user)
        for _ in range(count):
            self.both(lambda stage: stage.say(user, text))

    @precondition(lambda self: self.connected)
    @rule(user=USERS, count=st.integers(1, 9))
    def emote(self, user: str, count: int) -> None:
        """Someone shows a feeling, too often perhaps."""
        user = self.somebody(user)
        for _ in range(count):
            self.both(lambda stage: stage.emote(user))

    @precondition(lambda self: self.connected)
    @rule(user=USERS, seat=st.sampled_from(["chair", "stool", None]))
    def sit(self, user: str, seat: str | None) -> None:
        """Someone sits down or gets up."""
        user = self.somebody(user)
        self.both(lambda stage: stage.sit(user, seat))

    # What is done with them

    @rule(
        guard=st.sampled_from(GUARDS),
        radius_m=st.sampled_from([None, 3.0]),
        slow_mode_s=st.sampled_from([0, 0, 20]),
        owner=st.sampled_from([None, "ann"]),
    )
    def configure(
        self, guard: Guard, radius_m: float | None, slow_mode_s: int, owner: str | None
    ) -> None:
        """Someone changes the room's settings."""
        changed: dict[str, Any] = {"guard": guard, "slow_mode_s": slow_mode_s, "owner_id": owner}
        changed |= {"capacity": CAPACITY, "hearing_radius_m": radius_m, "words": (LISTED,)}
        self.both(lambda stage: stage.configure(**changed))

    @rule(user=USERS, life_ms=st.sampled_from([None, 500, 30_000, 0]))
    def mute(self, user: str, life_ms: int | None) -> None:
        """A moderator mutes someone, or lets them speak again."""
        until_ms = None if life_ms is None else self.stages[0].wall_ms + life_ms
        mute = None if life_ms == 0 else Mute("loud", until_ms)
        self.both(lambda stage: stage.room.mute(user, mute, stage.now_ms, stage.wall_ms))

    @rule(user=USERS)
    def eject(self, user: str) -> None:
        """A moderator throws someone out."""
        refusal = Refusal(AuthCode.KICKED, "out", None)
        self.both(lambda stage: stage.room.eject(user, refusal, stage.wall_ms))

    @rule()
    def take_acts(self) -> None:
        """What the room wants to be done is on its way."""
        taken = self.both(lambda stage: [one.user_id for one in stage.room.order.take_acts()])
        assert isinstance(taken, list)
        self.under_way += taken

    @precondition(lambda self: self.under_way)
    @rule(done=st.booleans())
    def settle_act(self, done: bool) -> None:
        """It was done, or not."""
        user = self.under_way.pop(0)
        self.both(lambda stage: stage.room.order.settle(user, done=done))

    @rule(user=USERS)
    def forget(self, user: str) -> None:
        """Somebody who is not here is erased."""
        if user not in self.stages[0].room.members:
            self.both(lambda stage: stage.room.forget_person(user))

    # Time

    @rule(span_ms=SPANS_MS)
    def pass_time(self, span_ms: float) -> None:
        """Time passes, and what it asks for is done."""
        self.both(lambda stage: stage.expire_after(span_ms))

    @rule()
    def meet_deadline(self) -> None:
        """Everybody waits for the room's next deadline, to the millisecond after it."""
        first = self.stages[0]
        when_ms = first.room.next_deadline()
        if when_ms is not None:
            self.pass_time(max(0.0, math.ceil(when_ms - first.now_ms) + 1.0))

    @rule(step_ms=st.sampled_from([-3_600_000, 2_000]))
    def set_clock(self, step_ms: int) -> None:
        """Somebody sets the machine's clock."""
        self.both(lambda stage: stage.set_clock(step_ms))

    @rule()
    def sample(self) -> None:
        """Ten seconds or so have passed, in which the room was flushed."""
        self.flush()
        self.both(lambda stage: stage.room.sample_positions(stage.now_ms, stage.wall_ms))

    # What comes of it

    @rule()
    def flush(self) -> None:
        """Everybody is told the same, in the same order."""

        def drained(stage: Stage) -> object:
            flush = stage.room.drain(stage.now_ms, stage.wall_ms)
            stage.endings = flush.endings
            posts = {user: one.posts for one in flush.routes for user in one.receivers}
            return flush.endings, posts, stage.room.take_said()

        self.both(drained)

    @rule(reporter=USERS, reported=USERS)
    def report(self, reporter: str, reported: str) -> None:
        """Somebody is reported: the evidence is the same."""
        self.both(lambda stage: stage.room.evidence(reporter, reported, stage.wall_ms))

    @rule(user=USERS)
    def read_chat(self, user: str) -> None:
        """The log is the same; somebody keeps the id of its last line."""
        lines = self.both(lambda stage: stage.room.heard_after(None))
        assert isinstance(lines, list)
        if lines:
            self.last_ids[user] = lines[-1].message_id

    @invariant()
    def both_would_be_written_alike(self) -> None:
        """What both remember is the same, and each is to be looked at when the other is."""
        self.both(_written)
        waits_ms = [
            math.inf if when_ms is None else when_ms - stage.now_ms
            for stage in self.stages
            for when_ms in [stage.room.next_deadline()]
        ]
        assert all(math.isclose(wait_ms, waits_ms[0], abs_tol=1e-5) for wait_ms in waits_ms)


TestSnapshotMachine = SnapshotMachine.TestCase
TestSnapshotMachine.settings = settings(
    max_examples=settings().max_examples, stateful_step_count=50
)
