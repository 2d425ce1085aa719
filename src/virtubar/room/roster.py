"""Who is in a room: names, roles, and the bookkeeping of coming and going (§3). Pure."""

from collections.abc import Callable

from msgspec import structs

from virtubar.errors import SnapshotRefusedError
from virtubar.protocol.constants import TRANSFORM_RATE_HZ, Role
from virtubar.protocol.events import Roles
from virtubar.room.config import RoomConfig
from virtubar.room.entry import check_entry
from virtubar.room.indices import Indices
from virtubar.room.limits import RoomLimits
from virtubar.room.member import Admission, Member
from virtubar.room.member_snapshot import RosterSnapshot, member_snapshot, restore_member
from virtubar.room.moderation import may_oversee, standing
from virtubar.room.names import Names
from virtubar.room.roles import RoleNews, roles_of
from virtubar.room.spawn import Spawn


class Roster:
    """The members of one room.

    Args:
        spawn: where the n-th person to come in stands.

    Attributes:
        members: by userId, in the order in which they came in; changed only here.
        role_news: whose role the others have not been told yet; see take_role_news.
        indices: what stands for each of them in short messages.
    """

    def __init__(self, config: RoomConfig, spawn: Callable[[int], Spawn]) -> None:
        self.members: dict[str, Member] = {}
        self.role_news = RoleNews()
        self.indices = Indices()
        self._config = config
        self._spawn = spawn
        self._joins = 0
        self._names = Names()
        self._bots: set[str] = set()
        self._limits = RoomLimits()

    @property
    def room_id(self) -> str:
        """The room's id."""
        return self._config.room_id

    @property
    def bots(self) -> int:
        """How many of the members are bots."""
        return len(self._bots)

    def configure(self, config: RoomConfig) -> None:
        """Go on under other settings; a new owner counts as one from now on."""
        if config.owner_id != self._config.owner_id:
            for owner_id in (self._config.owner_id, config.owner_id):
                self.role_news.changed(owner_id or "")
        self._config = config

    def check_entry(self, admission: Admission) -> Role:
        """What somebody who is no member counts as here, who may become one.

        Raises:
            JoinRefusedError: see check_entry.
        """
        role = standing(admission.role, owns=self._config.owner_id == admission.user_id)
        check_entry(self._config, role, is_member=False, occupancy=len(self.members))
        return role

    def admit(self, admission: Admission, now_ms: float) -> Member:
        """Make somebody a member, under a name that nobody takes for another's.

        Raises:
            JoinRefusedError: see check_entry; places of members in their grace are taken.
        """
        role = self.check_entry(admission)
        rate_hz = TRANSFORM_RATE_HZ[admission.device]
        limits = self._limits.enter(admission.user_id, rate_hz, now_ms, self.members)
        name = self._names.give(
            admission.user_id, admission.display_name, keeps_order=may_oversee(role)
        )
        named = structs.replace(admission, display_name=name)
        member = Member(named, self._spawn(self._joins), limits)
        self._joins += 1
        self._note_role(member, None)
        self.members[admission.user_id] = member
        self.indices.enter(admission.user_id, now_ms)
        return member

    def reconnect(self, member: Member, admission: Admission, now_ms: float) -> None:
        """The member goes on over another connection."""
        before = (member.role, member.is_bot)
        member.reconnect(admission, now_ms)
        self._note_role(member, before)

    def renew(self, member: Member, admission: Admission) -> None:
        """The member goes on with a fresh token."""
        before = (member.role, member.is_bot)
        member.renew(admission)
        self._note_role(member, before)

    def roles(self) -> Roles:
        """What each member counts as."""
        return roles_of(self.members.values(), self._config.owner_id)

    def take_role_news(self) -> Roles | None:
        """Hand over, once, what those count as whose role is news; None where nobody's is."""
        return self.role_news.take(self.members, self._config.owner_id)

    def snapshot(self, now_ms: float) -> RosterSnapshot:
        """Who is in, and what those who were have left."""
        return RosterSnapshot(
            self._joins,
            [member_snapshot(member, now_ms) for member in self.members.values()],
            self._names.snapshot(),
            self._limits.snapshot(now_ms),
        )

    def restore(self, snapshot: RosterSnapshot, now_ms: float, motion_ms: int) -> None:
        """Take those in who were in.

        Raises:
            SnapshotRefusedError: somebody was twice.
        """
        self._joins = snapshot.joins
        self._limits.restore(snapshot.limits, now_ms)
        for one in snapshot.members:
            limits = self._limits.of_member(one.user_id, TRANSFORM_RATE_HZ[one.device], now_ms)
            member = restore_member(one, limits, now_ms, motion_ms)
            self.members[member.user_id] = member
            self.indices.enter(member.user_id, now_ms)
            if member.is_bot:
                self._bots.add(member.user_id)
        if len(self.members) < len(snapshot.members):
            raise SnapshotRefusedError("bounds", "somebody is there twice")
        names = {member.user_id: member.display_name for member in self.members.values()}
        self._names.restore(frozenset(snapshot.numbered), names)

    def remove(self, user_id: str) -> Member:
        """Somebody is no member any more; who it was."""
        self._names.free(user_id)
        self._bots.discard(user_id)
        self.indices.leave(user_id)
        return self.members.pop(user_id)

    def _note_role(self, member: Member, before: tuple[Role, bool] | None) -> None:
        """The others are told of a role that is another than before."""
        if (member.role, member.is_bot) == before:
            return
        self.role_news.changed(member.user_id)
        if member.is_bot:
            self._bots.add(member.user_id)
