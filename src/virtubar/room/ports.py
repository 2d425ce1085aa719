"""What the shells need of rooms and of moderation, and what every implementation must promise.

Longer than most modules because promises take words; there is nothing in it that does anything.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from msgspec import Struct

from virtubar.errors import VirtuBarError
from virtubar.protocol.constants import AuthCode, Device, Role
from virtubar.protocol.events import Anim, ModerationVerb
from virtubar.room.config import RoomConfig
from virtubar.room.records import AddressMark, Scope


class RoomExistsError(VirtuBarError):
    """The id of a new room is taken."""


class RoomsFullError(VirtuBarError):
    """There is no place for another room."""


class ForbiddenError(VirtuBarError):
    """Someone asked for something that they may not do; never says what exists."""


class NotStoredError(VirtuBarError):
    """Storage did not take it, so that nothing was done."""


class ActsLimitedError(VirtuBarError):
    """Somebody asks for acts of moderation too often.

    Attributes:
        retry_after_ms: when they may again.
    """

    def __init__(self, retry_after_ms: float) -> None:
        super().__init__("Too many acts; wait a moment.")
        self.retry_after_ms = retry_after_ms


class SanctionsFullError(VirtuBarError):
    """As many bans and mutes hold in somebody's own room as it may have."""


class Rooms(Protocol):
    """The rooms that can be joined here, and those that are only stored.

    `create` is atomic: of two creators of one id exactly one succeeds. `occupancy` counts members
    in their grace too, since their places are kept.
    """

    async def open(self, room_id: str) -> RoomConfig | None:
        """The room's settings, None where there is no such room. From now on it can be joined.

        Raises:
            RoomsFullError: it is only stored, and there is no place for it.
            VirtuBarError: storage's own, where it is not live and cannot be looked up.
        """
        ...

    async def look(self, room_id: str) -> RoomConfig | None:
        """The same for somebody who only looks: a room that is only stored stays so.

        Raises:
            VirtuBarError: storage's own, where it is not live and cannot be looked up.
        """
        ...

    def public(self) -> list[RoomConfig]:
        """The rooms that everybody may know of, by id."""
        ...

    async def create(self, config: RoomConfig) -> None:
        """Make a room and keep it.

        Raises:
            RoomExistsError: the id is taken.
            RoomsFullError: there are as many rooms as there may be, none of them empty.
            NotStoredError: nothing was made.
        """
        ...

    async def change(
        self, room_id: str, fields: Mapping[str, Any], actor_id: str, actor_role: Role
    ) -> RoomConfig | None:
        """Give a room new settings, kept and felt at once; of two changes at once neither undoes
        the other.

        Args:
            fields: what is to be replaced; never `room_id` or `owner_id`.

        Returns:
            The room as it is now, None where there is none.

        Raises:
            RoomsFullError: it is only stored, and there is no place for it.
            NotStoredError: nothing was changed.
        """
        ...

    def occupancy(self, room_id: str) -> int:
        """How many members the room has; 0 for a room nobody is in."""
        ...

    def bots(self, room_id: str) -> int:
        """How many of those members are bots."""
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
    scope: Scope = "room"


class Mute(Struct, frozen=True):
    """Why a user may not speak, and until when (wall ms, None for good)."""

    reason: str
    until_ms: int | None
    scope: Scope = "room"


class ModerationAct(Struct, frozen=True):
    """One act of moderation that somebody asks for.

    Attributes:
        room_id: where it is asked for; with scope `server` it holds in every room.
        actor_role: of the actor's token, before ownership counts.
        duration_ms: how long a ban or a mute holds, None for good; ignored for the others.
        address: from where it is asked for, None where addresses do not count.
        actor_name: the provider's name for the actor, None where there is none.
    """

    verb: ModerationVerb
    room_id: str
    user_id: str
    actor_id: str
    actor_role: Role
    reason: str
    duration_ms: int | None = None
    scope: Scope = "room"
    address: str | None = None
    actor_name: str | None = None


