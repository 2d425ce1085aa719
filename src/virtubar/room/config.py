"""What a room is set to: its name, size, hearing radius and emotes (§1, §6)."""

from msgspec import Struct

from virtubar.protocol.constants import EMOTE_IDS, LOBBY_ID

CAPACITY_DEFAULT = 250
"""Members of one room: 250 at full rate are about a million updates a second, one core's worth."""
CAPACITY_MAX = 1000


class RoomConfig(Struct, frozen=True):
    """The settings of one room.

    Attributes:
        room_id: `[A-Za-z0-9_-]{1,64}`.
        name: for people, 1 to 64 characters.
        capacity: members at once, those in their grace counted; 1 to CAPACITY_MAX.
        hearing_radius_m: how far chat carries; None is the whole room.
        emotes: the emote ids that the room knows.
        owner_id: userId of the owner; None for rooms that nobody owns.
        public: whether `GET /rooms` lists it.
    """

    room_id: str
    name: str
    capacity: int = CAPACITY_DEFAULT
    hearing_radius_m: float | None = None
    emotes: tuple[str, ...] = EMOTE_IDS
    owner_id: str | None = None
    public: bool = True


def lobby(capacity: int = CAPACITY_DEFAULT) -> RoomConfig:
    """The room that always exists."""
    return RoomConfig(LOBBY_ID, "Lobby", capacity)
