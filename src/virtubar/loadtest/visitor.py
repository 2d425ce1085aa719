"""One client of a load test: joins, renews and comes back as every client does. A shell.

What is told of others' moves goes past the session, straight into the tally: that is nearly all
that comes, and an event made of each would cost more than everything else here.
"""

import time
from collections.abc import Callable
from random import Random
from typing import Final

import httpx
import msgspec
from msgspec import Struct

from virtubar.client.driver import Driver, now_ms
from virtubar.client.events import Delivery
from virtubar.client.link import Link
from virtubar.client.session import Session
from virtubar.client.states import State
from virtubar.client.steps import Input, Received, SocketClosed, SocketFailed, TicketRefused
from virtubar.client.tickets import JoinRequests
from virtubar.loadtest.delay_line import DelayLine
from virtubar.loadtest.network import WINDOW_BYTES, Way
from virtubar.loadtest.plan import Plan
from virtubar.loadtest.schedule import Schedule
from virtubar.loadtest.tally import Receiver, RoomTally, Tally
from virtubar.loadtest.walk import walk_mm
from virtubar.protocol.codec import DecodeRefusedError, encode
from virtubar.protocol.compact import CompactRefusedError, read_records
from virtubar.protocol.constants import (
    DEFAULT_AVATAR_ID,
    UNSENT_MAX_BYTES,
    Device,
    ErrorCode,
)
from virtubar.protocol.events import (
    AuthError,
    AvatarTransform,
    AvatarTransformBroadcast,
    ClientEvent,
    Error,
    MemberJoined,
)

_MOVED: Final = b'{"v":1,"t":"avatar_transform_broadcast",'
"""How an update begins as this server writes it; from another one it is read the long way."""


class _Move(Struct, rename="camel", gc=False):
    user_id: str
    seq: int
    x: float
    z: float
    anim: str


class _Envelope(Struct, gc=False):
    payload: _Move


_move_decoder: Final = msgspec.json.Decoder(_Envelope)


