"""A live room: the rules, the connections of its members, and the flush between them.

This is the hot path's way out: one drain, one encoding of each event, one write a receiver.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from virtubar.errors import VirtuBarError
from virtubar.protocol.constants import Role
from virtubar.protocol.events import AvatarTransformBroadcast
from virtubar.realtime.budget import FlushBudget
from virtubar.realtime.clock import Clock
from virtubar.realtime.metrics import Metrics
from virtubar.realtime.timer import Timer
from virtubar.realtime.wire import DeflateStream, FlushEncoder, Wire
from virtubar.room.outbox import Delivery, Post
from virtubar.room.ports import ModerationAct, ModerationOutcome
from virtubar.room.records import ChatRecord
from virtubar.room.room import Room

if TYPE_CHECKING:
    from virtubar.realtime.ports import Guest, Transport

Answer = Callable[[ModerationOutcome | VirtuBarError], None]
"""Told once what became of an act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlets:
    """Where what rooms and connections hand on goes to; none of these wait or raise.

    Attributes:
        submit: an act of moderation to be done; the answer is told, if wanted.
        said: messages to be stored.
        seen: somebody came with that role.
        open_room: a room that is not live is wanted; the answer is told later: None where it can
            be joined now or does not exist, else what kept it from being looked up.
    """

    submit: Callable[[ModerationAct, Answer | None], None]
    said: Callable[[list[ChatRecord]], None]
    seen: Callable[[str, Role], None]
    open_room: Callable[[str, Callable[[VirtuBarError | None], None]], None]


_SHARED_MIN = 2
"""Receivers from which on compressing pays: a buffer for one is sent plain, which any may get."""
_WIRES = tuple(Wire)
QUIET_MS = 10_000.0
"""Without a flush, after which a room's compressor is let go."""


class Rates(NamedTuple):
    """What members did in the last 10 s."""

    moves_per_second: float
    messages_per_minute: float
    emotes_per_minute: float


