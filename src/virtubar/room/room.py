"""The rules of one room: who is in it, what they do, and what everyone is told (§3 to §7).

Pure: no I/O and no clock. `handle` takes one event in, `drain` hands out what must be sent,
`expire` does what time asks for, `next_deadline` says when it wants to be called. The trades of
the room do the work, each with what it needs of the others; here they are put together.
"""

from collections.abc import Callable
from typing import Any

from virtubar.protocol.constants import CHAT_REPLAY_MAX, ErrorCode, Role
from virtubar.protocol.events import (
    AvatarTransform,
    ClientEvent,
    Emote,
    Heartbeat,
    LocalChat,
    Presence,
    Seat,
    ServerEvent,
)
from virtubar.room.clock_steps import ClockFollower
from virtubar.room.config import RoomConfig
from virtubar.room.context import RoomContext
from virtubar.room.deadlines import Deadlines
from virtubar.room.endings import Endings
from virtubar.room.enforcement import Enforcement
from virtubar.room.expiry import Expiry
from virtubar.room.flow import Flow
from virtubar.room.handover import Handover
from virtubar.room.member import Admission
from virtubar.room.membership import Membership
from virtubar.room.memory import Memory
from virtubar.room.movement import Movement
from virtubar.room.outbox import Outbox
from virtubar.room.outcomes import Counts, Flush, JoinKind, refuse
from virtubar.room.ports import HeardLine, Mute, Refusal
from virtubar.room.records import ChatRecord
from virtubar.room.roster import Roster
from virtubar.room.seating import Seating
from virtubar.room.sight import Sight
from virtubar.room.snapshot import RoomSnapshot
from virtubar.room.talk import Talk
from virtubar.room.view import RoomView

Handler = Callable[[Any, Any, int, float, int], ServerEvent | None]
"""Takes an event of a member in: member, event, ts, now_ms, wall_ms."""


