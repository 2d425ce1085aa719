"""Whatever happens while an act is being stored: who is banned is out, and stays out (§7).

A state machine plays the moderator, the storage and one determined person with many sockets and
tokens, in every order that hypothesis comes up with, against the real service, book and hub.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from moderation.bench import Bench, turns
from virtubar.errors import VirtuBarError
from virtubar.moderation.act_line import ACT_MS
from virtubar.moderation.circuit import TRY_MS
from virtubar.moderation.sanctions import LIFTS
from virtubar.protocol.events import ModerationVerb, RoomState
from virtubar.room.ports import ModerationAct, ModerationOutcome

if TYPE_CHECKING:
    from live.bench import Visitor

STEP_MS = 20.0
TOKENS_MAX = 4
SOCKETS_MAX = 3


class Ticket(NamedTuple):
    """A token and when it was issued: the number of acts that were done by then."""

    text: str
    acts_done: int


class Evening(RuleBasedStateMachine):
    """Bob wants in; the moderator wants him out; the disk is slow, and sometimes full."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.bench = self.loop.run_until_complete(self._open())
        self.tickets: deque[Ticket] = deque(maxlen=TOKENS_MAX)
        self.sockets: list[Visitor] = []
        self.asked: deque[ModerationAct] = deque()
        self.moderators = 0  # a new one each time, since one alone may ask only so often
        self.done = 0
        self.banned = False
        self.revoked_at = -1

    @staticmethod
    async def _open() -> Bench:
        return Bench(opened=False)

    def teardown(self) -> None:
        """Whatever still waits is done."""
        while self.bench.store.waiting:
            self.bench.store.finish()
            self._settle()
        self.loop.close()

    def _settle(self) -> None:
        self.loop.run_until_complete(turns())

    def _in_loop(self, function: Callable[[], object]) -> None:
        async def run() -> None:
            function()
            await turns()

        self.loop.run_until_complete(run())

    # Bob

    @rule()
    def ask_for_a_token(self) -> None:
        """`POST /rooms/join`: none is given to whom the door refuses."""
        self._pass_time()
        if self.bench.code() is None:
            self.tickets.append(Ticket(self.bench.rooms.token("bob"), self.done))

    @precondition(lambda self: self.tickets)
    @rule(data=st.data())
    def join(self, data: st.DataObject) -> None:
        """With any token, over a new socket or one that is open: a join, resume or renewal."""
        ticket = data.draw(st.sampled_from(list(self.tickets)))
        there = [s for s in self.sockets if s.transport.closed is None]
        socket = data.draw(st.sampled_from([None, *there]))
        if socket is None:
            socket = self.bench.rooms.open("bob")
            self.sockets = [*self.sockets, socket][-SOCKETS_MAX:]
        socket.transport.events()
        self._in_loop(lambda: self.bench.rooms.join(socket, ticket.text))
        self.bench.rooms.loop.advance(STEP_MS)
        events = socket.transport.events()
        if any(isinstance(event, RoomState) for event in events):
            assert not self.banned, "a banned person was let in"
            assert ticket.acts_done > self.revoked_at, "a revoked token was taken"

    @precondition(lambda self: self.sockets)
    @rule(data=st.data())
    def lose_the_connection(self, data: st.DataObject) -> None:
        """The place is kept, for a resume."""
        socket = data.draw(st.sampled_from(self.sockets))
        self.sockets.remove(socket)
        self._in_loop(lambda: socket.connection.closed(left=False))

    # The moderator and the storage

    @precondition(lambda self: len(self.asked) < 3)
    @rule(verb=st.sampled_from(["kick", "ban", "unban"]))
    def ask_for_an_act(self, verb: ModerationVerb) -> None:
        """It waits for storage, behind those asked for before; it is refused at once while a
        storage that hung rests, or is tried."""
        self._pass_time()
        self.moderators += 1
        act = self.bench.act(verb, actor_id=f"mod{self.moderators}")
        self.asked.append(act)

        def answered(outcome: ModerationOutcome | VirtuBarError) -> None:
            """An act that was refused, for whatever reason, waits no more."""
            if not isinstance(outcome, ModerationOutcome) and act in self.asked:
                self.asked.remove(act)

        self._in_loop(lambda: self.bench.service.submit(act, answered))

    @precondition(lambda self: self.bench.store.waiting)
    @rule()
    def storage_is_done(self) -> None:
        """The first act that waits is stored, and felt at once."""
        verb = self.asked.popleft().verb
        self._in_loop(self.bench.store.finish)
        self.done += 1
        if verb in LIFTS:
            self.banned = False
        else:
            self.revoked_at = self.done - 1
            self.banned = self.banned or verb == "ban"
            assert "bob" not in self._members(), "who was put out is still there"

    @precondition(lambda self: self.bench.store.waiting)
    @rule()
    def storage_fails(self) -> None:
        """Nothing of the first act that waits has happened."""
        verb = self.asked.popleft().verb
        was_in = "bob" in self._members()
        self._in_loop(self.bench.store.fail)
        assert ("bob" in self._members()) == was_in, verb

    @rule(ms=st.sampled_from([TRY_MS, ACT_MS, 31_000.0]))
    def time_passes(self, ms: float) -> None:
        """What storage has not done by then is refused; a kick's refusal ends, a ban's does not."""
        self.bench.rooms.loop.advance(ms)
        self._settle()
        if ms >= ACT_MS:
            assert not self.asked
            assert not self.bench.store.waiting

    def _pass_time(self) -> None:
        """No two moments are the same, so that `before` means something."""
        self.bench.rooms.loop.advance(STEP_MS)

    def _members(self) -> set[str]:
        live = self.bench.rooms.hub.live("lobby")
        assert live is not None
        return set(live.room.members)

    @invariant()
    def who_is_banned_is_out(self) -> None:
        """From the moment the ban is stored until it is lifted."""
        if self.banned:
            assert "bob" not in self._members()
            assert self.bench.code() is not None

    @invariant()
    def the_door_is_held_for_as_long_as_an_act_waits(self) -> None:
        """From its arrival until it is stored, or refused."""
        if any(act.verb not in LIFTS for act in self.asked):
            assert self.bench.code() is not None

    @invariant()
    def what_was_acknowledged_is_stored(self) -> None:
        """And audited, each act once."""
        assert len(self.bench.store.audit) == self.done


TestEvening = Evening.TestCase
TestEvening.settings = settings(max_examples=2 * settings().max_examples, stateful_step_count=50)
