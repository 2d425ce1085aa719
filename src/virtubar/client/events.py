"""What a bar tells its reader beside the events of the protocol."""

from msgspec import Struct

from virtubar.protocol.constants import Role
from virtubar.protocol.events import Anim, MemberInfo, ServerEvent


class Joined(Struct, frozen=True):
    """The membership holds, for the first time or again (§3).

    Attributes:
        resumed: the server had kept the place: nobody saw a leave (§4).
        rate_hz: transforms a second that the server takes (§5).
    """

    user_id: str
    role: str
    resumed: bool
    rate_hz: float
    muted: bool


class Reconnecting(Struct, frozen=True):
    """The connection is gone and will be tried again.

    Attributes:
        code: the close code (§8), 1006 where there was none.
        delay_ms: how long until the next try.
    """

    code: int
    reason: str
    delay_ms: float


LifeCycleEvent = Joined | Reconnecting
BarEvent = ServerEvent | LifeCycleEvent


class Delivery(Struct, frozen=True, gc=False):
    """One event with its times.

    Attributes:
        ts_ms: the envelope's `ts`, server epoch ms; of a transform the motion time (§1).
        arrived_ms: when it came, monotonic ms.
    """

    event: BarEvent
    ts_ms: int
    arrived_ms: float


class Member(Struct):
    """One member as last heard of.

    Attributes:
        seq: -1 until a transform came since the announcement.
        role: what they count as in the room, and with `is_bot` whether a program is behind them;
            a guest and a person until the server says otherwise (`roles`, §3).
    """

    user_id: str
    display_name: str
    avatar_id: str
    x: float
    y: float
    z: float
    rot_y: float
    anim: Anim
    speaking: bool = False
    seq: int = -1
    role: str = Role.GUEST
    is_bot: bool = False

    @classmethod
    def from_info(cls, info: MemberInfo, before: "Member | None" = None) -> "Member":
        """A member as `room_state` and `member_joined` show it, in the role that was known."""
        member = cls(
            info.user_id,
            info.display_name,
            info.avatar_id,
            info.x,
            info.y,
            info.z,
            info.rot_y,
            info.anim,
        )
        if before is not None:
            member.role, member.is_bot = before.role, before.is_bot
        return member