class Room:
    """One live room.

    Attributes:
        config: its settings.
        members, indices: who is in, in the order of coming; what stands for each in short messages.
        order: the house rules; what they ask for is taken there, and settled (§6).
        counts: what was let through since the room was made.
        cursors: which receivers need something else than everybody, as those who do not read (§5).
        drops: how many events were dropped for which reason; whoever counts them on clears it.
    """

    def __init__(self, config: RoomConfig, context: RoomContext) -> None:
        outbox, deadlines, endings, counts = Outbox(), Deadlines(), Endings(), Counts()
        roster, memory, seating = Roster(config, context.spawn), Memory(), Seating(outbox)
        members, seats, motion_ms = roster.members, seating.seats, context.motion_ms
        talk = Talk(config, members, outbox, counts, memory, context.random_bits)
        movement = Movement(config.room_id, outbox, deadlines, seating, counts, motion_ms)
        sight = Sight(outbox, deadlines)
        membership = Membership(roster, memory, outbox, deadlines, seating, movement)
        enforcement = Enforcement(membership, outbox, deadlines, endings)
        self._expiry = Expiry(
            members, deadlines, outbox, endings, membership, enforcement, movement, sight
        )
        self._clock = ClockFollower(members, deadlines, memory)
        self._handover = Handover(config.room_id, roster, seats, talk, memory)
        self._flow = Flow(config, members, outbox, RoomView(roster, seats), context.crowds)
        self._outbox, self._deadlines, self._endings = outbox, deadlines, endings
        self._roster, self._memory, self._talk = roster, memory, talk
        self._membership, self._enforcement, self._seating = membership, enforcement, seating
        self.config, self.members, self.counts = config, members, counts
        self.indices = roster.indices.by_user
        self.order, self.drops, self.cursors = talk.speech.order, movement.drops, outbox.cursors
        self._handlers = _handlers(movement, talk, seating, sight)

    def snapshot(self, now_ms: float, wall_ms: int) -> RoomSnapshot:
        """The room at this moment, for another process to go on with; nothing of it changes."""
        self.follow_clock(now_ms, wall_ms)
        return self._handover.snapshot(now_ms, wall_ms)

    @classmethod
    def restore(
        cls,
        snapshot: RoomSnapshot,
        config: RoomConfig,
        context: RoomContext,
        now_ms: float,
        wall_ms: int,
    ) -> "Room":
        """The room that was written down, under these settings, as if everybody's connection had
        been lost the moment it was. Whose time has run out since goes with the next `expire`.

        Raises:
            SnapshotRefusedError: it is another room's, or says what no room does.
        """
        room = cls(config, context)
        # A reader whose clock is behind the writer's takes the room as if written now.
        taken_ms = now_ms - max(0, wall_ms - snapshot.taken_ms)
        room._handover.restore(snapshot, taken_ms, context.motion_ms(taken_ms))
        for member in room.members.values():
            if member.connected:
                room.detach(member.user_id, taken_ms, snapshot.taken_ms)
            room._deadlines.watch(member)
        room.drain(taken_ms, snapshot.taken_ms)  # nobody is there to be told
        room.follow_clock(now_ms, wall_ms)
        return room

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
        self._flow.configure(config)

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
        return self._membership.join(admission, mute, now_ms, wall_ms)

    def renew(self, admission: Admission) -> None:
        """Go on with a fresh token; silent for everyone, but for another role (§3)."""
        self._membership.renew(admission)

    def detach(self, user_id: str, now_ms: float, wall_ms: int) -> None:
        """The member's connection is lost: keep the place for the grace (§4)."""
        self._membership.detach(user_id, now_ms, wall_ms)

    def leave(self, user_id: str, wall_ms: int) -> None:
        """The member goes by choice: the others hear it at once, and nothing is kept."""
        self._membership.leave(user_id, wall_ms)

    def check_entry(self, admission: Admission) -> Role:
        """What somebody who is no member counts as here, who may become one.

        Raises:
            JoinRefusedError: see check_entry.
        """
        return self._roster.check_entry(admission)

    def may_be_called(self, name: str) -> bool:
        """Whether the room's word list lets somebody come in under that name."""
        return self._talk.speech.may_be_called(name)

    @property
    def bots(self) -> int:
        """How many of the members are bots."""
        return self._roster.bots

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

    # What is done to members (§7)

    def eject(self, user_id: str, refusal: Refusal, wall_ms: int) -> None:
        """Kick or ban a member: told why, then the socket is closed; the others see a leave."""
        if member := self.members.get(user_id):
            self._enforcement.eject(member, refusal, wall_ms)

    def mute(self, user_id: str, mute: Mute | None, now_ms: float, wall_ms: int) -> None:
        """Mute a member, or let them speak again (None); they are told."""
        if member := self.members.get(user_id):
            self._enforcement.mute(member, mute, now_ms, wall_ms)

    # What is remembered (§6, §7)

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
        return self._memory.history.heard_after(message_id, limit)

    def name_of(self, user_id: str) -> str | None:
        """What a member is called, or somebody was who left lately; None for others."""
        member = self.members.get(user_id)
        return self._memory.evidence.name_of(user_id) if member is None else member.display_name

    def sample_positions(self, now_ms: float, wall_ms: int) -> None:
        """Note where everybody is, and forget what is too old: to be called every 10 s."""
        self._memory.sample(self.members.values(), now_ms, wall_ms)

    def evidence(self, reporter_id: str, reported_id: str, wall_ms: int) -> dict[str, Any] | None:
        """What the reporter could have seen and heard lately; see Evidence.gather."""
        return self._memory.gather(reporter_id, reported_id, self.members.values(), wall_ms)

    def forget_person(self, user_id: str) -> None:
        """Keep nothing of what somebody who is not here said and did."""
        self._talk.forget_person(user_id)

    # Time

    def next_deadline(self) -> float | None:
        """When `expire` wants to be called, monotonic ms; None where nothing runs."""
        return self._flow.soonest(self._deadlines.next_ms())

    def expire(self, now_ms: float, wall_ms: int) -> None:
        """Do everything whose time has come; late is fine, early does nothing."""
        self.follow_clock(now_ms, wall_ms)
        self._expiry.expire(now_ms, wall_ms)
        self._flow.look(now_ms)

    def follow_clock(self, now_ms: float, wall_ms: int) -> None:
        """Where the machine's clock was set since the last look, let what ends at a time of day
        (tokens, mutes) end when the clock says so, and what happened have happened then. To be
        called every 10 s; a look at nothing where the clock was not set."""
        self._clock.look(now_ms, wall_ms)

    # What must go out

    @property
    def dirty(self) -> bool:
        """Whether `drain` would hand anything out."""
        return bool(self._outbox or self._roster.role_news or self._endings or self._flow.is_due)

    @property
    def ending(self) -> bool:
        """Whether a membership has ended that its connection does not know of yet: `drain` before
        anything else comes from there."""
        return bool(self._endings)

    def drain(self, now_ms: float, wall_ms: int) -> Flush:
        """Hand over, once, what everyone must be told, and whose membership ended."""
        outbox, number = self._outbox, self._outbox.flush_number
        if self._roster.role_news and (news := self._roster.take_role_news()):
            outbox.post(news, wall_ms)
        routes = self._flow.drain(self._membership.connected(), now_ms, wall_ms)
        routes, endings = self._endings.take(routes)
        return Flush(routes, endings, number, outbox.coalesced)

    def tell_newcomer(self, user_id: str, event: ServerEvent, wall_ms: int) -> bool:
        """Say something to one who still waits for the room's state, after it: nothing comes
        before that (§3). False for everybody else, who are to be told at once."""
        if not self.cursors.awaits_state(user_id):
            return False
        self._outbox.post(event, wall_ms, frozenset((user_id,)))
        return True


def _handlers(
    movement: Movement, talk: Talk, seating: Seating, sight: Sight
) -> dict[type[ClientEvent], Handler]:
    """Who takes in which event."""
    return {
        AvatarTransform: movement.handle,
        LocalChat: talk.handle_chat,
        Emote: talk.handle_emote,
        Heartbeat: movement.handle_heartbeat,
        Presence: sight.handle,
        Seat: seating.handle,
    }
