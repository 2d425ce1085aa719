"""One member of a room: who, where, and what the rules remember of them."""

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from virtubar.protocol.constants import (
    COORDINATE_DECIMALS,
    ROT_Y_WRAP_RAD,
    SEQ_MAX,
    TRANSFORM_RATE_HZ,
    Device,
    Role,
)
from virtubar.protocol.events import (
    Anim,
    AvatarTransform,
    AvatarTransformBroadcast,
    MemberInfo,
)
from virtubar.room.limits import MemberLimits
from virtubar.room.motion import MotionEstimator
from virtubar.room.seats import Place
from virtubar.room.spawn import Spawn

if TYPE_CHECKING:
    from virtubar.room.ports import Mute

MOVE_BYTES: Final = 190
"""Of a move as plain JSON in a frame."""
_STEPS: Final = 10.0**COORDINATE_DECIMALS
_TAU: Final = 6.283185307179586
_PI: Final = 3.141592653589793


def _rounded(value: float) -> float:
    """The nearest of the steps that coordinates are sent in, never a negative zero."""
    return round(value * _STEPS) / _STEPS + 0.0


class Admission(Struct, frozen=True):
    """What a verified token and a `join_room` say of the person who comes in (§3).

    Attributes:
        expires_at_ms: wall time at which the token ends, as `session` repeats it.
        expires_ms: the same moment on the monotonic clock.
        last_message_id: the last chat message the client has, None for a fresh visitor (§6).
        is_bot: whether the token says that a program comes in.
        move_bytes: what one move of somebody else costs on the wire that they read (§12).
    """

    user_id: str
    display_name: str
    avatar_id: str
    role: Role
    device: Device
    expires_at_ms: int
    expires_ms: float
    last_message_id: str | None = None
    is_bot: bool = False
    move_bytes: int = MOVE_BYTES


