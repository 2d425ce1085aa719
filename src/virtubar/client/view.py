"""What the client knows of the room, kept from the server's events (§4 to §7). Pure."""

from collections import deque

from virtubar.client.events import Member
from virtubar.client.heartbeat_clock import HeartbeatClock
from virtubar.protocol import events as wire
from virtubar.protocol.constants import CHAT_REPLAY_MAX, SEND_RATE_HZ, Role

CHAT_IDS_KEPT = 2 * CHAT_REPLAY_MAX
"""Message ids remembered to drop repeats, oldest forgotten first: two whole replays."""


class RoomView:
    """Everybody in the room, the server's clock, and the own standing.

    Attributes:
        members: userId → Member, the receiver included; emptied by `room_state` only.
        seats: seatId → userId of whoever has it (§11).
        clock: the server's clock in client epoch ms.
        user_id: the own id, empty before the first ticket.
        last_message_id: of the newest chat message heard (§6).
    """

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.seats: dict[str, str] = {}
        self.clock = HeartbeatClock()
        self.user_id = ""
        self.role = str(Role.GUEST)
        self.rate_hz = SEND_RATE_HZ
        self.muted = False
        self.last_message_id: str | None = None
        self._heard: set[str] = set()
        self._heard_order: deque[str] = deque()

    def see(self, event: wire.ServerEvent, client_ms: float) -> bool:
        """Take one event in; False where it is a repeat that nobody should be shown.

        Args:
            client_ms: when it came, in client epoch ms.
        """
        match event:
            case wire.AvatarTransformBroadcast():
                self._move(event)
            case wire.MemberJoined():
                self._meet(event.member)
            case wire.ChatBroadcast():
                return self._hear(event)
            case wire.HeartbeatAck():
                self.clock.measure(event.client_time_ms, event.server_time_ms, client_ms)
            case wire.MemberLeft() | wire.Seats() | wire.SeatChanged():
                self._seat(event)
            case wire.RoomState():
                self._start_over(event)
                self.clock.seed(event.server_time_ms, client_ms)
            case wire.Session():
                self.user_id, self.role = event.user_id, event.role
                self.rate_hz, self.muted = event.rate_hz, event.muted
            case wire.Roles():
                self._note_roles(event)
            case (
                wire.ModerationAction(type="mutedByMod") | wire.ModerationLifted(type="mutedByMod")
            ):
                self.muted = isinstance(event, wire.ModerationAction)
        return True

    def _meet(self, info: wire.MemberInfo) -> None:
        before = self.members.get(info.user_id)
        self.members[info.user_id] = Member.from_info(info, before)

    def _start_over(self, state: wire.RoomState) -> None:
        before = dict(self.members)
        self.members.clear()
        for one in state.members:
            self.members[one.user_id] = Member.from_info(one, before.get(one.user_id))

    def _note_roles(self, event: wire.Roles) -> None:
        for user_id, role, is_bot in event.members:
            member = self.members.get(user_id)
            if member is not None:
                member.role, member.is_bot = role, is_bot

    def _move(self, event: wire.AvatarTransformBroadcast) -> None:
        """Apply a transform; one that is not newer, or of nobody present, changes nothing."""
        member = self.members.get(event.user_id)
        if member is None or event.seq <= member.seq:
            return
        member.seq = event.seq
        member.x = event.x
        member.y = event.y
        member.z = event.z
        member.rot_y = event.rot_y
        member.anim = event.anim
        member.speaking = event.speaking

    def _seat(self, event: wire.MemberLeft | wire.Seats | wire.SeatChanged) -> None:
        """Who sits where now; whoever leaves sits nowhere."""
        if isinstance(event, wire.MemberLeft):
            self.members.pop(event.user_id, None)
            self._change_seat(event.user_id, None)
        elif isinstance(event, wire.SeatChanged):
            self._change_seat(event.user_id, event.seat_id)
        else:
            self.seats.clear()
            self.seats.update(event.taken)

    def _change_seat(self, user_id: str, seat_id: str | None) -> None:
        """They have that seat and no other."""
        for left in [seat for seat, holder in self.seats.items() if holder == user_id]:
            del self.seats[left]
        if seat_id is not None:
            self.seats[seat_id] = user_id

    def _hear(self, event: wire.ChatBroadcast) -> bool:
        if event.message_id in self._heard:
            return False
        self._heard.add(event.message_id)
        self._heard_order.append(event.message_id)
        if len(self._heard_order) > CHAT_IDS_KEPT:
            self._heard.remove(self._heard_order.popleft())
        self.last_message_id = event.message_id
        return True
