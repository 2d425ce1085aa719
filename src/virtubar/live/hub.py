"""The live rooms of this process, who may join them, and how it all ends."""

from collections.abc import Callable

import structlog

from virtubar.auth.tokens import RealtimeClaims
from virtubar.errors import JoinRefusedError
from virtubar.live.budget import FlushBudget
from virtubar.live.joining import JoinRules, admission_of
from virtubar.live.live_room import QUIET_MS, LiveRoom, RecordChat
from virtubar.live.ports import RoomConnection
from virtubar.live.sockets import Sockets
from virtubar.protocol.constants import CHAT_REPLAY_MS, LOBBY_ID, AuthCode, Role
from virtubar.protocol.events import JoinRoom
from virtubar.room.config import RoomConfig
from virtubar.room.context import CrowdRules, RoomContext
from virtubar.room.outcomes import JoinKind
from virtubar.room.ports import Refusal, RoomExistsError, RoomsFullError
from virtubar.room.room import Room
from virtubar.room.spawn import spawn_point
from virtubar.runtime.clock import Clock
from virtubar.runtime.metrics import Gauges, Metrics
from virtubar.runtime.timer import Cancellable, Timer, Wakeable

_log = structlog.get_logger(__name__)
ROOM_IDLE_MS = CHAT_REPLAY_MS
"""An empty room may be put away when nobody could come back for what was said in it."""


