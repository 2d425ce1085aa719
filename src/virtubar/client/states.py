"""The six states of a membership that the application is told, and the steps they hide (§9)."""

from enum import Enum, StrEnum, auto


class State(StrEnum):
    """What the application is told (§9)."""

    IDLE = "idle"
    CONNECTING = "connecting"
    JOINING = "joining"
    JOINED = "joined"
    RECONNECTING = "reconnecting"
    CLOSED = "closed"


class Step(Enum):
    """What the session waits for, finer than State."""

    IDLE = auto()
    TICKET = auto()
    SOCKET = auto()
    ANSWER = auto()
    """`join_room` was sent."""
    PAUSE = auto()
    """Refused; the socket is open, and the next try waits for its time."""
    RETICKET = auto()
    """Refused; the socket is open, and a fresh ticket was asked for."""
    JOINED = auto()
    WAIT = auto()
    """No socket, and the next try waits for its time."""
    CLOSED = auto()


SOCKET_STEPS = (Step.ANSWER, Step.PAUSE, Step.RETICKET, Step.JOINED)
"""The steps in which a socket is open."""

_FIRST_STATES = {
    Step.TICKET: State.CONNECTING,
    Step.SOCKET: State.CONNECTING,
    Step.WAIT: State.CONNECTING,
    Step.ANSWER: State.JOINING,
    Step.PAUSE: State.JOINING,
    Step.RETICKET: State.JOINING,
}
_FIXED_STATES = {Step.IDLE: State.IDLE, Step.JOINED: State.JOINED, Step.CLOSED: State.CLOSED}


def state_of(step: Step, *, was_joined: bool) -> State:
    """The state that a step belongs to; on the way back to a room it is `reconnecting`."""
    fixed = _FIXED_STATES.get(step)
    if fixed is not None:
        return fixed
    return State.RECONNECTING if was_joined else _FIRST_STATES[step]
