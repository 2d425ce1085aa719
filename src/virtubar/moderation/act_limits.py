"""How often acts of moderation may be asked for, over whatever way. Pure.

By person and by address, for as long as the server lives: a new connection is no new burst (§7).
"""

from typing import Final

from virtubar.protocol.constants import ACT_BURST, ACT_RATE_HZ
from virtubar.room.limits import ActorLimit
from virtubar.room.moderation import SYSTEM_ID
from virtubar.room.ports import ActsLimitedError, ModerationAct

ACTS_BY_USER: Final = (ACT_RATE_HZ, ACT_BURST)
"""Acts a second, and at once, of one person, over everything that they have open."""
ACTS_BY_ADDRESS: Final = (10.0, 60)
"""The same for everybody at one address who is no staff: a party may have its quarrels."""
ROOM_ACTS: Final = (1 / 30, 100)
"""Acts a second, and at once, that a room's owner and its own rules may do in it, so that what they
make the server store in a day is bounded: 100 for a bad evening, then two a minute."""


class ActLimits:
    """How often acts may be asked for; as long-lived as the server.

    Args:
        addresses: whether the limits per address hold.
    """

    def __init__(self, *, addresses: bool = True) -> None:
        self._people = ActorLimit(ACTS_BY_USER)
        self._others = ActorLimit(ACTS_BY_USER, ACTS_BY_ADDRESS if addresses else None)
        self._rooms = ActorLimit(ROOM_ACTS)

    def check(self, act: ModerationAct, *, is_staff: bool, now_ms: float) -> None:
        """Count one act that somebody asks for.

        Raises:
            ActsLimitedError: it is one too many.
        """
        wait_ms = 0.0
        if is_staff and act.actor_id != SYSTEM_ID:
            wait_ms = self._people.take(act.actor_id, None, now_ms)
        elif act.actor_id != SYSTEM_ID:
            wait_ms = self._others.take(act.actor_id, act.address, now_ms)
        if wait_ms > 0:
            raise ActsLimitedError(wait_ms)

    def check_room(self, room_id: str, now_ms: float) -> None:
        """Count one act that a room's owner, or its own rules, may do.

        Raises:
            ActsLimitedError: it is one too many.
        """
        wait_ms = self._rooms.take(room_id, None, now_ms)
        if wait_ms > 0:
            raise ActsLimitedError(wait_ms)
