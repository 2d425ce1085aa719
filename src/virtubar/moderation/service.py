"""Acts of moderation: each is done whole, or not at all (§7).

    judged ──▶ held ──▶ its turn ──▶ stored with its line of the audit ──▶ in the book ──▶ felt
                 │          │                      │
                 └──────────┴── too late, or it fails: refused, and nothing was done

From its arrival on, whatever it waits for, the door is shut to whom it puts out, so that nobody
slips in behind a ban that is being written; refusing it opens the door again. A crash anywhere
leaves the stricter state: what is stored is read at the next start, and every socket ended with
the process.

How long it may wait, and for whom, is moderation.act_line's.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from virtubar.errors import VirtuBarError
from virtubar.moderation.act_limits import ActLimits
from virtubar.moderation.act_line import ActLine, Case, Outcome
from virtubar.moderation.denials import Denials
from virtubar.moderation.effects import Effects, Lift
from virtubar.moderation.ports import Answer, LiveRooms, Records, Standings
from virtubar.moderation.sanctions import LIFTS, SanctionBook, sanction_of
from virtubar.protocol.constants import AuthCode, Role
from virtubar.room.moderation import SYSTEM_ID, may_moderate
from virtubar.room.ports import (
    ForbiddenError,
    ModerationAct,
    ModerationOutcome,
    NotStoredError,
    SanctionsFullError,
)
from virtubar.room.records import AddressMark, AuditEntry, Sanction, SanctionKind
from virtubar.runtime.background_writes import BackgroundWrites

_log = structlog.get_logger(__name__)

ROOM_SANCTIONS_MAX: Final = 500
"""Bans and mutes that may hold in a room for its owner to make another: more than such a room ever
had guests, and every one of them is kept in memory. Lifting one makes place; staff needs none."""
_STAFF: Final = (Role.MODERATOR, Role.ADMIN)


class ModerationService:
    """Does acts of moderation; implements room.ports.Moderation.

    Acts on one person in one scope are done one after another, so that the book, the database and
    the rooms agree on their order; those on different people do not wait for each other.

    Args:
        records: where acts are kept.
        limits: how often acts may be asked for.
        standings: what people count as.
        address_of: from where a guest last came, None where that is not known or tells nothing.
        new_id: ids that rise in time, given the wall time.

    Attributes:
        denials: who tried what they may not.
        effects: where acts are felt once they are stored, those too that another process stored.
    """

    def __init__(
        self,
        *,
        rooms: LiveRooms,
        book: SanctionBook,
        records: Records,
        writes: BackgroundWrites,
        limits: ActLimits,
        standings: Standings,
        address_of: Callable[[str], AddressMark | None],
        new_id: Callable[[int], str],
    ) -> None:
        self._rooms = rooms
        self._book = book
        self.effects = Effects(rooms, book)
        self._records = records
        self._limits = limits
        self._clock = rooms.clock
        self.denials = Denials(
            audit=records.audit, writes=writes, clock=rooms.clock, timer=rooms.timer
        )
        self._standings = standings
        self._address_of = address_of
        self._new_id = new_id
        self._line = ActLine(rooms.timer, rooms.clock)

    async def moderate(self, act: ModerationAct) -> ModerationOutcome:
        """Do one act; see room.ports.Moderation. Cancelling the caller does not stop the act."""
        return await asyncio.shield(self._start(act))

    def submit(self, act: ModerationAct, answer: Answer | None = None) -> None:
        """Do one act, and tell what became of it; never waits or raises."""
        try:
            task = self._start(act)
        except VirtuBarError as error:
            if answer is not None:
                answer(error)
            return
        task.add_done_callback(lambda done: _report(done, act, answer))

    async def close(self) -> None:
        """Come back when every act that was begun is done. Cancelled, it gives up those that are
        not; nobody was told that they hold."""
        await self._line.close()

    # Arriving

    def _start(self, act: ModerationAct) -> Outcome:
        """Judge it, and let it wait for its turn.

        Raises:
            VirtuBarError: why it is refused at once; nothing was done.
        """
        now_ms = self._clock.now_ms()
        is_staff = self._is_staff(act)
        self._limits.check(act, is_staff=is_staff, now_ms=now_ms)
        self._check(act)
        self._line.check(is_staff=is_staff)
        if not is_staff:
            self._check_room(act, now_ms)
        return self._line_up(act, is_staff=is_staff)

    def _is_staff(self, act: ModerationAct) -> bool:
        """Whether the server's own staff asks, rather than a room's owner. The rules of a room
        that nobody owns are the staff's."""
        if act.actor_id != SYSTEM_ID:
            return act.actor_role in _STAFF
        config = self._rooms.find(act.room_id)
        return config is not None and config.owner_id is None

    def _check_room(self, act: ModerationAct, now_ms: float) -> None:
        """See that a room's owner, or its own rules, may make the server store that."""
        kind = None if act.verb in LIFTS or act.verb == "kick" else SanctionKind(act.verb)
        wall_ms = self._clock.wall_ms()
        if (
            kind is not None
            and not self._book.holds(kind, act.room_id, act.user_id)
            and self._book.holding(act.room_id, wall_ms) + self._line.count_in(act.room_id)
            >= ROOM_SANCTIONS_MAX
        ):
            raise SanctionsFullError(
                f"{ROOM_SANCTIONS_MAX} bans and mutes hold in this room, which is all that it may "
                "have: lift one first."
            )
        self._limits.check_room(act.room_id, now_ms)

    def _line_up(self, act: ModerationAct, *, is_staff: bool) -> Outcome:
        """Hold the door from now on, and let the act wait for its turn."""
        held: list[Sanction] = []
        if act.verb not in LIFTS:
            held.append(self._sanction_of(act, self._clock.wall_ms()))
            self._book.hold(held[0])

        def ended() -> None:
            for sanction in held:
                self._book.release(sanction)

        key = (None if act.scope == "server" else act.room_id, act.user_id)
        return self._line.start(
            key, is_staff=is_staff, do=lambda case: self._do(case, act), ended=ended
        )

    async def _do(self, case: Case, act: ModerationAct) -> ModerationOutcome:
        self._check(act)
        lifted = LIFTS.get(act.verb)
        doing = self._sanction(case, act) if lifted is None else self._lift(case, act, lifted)
        outcome = await doing
        _log.info(
            "moderated",
            verb=act.verb,
            scope=act.scope,
            room_id=act.room_id,
            user_id=act.user_id,
            actor_id=act.actor_id,
        )
        return outcome

    # Whether

    def _check(self, act: ModerationAct) -> None:
        """See that the actor may do it: when it is asked for, and when it is done.

        Raises:
            ForbiddenError: they may not; the attempt is audited.
        """
        if not self._may(act):
            role = self._standings.standing(act.room_id, act.actor_id, act.actor_role)
            self.denials.add(act, role, self._names(act))
            raise ForbiddenError("You may not do that.")

    def _may(self, act: ModerationAct) -> bool:
        if self._rooms.find(act.room_id) is None and act.scope == "room":
            return False
        if self._is_banned(act.actor_id, act.room_id):
            return False
        return may_moderate(
            act.actor_id,
            self._standings.standing(act.room_id, act.actor_id, act.actor_role),
            act.user_id,
            self._standings.standing_of(act.room_id, act.user_id),
            act.scope,
        )

    def _is_banned(self, user_id: str, room_id: str) -> bool:
        """A token that names a role outlives a ban; the role must not."""
        wall_ms = self._clock.wall_ms()
        refusal = self._book.refusal(room_id, user_id, wall_ms, wall_ms)
        return refusal is not None and refusal.code is AuthCode.BANNED

    # Doing it

    def _sanction_of(self, act: ModerationAct, wall_ms: int) -> Sanction:
        return sanction_of(
            act,
            sanction_id=self._new_id(wall_ms),
            wall_ms=wall_ms,
            address=self._address_of(act.user_id) if act.verb == "ban" else None,
            names=self._names(act),
        )

    def _names(self, act: ModerationAct) -> tuple[str | None, str | None]:
        """What the person and the actor are called. Who may come or speak again is seldom there:
        the ban or the mute knows."""
        lifted = LIFTS.get(act.verb)
        name = self._standings.name_of(act.room_id, act.user_id)
        if name is None and lifted is not None:
            room_id = None if act.scope == "server" else act.room_id
            name = self._book.name_of(lifted, room_id, act.user_id)
        actor = act.actor_name or self._standings.name_of(act.room_id, act.actor_id)
        return name, actor

    async def _sanction(self, case: Case, act: ModerationAct) -> ModerationOutcome:
        wall_ms = self._clock.wall_ms()
        sanction = self._sanction_of(act, wall_ms)
        entry = self._entry(
            act, wall_ms, sanctionId=sanction.sanction_id, untilMs=sanction.until_ms
        )
        await self._line.store(case, self._records.sanctions.record(sanction, entry))
        self.effects.apply(sanction)
        return ModerationOutcome(sanction.sanction_id, sanction.until_ms)

    async def _lift(self, case: Case, act: ModerationAct, kind: SanctionKind) -> ModerationOutcome:
        room_id = None if act.scope == "server" else act.room_id
        entry = self._entry(act, self._clock.wall_ms())
        work = self._records.sanctions.lift(kind, room_id, act.user_id, entry)
        await self._line.store(case, work)
        self.effects.apply(Lift(kind, room_id, act.user_id))
        return ModerationOutcome(None, None)

    def _entry(self, act: ModerationAct, wall_ms: int, **detail: object) -> AuditEntry:
        user_name, actor_name = self._names(act)
        return AuditEntry(
            at_ms=wall_ms,
            actor_id=act.actor_id,
            actor_role=self._standings.standing(act.room_id, act.actor_id, act.actor_role),
            action=act.verb,
            room_id=None if act.scope == "server" else act.room_id,
            user_id=act.user_id,
            detail={"reason": act.reason, **detail} if act.reason else dict(detail),
            actor_name=actor_name,
            user_name=user_name,
        )


def _report(
    done: "asyncio.Task[ModerationOutcome]", act: ModerationAct, answer: Answer | None
) -> None:
    """Tell the answer of an act that was submitted; a defect of ours is logged."""
    if done.cancelled():
        return
    error = done.exception()
    if error is None:
        told: ModerationOutcome | VirtuBarError = done.result()
    elif isinstance(error, VirtuBarError):
        told = error
    else:
        _log.error("act_failed", verb=act.verb, room_id=act.room_id, exc_info=error)
        told = NotStoredError("Something went wrong here; it has been noted.")
    if answer is not None:
        answer(told)
