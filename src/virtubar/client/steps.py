"""What goes into a session and what comes out of it: inputs and commands. Pure."""

from msgspec import Struct

from virtubar.client.events import BarEvent
from virtubar.errors import ClientError
from virtubar.protocol.events import ClientEvent, ServerEvent


class Ticket(Struct, frozen=True, rename="camel"):
    """The answer of `POST /rooms/join` (§3)."""

    realtime_token: str
    expires_at_ms: int
    user_id: str
    room_id: str
    realtime_url: str
    identity_token: str | None = None
    socketio_url: str = ""
    wire: str = "json"


# Inputs: what happened


class Start(Struct, frozen=True):
    """The application wants to be in the room."""


class TicketGiven(Struct, frozen=True):
    """`POST /rooms/join` succeeded."""

    ticket: Ticket


class TicketRefused(Struct, frozen=True):
    """`POST /rooms/join` failed; `status` is 0 where no answer came."""

    status: int
    code: str
    message: str
    retry_after_ms: int | None = None


class SocketOpened(Struct, frozen=True):
    """The WebSocket's handshake is done."""


class SocketFailed(Struct, frozen=True):
    """The WebSocket could not be opened."""

    reason: str


class SocketClosed(Struct, frozen=True):
    """The WebSocket is closed; 1006 where no close frame came."""

    code: int
    reason: str


class Received(Struct, frozen=True, gc=False):
    """A message of the server's was decoded."""

    event: ServerEvent
    ts_ms: int


class TimerFired(Struct, frozen=True):
    """The time that `next_deadline` named has come."""


class Visibility(Struct, frozen=True):
    """The application does, or does not, want transforms of the others (`presence`, §4)."""

    visible: bool


class Stop(Struct, frozen=True):
    """The application leaves."""


Input = (
    Start
    | TicketGiven
    | TicketRefused
    | SocketOpened
    | SocketFailed
    | SocketClosed
    | Received
    | TimerFired
    | Visibility
    | Stop
)


# Commands: what to do now, in order


class RequestTicket(Struct, frozen=True):
    """Call `POST /rooms/join`; a call still under way is to be given up."""


class OpenSocket(Struct, frozen=True):
    """Open a connection: a WebSocket to `url`, or Socket.IO at `socketio_url`.

    Attributes:
        wire: how the server would like transforms to go over a WebSocket, `json` or `compact`.
    """

    url: str
    socketio_url: str = ""
    wire: str = "json"


class Send(Struct, frozen=True):
    """Write one event to the socket."""

    event: ClientEvent


class CloseSocket(Struct, frozen=True):
    """Close the socket with `code`; nothing more of it is to be handed in, its close neither."""

    code: int


class Deliver(Struct, frozen=True, gc=False):
    """Hand one event to the application."""

    event: BarEvent
    ts_ms: int


class Finish(Struct, frozen=True):
    """It is over; `error` says why, None where the application left."""

    error: ClientError | None


Command = RequestTicket | OpenSocket | Send | CloseSocket | Deliver | Finish
