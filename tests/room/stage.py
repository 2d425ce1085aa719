"""A room on a manual clock, and what each of its members was told."""

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from virtubar.protocol.constants import CROWD_BYTES_PER_S, Device, Role
from virtubar.protocol.events import (
    Anim,
    AvatarTransform,
    AvatarTransformBroadcast,
    Emote,
    Heartbeat,
    LocalChat,
    Presence,
    Roles,
    Seat,
    ServerEvent,
)
from virtubar.room.config import RoomConfig
from virtubar.room.context import CrowdRules, RoomContext
from virtubar.room.member import Admission
from virtubar.room.outcomes import Ending, JoinKind
from virtubar.room.ports import Mute
from virtubar.room.room import Room
from virtubar.room.snapshot import decode_snapshot, encode_snapshot
from virtubar.room.spawn import spawn_point

if TYPE_CHECKING:
    from virtubar.room.parts import Post

START_MS = 5_000_000.0
EPOCH_MS = 1_750_000_000_000
LIFE_MS = 300_000
ROOM_ID = "lobby"


class Stage:
    """One room, its clocks, and the posts that were delivered to each of its people.

    Args:
        start_ms: what the monotonic clock shows at the epoch of the tests.
        crowd_threshold: members above which the room is a crowd.
        crowd_bytes_per_s: what its moves may cost each.
        settings: of the room, beside its id and name.
    """

    def __init__(
        self,
        start_ms: float = START_MS,
        *,
        crowd_threshold: int = 64,
        crowd_bytes_per_s: int = CROWD_BYTES_PER_S,
        **settings: Any,
    ) -> None:
        self._start_ms = start_ms
        self.now_ms = start_ms
        self.step_ms = 0
        self._context = RoomContext(
            spawn_point,
            lambda _bits: 0,
            self._motion_ms,
            CrowdRules(crowd_threshold, crowd_bytes_per_s),
        )
        self.room = Room(RoomConfig(ROOM_ID, "Lobby", **settings), self._context)
        self.posts: dict[str, list[Post]] = defaultdict(list)
        self.endings: list[Ending] = []
        self.drops: Counter[str] = Counter()

    @property
    def wall_ms(self) -> int:
        """Epoch time, which runs with the clock, and is set now and then."""
        return self._motion_ms(self.now_ms) + self.step_ms

    def _motion_ms(self, now_ms: float) -> int:
        return EPOCH_MS + int(now_ms - self._start_ms)

    def cut(self) -> None:
        """Everybody's connection is lost, and nobody is told anything any more."""
        for user in [user for user, member in self.room.members.items() if member.connected]:
            self.detach(user)
        self.drain()
        self.posts.clear()
        self.endings.clear()

    def restored(self, start_ms: float, later_ms: float = 0.0) -> "Stage":
        """Another process, whose monotonic clock began elsewhere, with the room as it was written
        here, read so much later."""
        data = encode_snapshot(self.room.snapshot(self.now_ms, self.wall_ms))
        other = Stage(start_ms)
        other.now_ms = self.now_ms - self._start_ms + start_ms + later_ms
        other.step_ms = self.step_ms
        other.read(data, self.room.config)
        return other

    def read(self, data: bytes, config: RoomConfig | None = None) -> None:
        """Go on with a room that was written."""
        self.room = Room.restore(
            decode_snapshot(data),
            config or self.room.config,
            self._context,
            self.now_ms,
            self.wall_ms,
        )

    def set_clock(self, step_ms: int) -> None:
        """Somebody sets the machine's clock; the room looks at it."""
        self.step_ms += step_ms
        self.room.follow_clock(self.now_ms, self.wall_ms)

    def configure(self, **settings: Any) -> None:
        """Give the room these settings, and of all others the usual ones."""
        self.room.configure(RoomConfig(ROOM_ID, "Lobby", **settings))

    # Coming and going

    def admission(
        self,
        user: str,
        *,
        role: Role = Role.GUEST,
        device: Device = Device.DESKTOP,
        life_ms: float = LIFE_MS,
        last: str | None = None,
        name: str | None = None,
        is_bot: bool = False,
    ) -> Admission:
        """What a token of that life and a `join_room` with that lastMessageId say."""
        return Admission(
            user_id=user,
            display_name=user.title() if name is None else name,
            avatar_id="fox",
            role=role,
            device=device,
            expires_at_ms=self.wall_ms + int(life_ms),
            expires_ms=self.now_ms + life_ms,
            last_message_id=last,
            is_bot=is_bot,
        )

    def join(self, user: str, *, mute: Mute | None = None, **claims: Any) -> JoinKind:
        """Join, resume or replace."""
        return self.room.join(self.admission(user, **claims), mute, self.now_ms, self.wall_ms)

    def enter(self, *users: str) -> None:
        """Join, and read everything that comes of it."""
        for user in users:
            self.join(user)
        self.drain()
        self.posts.clear()

    def renew(self, user: str, **claims: Any) -> None:
        """Show a fresh token."""
        self.room.renew(self.admission(user, **claims))

    def detach(self, user: str) -> None:
        """Lose the connection."""
        self.room.detach(user, self.now_ms, self.wall_ms)

    def leave(self, user: str) -> None:
        """Leave by choice."""
        self.room.leave(user, self.wall_ms)

    # Doing things

    def move(
        self,
        user: str,
        seq: int,
        x: float = 0.0,
        z: float = 0.0,
        *,
        rot_y: float = 0.0,
        anim: Anim = "walk",
        speaking: bool = False,
        ts: int | None = None,
    ) -> None:
        """Send a transform; nothing comes back for one."""
        event = AvatarTransform(ROOM_ID, seq, x, 0.0, z, rot_y, anim, speaking)
        stamp = self.wall_ms if ts is None else ts
        reply = self.room.handle(user, event, stamp, self.now_ms, self.wall_ms)
        assert reply is None

    def say(self, user: str, text: str = "Cheers!") -> ServerEvent | None:
        """Chat; what comes back at once."""
        return self._handle(user, LocalChat(ROOM_ID, text, "local"))

    def emote(self, user: str, emote_id: str = "cheers") -> ServerEvent | None:
        """Emote; what comes back at once."""
        return self._handle(user, Emote(ROOM_ID, emote_id))

    def sit(self, user: str, seat_id: str | None) -> ServerEvent | None:
        """Ask for a seat, or give it up; what comes back at once."""
        return self._handle(user, Seat(ROOM_ID, seat_id))

    def show(self, user: str, visible: bool, *, unloading: bool = False) -> None:
        """Show or hide the page, or say that it is going."""
        assert self._handle(user, Presence(visible, unloading)) is None

    def heartbeat(self, user: str, last_seq: int = -1) -> ServerEvent | None:
        """Send a heartbeat; what comes back at once."""
        return self._handle(user, Heartbeat(ROOM_ID, 12.5, last_seq))

    def _handle(
        self, user: str, event: LocalChat | Emote | Presence | Heartbeat | Seat
    ) -> ServerEvent | None:
        return self.room.handle(user, event, self.wall_ms, self.now_ms, self.wall_ms)

    # Time

    def expire_after(self, ms: float) -> None:
        """Let time pass in one go, and then do what it asked for, late."""
        self.now_ms += ms
        self.room.expire(self.now_ms, self.wall_ms)

    def live(self, ms: float) -> None:
        """Let time pass, doing everything at its moment."""
        end_ms = self.now_ms + ms
        while (when_ms := self.room.next_deadline()) is not None and when_ms <= end_ms:
            self.now_ms = max(self.now_ms, when_ms)
            self.room.expire(self.now_ms, self.wall_ms)
        self.now_ms = end_ms

    # What was told

    def drain(self) -> None:
        """Take what must go out, and put it down for whom it is."""
        flush = self.room.drain(self.now_ms, self.wall_ms)
        for route in flush.routes:
            assert route.receivers, "nobody gets nothing"
            for user in route.receivers:
                self.posts[user] += route.posts
        self.endings += flush.endings
        self.drops += self.room.drops
        self.room.drops.clear()

    def told(self, user: str) -> list[ServerEvent]:
        """Everything that the person was told since this was last asked, but for roles."""
        return [event for event in self.told_all(user) if not isinstance(event, Roles)]

    def told_all(self, user: str) -> list[ServerEvent]:
        """Everything, with the roles that come after the session and with every join."""
        self.drain()
        return [post.event for post in self.posts.pop(user, [])]

    def names(self, user: str) -> list[str]:
        """The names of these events."""
        return [str(event.EVENT) for event in self.told(user)]

    def moves(self, user: str) -> list[tuple[str, int]]:
        """Whose moves the person was shown, with their seq."""
        return [
            (event.user_id, event.seq)
            for event in self.told(user)
            if isinstance(event, AvatarTransformBroadcast)
        ]
