"""How members move: order, rate, motion times, and rest at the end of a connection (§5). Pure."""

from collections import Counter
from collections.abc import Callable

from virtubar.protocol.events import AvatarTransform, Heartbeat, HeartbeatAck, MemberJoined
from virtubar.room.deadlines import Deadlines
from virtubar.room.member import Member
from virtubar.room.outbox import AllBut, Outbox
from virtubar.room.outcomes import Counts
from virtubar.room.seating import Seating


class Movement:
    """The moves of one room's members.

    Args:
        outbox, deadlines, seating, counts: the room's.
        motion_ms: motion time of a monotonic moment (§1).

    Attributes:
        drops: how many moves were dropped for which reason; whoever counts them on clears it.
    """

    __slots__ = (
        "_counts",
        "_deadlines",
        "_motion_ms",
        "_outbox",
        "_room_id",
        "_seating",
        "drops",
    )

    def __init__(
        self,
        room_id: str,
        outbox: Outbox,
        deadlines: Deadlines,
        seating: Seating,
        counts: Counts,
        motion_ms: Callable[[float], int],
    ) -> None:
        self._room_id = room_id
        self._outbox = outbox
        self._deadlines = deadlines
        self._seating = seating
        self._counts = counts
        self._motion_ms = motion_ms
        self.drops: Counter[str] = Counter()

    def handle(
        self, member: Member, event: AvatarTransform, ts: int, now_ms: float, wall_ms: int
    ) -> None:
        """Take a move in: it happens now, or when the limit allows, or never where it is old."""
        accepted = member.seq_accepted
        if accepted is not None and event.seq <= accepted:
            self.drops["stale_seq"] += 1
            return
        member.seq_accepted = event.seq
        motion_ms = member.motion.motion_ms(ts, self._motion_ms(now_ms))
        if member.pending is not None:
            self.drops["throttled"] += 1
            member.pending = member.release_ms = None
        if member.move_bucket.take(now_ms):
            self._commit(member, event, motion_ms, wall_ms)
        else:
            member.pending = (event, motion_ms)
            member.release_ms = now_ms + member.move_bucket.wait_ms(now_ms)
            self._deadlines.hasten(member.user_id, member.release_ms)

    def handle_heartbeat(
        self, member: Member, event: Heartbeat, _ts: int, _now_ms: float, wall_ms: int
    ) -> HeartbeatAck:
        """The answer to a heartbeat says which move was taken in last."""
        accepted = member.seq_accepted
        last_seq = member.seq_broadcast if accepted is None else accepted
        return HeartbeatAck(event.client_time_ms, wall_ms, last_seq)

    def release(self, member: Member, now_ms: float, wall_ms: int) -> None:
        """Let the newest throttled move through as soon as the bucket allows (§5)."""
        if member.move_bucket.take(now_ms):
            self.let_through(member, wall_ms)
        else:
            member.release_ms = now_ms + member.move_bucket.wait_ms(now_ms)

    def let_through(self, member: Member, wall_ms: int) -> None:
        """A throttled move, if one waits, happens now."""
        if member.pending is not None:
            event, motion_ms = member.pending
            member.pending = member.release_ms = None
            self._commit(member, event, motion_ms, wall_ms)

    def come_to_rest(self, member: Member, now_ms: float, wall_ms: int) -> None:
        """For the others nobody who is lost walks or speaks on: one last move, in the place that
        was sent last, the throttled move's if one waits (§4)."""
        rest = member.at_rest(self._room_id)
        self._publish(member, rest, member.motion.now(self._motion_ms(now_ms)), wall_ms)
        member.pending = member.release_ms = None

    def _commit(self, member: Member, event: AvatarTransform, motion_ms: int, wall_ms: int) -> None:
        """The member's move happens."""
        self._publish(member, event, motion_ms, wall_ms)
        self._counts.moves += 1

    def _publish(
        self, member: Member, event: AvatarTransform, motion_ms: int, wall_ms: int
    ) -> None:
        """Show everybody the move; those who saw a higher seq reset their ordering first (§5)."""
        if event.seq <= member.seq_broadcast:
            again = MemberJoined(member.info())
            self._outbox.post(again, wall_ms, AllBut(member.user_id))
        broadcast = member.place(event)
        member.latest = (broadcast, motion_ms)
        member.latest_flush = self._outbox.flush_number
        self._outbox.post(broadcast, motion_ms)
        self._seating.moved(member, wall_ms)
