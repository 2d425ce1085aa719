"""One connection: what it may do in which state, and what it is told (§2, §3).

    CONNECTED ──join_room──▶ JOINED ──close, kick, ban──▶ CLOSED
        ▲                      │
        └──── token expired ───┘

The table at the end says who handles what; there is one failure path, `_fail`. Longer than most
modules because the table is read together with everything that it leads to.
"""

from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from typing import Final, NamedTuple, Protocol

import structlog

from virtubar.auth.tokens import TokenRefusedError
from virtubar.errors import JoinRefusedError, VirtuBarError
from virtubar.live.encoding import event_bytes
from virtubar.live.hub import Hub
from virtubar.live.live_room import LiveRoom
from virtubar.live.ports import Transport
from virtubar.moderation.acts import act_of, answer_to
from virtubar.moderation.ports import Answer
from virtubar.protocol.codec import DecodeRefusedError
from virtubar.protocol.constants import (
    ERROR_RATE_HZ,
    ERRORS_MAX,
    ERRORS_WINDOW_MS,
    JOIN_ATTEMPTS_MAX,
    JOIN_TIMEOUT_MS,
    AuthCode,
    CloseCode,
    ErrorCode,
)
from virtubar.protocol.events import (
    AuthError,
    ClientEvent,
    Error,
    JoinRoom,
    Moderate,
    ServerEvent,
    TokenRenewed,
)
from virtubar.room.buckets import TokenBucket
from virtubar.room.outcomes import Ending, refuse
from virtubar.room.ports import ModerationAct, ModerationOutcome

_log = structlog.get_logger(__name__)


class Rooms(Protocol):
    """What brings rooms back that are only stored; implemented by live.registry."""

    def open_for(self, room_id: str, answer: Callable[[VirtuBarError | None], None]) -> None:
        """Bring a room back; the answer is told later: None where it can be joined now or does not
        exist, else what kept it from being looked up. Never waits or raises."""
        ...


class Acts(Protocol):
    """What does acts of moderation; implemented by moderation.service."""

    def submit(self, act: ModerationAct, answer: Answer | None = None) -> None:
        """Do one act, and tell what became of it; never waits or raises."""
        ...


class ConnectionParts(NamedTuple):
    """What all connections of a server share."""

    hub: Hub
    rooms: Rooms
    moderation: Acts


Handler = Callable[..., None]
"""Takes one event in: the connection, the event, its ts, now_ms."""

HELD_MAX = 32
"""Messages that are kept while a room is brought back for their connection, at most 4 KiB each; one
more is answered `not_joined`, as before any join. A client waits for `room_state` anyway."""


class State(Enum):
    """Where a connection is in its life."""

    CONNECTED = auto()
    JOINED = auto()
    CLOSED = auto()