class Visitor(Driver):
    """A client that walks as the schedule says.

    Args:
        number: which one of the plan's clients.
        http: shared with all others, for tickets.
    """

    def __init__(
        self,
        number: int,
        room_id: str,
        plan: Plan,
        schedule: Schedule,
        tally: Tally,
        room: RoomTally,
        http: httpx.AsyncClient,
    ) -> None:
        epoch_ms = time.time() * 1000.0 - now_ms()
        name = f"Load {number + 1}"
        # Only for backoff, and for when a token is renewed
        chance = Random(f"{plan.seed} {number}").random  # noqa: S311
        session = Session(
            room_id,
            display_name=name,
            avatar_id=DEFAULT_AVATAR_ID,
            epoch_ms=epoch_ms,
            chance=chance,
        )
        requests = JoinRequests(
            http,
            plan.url,
            room_id,
            display_name=name,
            avatar_id=None,
            identity=None,
            device=Device.DESKTOP,
            is_bot=True,
        )
        super().__init__(
            self,
            session,
            requests,
            epoch_ms=epoch_ms,
            transport="socketio" if plan.wire == "socketio" else "websocket",
            wire="compact" if plan.wire == "compact" else "json",
        )
        self.number = number
        self.receiver = Receiver(tally, room)
        self.was_in = False
        self._tally = tally
        self._room = room
        self._schedule = schedule
        is_clean = plan.conditions.is_clean
        self._in = None if is_clean else self._line(plan, "in")
        self._out = None if is_clean else self._line(plan, "out")
        self._paused = False

    def _line(self, plan: Plan, direction: str) -> DelayLine:
        chance = Random(f"{plan.seed} {self.number} {direction}")  # noqa: S311 - a network
        return DelayLine(Way(plan.conditions, chance))

    @property
    def is_settled(self) -> bool:
        """Whether it has been in, or will never be."""
        return self.was_in or self.state is State.CLOSED

    # What it does

    def walk(self, seq: int) -> None:
        """Send the move that is due; where there is no room to send it to, it is unsent."""
        due_ms = self._schedule.due_ms(self.number, seq)
        self._tally.recent_late.add(now_ms() - due_ms)
        counts = seq >= self._tally.first_seq
        link = self._link
        if self.state is not State.JOINED or link is None or link.unsent_bytes > UNSENT_MAX_BYTES:
            self._tally.unsent += counts
            return
        x_mm, z_mm = walk_mm(self.number, seq)
        self._room.send(self.number, seq, x_mm, z_mm, counts=counts)
        self._tally.sent += counts
        self.session.last_seq = seq
        event = AvatarTransform(
            self.session.room_id, seq, x_mm / 1000.0, 0.0, z_mm / 1000.0, 0.5, "walk", False
        )
        self._write(encode(event, round(self._epoch_ms + due_ms)))

    def send(self, event: ClientEvent) -> None:
        """Write one event now, if there is a socket; it is as long on its way as anything."""
        self._write(encode(event, round(self._epoch_ms + now_ms())))

    async def stop(self) -> None:
        """As of Driver."""
        for line in (self._in, self._out):
            if line is not None:
                line.close()
        await super().stop()

    def _write(self, data: bytes) -> None:
        link = self._link
        if link is None:
            return
        if self._out is None:
            link.send(data)
        else:
            self._out.put(len(data), lambda _: link.send(data))

    # What it is told

    def link_message(self, message: bytes) -> None:
        """A text message came."""
        if self._in is None:
            self._text(message, now_ms())
        else:
            self._delay(self._in, message, self._text)

    def link_binary(self, message: bytes) -> None:
        """A binary message came."""
        if self._in is None:
            self._binary(message, now_ms())
        else:
            self._delay(self._in, message, self._binary)

    def link_closed(self, code: int, reason: str) -> None:
        """The connection is gone; with what was on its way."""
        if self._in is not None:
            self._in.close()
            self._paused = False
        super().link_closed(code, reason)

    def feed(self, what: Input) -> None:
        """As of Driver; refusals are counted."""
        match what:
            case TicketRefused():
                self._tally.errors[what.code] += 1
            case SocketFailed():
                self._tally.errors["not_connected"] += 1
            case SocketClosed():
                self._tally.errors[f"closed_{what.code}"] += 1
        super().feed(what)

    def deliver(self, delivery: Delivery) -> None:
        """One event of the room's."""
        event = delivery.event
        if isinstance(event, MemberJoined):
            self.receiver.rejoined(event.member.user_id)
        elif isinstance(event, Error | AuthError):
            self._tally.errors[event.code] += 1

    def state_changed(self) -> None:
        """It came in, or its connection is gone."""
        if self.state is State.JOINED:
            self._room.welcome(self.number, self.session.view.user_id)
            self.receiver.enter()
            if not self.was_in:
                self.was_in = True
                self._tally.joined += 1
                self._tally.joins.add(now_ms() - self._schedule.arrival_ms(self.number))
            return
        self.receiver.leave()
        self._tally.reconnects += self.state is State.RECONNECTING

    def _delay(self, line: DelayLine, message: bytes, read: Callable[[bytes, float], None]) -> None:
        """Read a message when it would arrive, unless that connection is gone by then."""
        reader = self._reader

        def arrived(at_ms: float) -> None:
            self._let_in()
            if self._reader is reader:
                read(message, at_ms)

        line.put(len(message), arrived)
        if line.waiting_bytes > WINDOW_BYTES and not self._paused and isinstance(self._link, Link):
            self._paused = True
            self._link.pause_reading()

    def _let_in(self) -> None:
        """Read on, once half of the window is free."""
        line = self._in
        if self._paused and line is not None and line.waiting_bytes <= WINDOW_BYTES // 2:
            self._paused = False
            if isinstance(self._link, Link):
                self._link.resume_reading()

    def _text(self, message: bytes, at_ms: float) -> None:
        self._tally.bytes += len(message)
        if not message.startswith(_MOVED):
            self._told(message, at_ms)
            return
        try:
            move = _move_decoder.decode(message).payload
        except msgspec.MsgspecError:
            self._tally.unreadable += 1
            return
        walks = move.anim == "walk"
        self.receiver.take(move.user_id, move.seq, move.x, move.z, at_ms, walks=walks)

    def _binary(self, message: bytes, at_ms: float) -> None:
        self._tally.bytes += len(message)
        try:
            self.receiver.take_records(read_records(message)[1], self._reader.users, at_ms)
        except (CompactRefusedError, KeyError):
            self._tally.unreadable += 1

    def _told(self, message: bytes, at_ms: float) -> None:
        """Everything but an update, and an update of a server that writes it otherwise."""
        try:
            envelopes = self._reader.text(message)
        except DecodeRefusedError as error:
            self._tally.unreadable += error.code != ErrorCode.UNKNOWN_EVENT
            return
        for envelope in envelopes:
            event = envelope.payload
            if isinstance(event, AvatarTransformBroadcast):
                walks = event.anim == "walk"
                self.receiver.take(event.user_id, event.seq, event.x, event.z, at_ms, walks=walks)
            else:
                self.feed(Received(event, envelope.ts))
