"""What a bot does next. Pure."""

from typing import NamedTuple

from virtubar.protocol.events import Anim


class Move(NamedTuple):
    """Be there now: metres, radians about +y."""

    x: float
    z: float
    rot_y: float
    anim: Anim


class Say(NamedTuple):
    """Say this."""

    text: str


class Show(NamedTuple):
    """Show this emote."""

    emote_id: str


class Sit(NamedTuple):
    """Ask for this seat, or give the own one up (None)."""

    seat_id: str | None


Action = Move | Say | Show | Sit


class Agenda:
    """Actions that are due later, in the order of their times."""

    def __init__(self) -> None:
        self._entries: list[tuple[float, Action]] = []

    def add(self, due_ms: float, action: Action) -> None:
        """Do it then."""
        self._entries.append((due_ms, action))
        self._entries.sort(key=lambda entry: entry[0])

    def take_due(self, now_ms: float) -> list[Action]:
        """What is due, and no longer on the agenda."""
        due = [action for due_ms, action in self._entries if due_ms <= now_ms]
        self._entries = [entry for entry in self._entries if entry[0] > now_ms]
        return due
