"""The members of a room, written down for another process, and read back. Pure.

What belongs to a connection is not written, since no connection outlives its process: the order and
the clock of what came over it (its last seq, the smallest delay of its last 10 s), whether its page
is in sight, and how long its token lives. A member who was connected is lost when they are read,
and all of that begins again with their next connection, as after any loss (§4).
"""

from typing import Annotated

from msgspec import Meta, Struct

from virtubar.protocol.constants import LEAVE_GRACE_MS, SEQ_MAX, Device, Role
from virtubar.protocol.events import Anim, AvatarTransform, ModerationScope
from virtubar.room.config import CAPACITY_MAX
from virtubar.room.limits import PEOPLE_MAX, LimitsSnapshot, MemberLimits
from virtubar.room.member import Admission, Member
from virtubar.room.motion import MotionEstimator
from virtubar.room.ports import Mute
from virtubar.room.spawn import Spawn
from virtubar.room.written import (
    LATE_MAX_MS,
    Angle,
    AvatarId,
    Coordinate,
    Count,
    LeftMs,
    Name,
    Reason,
    UserId,
    WallMs,
    left_ms,
)


class Spot(Struct, frozen=True, array_like=True):
    """Where somebody stands, and which way they look."""

    x: Coordinate
    y: Coordinate
    z: Coordinate
    rot_y: Angle


class MuteSnapshot(Struct, frozen=True, array_like=True):
    """A mute that holds; `left_ms` is None where it does not end by itself."""

    reason: Reason
    until_ms: WallMs | None
    scope: ModerationScope
    left_ms: LeftMs | None


class MemberSnapshot(Struct, frozen=True, array_like=True):
    """One member.

    Attributes:
        spot: where the others saw them last.
        pending: where they have gone since, which the limit has kept back (§5); None where they
            have not.
        expires_at_ms: wall time at which their last token ends.
        seq_broadcast: the last seq that the others saw.
        motion_ms: their last motion time (§1).
        unloading: whether their page had said that it goes.
        grace_left_ms: how long their place is kept; None where they were connected.
    """

    user_id: UserId
    display_name: Name
    avatar_id: AvatarId
    role: Role
    device: Device
    is_bot: bool
    spot: Spot
    anim: Anim
    pending: Spot | None
    expires_at_ms: WallMs
    seq_broadcast: Annotated[int, Meta(ge=-1, le=SEQ_MAX)]
    motion_ms: WallMs
    unloading: bool
    grace_left_ms: Annotated[float, Meta(ge=-LATE_MAX_MS, le=float(LEAVE_GRACE_MS))] | None
    mute: MuteSnapshot | None


class RosterSnapshot(Struct, frozen=True):
    """The members of a room, in the order in which they came.

    Attributes:
        joins: how many have come in since the room was made, for the next one's place.
        numbered: whose name has a number of the room's behind it.
        limits: of members and of others who have been here, those that are not full.
    """

    joins: Count
    members: Annotated[list[MemberSnapshot], Meta(max_length=CAPACITY_MAX)]
    numbered: Annotated[list[UserId], Meta(max_length=CAPACITY_MAX)]
    limits: Annotated[list[LimitsSnapshot], Meta(max_length=PEOPLE_MAX)]


def member_snapshot(member: Member, now_ms: float) -> MemberSnapshot:
    """The member as another process can go on with them."""
    return MemberSnapshot(
        user_id=member.user_id,
        display_name=member.display_name,
        avatar_id=member.avatar_id,
        role=member.role,
        device=member.device,
        is_bot=member.is_bot,
        spot=Spot(member.x, member.y, member.z, member.rot_y),
        anim=member.anim,
        pending=_pending(member),
        expires_at_ms=member.expires_at_ms,
        seq_broadcast=member.seq_broadcast,
        motion_ms=member.motion.last_ms,
        unloading=member.unloading,
        grace_left_ms=None if member.grace_ms is None else left_ms(member.grace_ms, now_ms),
        mute=_mute(member, now_ms),
    )


def _pending(member: Member) -> Spot | None:
    if member.pending is None:
        return None
    event = member.pending[0]
    return Spot(event.x, event.y, event.z, event.rot_y)


def _mute(member: Member, now_ms: float) -> MuteSnapshot | None:
    mute, unmute_ms = member.mute, member.unmute_ms
    if mute is None:
        return None
    left = None if unmute_ms is None else left_ms(unmute_ms, now_ms)
    return MuteSnapshot(mute.reason, mute.until_ms, mute.scope, left)


def restore_member(
    snapshot: MemberSnapshot, limits: MemberLimits, now_ms: float, motion_ms: int
) -> Member:
    """The member as written; without a grace they are to be detached next.

    Args:
        limits: what they have left.
        now_ms: the moment of the snapshot on the reader's clock.
        motion_ms: the motion time of that moment. Nobody's last is above it: every observer begins
            anew, and the clock of another machine may be behind.
    """
    spot = snapshot.spot
    member = Member(_admission(snapshot, now_ms), Spawn(spot.x, spot.y, spot.z, spot.rot_y), limits)
    member.expires_ms = None  # a token ends with its connection
    member.anim = snapshot.anim
    member.seq_broadcast = snapshot.seq_broadcast
    member.motion = MotionEstimator(min(snapshot.motion_ms, motion_ms))
    member.unloading = snapshot.unloading
    member.connected = snapshot.grace_left_ms is None
    if snapshot.grace_left_ms is not None:
        member.grace_ms = now_ms + snapshot.grace_left_ms
    if snapshot.pending is not None:
        member.pending = (_move_to(snapshot.pending), member.motion.last_ms)
    if snapshot.mute is not None:
        _restore_mute(member, snapshot.mute, now_ms)
    return member


def _admission(snapshot: MemberSnapshot, now_ms: float) -> Admission:
    return Admission(
        user_id=snapshot.user_id,
        display_name=snapshot.display_name,
        avatar_id=snapshot.avatar_id,
        role=snapshot.role,
        device=snapshot.device,
        expires_at_ms=snapshot.expires_at_ms,
        expires_ms=now_ms,
        is_bot=snapshot.is_bot,
    )


def _move_to(spot: Spot) -> AvatarTransform:
    """Only the place counts: whoever is lost comes to rest there, silent."""
    return AvatarTransform("", 0, spot.x, spot.y, spot.z, spot.rot_y, "idle", False)


def _restore_mute(member: Member, mute: MuteSnapshot, now_ms: float) -> None:
    member.mute = Mute(mute.reason, mute.until_ms, mute.scope)
    member.unmute_ms = None if mute.left_ms is None else now_ms + mute.left_ms
