"""A live room: the rules, the connections of its members, and the flush between them.

This is the hot path's way out: one drain, one encoding of each event, one write a receiver.
"""

from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import structlog

from virtubar.live.budget import FlushBudget
from virtubar.live.fanout import FanOut
from virtubar.protocol.events import AvatarTransformBroadcast
from virtubar.room.outcomes import Ending
from virtubar.room.parts import Route
from virtubar.room.records import ChatRecord
from virtubar.room.room import Room
from virtubar.runtime.clock import Clock
from virtubar.runtime.metrics import Metrics
from virtubar.runtime.timer import Timer

if TYPE_CHECKING:
    from virtubar.live.ports import RoomConnection

_log = structlog.get_logger(__name__)
RecordChat = Callable[[list[ChatRecord], int | None], None]
"""Takes messages to be stored, and for how many days their room says; never waits or raises."""


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
        connections: the connection of each connected member, by userId.
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
        record_chat: RecordChat,
    ) -> None:
        self.room = room
        self.entered = False
        self.wake_ms: float | None = None
        self._timer = timer
        self._clock = clock
        self._budget = budget
        self._metrics = metrics
        self._record_chat = record_chat
        self._counted = room.counts.now()
        self._counted_ms = clock.now_ms()
        self.rates = Rates(0.0, 0.0, 0.0)
        self._flush_ms: float | None = None
        self._flushed_ms = 0.0
        self._made_ms = clock.now_ms()
        self._fan_out = FanOut(room, metrics)
        self.connections = self._fan_out.connections

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
        wall_ms = self._clock.wall_ms()
        self.room.follow_clock(now_ms, wall_ms)
        self.room.sample_positions(now_ms, wall_ms)
        self._schedule()
        if now_ms - self._flushed_ms >= QUIET_MS:
            self._fan_out.rest()

    def connect(self, user_id: str, connection: "RoomConnection") -> None:
        """The member is at this connection now; the one before it, if any, is told."""
        self.entered = True
        self._fan_out.connect(user_id, connection)

    # When

    def touched(self, now_ms: float) -> None:
        """Something happened in the room: see to it that it is flushed in time, and counted."""
        room = self.room
        if room.drops:
            self._metrics.drops.update(room.drops)
            room.drops.clear()
        if self._flush_ms is not None:
            return  # whatever else waits is looked at when that is due, before anything is sent
        if room.dirty:
            self._flush_ms = max(now_ms, self._flushed_ms + self._interval_ms())
        self._schedule()

    def _interval_ms(self) -> float:
        return self._budget.interval_for(len(self.connections))

    def _schedule(self) -> None:
        when_ms = self.room.next_deadline()
        if self._flush_ms is not None and (when_ms is None or self._flush_ms < when_ms):
            when_ms = self._flush_ms
        if when_ms is not None and (self.wake_ms is None or when_ms < self.wake_ms):
            self._timer.schedule(self, when_ms)

    def wake(self, now_ms: float) -> None:
        """A deadline of the room, or its flush, is due."""
        try:
            self.room.expire(now_ms, self._clock.wall_ms())
        finally:
            # A membership that ended is told of at once: its connection may not act on it any more.
            if self.room.ending or (self._flush_ms is not None and self._flush_ms <= now_ms):
                self.flush(now_ms)
            self.touched(now_ms)
            self._schedule()  # a deadline woke it before the flush that waits

    # What

    def flush(self, now_ms: float) -> None:
        """Send everything that the room has to say, now."""
        started_s = perf_counter()
        wall_ms = self._clock.wall_ms()
        self._flush_ms = None
        self._flushed_ms = now_ms
        self._fan_out.look_who_reads()
        flush = self.room.drain(now_ms, wall_ms)
        self._fan_out.deliver(flush)
        for ending in flush.endings:
            self._end(ending)
        if self.room.has_said:
            self._record_chat(self.room.take_said(), self.room.config.chat_retention_days)
        self._sample_age(flush.routes, self._clock.motion_ms(now_ms))
        cost_s = perf_counter() - started_s
        self._metrics.flush.observe(cost_s)
        self._budget.spend(cost_s * 1000.0, now_ms)

    def _end(self, ending: Ending) -> None:
        connection = self.connections.pop(ending.user_id, None)
        if connection is None:
            return
        try:
            connection.ended(ending)
        except Exception:  # the other endings are to be told too
            room_id = self.room.config.room_id
            _log.exception("ending_failed", room_id=room_id, user_id=ending.user_id)

    def drained(self, user_id: str, now_ms: float) -> None:
        """A receiver reads again: what it missed goes out with a flush, if only for that."""
        if self._flush_ms is None and user_id in self.room.cursors.behind:
            self._flush_ms = max(now_ms, self._flushed_ms + self._interval_ms())
            self._schedule()

    def _sample_age(self, routes: list[Route], motion_ms: int) -> None:
        """One transform's age a flush: the oldest of the first route that has any."""
        for route in routes:
            for part in route.parts:
                for post in part.posts:
                    if isinstance(post.event, AvatarTransformBroadcast):
                        self._metrics.age.observe(max(0, motion_ms - post.ts) / 1000.0)
                        return
