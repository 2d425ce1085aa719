"""The state machine of one membership, as seen from the client (§9).

    idle → connecting → joining → joined ⇄ reconnecting → closed

Pure: inputs and monotonic times go in, commands come out (steps.py says which). What may happen
in which step is one table at the end; anything else is a fault of the shell and raises. Longer than
most modules because a table is read together with everything that it leads to.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from virtubar.client import steps
from virtubar.client.backoff import Backoff
from virtubar.client.events import BarEvent, Joined, Reconnecting
from virtubar.client.renewal import Renewal
from virtubar.client.states import SOCKET_STEPS, State, Step, state_of
from virtubar.client.steps import Command, Input
from virtubar.client.view import RoomView
from virtubar.errors import ClientError, ConnectionLostError, JoinFailedError
from virtubar.protocol import events as wire
from virtubar.protocol.constants import (
    DEFAULT_AVATAR_ID,
    HEARTBEAT_INTERVAL_MS,
    HEARTBEATS_UNANSWERED_MAX,
    JOIN_ANSWER_MS,
    NO_RECONNECT_CODES,
    SEQ_RESTART,
    STABLE_MS,
    AuthCode,
    CloseCode,
)

ABNORMAL_CLOSE = 1006
"""What a connection that ended without a close frame is said to be closed with."""
BEFORE_ALL_MESSAGES = "00000000-0000-0000-0000-000000000000"
"""What one who was in the room and heard nothing yet has heard last (§6): ids rise as texts."""
FINAL_STATUSES = frozenset({400, 401, 403, 404, 413, 422})
"""Answers of `POST /rooms/join` that another try would not change."""
FINAL_AUTH_CODES = frozenset(
    {
        AuthCode.BANNED,
        AuthCode.KICKED,
        AuthCode.ROOM_NOT_FOUND,
        AuthCode.ROOM_LOCKED,
        AuthCode.NOT_ALLOWED,
        AuthCode.SIGN_IN_REQUIRED,
    }
)


Rule = Callable[["Session", Any, float], None]


class Session:
    """Decides; does nothing itself.

    Args:
        room_id: the room to be in.
        display_name: what the others see; empty for a guest's name of the server's choice.
        epoch_ms: what to add to a monotonic time to get epoch time on the client's clock.
        chance: gives numbers, 0 ≤ n < 1, for jitter.

    Attributes:
        view: what is known of the room.
        last_seq: the highest seq in use, -1 before the first.
        trouble: why the last try did not end in the room, empty before any.
    """

    def __init__(
        self,
        room_id: str,
        *,
        display_name: str = "",
        avatar_id: str = DEFAULT_AVATAR_ID,
        epoch_ms: float,
        chance: Callable[[], float],
    ) -> None:
        self.room_id = room_id
        self.view = RoomView()
        self.last_seq = -1
        self.trouble = ""
        self._display_name = display_name
        self._avatar_id = avatar_id
        self._epoch_ms = epoch_ms
        self._backoff = Backoff(chance)
        self._visible = True
        self._token = ""
        self._step = Step.IDLE
        self._was_joined = False
        self._joined_ms = 0.0
        self._refusals = 0
        self._unanswered = 0
        self._renewal = Renewal(chance)
        self._ending: ClientError | None = None
        self._step_due_ms: float | None = None
        self._heartbeat_due_ms: float | None = None
        self._out: list[Command] = []

    @property
    def state(self) -> State:
        """One of the six states of §9."""
        return state_of(self._step, was_joined=self._was_joined)

    def next_seq(self) -> int:
        """The seq of the next transform: rises across reconnects too, up to the one after which a
        new connection begins again (§5)."""
        self.last_seq += 1
        return self.last_seq

    def next_deadline(self) -> float | None:
        """The monotonic ms at which `TimerFired` is wanted; None for never."""
        due = (self._step_due_ms, self._heartbeat_due_ms, self._renewal.due_ms)
        return min((one for one in due if one is not None), default=None)

    def handle(self, what: Input, now_ms: float) -> list[Command]:
        """Take one input.

        Args:
            now_ms: monotonic; must not go back.

        Returns:
            What to do, in this order.

        Raises:
            RuntimeError: this input cannot happen in this step; the shell is at fault.
        """
        rule = self._RULES[self._step].get(type(what)) or self._ANYWHERE.get(type(what))
        if rule is None:
            raise RuntimeError(f"{type(what).__name__} cannot happen in step {self._step.name}")
        rule(self, what, now_ms)
        out, self._out = self._out, []
        return out

    # Coming in

    def _ask_ticket(self, step: Step) -> None:
        self._enter(step)
        self._out.append(steps.RequestTicket())

    def _start(self, _what: steps.Start, _now_ms: float) -> None:
        self._ask_ticket(Step.TICKET)

    def _open(self, what: steps.TicketGiven, _now_ms: float) -> None:
        self._keep(what.ticket)
        self._refusals = 0
        self._enter(Step.SOCKET)
        self._out.append(_where(what.ticket))

    def _keep(self, ticket: steps.Ticket) -> None:
        self._token = ticket.realtime_token
        self.view.user_id = ticket.user_id

    def _opened(self, _what: steps.SocketOpened, now_ms: float) -> None:
        self._enter(Step.ANSWER, now_ms + JOIN_ANSWER_MS)
        self._send_join()

    def _join_again(self, what: steps.TicketGiven, now_ms: float) -> None:
        self._keep(what.ticket)
        self._enter(Step.ANSWER, now_ms + JOIN_ANSWER_MS)
        self._send_join()

    def _send_join(self) -> None:
        user = wire.JoinUser(self.view.user_id, self._display_name, self._avatar_id)
        last_id = self.view.last_message_id
        if last_id is None and self._was_joined:
            last_id = BEFORE_ALL_MESSAGES
        self._out.append(steps.Send(wire.JoinRoom(self.room_id, user, self._token, last_id)))

    def _ticket_refused(self, what: steps.TicketRefused, now_ms: float) -> None:
        if self._is_final(what):
            self._finish(JoinFailedError(what.code, what.message))
            return
        delay_ms = self._backoff.next_ms(what.retry_after_ms or 0.0)
        if self._step is Step.RETICKET:
            self._enter(Step.PAUSE, now_ms + delay_ms)
        else:
            self._wait(delay_ms, ABNORMAL_CLOSE, f"{what.code}: {what.message}", now_ms)

    def _is_final(self, what: steps.TicketRefused) -> bool:
        if what.code == AuthCode.ROOM_FULL:
            return not self._was_joined
        return what.status in FINAL_STATUSES

    def _not_opened(self, what: steps.SocketFailed, now_ms: float) -> None:
        self._wait(self._backoff.next_ms(), ABNORMAL_CLOSE, what.reason, now_ms)

    # Being in

    def _received(self, what: steps.Received, now_ms: float) -> None:
        self._unanswered = 0
        event = what.event
        if not self.view.see(event, self._epoch_ms + now_ms):
            return
        self._out.append(steps.Deliver(event, what.ts_ms))
        match event:
            case wire.Session():
                self._joined(event, now_ms)
            case wire.TokenRenewed():
                self._backoff.reset()
                self._schedule_renewal(event.expires_at_ms, now_ms)
            case wire.AuthError():
                self._auth_error(event, now_ms)
            case wire.ModerationAction(type="kicked"):
                self._ending = ConnectionLostError(CloseCode.KICKED, event.reason)
            case wire.ModerationAction(type="banned"):
                self._ending = ConnectionLostError(CloseCode.BANNED, event.reason)

    def _joined(self, event: wire.Session, now_ms: float) -> None:
        self._enter(Step.JOINED)
        self._was_joined = True
        self._joined_ms = now_ms
        self._refusals = 0
        last_seq = max(self.last_seq, event.last_seq)
        self.last_seq = last_seq if last_seq <= SEQ_RESTART else -1
        self._schedule_renewal(event.expires_at_ms, now_ms)
        joined = Joined(event.user_id, event.role, event.resumed, event.rate_hz, event.muted)
        self._deliver(joined, now_ms)
        if not self._visible:
            self._out.append(steps.Send(wire.Presence(visible=False)))
        self._heartbeat(now_ms)

    def _see(self, what: steps.Visibility, _now_ms: float) -> None:
        changed = what.visible is not self._visible
        self._visible = what.visible
        if changed and self._step is Step.JOINED:
            self._out.append(steps.Send(wire.Presence(what.visible)))

    # Renewal and refusals

    def _schedule_renewal(self, expires_at_ms: int, now_ms: float) -> None:
        server_ms = self.view.clock.server_ms(self._epoch_ms + now_ms)
        self._renewal.schedule(expires_at_ms - server_ms, now_ms)

    def _renew(self, now_ms: float) -> None:
        self._renewal.begin(now_ms)
        self._out.append(steps.RequestTicket())

    def _renew_join(self, what: steps.TicketGiven, _now_ms: float) -> None:
        self._renewal.answered()
        self._keep(what.ticket)
        self._send_join()

    def _renew_refused(self, what: steps.TicketRefused, now_ms: float) -> None:
        self._renewal.answered()
        if self._is_final(what):
            self._finish(JoinFailedError(what.code, what.message))
        else:
            self._renewal.retry(now_ms + self._backoff.next_ms(what.retry_after_ms or 0.0))

    def _auth_error(self, event: wire.AuthError, now_ms: float) -> None:
        if event.code == AuthCode.REPLACED:
            self._finish(ConnectionLostError(CloseCode.REPLACED, event.message))
        elif event.code in FINAL_AUTH_CODES or (
            event.code == AuthCode.ROOM_FULL and not self._was_joined
        ):
            self._finish(JoinFailedError(event.code, event.message))
        elif self._step is Step.JOINED:
            self._renewal_failed(now_ms)
        elif self._step is Step.ANSWER:
            self._join_refused(event, now_ms)

    def _renewal_failed(self, now_ms: float) -> None:
        """The token expired before it was renewed, or `join_room` was refused its successor."""
        if self._renewal.is_first_refusal():
            self._renew(now_ms)
        elif not self._renewal.is_under_way():
            self._renewal.retry(now_ms + self._backoff.next_ms())

    def _join_refused(self, event: wire.AuthError, now_ms: float) -> None:
        self.trouble = f"{event.code}: {event.message}"
        self._refusals += 1
        if self._refusals == 1 and event.code != AuthCode.ROOM_FULL:
            self._ask_ticket(Step.RETICKET)
        else:
            self._enter(Step.PAUSE, now_ms + self._backoff.next_ms())

    # Time

    def _timer(self, _what: steps.TimerFired, now_ms: float) -> None:
        if self._step_due_ms is not None and now_ms >= self._step_due_ms:
            self._step_due(now_ms)
        if self._heartbeat_due_ms is not None and now_ms >= self._heartbeat_due_ms:
            self._heartbeat_due(now_ms)
        if self._renewal.due_ms is not None and now_ms >= self._renewal.due_ms:
            self._renew(now_ms)

    def _step_due(self, now_ms: float) -> None:
        if self._step is Step.WAIT:
            self._ask_ticket(Step.TICKET)
        elif self._step is Step.PAUSE:
            self._ask_ticket(Step.RETICKET)
        else:
            self._give_up("no answer to join_room", now_ms)

    def _heartbeat_due(self, now_ms: float) -> None:
        if self._unanswered >= HEARTBEATS_UNANSWERED_MAX:
            self._give_up("nothing heard", now_ms)
        else:
            self._heartbeat(now_ms)

    def _heartbeat(self, now_ms: float) -> None:
        self._unanswered += 1
        self._heartbeat_due_ms = now_ms + HEARTBEAT_INTERVAL_MS
        client_time_ms = self._epoch_ms + now_ms
        self._out.append(steps.Send(wire.Heartbeat(self.room_id, client_time_ms, self.last_seq)))

    # Going out

    def _give_up(self, reason: str, now_ms: float) -> None:
        self._out.append(steps.CloseSocket(CloseCode.GOING_AWAY))
        self._lose(ABNORMAL_CLOSE, reason, now_ms)

    def _closed(self, what: steps.SocketClosed, now_ms: float) -> None:
        self._lose(what.code, what.reason, now_ms)

    def _lose(self, code: int, reason: str, now_ms: float) -> None:
        if self._ending is not None or code in NO_RECONNECT_CODES:
            self._enter(Step.CLOSED)
            self._out.append(steps.Finish(self._ending or ConnectionLostError(code, reason)))
            return
        if self._step is Step.JOINED and now_ms - self._joined_ms >= STABLE_MS:
            self._backoff.reset()
        self._wait(self._backoff.after_close_ms(code), code, reason, now_ms)

    def _wait(self, delay_ms: float, code: int, reason: str, now_ms: float) -> None:
        self.trouble = reason or f"closed with {code}"
        self._enter(Step.WAIT, now_ms + delay_ms)
        self._deliver(Reconnecting(code, reason, delay_ms), now_ms)

    def _stop(self, _what: steps.Stop, _now_ms: float) -> None:
        self._finish(None)

    def _finish(self, error: ClientError | None) -> None:
        if self._step in SOCKET_STEPS:
            self._out.append(steps.CloseSocket(CloseCode.NORMAL))
        self._enter(Step.CLOSED)
        self._out.append(steps.Finish(error))

    def _ignore(self, _what: Input, _now_ms: float) -> None:
        """What was under way when the step changed no longer matters."""

    def _enter(self, step: Step, due_ms: float | None = None) -> None:
        self._step = step
        self._step_due_ms = due_ms
        self._unanswered = 0
        self._heartbeat_due_ms = None
        self._renewal.stop()

    def _deliver(self, event: BarEvent, now_ms: float) -> None:
        ts_ms = self.view.clock.server_ms(self._epoch_ms + now_ms)
        self._out.append(steps.Deliver(event, round(ts_ms)))

    _RULES: ClassVar[dict[Step, dict[type[Input], Rule]]] = {
        Step.IDLE: {steps.Start: _start},
        Step.TICKET: {steps.TicketGiven: _open, steps.TicketRefused: _ticket_refused},
        Step.SOCKET: {steps.SocketOpened: _opened, steps.SocketFailed: _not_opened},
        Step.ANSWER: {steps.Received: _received, steps.SocketClosed: _closed},
        Step.PAUSE: {steps.Received: _received, steps.SocketClosed: _closed},
        Step.RETICKET: {
            steps.TicketGiven: _join_again,
            steps.TicketRefused: _ticket_refused,
            steps.Received: _received,
            steps.SocketClosed: _closed,
        },
        Step.JOINED: {
            steps.TicketGiven: _renew_join,
            steps.TicketRefused: _renew_refused,
            steps.Received: _received,
            steps.SocketClosed: _closed,
        },
        # A renewal may have been under way when the socket was lost.
        Step.WAIT: {steps.TicketGiven: _ignore, steps.TicketRefused: _ignore},
        Step.CLOSED: {
            steps.TicketGiven: _ignore,
            steps.TicketRefused: _ignore,
            steps.SocketOpened: _ignore,
            steps.SocketFailed: _ignore,
            steps.TimerFired: _ignore,
            steps.Visibility: _ignore,
            steps.Stop: _ignore,
        },
    }
    _ANYWHERE: ClassVar[dict[type[Input], Rule]] = {
        steps.TimerFired: _timer,
        steps.Visibility: _see,
        steps.Stop: _stop,
    }


def _where(ticket: steps.Ticket) -> steps.OpenSocket:
    """Where the socket is to be opened that a ticket is for."""
    return steps.OpenSocket(ticket.realtime_url, ticket.socketio_url, ticket.wire)