class Hub:
    """Every live room.

    Args:
        call_later: the loop's.
        max_rooms: live at once.
        crowds: what is done about rooms that are very full.
        joins: who may come in.
        record_chat: takes what was said, to be stored.
        seen: told who came in, and with which role.
    """

    def __init__(  # noqa: PLR0913 - named parts of a server
        self,
        *,
        clock: Clock,
        metrics: Metrics,
        call_later: Callable[[float, Callable[[], None]], Cancellable],
        random_bits: Callable[[int], int],
        max_rooms: int,
        crowds: CrowdRules,
        joins: JoinRules,
        record_chat: RecordChat,
        seen: Callable[[str, Role], None],
    ) -> None:
        self.clock = clock
        self.metrics = metrics
        self.timer = Timer(call_later, clock.now_ms, _report)
        self.sockets = Sockets()
        self._joins = joins
        self._record_chat = record_chat
        self._seen = seen
        self._context = RoomContext(spawn_point, random_bits, clock.motion_ms, crowds)
        self._max_rooms = max_rooms
        self._budget = FlushBudget(clock.now_ms())
        self._live: dict[str, LiveRoom] = {}
        self.wake_ms: float | None = None
        self.timer.schedule(self, clock.now_ms() + QUIET_MS)
        metrics.gauges = self._gauges()

    def _gauges(self) -> Gauges:
        return Gauges(
            lambda: len(self.sockets.open),
            lambda: sum(len(live.room.members) for live in self._live.values()),
            lambda: sum(live.room.bots for live in self._live.values()),
            lambda: len(self._live),
            self.sockets.by_transport,
        )

    def wake(self, now_ms: float) -> None:
        """Every 10 s: rooms look at themselves."""
        self.timer.schedule(self, now_ms + QUIET_MS)
        self.clock.follow(watched=any(live.room.members for live in self._live.values()))
        for live in self._live.values():
            try:
                live.tick(now_ms)
            except Exception as error:  # the other rooms look all the same
                _report(live, error)

    # Rooms

    def find(self, room_id: str) -> RoomConfig | None:
        """The live room's settings, None where there is no such room."""
        live = self._live.get(room_id)
        return None if live is None else live.room.config

    def is_live(self, room_id: str) -> bool:
        """Whether there is such a live room."""
        return room_id in self._live

    def live(self, room_id: str) -> LiveRoom | None:
        """The live room."""
        return self._live.get(room_id)

    def every(self) -> list[LiveRoom]:
        """Every live room, by id."""
        return [live for _, live in sorted(self._live.items())]

    def public(self) -> list[RoomConfig]:
        """The live rooms that everybody may know of, by id."""
        return [live.room.config for live in self.every() if live.room.config.public]

    def create(self, config: RoomConfig) -> None:
        """Bring a room to life.

        Raises:
            RoomExistsError: it is.
        """
        if config.room_id in self._live:
            raise RoomExistsError(config.room_id)
        self._live[config.room_id] = LiveRoom(
            Room(config, self._context),
            timer=self.timer,
            clock=self.clock,
            budget=self._budget,
            metrics=self.metrics,
            record_chat=self._record_chat,
        )

    def configure(self, config: RoomConfig) -> None:
        """A live room has new settings from now on; one that is not live is left alone."""
        live = self._live.get(config.room_id)
        if live is not None:
            live.room.configure(config)
            live.touched(self.clock.now_ms())

    def has_place(self, reserved: int = 0) -> bool:
        """Whether another room may be brought to life, beside so many that are about to be."""
        return len(self._live) + reserved < self._max_rooms

    def put_one_away(self) -> str:
        """Make place: a room that nobody has entered since it came to life is no longer live, the
        oldest first; where there is none, the one that has been empty for longest. Which it was.

        Raises:
            RoomsFullError: every room was entered, and none has been empty for 5 minutes.
        """
        now_ms = self.clock.now_ms()
        idle = [
            (not live.entered, live.idle_ms(now_ms), room_id)
            for room_id, live in self._live.items()
            if room_id != LOBBY_ID
        ]
        untouched, longest_ms, room_id = max(idle, default=(False, 0.0, ""))
        if not untouched and longest_ms < ROOM_IDLE_MS:
            raise RoomsFullError(self._max_rooms)
        self.timer.cancel(self._live.pop(room_id))
        _log.info("room_put_away", room_id=room_id)
        return room_id

    def close_rooms(self, room_ids: list[str]) -> list[RoomConfig]:
        """These rooms are no more; those that somebody came into meanwhile live on, and are given
        back."""
        kept = []
        for room_id in room_ids:
            live = self._live.get(room_id)
            if live is not None and live.room.members:
                kept.append(live.room.config)
            elif live is not None:
                self.timer.cancel(self._live.pop(room_id))
        return kept

    def used(self) -> list[str]:
        """The rooms with members."""
        return [live.room.config.room_id for live in self.every() if live.room.members]

    def occupancy(self, room_id: str) -> int:
        """How many members the room has; 0 for a room nobody is in."""
        live = self._live.get(room_id)
        return 0 if live is None else len(live.room.members)

    def bots(self, room_id: str) -> int:
        """How many of the members are bots."""
        live = self._live.get(room_id)
        return 0 if live is None else live.room.bots

    def contains(self, room_id: str, user_id: str) -> bool:
        """Whether the user is a member of the room, in grace or not."""
        live = self._live.get(room_id)
        return live is not None and user_id in live.room.members

    # Joining

    def verify(self, token: str | None) -> RealtimeClaims:
        """What a presented token says.

        Raises:
            JoinRefusedError: where none was presented.
            TokenRefusedError: where it is not, or no more, a token of ours.
        """
        return self._joins.verify(token, self.clock.wall_ms())

    def join(
        self, connection: RoomConnection, claims: RealtimeClaims, payload: JoinRoom, now_ms: float
    ) -> tuple[LiveRoom, JoinKind | None]:
        """Let a connection into the room of its token (§3).

        Returns:
            The room, and how the member came in; None where the connection was in already and
            the token was only renewed.

        Raises:
            JoinRefusedError: why not.
        """
        wall_ms = self.clock.wall_ms()
        self._joins.check(claims, payload, connection.address, now_ms, wall_ms)
        live = self._live.get(claims.room_id)
        if live is None:
            raise JoinRefusedError(AuthCode.ROOM_NOT_FOUND, "There is no such room.")
        admission = admission_of(live.room, claims, payload, connection.transport, now_ms, wall_ms)
        previous = live.connections.get(claims.user_id)
        if previous is connection:
            live.room.renew(admission)
            live.touched(now_ms)
            return live, None
        self._joins.check_visit(live.room, admission, connection.address, now_ms)
        mute = self._joins.mute(claims.room_id, claims.user_id, wall_ms)
        kind = live.room.join(admission, mute, now_ms, wall_ms)
        live.connect(claims.user_id, connection)
        self._seen(claims.user_id, claims.role)
        live.touched(now_ms)
        return live, kind

    # What moderation does

    def eject(self, room_id: str | None, user_id: str, refusal: Refusal) -> None:
        """Put somebody out of the room, or of every room: told why and closed, now (§7)."""
        now_ms = self.clock.now_ms()
        for live in self._with(room_id, user_id):
            live.room.eject(user_id, refusal, self.clock.wall_ms())
            live.flush(now_ms)
            live.touched(now_ms)

    def apply_mute(self, room_id: str | None, user_id: str) -> None:
        """See to it that the person may speak, or not, as the sanctions now say; they are told."""
        now_ms = self.clock.now_ms()
        wall_ms = self.clock.wall_ms()
        for live in self._with(room_id, user_id):
            mute = self._joins.mute(live.room.config.room_id, user_id, wall_ms)
            live.room.mute(user_id, mute, now_ms, wall_ms)
            live.flush(now_ms)
            live.touched(now_ms)

    def _with(self, room_id: str | None, user_id: str) -> list[LiveRoom]:
        """The rooms in question that the person is a member of."""
        if room_id is None:
            return [live for live in self._live.values() if user_id in live.room.members]
        live = self._live.get(room_id)
        return [live] if live is not None and user_id in live.room.members else []

    def name_of(self, room_id: str, user_id: str) -> str | None:
        """What somebody is called there, or was lately, else in any room; None for strangers."""
        here = self._live.get(room_id)
        name = None if here is None else here.room.name_of(user_id)
        # Elsewhere only who is there: looking through what went on in a thousand rooms takes long.
        inside = (live.room.members.get(user_id) for live in self._live.values())
        return name or next((member.display_name for member in inside if member is not None), None)

    def role_of(self, room_id: str, user_id: str) -> Role:
        """The role that a member came in with; GUEST where they are not there."""
        live = self._live.get(room_id)
        member = None if live is None else live.room.members.get(user_id)
        return Role.GUEST if member is None else member.role

    def forget(self, user_id: str) -> None:
        """Rooms keep no words of the person any more."""
        for live in self._live.values():
            live.room.forget_person(user_id)

    async def drain(self, seconds: float) -> None:
        """Send what is due, and end every socket; see Sockets.drain."""
        now_ms = self.clock.now_ms()
        for live in self._live.values():
            live.flush(now_ms)
        await self.sockets.drain(seconds)


def _report(target: Wakeable, error: Exception) -> None:
    """A timer's target raised: a defect, of one room or one connection."""
    _log.error("timer_failed", target=type(target).__name__, exc_info=error)
