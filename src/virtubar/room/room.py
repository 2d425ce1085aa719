"""The rules of one room: who is in it, what they do, and what everyone is told (§3 to §7).

Pure: no I/O and no clock. `handle` takes one event in, `drain` hands out what must be sent,
`expire` does what time asks for, `next_deadline` says when it wants to be called. What members do
is done by the trades of the room (roster, movement, seating, talk); here they meet. Longer than
most modules because presence, moderation, time and the flush touch all of them.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from virtubar.errors import SnapshotRefusedError
from virtubar.protocol.constants import (
    CHAT_REPLAY_MAX,
    EXPIRY_GRACE_MS,
    LEAVE_GRACE_MS,
    UNLOAD_GRACE_MS,
    AuthCode,
    CloseCode,
    ErrorCode,
    Role,
)
from virtubar.protocol.events import (
    AuthError,
    AvatarTransform,
    ClientEvent,
    Emote,
    Heartbeat,
    HeartbeatAck,
    LocalChat,
    MemberJoined,
    MemberLeft,
    ModerationLifted,
    ModerationType,
    Presence,
    RoomState,
    Seat,
    Seats,
    ServerEvent,
    Session,
)
from virtubar.room.chat import ChatHistory
from virtubar.room.clock_steps import ClockSteps
from virtubar.room.config import RoomConfig
from virtubar.room.deadlines import Deadlines
from virtubar.room.evidence import Evidence
from virtubar.room.member import Admission, Member
from virtubar.room.movement import Movement
from virtubar.room.outbox import Outbox
from virtubar.room.outcomes import Counts, Ending, Flush, JoinKind, moderation_posts, refuse
from virtubar.room.parts import Part, Post, Route
from virtubar.room.ports import HeardLine, ModerationAct, Mute, Refusal
from virtubar.room.records import ChatRecord
from virtubar.room.roles import roles_of
from virtubar.room.roster import Roster
from virtubar.room.routing import RoomNow
from virtubar.room.seating import Seating
from virtubar.room.seats import SeatPlan
from virtubar.room.snapshot import SNAPSHOT_VERSION, RoomSnapshot
from virtubar.room.spawn import Spawn
from virtubar.room.speech import Speech
from virtubar.room.talk import Talk


class Room:
    """One live room.

    Args:
        config: its settings.
        spawn: where the n-th person to come in stands.
        random_bits: chance for message ids: gives that many random bits.
        motion_ms: motion time of a monotonic moment (§1).
    """

    def __init__(
        self,
        config: RoomConfig,
        *,
        spawn: Callable[[int], Spawn],
        random_bits: Callable[[int], int],
        motion_ms: Callable[[float], int],
    ) -> None:
        self.config = config
        self.flushes = 0
        self.counts = Counts()
        self._clock_steps = ClockSteps()
        self._outbox = Outbox()
        self._deadlines = Deadlines()
        self._endings: list[Ending] = []
        self._farewells: list[Route] = []
        self._receivers: tuple[str, ...] | None = None
        self._roster = Roster(config, spawn)
        self.members = self._roster.members
        self._role_news = self._roster.role_news
        self._seats = SeatPlan()
        self._seating = Seating(self._seats, self._outbox)
        self._movement = Movement(
            self._outbox,
            self._deadlines,
            self._seating,
            self.counts,
            motion_ms=motion_ms,
            flush_number=lambda: self.flushes,
        )
        self._history = ChatHistory()
        self._speech = Speech(config)
        self._evidence = Evidence()
        self._talk = Talk(
            config,
            self.members,
            self._outbox,
            self.counts,
            random_bits=random_bits,
            history=self._history,
            speech=self._speech,
            evidence=self._evidence,
        )
        self._handlers: dict[type[ClientEvent], Callable[..., ServerEvent | None]] = {
            AvatarTransform: self._movement.handle,
            LocalChat: self._talk.handle_chat,
            Emote: self._talk.handle_emote,
            Heartbeat: self._handle_heartbeat,
            Presence: self._handle_presence,
            Seat: self._seating.handle,
        }

    def snapshot(self, now_ms: float, wall_ms: int) -> RoomSnapshot:
        """The room at this moment, for another process to go on with; nothing of it changes."""
        self.follow_clock(now_ms, wall_ms)
        history = self._history.snapshot(now_ms)
        return RoomSnapshot(
            version=SNAPSHOT_VERSION,
            room_id=self.config.room_id,
            taken_ms=wall_ms,
            roster=self._roster.snapshot(now_ms),
            seats=self._seats.snapshot(),
            ids=self._talk.snapshot_ids(),
            unstored=self._talk.unstored(),
            history=history,
            order=self._speech.order.snapshot(now_ms),
            evidence=self._evidence.snapshot(history.listeners()),
        )

    @classmethod
    def restore(
        cls,
        snapshot: RoomSnapshot,
        config: RoomConfig,
        *,
        spawn: Callable[[int], Spawn],
        random_bits: Callable[[int], int],
        motion_ms: Callable[[float], int],
        now_ms: float,
        wall_ms: int,
    ) -> "Room":
        """The room that was written down, under these settings, as if everybody's connection had
        been lost the moment it was. Whose time has run out since goes with the next `expire`.

        Raises:
            SnapshotRefusedError: it is another room's, or says what no room does.
        """
        if snapshot.room_id != config.room_id:
            raise SnapshotRefusedError("room", f"{snapshot.room_id} for {config.room_id}")
        room = cls(config, spawn=spawn, random_bits=random_bits, motion_ms=motion_ms)
        # A reader whose clock is behind the writer's takes the room as if written now.
        taken_ms = now_ms - max(0, wall_ms - snapshot.taken_ms)
        room._fill(snapshot, taken_ms, motion_ms(taken_ms))
        room.follow_clock(now_ms, wall_ms)
        return room

    def _fill(self, snapshot: RoomSnapshot, taken_ms: float, motion_ms: int) -> None:
        """Be as the snapshot says.

        Args:
            taken_ms: the moment of the snapshot on this process's clock.
            motion_ms: its motion time.
        """
        listeners = list(snapshot.history.listeners())
        self._roster.restore(snapshot.roster, taken_ms, motion_ms)
        self._seats.restore(snapshot.seats, self.members)
        self._history.restore(snapshot.history, taken_ms)
        self._talk.restore(snapshot.ids, frozenset(snapshot.unstored))
        self._speech.order.restore(snapshot.order, taken_ms)
        self._evidence.restore(snapshot.evidence, listeners)
        for member in self.members.values():
            if member.connected:
                self.detach(member.user_id, taken_ms, snapshot.taken_ms)
            self._watch(member)
        self.drain(snapshot.taken_ms)  # nobody is there to be told

    def configure(self, config: RoomConfig) -> None:
        """Go on under other settings, at once; nobody who is inside has to leave.

        Raises:
            ValueError: they are another room's.
        """
        if config.room_id != self.config.room_id:
            raise ValueError(f"settings of {config.room_id} for {self.config.room_id}")
        self.config = config
        self._roster.configure(config)
        self._talk.configure(config)

    # Coming and going (§3, §4)

    def join(
        self, admission: Admission, mute: Mute | None, now_ms: float, wall_ms: int
    ) -> JoinKind:
        """Let someone in, or back in; they get the room's state with the next flush.

        Args:
            mute: the mute that holds for them, if any.

        Raises:
            JoinRefusedError: see check_entry; places of members in their grace are taken.
        """
        self.follow_clock(now_ms, wall_ms)
        member = self.members.get(admission.user_id)
        kind: JoinKind
        if member is None:
            kind = "new"
            member = self._roster.admit(admission, now_ms)
            self._outbox.post(MemberJoined(member.info()), wall_ms)
            self._evidence.joined(member, wall_ms)
        else:
            kind = "replaced" if member.connected else "resumed"
            # The last move of the old connection comes before the state of the new one.
            self._movement.let_through(member, wall_ms)
            self._roster.reconnect(member, admission, now_ms)
        self._receivers = None
        self._history.enter(admission.user_id, now_ms)
        private = [Post(self._session(member, kind != "new", mute), wall_ms)]
        if admission.last_message_id is not None:
            missed = self._history.missed(admission.user_id, admission.last_message_id, now_ms)
            private += [Post(chat, said_ms) for chat, said_ms in missed]
        private += self._apply_mute(member, mute, now_ms, wall_ms)
        self._watch(member)
        self._outbox.welcome(admission.user_id, private)
        return kind

    def name_of(self, user_id: str) -> str | None:
        """What a member is called, or somebody was who left lately; None for others."""
        member = self.members.get(user_id)
        return self._evidence.name_of(user_id) if member is None else member.display_name

    @property
    def bots(self) -> int:
        """How many of the members are bots."""
        return self._roster.bots

    def check_entry(self, admission: Admission) -> Role:
        """What somebody who is no member counts as here, who may become one.

        Raises:
            JoinRefusedError: see check_entry.
        """
        return self._roster.check_entry(admission)

    def may_be_called(self, name: str) -> bool:
        """Whether the room's word list lets somebody come in under that name."""
        return self._speech.may_be_called(name)

    def _session(self, member: Member, resumed: bool, mute: Mute | None) -> Session:
        return Session(
            user_id=member.user_id,
            role=member.role,
            last_seq=member.seq_broadcast,
            resumed=resumed,
            rate_hz=member.rate_hz,
            expires_at_ms=member.expires_at_ms,
            muted=mute is not None,
        )

    def renew(self, admission: Admission) -> None:
        """Go on with a fresh token; silent for everyone, but for another role (§3)."""
        member = self.members[admission.user_id]
        self._roster.renew(member, admission)
        self._watch(member)

    def detach(self, user_id: str, now_ms: float, wall_ms: int) -> None:
        """The member's connection is lost: keep the place for the grace (§4)."""
        member = self.members[user_id]
        self._movement.come_to_rest(member, self.config.room_id, now_ms, wall_ms)
        member.connected = False
        member.sight_ms = None
        member.expires_ms = member.kept_ms = None
        member.grace_ms = now_ms + (UNLOAD_GRACE_MS if member.unloading else LEAVE_GRACE_MS)
        self._watch(member)
        self._outbox.forget(user_id)
        self._receivers = None

    def leave(self, user_id: str, wall_ms: int) -> None:
        """The member goes by choice: the others hear it at once, and nothing is kept."""
        self._history.leave(user_id)
        self._remove(user_id, wall_ms)

    def _remove(self, user_id: str, wall_ms: int) -> None:
        self._evidence.left(self._roster.remove(user_id), wall_ms)
        self._seats.give_up(user_id)
        self._receivers = None
        self._deadlines.set(user_id, None)
        self._outbox.forget(user_id)
        self._outbox.post(MemberLeft(user_id), wall_ms)

    # What members do

    def handle(
        self, user_id: str, event: ClientEvent, ts: int, now_ms: float, wall_ms: int
    ) -> ServerEvent | None:
        """Take one event of a member in.

        Args:
            ts: the envelope's time, on the sender's clock.

        Returns:
            What the sender is to be told at once, and nobody else: an Error where the event was
            refused, the answer to a heartbeat, else None. All else comes with `drain`.
        """
        member = self.members[user_id]
        room_id: str | None = getattr(event, "room_id", None)
        if room_id is not None and room_id != self.config.room_id:
            return refuse(event, ErrorCode.WRONG_ROOM, "You are in another room.")
        return self._handlers[type(event)](member, event, ts, now_ms, wall_ms)

    def _handle_heartbeat(
        self, member: Member, event: Heartbeat, _ts: int, _now_ms: float, wall_ms: int
    ) -> HeartbeatAck:
        accepted = member.seq_accepted
        last_seq = member.seq_broadcast if accepted is None else accepted
        return HeartbeatAck(event.client_time_ms, wall_ms, last_seq)

    def _handle_presence(
        self, member: Member, event: Presence, _ts: int, now_ms: float, _wall_ms: int
    ) -> None:
        """A hidden page is shown again at once, or as soon as the limit allows (§4)."""
        member.sight_ms = None
        # A page that goes is hidden after it said so: only one that is seen again has stayed.
        member.unloading = not event.visible and (member.unloading or event.unloading)
        if not event.visible and member.visible:
            member.visible = False
            self._outbox.hide(member.user_id)
        elif event.visible and not member.visible:
            self._show(member, now_ms)

    def _show(self, member: Member, now_ms: float) -> None:
        if member.sight_bucket.take(now_ms):
            member.visible = True
            self._outbox.show(member.user_id)
        else:
            member.sight_ms = now_ms + member.sight_bucket.wait_ms(now_ms)
            self._deadlines.hasten(member.user_id, member.sight_ms)

    # Moderation's effects (§7)

    def eject(self, user_id: str, refusal: Refusal, wall_ms: int) -> None:
        """Kick or ban a member: told why, then the socket is closed; the others see a leave."""
        banned = refusal.code is AuthCode.BANNED
        kind: ModerationType = "banned" if banned else "kicked"
        code = CloseCode.BANNED if banned else CloseCode.KICKED
        member = self.members.get(user_id)
        if member is None:
            return
        if member.connected:
            notice = moderation_posts(kind, refusal, wall_ms)
            self._farewells.append(Route((user_id,), (Part(notice),)))
            self._endings.append(Ending(user_id, code, kind))
        self.leave(user_id, wall_ms)

    def mute(self, user_id: str, mute: Mute | None, now_ms: float, wall_ms: int) -> None:
        """Mute a member, or let them speak again (None); they are told."""
        member = self.members.get(user_id)
        if member is None:
            return
        lifted = member.mute is not None and mute is None
        told = frozenset((user_id,))
        for post in self._apply_mute(member, mute, now_ms, wall_ms):
            self._outbox.post(post.event, post.ts, told)
        self._watch(member)
        if lifted:
            self._outbox.post(ModerationLifted("mutedByMod"), wall_ms, told)

    def _apply_mute(
        self, member: Member, mute: Mute | None, now_ms: float, wall_ms: int
    ) -> list[Post]:
        member.set_mute(mute, now_ms, wall_ms)
        return [] if mute is None else moderation_posts("mutedByMod", mute, wall_ms)

    # Keeping order (§6, §7)

    @property
    def has_acts(self) -> bool:
        """Whether the room's own rules ask for an act of moderation."""
        return self._speech.order.has_acts

    def take_acts(self) -> list[ModerationAct]:
        """Hand over, once, what the room's own rules ask for, by `system`; each is to be done and
        answered with `settle_act`. Until then nobody whom it is about can speak."""
        return self._speech.order.take_acts()

    def settle_act(self, user_id: str, *, done: bool) -> None:
        """The act against that person was done; or not, and the next strike brings it again."""
        self._speech.order.settle(user_id, done=done)

    @property
    def has_said(self) -> bool:
        """Whether anything was said that is to be stored and was not taken yet."""
        return self._talk.has_said

    def take_said(self) -> list[ChatRecord]:
        """Hand over, once, what was said, where the room's chat is stored at all. To be called
        with every flush: the limits on chat bound what comes together between two of them."""
        return self._talk.take_said()

    def heard_after(self, message_id: str | None, limit: int = CHAT_REPLAY_MAX) -> list[HeardLine]:
        """What was said after that message, for those who keep order: whoever could hear it."""
        return self._history.heard_after(message_id, limit)

    def sample_positions(self, now_ms: float, wall_ms: int) -> None:
        """Note where everybody is, and forget what is too old: to be called every 10 s."""
        self._evidence.sample(self.members.values(), wall_ms)
        self._history.forget(now_ms)

    def evidence(self, reporter_id: str, reported_id: str, wall_ms: int) -> dict[str, Any] | None:
        """What the reporter could have seen and heard lately; see Evidence.gather."""
        first = self._history.first_heard(reporter_id)
        return self._evidence.gather(
            reporter_id, reported_id, self.members.values(), first, wall_ms
        )

    def forget_person(self, user_id: str) -> None:
        """Keep nothing of what somebody who is not here said and did."""
        self._talk.forget_person(user_id)

    # Time

    def next_deadline(self) -> float | None:
        """When `expire` wants to be called, monotonic ms; None where nothing runs."""
        return self._deadlines.next_ms()

    def expire(self, now_ms: float, wall_ms: int) -> None:
        """Do everything whose time has come; late is fine, early does nothing."""
        self.follow_clock(now_ms, wall_ms)
        while (user_id := self._deadlines.pop_due(now_ms)) is not None:
            member = self.members[user_id]
            self._expire_member(member, now_ms, wall_ms)
            if user_id in self.members:
                self._watch(member)

    def follow_clock(self, now_ms: float, wall_ms: int) -> None:
        """Where the machine's clock was set since the last look, let what ends at a time of day
        (tokens, mutes) end when the clock says so, and what happened have happened then. To be
        called every 10 s; a look at nothing where the clock was not set."""
        step_ms = self._clock_steps.step_ms(now_ms, wall_ms)
        if step_ms == 0:
            return
        self._evidence.shift(step_ms)
        for member in self.members.values():
            member.follow_clock(now_ms, wall_ms)
            self._watch(member)

    def _watch(self, member: Member) -> None:
        """Look at the member when the soonest of their deadlines comes."""
        self._deadlines.set(member.user_id, member.next_ms())

    def _expire_member(self, member: Member, now_ms: float, wall_ms: int) -> None:
        user_id = member.user_id
        if _is_due(member.grace_ms, now_ms):
            self._history.drop_out(user_id, now_ms)
            self._remove(user_id, wall_ms)
            return
        if _is_due(member.kept_ms, now_ms):
            self._history.drop_out(user_id, now_ms)
            self._remove(user_id, wall_ms)
            self._endings.append(Ending(user_id, None, AuthCode.TOKEN_EXPIRED))
            return
        if _is_due(member.expires_ms, now_ms):
            self._expire_token(member, now_ms, wall_ms)
        if _is_due(member.unmute_ms, now_ms):
            self.mute(user_id, None, now_ms, wall_ms)
        if _is_due(member.sight_ms, now_ms):
            member.sight_ms = None
            self._show(member, now_ms)
        if _is_due(member.release_ms, now_ms):
            self._movement.release(member, now_ms, wall_ms)

    def _expire_token(self, member: Member, now_ms: float, wall_ms: int) -> None:
        """The token ended: the membership stays for 30 s, for a fresh one to come (§3)."""
        member.expires_ms = None
        member.kept_ms = now_ms + EXPIRY_GRACE_MS
        error = AuthError(AuthCode.TOKEN_EXPIRED, "The token has expired; join again to stay.")
        self._outbox.post(error, wall_ms, frozenset((member.user_id,)))

    # What must go out

    @property
    def dirty(self) -> bool:
        """Whether `drain` would hand anything out."""
        return bool(self._outbox or self._role_news or self._farewells or self._endings)

    @property
    def ending(self) -> bool:
        """Whether a membership has ended that its connection does not know of yet: `drain` before
        anything else comes from there."""
        return bool(self._endings)

    def take_drops(self) -> Counter[str]:
        """Hand over, once, how many events were dropped for which reason, for the metrics."""
        return self._movement.take_drops()

    @property
    def has_drops(self) -> bool:
        """Whether anything was dropped since they were taken."""
        return self._movement.has_drops

    def drain(self, wall_ms: int) -> Flush:
        """Hand over, once, what everyone must be told, and whose membership ended."""
        news = self._role_news.take(self.members, self.config.owner_id)
        if news is not None:
            self._outbox.post(news, wall_ms)
        outbox = self._outbox
        routes = outbox.drain(self._connected(), partial(self._now, wall_ms))
        if self._farewells:
            routes = self._farewells + routes
        flush = Flush(routes, self._endings, self.flushes, outbox.coalesced)
        outbox.coalesced = 0
        self._farewells, self._endings = [], []
        self.flushes += 1
        return flush

    @property
    def behind(self) -> list[str]:
        """Who is left out of transforms until `catch_up`."""
        return self._outbox.behind

    def fall_behind(self, user_id: str, flush: int) -> None:
        """A receiver that does not drain was left out of the transforms of that flush (§5)."""
        self._outbox.fall_behind(user_id, flush)

    def catch_up(self, user_id: str) -> None:
        """It drains again, and gets the newest of what it missed with the `drain` that follows."""
        self._outbox.catch_up(user_id)

    def tell_newcomer(self, user_id: str, event: ServerEvent, wall_ms: int) -> bool:
        """Say something to one who still waits for the room's state, after it: nothing comes
        before that (§3). False for everybody else, who are to be told at once."""
        if not self._outbox.awaits_state(user_id):
            return False
        self._outbox.post(event, wall_ms, frozenset((user_id,)))
        return True

    def latest_since(self, flush: int) -> list[Post]:
        """The newest move of each member who moved in that flush or after: what a receiver who
        was left out since then needs, newest per user (§5)."""
        return [
            Post(*member.latest)
            for member in self.members.values()
            if member.latest is not None and member.latest_flush >= flush
        ]

    def _state(self, wall_ms: int) -> RoomState:
        members = [member.info() for member in self.members.values()]
        return RoomState(self.config.room_id, wall_ms, members)

    def _now(self, wall_ms: int) -> RoomNow:
        """What a flush may have to tell of the room as it is."""
        outbox = self._outbox
        return RoomNow(
            self.latest_since,
            self._state(wall_ms) if outbox.wants_state else None,
            self._facts() if outbox.has_newcomers else (),
        )

    def _facts(self) -> list[ServerEvent]:
        """What a newcomer is told of the room after the session."""
        roles = roles_of(self.members.values(), self.config.owner_id)
        return [roles, Seats(self._seats.taken())]

    def _connected(self) -> tuple[str, ...]:
        if self._receivers is None:
            self._receivers = tuple(one.user_id for one in self.members.values() if one.connected)
        return self._receivers


def _is_due(deadline_ms: float | None, now_ms: float) -> bool:
    return deadline_ms is not None and deadline_ms <= now_ms
