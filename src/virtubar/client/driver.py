"""Carries out what a Session commands: HTTP, the socket, the timer. The only place that waits.

Longer than most modules because every command of a session ends here.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from virtubar.client.events import Delivery
from virtubar.client.link import CLOSE_TIMEOUT_S, Connection
from virtubar.client.opening import OPENING_ERRORS, Transport, open_connection
from virtubar.client.sender import Pose, TransformSender
from virtubar.client.session import Session
from virtubar.client.states import State
from virtubar.client.steps import (
    CloseSocket,
    Command,
    Deliver,
    Finish,
    Input,
    OpenSocket,
    Received,
    RequestTicket,
    Send,
    SocketClosed,
    SocketFailed,
    SocketOpened,
    Stop,
    TimerFired,
)
from virtubar.client.tickets import JoinRequests
from virtubar.client.wire import WireChoice, WireReader
from virtubar.errors import ClientError
from virtubar.protocol.codec import DecodeRefusedError, ServerEnvelope, encode
from virtubar.protocol.constants import UNSENT_MAX_BYTES, CloseCode, ErrorCode
from virtubar.protocol.events import AvatarTransform, ClientEvent

logger = logging.getLogger(__name__)


def now_ms() -> float:
    """Monotonic milliseconds."""
    return time.monotonic() * 1000.0


class DriverOwner(Protocol):
    """Whoever reads the events."""

    def deliver(self, delivery: Delivery) -> None:
        """One event; ClientError from here ends the session with it."""
        ...

    def state_changed(self) -> None:
        """`Driver.state` or `Driver.error` is another one."""
        ...


class Driver:
    """Runs one session until it is closed.

    Attributes:
        error: why it was closed, None where the application left or it is not closed.
    """

    def __init__(
        self,
        owner: DriverOwner,
        session: Session,
        join_requests: JoinRequests,
        *,
        epoch_ms: float,
        transport: Transport = "websocket",
        direct: bool = False,
        wire: WireChoice = "auto",
    ) -> None:
        self.session = session
        self.error: Exception | None = None
        self._owner = owner
        self._join_requests = join_requests
        self._epoch_ms = epoch_ms
        self._sender = TransformSender()
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._direct = direct
        self._wire = wire
        self._reader = WireReader()
        self._link: Connection | None = None
        self._ticketing: asyncio.Task[None] | None = None
        self._opening: asyncio.Task[None] | None = None
        self._partings: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._armed_ms = math.inf
        self._state = session.state

    @property
    def state(self) -> State:
        """The session's state, as of the last `DriverOwner.state_changed`."""
        return self._state

    @property
    def has_left(self) -> bool:
        """Whether it is over because the application wanted it."""
        return self._state is State.CLOSED and self.error is None

    def feed(self, what: Input) -> None:
        """Hand one input to the session and do what it says."""
        try:
            for command in self.session.handle(what, now_ms()):
                self._do(command)
        except Exception as error:
            # Whatever broke must reach the reader.
            self._fail(error)
        self._arm()
        if self.session.state is not self._state:
            self._enter(self.session.state)

    def move(self, pose: Pose) -> None:
        """Take the newest pose; it is sent when the rate allows."""
        self._sender.move(pose)
        self._pump()
        self._arm()

    def send(self, event: ClientEvent) -> None:
        """Write one event now, if there is a socket."""
        if self._link is not None:
            self._link.send(encode(event, round(self._epoch_ms + now_ms())))

    async def stop(self) -> None:
        """Leave the room and wait until every connection is closed; bounded by CLOSE_TIMEOUT_S.

        Cancelling it leaves the room all the same: the close frame is written first.
        """
        self.feed(Stop())
        if self._opening is not None:
            await asyncio.wait({self._opening}, timeout=CLOSE_TIMEOUT_S)
            _cancel(self._opening)
        if self._partings:
            await asyncio.wait(self._partings)

    # What the link tells

    def link_message(self, message: bytes) -> None:
        """A text message came."""
        self._take(self._reader.text, message)

    def link_binary(self, message: bytes) -> None:
        """A binary message came."""
        self._take(self._reader.binary, message)

    def _take(self, read: Callable[[bytes], list[ServerEnvelope]], message: bytes) -> None:
        """Feed what is in a message: an event this client does not know is none of its business."""
        try:
            envelopes = read(message)
        except DecodeRefusedError as error:
            if error.code != ErrorCode.UNKNOWN_EVENT:
                logger.warning("unreadable message from the server: %s", error.code)
            return
        for envelope in envelopes:
            self.feed(Received(envelope.payload, envelope.ts))

    def link_closed(self, code: int, reason: str) -> None:
        """The connection is gone."""
        self._link = None
        self.feed(SocketClosed(code, reason))

    # What the session commands

    def _do(self, command: Command) -> None:
        match command:
            case Deliver():
                self._owner.deliver(Delivery(command.event, command.ts_ms, now_ms()))
            case Send():
                self.send(command.event)
            case RequestTicket():
                _cancel(self._ticketing)
                self._ticketing = self._spawn(self._request())
            case OpenSocket():
                self._opening = self._spawn(self._open(command))
            case CloseSocket():
                self._part(command.code)
            case Finish():
                self._finish(command.error)

    async def _request(self) -> None:
        answer = await self._join_requests.request()
        self._ticketing = None
        self.feed(answer)

    async def _open(self, where: OpenSocket) -> None:
        """Open a socket; not cancelled when the application leaves, for picows would leak it."""
        try:
            self._reader = WireReader()
            self._link = await open_connection(
                where, self._transport, self, direct=self._direct, wire=self._wire
            )
        except OPENING_ERRORS as error:
            self._opening = None
            self.feed(SocketFailed(f"{type(error).__name__}: {error}"))
            return
        self._opening = None
        self._spawn_parting(self._link.wait_closed())
        if self.session.state is State.CLOSED:
            self._part(CloseCode.NORMAL)
        self.feed(SocketOpened())

    def _part(self, code: int) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.close(code)
            self._spawn_parting(link.wait_goodbye())

    def _finish(self, error: Exception | None) -> None:
        self.error = error
        _cancel(self._ticketing)
        if self._timer is not None:
            self._timer.cancel()

    def _fail(self, error: Exception) -> None:
        """What was asked could not be done: leave the room, and tell the reader why."""
        if not isinstance(error, ClientError):
            logger.exception("the client failed", exc_info=error)
        self._part(CloseCode.INTERNAL)
        self.session.handle(Stop(), now_ms())
        self._finish(error)

    def _enter(self, state: State) -> None:
        self._state = state
        if state is State.JOINED:
            self._sender.set_rate(self.session.view.rate_hz)
            self._send_pose(self._sender.resend(now_ms()))
            self._arm()
        self._owner.state_changed()

    # Transforms

    def _pump(self) -> None:
        """Send the pose that is due, unless it would only wait in the socket's buffer."""
        if self.session.state is not State.JOINED or self._link is None:
            return
        if self._link.unsent_bytes <= UNSENT_MAX_BYTES:
            self._send_pose(self._sender.poll(now_ms()))

    def _send_pose(self, pose: Pose | None) -> None:
        if pose is None or self._link is None:
            return
        session = self.session
        event = AvatarTransform(
            session.room_id,
            session.next_seq(),
            pose.x,
            pose.y,
            pose.z,
            pose.rot_y,
            pose.anim,
            pose.speaking,
        )
        self._link.send(encode(event, round(self._epoch_ms + pose.at_ms)))

    # Time

    def _due_ms(self) -> float | None:
        due_ms = self.session.next_deadline()
        pose_due_ms = self._sender.due_ms()
        if self.session.state is not State.JOINED or pose_due_ms is None:
            return due_ms
        if self._link is not None and self._link.unsent_bytes > UNSENT_MAX_BYTES:
            pose_due_ms = now_ms() + self._sender.interval_ms
        return pose_due_ms if due_ms is None else min(due_ms, pose_due_ms)

    def _arm(self) -> None:
        """Have the timer fire when something is due; one that fires too soon is left alone."""
        due_ms = self._due_ms()
        if due_ms is None or due_ms >= self._armed_ms:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._armed_ms = due_ms
        self._timer = self._loop.call_later(max(0.0, due_ms - now_ms()) / 1000.0, self._fire)

    def _fire(self) -> None:
        self._timer = None
        self._armed_ms = math.inf
        self._pump()
        deadline_ms = self.session.next_deadline()
        if deadline_ms is not None and now_ms() >= deadline_ms:
            self.feed(TimerFired())
        self._arm()

    # Tasks

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._loop.create_task(work)
        task.add_done_callback(self._worked)
        return task

    def _worked(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, Exception):
            self._fail(error)
            self._enter(State.CLOSED)

    def _spawn_parting(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._spawn(work)
        self._partings.add(task)
        task.add_done_callback(self._partings.discard)


def _cancel(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