class LiveRoom:
    """One room that people can be in.

    Attributes:
        guests: the connection of each connected member, by userId.
        entered: whether anybody has been in since it came to life.
        wake_ms: when the timer wakes it: the next flush or the room's next deadline.
    """

    def __init__(
        self,
        room: Room,
        *,
        timer: Timer,
        clock: Clock,
        budget: FlushBudget,
        metrics: Metrics,
        outlets: Outlets,
    ) -> None:
        self.room = room
        self.guests: dict[str, Guest] = {}
        self.entered = False
        self.wake_ms: float | None = None
        self._timer = timer
        self._clock = clock
        self._budget = budget
        self._metrics = metrics
        self._outlets = outlets
        self._counted = room.counts.now()
        self._counted_ms = clock.now_ms()
        self.rates = Rates(0.0, 0.0, 0.0)
        self._flush_ms: float | None = None
        self._flushed_ms = 0.0
        self._made_ms = clock.now_ms()
        self._deflate = [DeflateStream() for _ in _WIRES]
        # Who was left out of transforms, and since which flush.
        self._behind: dict[str, int] = {}

    def idle_ms(self, now_ms: float) -> float:
        """How long the room has been empty; 0 while somebody is in it, in grace or not."""
        return 0.0 if self.room.members else now_ms - max(self._made_ms, self._flushed_ms)

    def tick(self, now_ms: float) -> None:
        """Every 10 s: note rates and coarse positions, and give back what a quiet room does not
        need."""
        counts, seconds = self.room.counts.now(), (now_ms - self._counted_ms) / 1000.0
        if seconds > 0:
            moves, messages, emotes = (
                (now - before) / seconds for now, before in zip(counts, self._counted, strict=True)
            )
            self.rates = Rates(moves, messages * 60, emotes * 60)
        self._counted, self._counted_ms = counts, now_ms
        self.room.sample_positions(self._clock.wall_at(now_ms))
        if now_ms - self._flushed_ms >= QUIET_MS:
            for stream in self._deflate:
                stream.rest()

    def connect(self, user_id: str, guest: "Guest") -> None:
        """The member is at this connection now; what an earlier one was behind with is over,
        since the state that comes first has it all."""
        self.entered = True
        self.guests[user_id] = guest
        self._behind.pop(user_id, None)

    # When

    def touched(self, now_ms: float) -> None:
        """Something happened in the room: see to it that it is flushed in time, and counted."""
        room = self.room
        if room.has_drops:
            self._metrics.drops.update(room.take_drops())
        if room.has_acts:
            for act in room.take_acts():
                self._outlets.submit(act, partial(self._settle, act.user_id))
        if self._flush_ms is None and room.dirty:
            self._flush_ms = max(now_ms, self._flushed_ms + self._budget.interval_ms)
        self._schedule()

    def _settle(self, user_id: str, outcome: ModerationOutcome | VirtuBarError) -> None:
        """What the room's own rules asked for was done, or not."""
        self.room.settle_act(user_id, done=isinstance(outcome, ModerationOutcome))

    def _schedule(self) -> None:
        when_ms = self.room.next_deadline()
        if self._flush_ms is not None and (when_ms is None or self._flush_ms < when_ms):
            when_ms = self._flush_ms
        if when_ms is not None and (self.wake_ms is None or when_ms < self.wake_ms):
            self._timer.schedule(self, when_ms)

    def wake(self, now_ms: float) -> None:
        """A deadline of the room, or its flush, is due."""
        self.room.expire(now_ms, self._clock.wall_at(now_ms))
        # A membership that ended is told of at once: its connection may not act on it any more.
        if self.room.ending or (self._flush_ms is not None and self._flush_ms <= now_ms):
            self.flush(now_ms)
        self.touched(now_ms)

    # What

    def flush(self, now_ms: float) -> None:
        """Send everything that the room has to say, now."""
        started_s = perf_counter()
        wall_ms = self._clock.wall_at(now_ms)
        self._flush_ms = None
        self._flushed_ms = now_ms
        number = self.room.flushes
        flush = self.room.drain(wall_ms)
        encoder = FlushEncoder()
        for delivery in flush.deliveries:
            self._deliver(delivery, encoder, number)
        if self._behind:
            self._catch_up()
        for ending in flush.endings:
            guest = self.guests.pop(ending.user_id, None)
            if guest is not None:
                guest.ended(ending)
        if self.room.has_said:
            self._outlets.said(self.room.take_said())
        self._sample_age(flush.deliveries, wall_ms)
        cost_s = perf_counter() - started_s
        self._metrics.flush.observe(cost_s)
        self._budget.spend(cost_s * 1000.0, now_ms)

    def _deliver(self, delivery: Delivery, encoder: FlushEncoder, number: int) -> None:
        posts, guests, behind = delivery.posts, self.guests, self._behind
        plain: list[list[Transport]] = [[] for _ in _WIRES]
        deflating: list[list[Transport]] = [[] for _ in _WIRES]
        for user_id in delivery.receivers:
            transport = guests[user_id].transport
            if transport.congested or user_id in behind:
                self._deliver_behind(user_id, posts, encoder, number)
            elif transport.deflates:
                deflating[transport.wire].append(transport)
            else:
                plain[transport.wire].append(transport)
        for wire in _WIRES:
            if len(delivery.receivers) < _SHARED_MIN:
                plain[wire] += deflating[wire]
            elif deflating[wire]:
                payloads = encoder.payloads(posts, wire)
                _write(deflating[wire], self._deflate[wire].frames(payloads, deflating[wire]))
            if plain[wire]:
                _write(plain[wire], encoder.plain(posts, wire))
        counts, receivers = self._metrics.events_out, len(delivery.receivers)
        for post in posts:
            counts[post.event.EVENT] += receivers

    def _deliver_behind(
        self, user_id: str, posts: list[Post], encoder: FlushEncoder, number: int
    ) -> None:
        """A receiver that does not keep up gets everything but the transforms (§5)."""
        rest = [post for post in posts if not isinstance(post.event, AvatarTransformBroadcast)]
        if len(rest) < len(posts):
            self._behind.setdefault(user_id, number)
            self._metrics.drops["coalesced"] += len(posts) - len(rest)
        if rest:
            transport = self.guests[user_id].transport
            transport.write(encoder.plain(rest, transport.wire))

    def _catch_up(self) -> None:
        """Whoever keeps up again gets the newest transform of each who moved meanwhile."""
        for user_id, since in list(self._behind.items()):
            guest = self.guests.get(user_id)
            if guest is None:
                del self._behind[user_id]
            elif not guest.transport.congested:
                del self._behind[user_id]
                member = self.room.members.get(user_id)
                posts = self.room.latest_since(since)
                if posts and member is not None and member.visible:
                    guest.transport.write(FlushEncoder().plain(posts, guest.transport.wire))

    def drained(self, user_id: str, now_ms: float) -> None:
        """A receiver reads again: what it missed goes out with a flush, if only for that."""
        if user_id in self._behind and self._flush_ms is None:
            self._flush_ms = max(now_ms, self._flushed_ms + self._budget.interval_ms)
            self._schedule()

    def _sample_age(self, deliveries: list[Delivery], wall_ms: int) -> None:
        """One transform's age a flush: the oldest of the first delivery that has any."""
        for delivery in deliveries:
            for post in delivery.posts:
                if isinstance(post.event, AvatarTransformBroadcast):
                    self._metrics.age.observe(max(0, wall_ms - post.ts) / 1000.0)
                    return


def _write(transports: "list[Transport]", data: bytes) -> None:
    """The same bytes for each of them."""
    for transport in transports:
        transport.write(data)
