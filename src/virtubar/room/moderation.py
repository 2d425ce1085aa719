"""Who may do what to whom, and which acts hold (§7)."""

from virtubar.protocol.constants import KICK_REFUSAL_MS, AuthCode, Role
from virtubar.room.ports import ModerationAct, Mute, Refusal

_RANK = {Role.GUEST: 0, Role.MEMBER: 0, Role.MODERATOR: 1, Role.OWNER: 2, Role.ADMIN: 3}
"""A moderator stands below the owner: neither admins nor owners can be moderated by one."""
ENTRIES_MAX = 10_000
"""Acts kept in memory, the oldest forgotten first: a bound, where storage keeps them for good."""


def standing(role: Role, *, owns: bool) -> Role:
    """What someone counts as in one room: its owner is its owner, whatever else they are, unless
    they are an admin."""
    return Role.OWNER if owns and _RANK[role] < _RANK[Role.OWNER] else role


def may_moderate(actor_id: str, actor_role: Role, target_id: str, target_role: Role) -> bool:
    """Whether one person may moderate another: nobody themselves, nobody an equal or higher."""
    if actor_id == target_id:
        return False
    return _RANK[actor_role] > 0 and _RANK[actor_role] > _RANK[target_role]


class MemorySanctions:
    """The Sanctions port in memory: acts hold until the process ends."""

    def __init__(self) -> None:
        self._refusals: dict[tuple[str, str], Refusal] = {}
        self._revoked_ms: dict[tuple[str, str], int] = {}
        self._mutes: dict[tuple[str, str], Mute] = {}

    def record(self, act: ModerationAct, wall_ms: int) -> None:
        """Store one act; see Sanctions.record."""
        key = (act.room_id, act.user_id)
        until_ms = None if act.duration_ms is None else wall_ms + act.duration_ms
        if act.verb == "kick":
            held = self._refusals.get(key)
            if held is None or held.code is not AuthCode.BANNED or _is_over(held, wall_ms):
                until_ms = wall_ms + KICK_REFUSAL_MS
                self._refusals[key] = Refusal(AuthCode.KICKED, act.reason, until_ms)
            self._revoked_ms[key] = wall_ms
        elif act.verb == "ban":
            self._refusals[key] = Refusal(AuthCode.BANNED, act.reason, until_ms)
            self._revoked_ms[key] = wall_ms
        elif act.verb == "mute":
            self._mutes[key] = Mute(act.reason, until_ms)
        elif act.verb == "unmute":
            self._mutes.pop(key, None)
        else:
            self._refusals.pop(key, None)
        for held_by_key in (self._refusals, self._revoked_ms, self._mutes):
            if len(held_by_key) > ENTRIES_MAX:
                del held_by_key[next(iter(held_by_key))]

    def refusal(
        self, room_id: str, user_id: str, issued_at_ms: int, wall_ms: int
    ) -> Refusal | None:
        """Why a token issued then may not enter now; see Sanctions.refusal."""
        key = (room_id, user_id)
        held = self._refusals.get(key)
        if held is not None and not _is_over(held, wall_ms):
            return held
        if issued_at_ms <= self._revoked_ms.get(key, -1):
            return Refusal(AuthCode.KICKED, "The token was revoked.", None)
        return None

    def mute(self, room_id: str, user_id: str, wall_ms: int) -> Mute | None:
        """The mute that holds for the user now; see Sanctions.mute."""
        held = self._mutes.get((room_id, user_id))
        return None if held is None or _is_over(held, wall_ms) else held


def _is_over(held: Refusal | Mute, wall_ms: int) -> bool:
    return held.until_ms is not None and held.until_ms <= wall_ms