class Connection:
    """The session of one open socket; implements ports.Sink and ports.RoomConnection.

    Args:
        token: what the handshake presented, used where `join_room` brings none.
        address: what limits per address count it by; None where addresses do not count.
    """

    __slots__ = (
        "_error_bucket",
        "_error_times",
        "_events_in",
        "_handlers",
        "_held",
        "_hub",
        "_live",
        "_parts",
        "_refusals",
        "_token",
        "_user_id",
        "address",
        "state",
        "transport",
        "wake_ms",
    )

    def __init__(
        self,
        parts: ConnectionParts,
        transport: Transport,
        token: str | None,
        address: str | None = None,
    ) -> None:
        hub = parts.hub
        self._enter(State.CONNECTED)
        self.transport = transport
        self.wake_ms: float | None = None
        self._parts = parts
        self._hub = hub
        self._events_in = hub.metrics.events_in
        self._token = token
        self._live: LiveRoom | None = None
        self._user_id = ""
        self._refusals = 0
        self.address = address
        # What came while a room is brought back for this connection; None where none is.
        self._held: list[tuple[bytes, str | None]] | None = None
        # Made at the first error: most connections never have one. At most 51 times are kept.
        self._error_bucket: TokenBucket | None = None
        self._error_times: deque[float] | None = None
        hub.sockets.opened(transport)
        hub.timer.schedule(self, hub.clock.now_ms() + JOIN_TIMEOUT_MS)

    # What the transport tells

    def message(self, data: bytes, now_ms: float, name: str | None = None) -> None:
        """Take one message in; see ports.Sink.

        Args:
            name: the event's, where the transport has it besides the envelope.
        """
        if self.state is State.CLOSED:
            return
        if self._held is not None and len(self._held) < HELD_MAX:
            self._held.append((data, name))
            return
        try:
            envelope = self.transport.dialect.decode(data, name)
        except DecodeRefusedError as error:
            self._refuse_message(Error(error.code, error.message, error.event), now_ms)
            return
        event = envelope.payload
        self._events_in[event.EVENT] += 1
        if self._held is not None:
            self._not_joined(event, envelope.ts, now_ms)
            return
        try:
            own, others = self._handlers
            own.get(type(event), others)(self, event, envelope.ts, now_ms)
        except Exception:
            self._fail()

    def garbled(self, message: str, now_ms: float) -> None:
        """Something came that is no message, for the reason given; the socket stays open (§2)."""
        if self.state is not State.CLOSED:
            self._refuse_message(Error(ErrorCode.MALFORMED, message, None), now_ms)

    def present(self, token: str) -> None:
        """The transport's own handshake presented that token (§3)."""
        self._token = token

    def drained(self) -> None:
        """See ports.Sink."""
        if self._live is not None:
            self._live.drained(self._user_id, self._hub.clock.now_ms())

    def closed(self, *, left: bool) -> None:
        """The socket is gone: a clean close leaves, anything else starts the grace (§4)."""
        self._hub.sockets.gone(self.transport)
        self._part(left=left)
        self._enter(State.CLOSED)
        self._hub.timer.cancel(self)

    def wake(self, now_ms: float) -> None:
        """60 s without a join are over (§3)."""
        del now_ms
        if self.state is State.CONNECTED:
            self._close(CloseCode.JOIN_TIMEOUT, "not joined in time")

    # What the room tells

    def ended(self, ending: Ending) -> None:
        """The membership is over; see ports.RoomConnection."""
        live, self._live = self._live, None
        _log.info(
            "ended",
            room_id=live.room.config.room_id if live is not None else None,
            user_id=self._user_id,
            reason=ending.reason,
        )
        if ending.close_code is None:
            self._enter(State.CONNECTED)
            self._hub.timer.schedule(self, self._hub.clock.now_ms() + JOIN_TIMEOUT_MS)
        else:
            self._close(ending.close_code, ending.reason)

    def failed(self) -> None:
        """It could not be told something, which is logged already; see ports.RoomConnection."""
        self._close(CloseCode.INTERNAL, "internal error")

    def replaced(self) -> None:
        """Another connection has the membership; see ports.RoomConnection."""
        self._live = None
        self._send(AuthError(AuthCode.REPLACED, "You are connected from somewhere else."))
        self._close(CloseCode.REPLACED, "replaced")

    # Handlers

    def _join(self, event: JoinRoom, _ts: int, now_ms: float) -> None:
        try:
            claims = self._hub.verify(event.realtime_token or self._token)
            old_live, old_user = self._live, self._user_id
            live, kind = self._hub.join(self, claims, event, now_ms)
        except TokenRefusedError as error:
            self._refuse_join(error.code, error.message)
            return
        except JoinRefusedError as error:
            if error.code is AuthCode.ROOM_NOT_FOUND and self._held is None:
                # It may only have been put away since the token was made: it comes back (§3).
                self._held = []
                self._parts.rooms.open_for(event.room_id, partial(self._opened, event))
            else:
                self._refuse_join(error.code, error.message)
            return
        self._refusals = 0
        if kind is None:
            self._send(TokenRenewed(claims.expires_at_ms))
            return
        if old_live is not None:
            self._leave(old_live, old_user, now_ms)
        self._live, self._user_id = live, claims.user_id
        self._enter(State.JOINED)
        self._hub.timer.cancel(self)
        _log.info("joined", room_id=claims.room_id, user_id=claims.user_id, kind=kind)

    def _opened(self, event: JoinRoom, error: VirtuBarError | None) -> None:
        """The room is there now, or there is none, or nobody can say; what came meanwhile is taken
        in after the join, as if it came now."""
        if self.state is State.CLOSED:
            return
        now_ms = self._hub.clock.now_ms()
        try:
            if error is not None:
                self._close(CloseCode.TOO_SLOW, "the room cannot be opened just now")
                return
            self._join(event, 0, now_ms)
        except Exception:
            self._fail()
            return
        held, self._held = self._held or [], None
        for data, name in held:
            self.message(data, now_ms, name)

    def _room_event(self, event: ClientEvent, ts: int, now_ms: float) -> None:
        live = self._live
        assert live is not None  # noqa: S101 - JOINED has a room
        wall_ms = self._hub.clock.wall_ms()
        reply = live.room.handle(self._user_id, event, ts, now_ms, wall_ms)
        if reply is not None:
            if isinstance(reply, Error):
                self._refuse(reply, now_ms)
            else:
                self._send(reply)
        live.touched(now_ms)
        if live.room.order.has_acts:
            for act in live.room.order.take_acts():
                self._parts.moderation.submit(act, partial(_settle, live, act.user_id))

    def _moderate(self, event: Moderate, _ts: int, _now_ms: float) -> None:
        live = self._live
        assert live is not None  # noqa: S101 - JOINED has a room
        role = live.room.members[self._user_id].role
        act = act_of(event, live.room.config.room_id, self._user_id, role, self.address)
        self._parts.moderation.submit(act, lambda outcome: self._moderated(event, outcome))

    def _moderated(self, event: Moderate, outcome: ModerationOutcome | VirtuBarError) -> None:
        """An act that was asked for here is done, or refused; whoever asked may have gone."""
        if self.state is State.CLOSED:
            return
        answer = answer_to(event, outcome)
        if isinstance(answer, Error):
            self._refuse(answer, self._hub.clock.now_ms())
        else:
            self._send(answer)

    def _not_joined(self, event: ClientEvent, _ts: int, now_ms: float) -> None:
        self._refuse(refuse(event, ErrorCode.NOT_JOINED, "Join a room first."), now_ms)

    # Refusing, leaving, closing

    def _refuse_join(self, code: str, message: str) -> None:
        self._refusals += 1
        self._hub.metrics.refusals[str(code)] += 1
        self._send(AuthError(str(code), message))
        if self._refusals >= JOIN_ATTEMPTS_MAX:
            self._send(AuthError(AuthCode.TOO_MANY_ATTEMPTS, "Too many refused joins."))
            if self._live is not None:
                self._live.flush(self._hub.clock.now_ms())
            self._close(CloseCode.JOIN_TIMEOUT, "too many refused joins")

    def _refuse_message(self, error: Error, now_ms: float) -> None:
        self._hub.metrics.events_in["refused"] += 1
        self._refuse(error, now_ms)

    def _refuse(self, error: Error, now_ms: float) -> None:
        """Tell the sender what was wrong, 5 times a second at most; much too much ends it."""
        self._hub.metrics.drops[str(error.code)] += 1
        if self._error_times is None or self._error_bucket is None:
            self._error_times = deque(maxlen=ERRORS_MAX + 1)
            self._error_bucket = TokenBucket(ERROR_RATE_HZ, ERROR_RATE_HZ, now_ms)
        times = self._error_times
        times.append(now_ms)
        if len(times) > ERRORS_MAX and times[0] > now_ms - ERRORS_WINDOW_MS:
            self._close(CloseCode.FLOODING, "too many errors")
        elif self._error_bucket.take(now_ms):
            self._send(error)

    def _send(self, event: ServerEvent) -> None:
        live, wall_ms = self._live, self._hub.clock.wall_ms()
        if live is not None and live.room.tell_newcomer(self._user_id, event, wall_ms):
            return
        self._hub.metrics.events_out[event.EVENT] += 1
        transport = self.transport
        transport.write(event_bytes(event, wall_ms, transport.dialect))

    def _leave(self, live: LiveRoom, user_id: str, now_ms: float) -> None:
        live.connections.pop(user_id, None)
        live.room.leave(user_id, self._hub.clock.wall_ms())
        live.touched(now_ms)

    def _part(self, *, left: bool) -> None:
        live, self._live = self._live, None
        if live is None:
            return
        now_ms = self._hub.clock.now_ms()
        if left:
            self._leave(live, self._user_id, now_ms)
        else:
            live.connections.pop(self._user_id, None)
            live.room.detach(self._user_id, now_ms, self._hub.clock.wall_ms())
            live.touched(now_ms)
        room_id = live.room.config.room_id
        _log.info("left" if left else "lost", room_id=room_id, user_id=self._user_id)

    def _close(self, code: CloseCode, reason: str) -> None:
        self._part(left=False)
        self._enter(State.CLOSED)
        self._hub.timer.cancel(self)
        self.transport.close(code, reason)

    def _fail(self) -> None:
        """A defect of ours showed in handling this connection's event: it alone ends (1011)."""
        room_id = self._live.room.config.room_id if self._live is not None else None
        _log.exception("connection_failed", room_id=room_id, user_id=self._user_id)
        self._close(CloseCode.INTERNAL, "internal error")

    def _enter(self, state: State) -> None:
        self.state = state
        self._handlers = HANDLERS[state]

    @staticmethod
    def handlers() -> dict[State, tuple[dict[type[ClientEvent], Handler], Handler]]:
        """By state: what the connection handles itself, and what it does with everything else,
        which a room has a table of its own for (Room.handle)."""
        own: dict[type[ClientEvent], Handler] = {
            JoinRoom: Connection._join,
            Moderate: Connection._moderate,
        }
        return {
            State.CONNECTED: ({JoinRoom: Connection._join}, Connection._not_joined),
            State.JOINED: (own, Connection._room_event),
            State.CLOSED: ({}, Connection._not_joined),
        }


HANDLERS: Final = Connection.handlers()


def _settle(live: LiveRoom, user_id: str, outcome: ModerationOutcome | VirtuBarError) -> None:
    """What a room's own rules asked for was done, or not."""
    live.room.order.settle(user_id, done=isinstance(outcome, ModerationOutcome))
