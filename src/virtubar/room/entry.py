"""Who may come into a room: one rule for both doors, `/rooms/join` and `join_room` (§3)."""

from virtubar.errors import JoinRefusedError
from virtubar.protocol.constants import AuthCode, Role
from virtubar.room.config import RoomConfig
from virtubar.room.moderation import may_oversee


def check_entry(config: RoomConfig, role: Role, *, is_member: bool, occupancy: int) -> None:
    """Let a person in, or say why not. Sanctions are not asked here.

    Whoever keeps order in the room gets past the lock and the list of roles, never past the
    capacity. A member, in the grace or not, has a place already.

    Args:
        role: what the person counts as in this room: its owner is OWNER.
        is_member: whether the person is a member now.
        occupancy: members now, those in their grace counted.

    Raises:
        JoinRefusedError: ROOM_LOCKED, SIGN_IN_REQUIRED, NOT_ALLOWED or ROOM_FULL.
    """
    if is_member:
        return
    if not may_oversee(role):
        if config.locked:
            raise JoinRefusedError(AuthCode.ROOM_LOCKED, "The room takes no newcomers for now.")
        if config.allowed_roles is not None and role not in config.allowed_roles:
            if role is Role.GUEST:
                raise JoinRefusedError(AuthCode.SIGN_IN_REQUIRED, "The room takes no guests.")
            raise JoinRefusedError(AuthCode.NOT_ALLOWED, "The room is not for everybody.")
    if occupancy >= config.capacity:
        raise JoinRefusedError(AuthCode.ROOM_FULL, "The room is full.")
