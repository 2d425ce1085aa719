"""What acts of moderation need of the rest of a server."""

from collections.abc import Callable
from typing import Protocol

from virtubar.errors import VirtuBarError
from virtubar.protocol.constants import Role
from virtubar.room.config import RoomConfig
from virtubar.room.ports import ModerationOutcome, Refusal
from virtubar.runtime.clock import Clock
from virtubar.runtime.timer import Timer
from virtubar.storage.ports import AuditStore, SanctionStore

Answer = Callable[[ModerationOutcome | VirtuBarError], None]
"""Told once what became of an act."""


class LiveRooms(Protocol):
    """The rooms that acts are felt in; implemented by live.hub."""

    @property
    def clock(self) -> Clock:
        """The clock of the rooms."""
        ...

    @property
    def timer(self) -> Timer:
        """The timer of the rooms."""
        ...

    def find(self, room_id: str) -> RoomConfig | None:
        """The live room's settings, None where there is no such room."""
        ...

    def eject(self, room_id: str | None, user_id: str, refusal: Refusal) -> None:
        """Put somebody out of the room, or of every room: told why and closed, now (§7)."""
        ...

    def apply_mute(self, room_id: str | None, user_id: str) -> None:
        """See to it that the person may speak, or not, as the sanctions now say."""
        ...


class Standings(Protocol):
    """Who counts as what, whether they are there or not, and what they are called."""

    def name_of(self, room_id: str, user_id: str) -> str | None:
        """What somebody is called there, or was lately; None where nobody has seen them."""
        ...

    def standing(self, room_id: str, user_id: str, role: Role) -> Role:
        """What somebody who comes with that role counts as in the room."""
        ...

    def standing_of(self, room_id: str, user_id: str) -> Role:
        """What somebody counts as whom another wants to moderate."""
        ...


class Records(Protocol):
    """Where acts are kept: a part of the Storage port."""

    @property
    def sanctions(self) -> SanctionStore:
        """Sanctions, each with its line of the audit."""
        ...

    @property
    def audit(self) -> AuditStore:
        """Lines that stand alone."""
        ...
