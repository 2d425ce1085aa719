"""Acts of moderation, as the members of a room feel them (§7). Pure."""

from virtubar.protocol.constants import AuthCode, CloseCode
from virtubar.protocol.events import ModerationLifted, ModerationType
from virtubar.room.deadlines import Deadlines
from virtubar.room.endings import Endings
from virtubar.room.member import Member
from virtubar.room.membership import Membership
from virtubar.room.outbox import Outbox
from virtubar.room.outcomes import moderation_posts
from virtubar.room.ports import Mute, Refusal


class Enforcement:
    """What is done to members of one room, and how they are told."""

    __slots__ = ("_deadlines", "_endings", "_membership", "_outbox")

    def __init__(
        self, membership: Membership, outbox: Outbox, deadlines: Deadlines, endings: Endings
    ) -> None:
        self._membership = membership
        self._outbox = outbox
        self._deadlines = deadlines
        self._endings = endings

    def eject(self, member: Member, refusal: Refusal, wall_ms: int) -> None:
        """Kick or ban: they are told why, then the socket is closed; the others see a leave."""
        banned = refusal.code is AuthCode.BANNED
        kind: ModerationType = "banned" if banned else "kicked"
        code = CloseCode.BANNED if banned else CloseCode.KICKED
        if member.connected:
            notice = moderation_posts(kind, refusal, wall_ms)
            self._endings.close(member.user_id, code, kind, notice)
        self._membership.leave(member.user_id, wall_ms)

    def mute(self, member: Member, mute: Mute | None, now_ms: float, wall_ms: int) -> None:
        """Mute them, or let them speak again (None); they are told."""
        lifted = member.mute is not None and mute is None
        told = frozenset((member.user_id,))
        member.set_mute(mute, now_ms, wall_ms)
        if mute is not None:
            for post in moderation_posts("mutedByMod", mute, wall_ms):
                self._outbox.post(post.event, post.ts, told)
        self._deadlines.watch(member)
        if lifted:
            self._outbox.post(ModerationLifted("mutedByMod"), wall_ms, told)
