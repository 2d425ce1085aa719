"""Coming into a room and going: joins, lost connections, leaves (§3, §4). Pure."""

from virtubar.protocol.constants import LEAVE_GRACE_MS, UNLOAD_GRACE_MS
from virtubar.protocol.events import MemberJoined, MemberLeft, Session
from virtubar.room.deadlines import Deadlines
from virtubar.room.member import Admission, Member
from virtubar.room.memory import Memory
from virtubar.room.movement import Movement
from virtubar.room.outbox import Outbox
from virtubar.room.outcomes import JoinKind, moderation_posts
from virtubar.room.parts import Post
from virtubar.room.ports import Mute
from virtubar.room.roster import Roster
from virtubar.room.seating import Seating


class Membership:
    """The comings and goings of one room's members; all arguments are the room's."""

    __slots__ = (
        "_connected",
        "_deadlines",
        "_members",
        "_memory",
        "_movement",
        "_outbox",
        "_roster",
        "_seating",
    )

    def __init__(
        self,
        roster: Roster,
        memory: Memory,
        outbox: Outbox,
        deadlines: Deadlines,
        seating: Seating,
        movement: Movement,
    ) -> None:
        self._roster = roster
        self._members = roster.members
        self._memory = memory
        self._outbox = outbox
        self._deadlines = deadlines
        self._seating = seating
        self._movement = movement
        self._connected: tuple[str, ...] | None = None

    def connected(self) -> tuple[str, ...]:
        """Whoever has a connection now; the same object until that changes."""
        if self._connected is None:
            members = self._members.values()
            self._connected = tuple(one.user_id for one in members if one.connected)
        return self._connected

    def join(
        self, admission: Admission, mute: Mute | None, now_ms: float, wall_ms: int
    ) -> JoinKind:
        """See Room.join."""
        member, kind = self._enter(admission, now_ms, wall_ms)
        self._connected = None
        self._memory.listens(member.user_id, now_ms)
        private = [Post(_session(member, kind != "new", mute), wall_ms)]
        private += self._memory.missed(admission, now_ms)
        member.set_mute(mute, now_ms, wall_ms)
        if mute is not None:
            private += moderation_posts("mutedByMod", mute, wall_ms)
        self._deadlines.watch(member)
        self._outbox.welcome(member.user_id, private)
        return kind

    def _enter(self, admission: Admission, now_ms: float, wall_ms: int) -> tuple[Member, JoinKind]:
        """Make a member of somebody, or connect the member that they are."""
        member = self._members.get(admission.user_id)
        if member is None:
            member = self._roster.admit(admission, now_ms)
            self._outbox.post(MemberJoined(member.info()), wall_ms)
            self._memory.joined(member, wall_ms)
            return member, "new"
        kind: JoinKind = "replaced" if member.connected else "resumed"
        # The last move of the old connection comes before the state of the new one.
        self._movement.let_through(member, wall_ms)
        self._roster.reconnect(member, admission, now_ms)
        return member, kind

    def renew(self, admission: Admission) -> None:
        """A member goes on with a fresh token; silent for everyone, but for another role (§3)."""
        member = self._members[admission.user_id]
        self._roster.renew(member, admission)
        self._deadlines.watch(member)

    def detach(self, user_id: str, now_ms: float, wall_ms: int) -> None:
        """A member's connection is lost: keep the place for the grace (§4)."""
        member = self._members[user_id]
        self._movement.come_to_rest(member, now_ms, wall_ms)
        member.connected = False
        member.sight_ms = None
        member.expires_ms = member.kept_ms = None
        member.grace_ms = now_ms + (UNLOAD_GRACE_MS if member.unloading else LEAVE_GRACE_MS)
        self._deadlines.watch(member)
        self._outbox.cursors.forget(user_id)
        self._connected = None

    def leave(self, user_id: str, wall_ms: int) -> None:
        """A member goes by choice, or is put out: nothing is kept."""
        self._memory.left(self._roster.remove(user_id), wall_ms)
        self._tell_gone(user_id, wall_ms)

    def drop_out(self, user_id: str, now_ms: float, wall_ms: int) -> None:
        """A member's time is over: they are gone, and may come back to what was said."""
        self._memory.dropped_out(self._roster.remove(user_id), now_ms, wall_ms)
        self._tell_gone(user_id, wall_ms)

    def _tell_gone(self, user_id: str, wall_ms: int) -> None:
        self._seating.seats.give_up(user_id)
        self._deadlines.set(user_id, None)
        self._outbox.cursors.forget(user_id)
        self._outbox.post(MemberLeft(user_id), wall_ms)
        self._connected = None


def _session(member: Member, resumed: bool, mute: Mute | None) -> Session:
    return Session(
        user_id=member.user_id,
        role=member.role,
        last_seq=member.seq_broadcast,
        resumed=resumed,
        rate_hz=member.rate_hz,
        expires_at_ms=member.expires_at_ms,
        muted=mute is not None,
    )