class ModerationOutcome(Struct, frozen=True):
    """What an act did.

    Attributes:
        sanction_id: None for `unmute` and `unban`.
        until_ms: wall time at which it ends; None for good, and for `unmute` and `unban`.
    """

    sanction_id: str | None
    until_ms: int | None


class Moderation(Protocol):
    """Does acts of moderation: stored, audited and felt, or nothing of it (§7)."""

    async def moderate(self, act: ModerationAct) -> ModerationOutcome:
        """Do one act. When this returns it is stored, and the person is out, or silent.

        Raises:
            ForbiddenError: the actor may not do this to that person; the attempt is audited.
            ActsLimitedError: the actor, or everybody at that address, asks too often.
            SanctionsFullError: the actor's own room has all the bans and mutes that it may have.
            NotStoredError: nothing was done.
        """
        ...


class Sanctions(Protocol):
    """The acts of moderation that hold: a kick refuses for 30 s and revokes every token issued
    before it, a ban refuses for its life, a mute survives a rejoin (§7)."""

    def refusal(
        self, room_id: str, user_id: str, issued_at_ms: int, wall_ms: int
    ) -> Refusal | None:
        """Why a token issued then may not enter now; None where it may."""
        ...

    def address_refusal(
        self, room_id: str, marks: tuple[AddressMark, ...], born_ms: int, wall_ms: int
    ) -> Refusal | None:
        """Why a guest who was made then may not enter from there: a guest was banned from there
        before, and lately (§7). None where they may.

        Args:
            marks: the address, hashed with every salt that is kept.
        """
        ...

    def mute(self, room_id: str, user_id: str, wall_ms: int) -> Mute | None:
        """The mute that holds for the user now, if any."""
        ...


class MemberView(Struct, frozen=True, rename="camel"):
    """A member as somebody who watches over the room sees them.

    Attributes:
        connected: False in the grace after a lost connection.
        muted_until_ms: with `muted`; None for good.
        may_moderate: whether the one who looks may moderate this member.
        is_bot: whether a program is behind it.
    """

    user_id: str
    display_name: str
    avatar_id: str
    role: Role
    device: Device
    x: float
    z: float
    rot_y: float
    anim: Anim
    connected: bool
    visible: bool
    muted: bool
    muted_until_ms: int | None
    may_moderate: bool
    is_bot: bool


class HeardLine(Struct, frozen=True, rename="camel"):
    """A message as somebody who watches over the room reads it."""

    message_id: str
    user_id: str
    display_name: str
    text: str
    said_ms: int


class RoomOverview(Struct, frozen=True, rename="camel"):
    """A live room in figures; rates are those of the last 10 s. Members are people and bots."""

    room_id: str
    name: str
    owner_id: str | None
    capacity: int
    locked: bool
    members: int
    bots: int
    connected: int
    moves_per_second: float
    messages_per_minute: float
    emotes_per_minute: float


class RoomLook(Struct, frozen=True, rename="camel"):
    """What goes on in a room now.

    Attributes:
        chat: what was said after the message asked for, oldest first, at most 200.
    """

    server_time_ms: int
    room: RoomOverview
    members: list[MemberView]
    chat: list[HeardLine]


class Oversight(Protocol):
    """Looks into live rooms, for those who keep order in them; changes nothing."""

    def overview(self) -> list[RoomOverview]:
        """Every live room that has members, by id."""
        ...

    def look(
        self, room_id: str, viewer_id: str, viewer_role: Role, after_message_id: str | None
    ) -> RoomLook | None:
        """The room now, None where it is not live."""
        ...

    def standing(self, room_id: str, user_id: str, role: Role) -> Role:
        """What somebody with that identity counts as in the room: its owner is its owner."""
        ...

    def name_of(self, room_id: str, user_id: str) -> str | None:
        """What somebody is called in the room, or was lately; else in any other. None where nobody
        has seen them."""
        ...

    def evidence(self, room_id: str, reporter_id: str, reported_id: str) -> dict[str, Any] | None:
        """What the reporter could have seen and heard in the last 5 minutes, JSON values; None
        where the reporter is no member now, or never saw the reported."""
        ...
