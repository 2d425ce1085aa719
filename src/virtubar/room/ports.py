"""What the shells need of rooms and of moderation, and what every implementation must promise."""

from typing import Protocol

from msgspec import Struct

from virtubar.errors import VirtuBarError
from virtubar.protocol.constants import AuthCode, Role
from virtubar.protocol.events import ModerationVerb
from virtubar.room.config import RoomConfig


class RoomExistsError(VirtuBarError):
    """The id of a new room is taken."""


class RoomsFullError(VirtuBarError):
    """There is no place for another room."""


class Rooms(Protocol):
    """The rooms that can be joined here.

    `create` is atomic: of two creators of one id exactly one succeeds. `occupancy` counts members
    in their grace too, since their places are kept.
    """

    def find(self, room_id: str) -> RoomConfig | None:
        """The room's settings, None where there is no such room."""
        ...

    def public(self) -> list[RoomConfig]:
        """The rooms that everybody may know of, by id."""
        ...

    def create(self, config: RoomConfig) -> None:
        """Make a room.

        Raises:
            RoomExistsError: the id is taken.
            RoomsFullError: there are as many rooms as there may be, none of them forgotten.
        """
        ...

    def occupancy(self, room_id: str) -> int:
        """How many members the room has; 0 for a room nobody is in."""
        ...

    def contains(self, room_id: str, user_id: str) -> bool:
        """Whether the user is a member of the room, in grace or not."""
        ...


class Refusal(Struct, frozen=True):
    """Why a user may not come in.

    Attributes:
        code: BANNED or KICKED.
        reason: the moderator's words.
        until_ms: wall time at which it ends, None for good.
    """

    code: AuthCode
    reason: str
    until_ms: int | None


class Mute(Struct, frozen=True):
    """Why a user may not speak, and until when (wall ms, None for good)."""

    reason: str
    until_ms: int | None


class ModerationAct(Struct, frozen=True):
    """One act of moderation.

    Attributes:
        duration_ms: how long a ban or a mute holds, None for good; ignored for the others.
    """

    verb: ModerationVerb
    room_id: str
    user_id: str
    actor_id: str
    actor_role: Role
    reason: str
    duration_ms: int | None = None


class Sanctions(Protocol):
    """The acts of moderation that hold.

    `record` has stored the act when it returns, and every later `refusal` and `mute` answers by
    it: a kick refuses for 30 s and revokes every token issued before it, a ban refuses for its
    life, a mute survives a rejoin (§7).
    """

    def record(self, act: ModerationAct, wall_ms: int) -> None:
        """Store one act."""
        ...

    def refusal(
        self, room_id: str, user_id: str, issued_at_ms: int, wall_ms: int
    ) -> Refusal | None:
        """Why a token issued then may not enter now; None where it may."""
        ...

    def mute(self, room_id: str, user_id: str, wall_ms: int) -> Mute | None:
        """The mute that holds for the user now, if any."""
        ...