class Member:
    """The state of one member; changed only by the room that it belongs to.

    Args:
        limits: what the person has left, whom the room may have seen before.

    Attributes:
        unloading: its page said that it is going: the grace is short then.
        connected: False in the grace after a lost connection (§4).
        is_bot: whether a program is behind it; once said it stays so. It never speaks with a voice.
        visible: False while the client's page is hidden: it gets no transforms.
        seq_accepted: last seq taken from this connection, None before its first.
        seq_broadcast: last seq sent to the room, over all connections; -1 before the first.
        pending: the newest transform over the rate limit, with its motion time (§5).
        latest: the last transform that was broadcast, with its motion time.
        latest_flush: number of the flush that `latest` went into.
        move_bytes: see Admission; of the connection that they have.
        expires_ms, grace_ms, kept_ms, release_ms, sight_ms, unmute_ms: monotonic deadlines, None
            where none runs.
    """

    __slots__ = (
        "anim",
        "avatar_id",
        "chat_bucket",
        "connected",
        "device",
        "display_name",
        "emote_bucket",
        "expires_at_ms",
        "expires_ms",
        "grace_ms",
        "is_bot",
        "kept_ms",
        "latest",
        "latest_flush",
        "motion",
        "move_bucket",
        "move_bytes",
        "mute",
        "pending",
        "release_ms",
        "role",
        "rot_y",
        "seat_bucket",
        "seq_accepted",
        "seq_broadcast",
        "sight_bucket",
        "sight_ms",
        "unloading",
        "unmute_ms",
        "user_id",
        "visible",
        "x",
        "y",
        "z",
    )

    def __init__(self, admission: Admission, spawn: Spawn, limits: MemberLimits) -> None:
        self.user_id = admission.user_id
        self.display_name = admission.display_name
        self.avatar_id = admission.avatar_id
        self.role = admission.role
        self.is_bot = admission.is_bot
        self.device = admission.device
        self.move_bytes = admission.move_bytes
        self.expires_at_ms = admission.expires_at_ms
        self.expires_ms: float | None = admission.expires_ms
        self.kept_ms: float | None = None
        self.grace_ms: float | None = None
        self.unmute_ms: float | None = None
        self.release_ms: float | None = None
        self.connected = True
        self.visible = True
        self.unloading = False
        self.x, self.y, self.z, self.rot_y = spawn.x, spawn.y, spawn.z, spawn.rot_y
        self.anim: Anim = "idle"
        self.seq_accepted: int | None = None
        self.seq_broadcast = -1
        self.motion = MotionEstimator()
        self.move_bucket = limits.moves
        self.chat_bucket = limits.chat
        self.emote_bucket = limits.emotes
        self.seat_bucket = limits.seats
        self.sight_bucket = limits.sight
        self.sight_ms: float | None = None
        self.pending: tuple[AvatarTransform, int] | None = None
        self.latest: tuple[AvatarTransformBroadcast, int] | None = None
        self.latest_flush = 0
        self.mute: Mute | None = None

    @property
    def rate_hz(self) -> float:
        """Transforms a second that the member's token allows (§5)."""
        return TRANSFORM_RATE_HZ[self.device]

    @property
    def whereabouts(self) -> Place:
        """Where the member says it is, which the room may not have been told yet (§5)."""
        where = self if self.pending is None else self.pending[0]
        return where.x, where.y, where.z

    def info(self) -> MemberInfo:
        """The member as others are shown it."""
        return MemberInfo(
            self.user_id,
            self.display_name,
            self.avatar_id,
            self.x,
            self.y,
            self.z,
            self.rot_y,
            self.anim,
        )

    def reconnect(self, admission: Admission, now_ms: float) -> None:
        """Go on over another connection: the place stays, the ordering starts again (§4)."""
        self.renew(admission)
        self.move_bytes = admission.move_bytes
        self.connected = True
        self.visible = True
        self.unloading = False
        self.sight_ms = None
        self.grace_ms = None
        self.seq_accepted = None
        self.motion = MotionEstimator(self.motion.last_ms)
        if admission.device != self.device:
            self.device = admission.device
            self.move_bucket.set_rate(self.rate_hz, now_ms)

    def renew(self, admission: Admission) -> None:
        """Take a fresh token's life and role (§3)."""
        self.expires_at_ms = admission.expires_at_ms
        self.expires_ms = admission.expires_ms
        self.kept_ms = None
        self.role = admission.role
        self.is_bot = self.is_bot or admission.is_bot

    def set_mute(self, mute: "Mute | None", now_ms: float, wall_ms: int) -> None:
        """Let the member speak, or not until the mute ends (§7)."""
        self.mute = mute
        self.unmute_ms = None
        if mute is not None and mute.until_ms is not None:
            self.unmute_ms = now_ms + (mute.until_ms - wall_ms)

    def next_ms(self) -> float | None:
        """The soonest of the deadlines, None where none runs."""
        running = (
            self.expires_ms,
            self.grace_ms,
            self.kept_ms,
            self.release_ms,
            self.sight_ms,
            self.unmute_ms,
        )
        return min((when_ms for when_ms in running if when_ms is not None), default=None)

    def follow_clock(self, now_ms: float, wall_ms: int) -> None:
        """The clock was set: what ends at a time of day ends when the clock says so."""
        if self.expires_ms is not None:
            self.expires_ms = now_ms + (self.expires_at_ms - wall_ms)
        if self.unmute_ms is not None and self.mute is not None and self.mute.until_ms is not None:
            self.unmute_ms = now_ms + (self.mute.until_ms - wall_ms)

    def at_rest(self, room_id: str) -> AvatarTransform:
        """The move with which somebody whose connection is lost stands still and is silent, where
        they last said they were. Its seq is one above the last that was broadcast; after the last
        number there is it is 0, and observers are reset (§5)."""
        seq = self.seq_broadcast + 1 if self.seq_broadcast < SEQ_MAX else 0
        at = self if self.pending is None else self.pending[0]
        return AvatarTransform(room_id, seq, at.x, at.y, at.z, at.rot_y, "idle", False)

    def place(self, event: AvatarTransform) -> AvatarTransformBroadcast:
        """Move to where the transform says; what others are told of it.

        Coordinates are rounded to millimetres and never a negative zero.
        """
        self.x = _rounded(event.x)
        self.y = _rounded(event.y)
        self.z = _rounded(event.z)
        rot_y = event.rot_y
        if not -ROT_Y_WRAP_RAD <= rot_y <= ROT_Y_WRAP_RAD:
            rot_y = (rot_y + _PI) % _TAU - _PI
        self.rot_y = _rounded(rot_y)
        self.anim = event.anim
        self.seq_broadcast = event.seq
        return AvatarTransformBroadcast(
            self.user_id,
            event.seq,
            self.x,
            self.y,
            self.z,
            self.rot_y,
            event.anim,
            event.speaking and self.mute is None and not self.is_bot,
        )
