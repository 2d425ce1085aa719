"""What a room is set to: its name, size, hearing radius, emotes and house rules (§1, §6, §7)."""

from typing import Literal

from msgspec import Struct

from virtubar.protocol.constants import EMOTE_IDS, LOBBY_ID, Role

Guard = Literal["off", "gentle", "strict"]
"""How the room itself answers floods and repetition; see room.order."""

CAPACITY_DEFAULT = 250
"""Members of one room: 250 at full rate are about a million updates a second, one core's worth."""
CAPACITY_MAX = 1000
RETENTION_MAX_DAYS = 3650


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
        locked: whether newcomers are kept out; whoever may moderate the room still gets in.
        allowed_roles: who may come in beside those who may moderate; None is everybody. Without
            GUEST only people whom an identity provider vouches for do: sign-in is required.
        slow_mode_s: seconds between two messages of one person, 0 to SLOW_MODE_MAX_S; 0 is off.
        words: not to be said here: whole words or phrases, compared folded; at most WORDS_MAX.
        guard: how floods and repetition are answered.
        chat_retention_days: how long chat is stored, 0 not at all; None is as long as the server
            allows, which is also the most.
        crowd_threshold: members above which those far away are seen less often (§12); None is what
            the server says, which is also the most.
    """

    room_id: str
    name: str
    capacity: int = CAPACITY_DEFAULT
    hearing_radius_m: float | None = None
    emotes: tuple[str, ...] = EMOTE_IDS
    owner_id: str | None = None
    public: bool = True
    locked: bool = False
    allowed_roles: tuple[Role, ...] | None = None
    slow_mode_s: int = 0
    words: tuple[str, ...] = ()
    guard: Guard = "off"
    chat_retention_days: int | None = None
    crowd_threshold: int | None = None


def crowd_threshold(config: RoomConfig, most: int) -> int:
    """Members above which a room is a crowd, where the server says so many at most."""
    return most if config.crowd_threshold is None else min(config.crowd_threshold, most)


def lobby(capacity: int = CAPACITY_DEFAULT) -> RoomConfig:
    """The room that always exists."""
    return RoomConfig(LOBBY_ID, "Lobby", capacity)
