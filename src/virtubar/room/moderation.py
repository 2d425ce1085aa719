"""Who may do what to whom (§7); pure."""

from virtubar.protocol.constants import Role
from virtubar.room.records import Scope

SYSTEM_ID = "system"
"""Who acts where a room's own rules do."""
_RANK = {Role.GUEST: 0, Role.MEMBER: 0, Role.MODERATOR: 1, Role.OWNER: 2, Role.ADMIN: 3}
"""A moderator stands below the owner: neither admins nor owners can be moderated by one."""


def standing(role: Role, *, owns: bool) -> Role:
    """What someone counts as in one room: its owner is its owner, whatever else they are, unless
    they are an admin."""
    return Role.OWNER if owns and _RANK[role] < _RANK[Role.OWNER] else role


def higher(one: Role, other: Role) -> Role:
    """The role that stands above the other; the first of two equals."""
    return one if _RANK[one] >= _RANK[other] else other


def may_oversee(role: Role) -> bool:
    """Whether somebody of that standing keeps order: sees lists, reports, the audit, settings."""
    return _RANK[role] > 0


def may_moderate(
    actor_id: str, actor_role: Role, target_id: str, target_role: Role, scope: Scope = "room"
) -> bool:
    """Whether one person may moderate another: nobody themselves, nobody an equal or higher, and
    only admins on the whole server."""
    if actor_id == target_id or (scope == "server" and actor_role is not Role.ADMIN):
        return False
    return _RANK[actor_role] > 0 and _RANK[actor_role] > _RANK[target_role]
