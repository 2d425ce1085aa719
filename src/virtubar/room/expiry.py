"""What time asks of a room: tokens, graces, mutes and limits that end (§3 to §7). Pure."""

from collections.abc import Mapping

from virtubar.protocol.constants import EXPIRY_GRACE_MS, AuthCode
from virtubar.protocol.events import AuthError
from virtubar.room.deadlines import Deadlines
from virtubar.room.endings import Endings
from virtubar.room.enforcement import Enforcement
from virtubar.room.member import Member
from virtubar.room.membership import Membership
from virtubar.room.movement import Movement
from virtubar.room.outbox import Outbox
from virtubar.room.sight import Sight


class Expiry:
    """The deadlines of one room's members, and what happens at them; all arguments are the
    room's."""

    __slots__ = (
        "_deadlines",
        "_endings",
        "_enforcement",
        "_members",
        "_membership",
        "_movement",
        "_outbox",
        "_sight",
    )

    def __init__(
        self,
        members: Mapping[str, Member],
        deadlines: Deadlines,
        outbox: Outbox,
        endings: Endings,
        membership: Membership,
        enforcement: Enforcement,
        movement: Movement,
        sight: Sight,
    ) -> None:
        self._members = members
        self._deadlines = deadlines
        self._outbox = outbox
        self._endings = endings
        self._membership = membership
        self._enforcement = enforcement
        self._movement = movement
        self._sight = sight

    def expire(self, now_ms: float, wall_ms: int) -> None:
        """See Room.expire."""
        while (user_id := self._deadlines.pop_due(now_ms)) is not None:
            member = self._members[user_id]
            if _is_due(member.grace_ms, now_ms):
                self._membership.drop_out(user_id, now_ms, wall_ms)
            elif _is_due(member.kept_ms, now_ms):
                self._membership.drop_out(user_id, now_ms, wall_ms)
                self._endings.unjoin(user_id, AuthCode.TOKEN_EXPIRED)
            else:
                self._expire_member(member, now_ms, wall_ms)
                self._deadlines.watch(member)

    def _expire_member(self, member: Member, now_ms: float, wall_ms: int) -> None:
        """What ends for somebody who stays."""
        if _is_due(member.expires_ms, now_ms):
            self._expire_token(member, now_ms, wall_ms)
        if _is_due(member.unmute_ms, now_ms):
            self._enforcement.mute(member, None, now_ms, wall_ms)
        if _is_due(member.sight_ms, now_ms):
            self._sight.show(member, now_ms)
        if _is_due(member.release_ms, now_ms):
            self._movement.release(member, now_ms, wall_ms)

    def _expire_token(self, member: Member, now_ms: float, wall_ms: int) -> None:
        """The token ended: the membership stays for 30 s, for a fresh one to come (§3)."""
        member.expires_ms = None
        member.kept_ms = now_ms + EXPIRY_GRACE_MS
        error = AuthError(AuthCode.TOKEN_EXPIRED, "The token has expired; join again to stay.")
        self._outbox.post(error, wall_ms, frozenset((member.user_id,)))


def _is_due(deadline_ms: float | None, now_ms: float) -> bool:
    return deadline_ms is not None and deadline_ms <= now_ms
