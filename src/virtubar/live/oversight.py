"""What those who keep order see of live rooms; implements room.ports.Oversight."""

from typing import Any

from virtubar.live.hub import Hub
from virtubar.live.live_room import LiveRoom
from virtubar.moderation.staff import Staff
from virtubar.protocol.constants import Role
from virtubar.room.member import Member
from virtubar.room.moderation import higher, may_moderate, standing
from virtubar.room.ports import MemberView, RoomLook, RoomOverview

_METRES_DECIMALS = 2


class LiveOversight:
    """Looks into live rooms and says who counts as what; changes nothing."""

    def __init__(self, hub: Hub, staff: Staff) -> None:
        self._hub = hub
        self._staff = staff

    def standing(self, room_id: str, user_id: str, role: Role) -> Role:
        """What somebody who comes with that role counts as in the room: its owner is its owner."""
        config = self._hub.find(room_id)
        return standing(role, owns=config is not None and config.owner_id == user_id)

    def standing_of(self, room_id: str, user_id: str) -> Role:
        """What somebody counts as when another wants to moderate them: the highest of what they
        came in with and what they were last seen as, since they may be away."""
        role = higher(self._hub.role_of(room_id, user_id), self._staff.role_of(user_id))
        return self.standing(room_id, user_id, role)

    def name_of(self, room_id: str, user_id: str) -> str | None:
        """What somebody is called in the room; see room.ports.Oversight."""
        return self._hub.name_of(room_id, user_id)

    def overview(self) -> list[RoomOverview]:
        """Every live room that has members, by id."""
        return [_overview(live) for live in self._hub.every() if live.room.members]

    def look(
        self, room_id: str, viewer_id: str, viewer_role: Role, after_message_id: str | None
    ) -> RoomLook | None:
        """The room now, None where it is not live."""
        live = self._hub.live(room_id)
        if live is None:
            return None
        viewer = self.standing(room_id, viewer_id, viewer_role)
        views = [self._view(room_id, viewer_id, viewer, m) for m in live.room.members.values()]
        return RoomLook(
            server_time_ms=self._hub.clock.wall_ms(),
            room=_overview(live),
            members=views,
            chat=live.room.heard_after(after_message_id),
        )

    def _view(self, room_id: str, viewer_id: str, viewer: Role, member: Member) -> MemberView:
        role = self.standing_of(room_id, member.user_id)
        return MemberView(
            user_id=member.user_id,
            display_name=member.display_name,
            avatar_id=member.avatar_id,
            role=role,
            device=member.device,
            x=round(member.x, _METRES_DECIMALS),
            z=round(member.z, _METRES_DECIMALS),
            rot_y=round(member.rot_y, _METRES_DECIMALS),
            anim=member.anim,
            connected=member.connected,
            visible=member.visible,
            muted=member.mute is not None,
            muted_until_ms=None if member.mute is None else member.mute.until_ms,
            may_moderate=may_moderate(viewer_id, viewer, member.user_id, role),
            is_bot=member.is_bot,
        )

    def evidence(self, room_id: str, reporter_id: str, reported_id: str) -> dict[str, Any] | None:
        """What the reporter could have seen and heard; see room.ports.Oversight."""
        live = self._hub.live(room_id)
        if live is None:
            return None
        return live.room.evidence(reporter_id, reported_id, self._hub.clock.wall_ms())


def _overview(live: LiveRoom) -> RoomOverview:
    room, rates = live.room, live.rates
    return RoomOverview(
        room_id=room.config.room_id,
        name=room.config.name,
        owner_id=room.config.owner_id,
        capacity=room.config.capacity,
        locked=room.config.locked,
        members=len(room.members),
        bots=room.bots,
        connected=sum(member.connected for member in room.members.values()),
        moves_per_second=round(rates.moves_per_second, 1),
        messages_per_minute=round(rates.messages_per_minute, 1),
        emotes_per_minute=round(rates.emotes_per_minute, 1),
    )
