"""The moderators' desk: one act does all of it, or nothing of it (§7).

    judged ──▶ held ──▶ stored with its line of the audit ──▶ in the book ──▶ felt ──▶ acknowledged

Between *held* and *stored* the door is shut already, so that nobody slips in behind a ban that is
being written; a write that fails opens it again. A crash anywhere leaves the stricter state: what
is stored is read at the next start, and every socket ended with the process.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, Protocol

import structlog

from virtubar.errors import VirtuBarError
from virtubar.protocol.constants import AuthCode, Role
from virtubar.realtime.chores import Chores
from virtubar.realtime.clock import Clock
from virtubar.realtime.hub import Hub
from virtubar.realtime.live import Answer
from virtubar.room.moderation import may_moderate
from virtubar.room.ports import ForbiddenError, ModerationAct, ModerationOutcome, NotStoredError
from virtubar.room.records import AddressMark, AuditEntry, SanctionKind
from virtubar.room.sanctions import LIFTS, SanctionBook, refusal_of, sanction_of
from virtubar.storage.ports import AuditStore, SanctionStore, StorageError

_log = structlog.get_logger(__name__)

WAITING_MAX: Final = 1_000
"""Acts that wait for storage at once; past it an act is refused as not stored. A moderator's click
takes milliseconds, so only a database that hangs ever gets there."""


class Standings(Protocol):
    """Who counts as what, whether they are there or not."""

    def standing(self, room_id: str, user_id: str, role: Role) -> Role:
        """What somebody who comes with that role counts as in the room."""
        ...

    def standing_of(self, room_id: str, user_id: str) -> Role:
        """What somebody counts as whom another wants to moderate."""
        ...


class Records(Protocol):
    """Where acts are kept: a part of the Storage port."""

    @property
    def sanctions(self) -> SanctionStore:
        """Sanctions, each with its line of the audit."""
        ...

    @property
    def audit(self) -> AuditStore:
        """Lines that stand alone."""
        ...


class Desk:
    """Does acts of moderation; implements room.ports.Moderation.

    Acts are done one after another, so that the book, the database and the rooms agree on their
    order.

    Args:
        records: where acts are kept.
        standings: what people count as.
        address_of: from where a guest last came, None where that is not known or tells nothing.
        new_id: ids that rise in time, given the wall time.
    """

    def __init__(
        self,
        *,
        hub: Hub,
        book: SanctionBook,
        records: Records,
        chores: Chores,
        clock: Clock,
        standings: Standings,
        address_of: Callable[[str], AddressMark | None],
        new_id: Callable[[int], str],
    ) -> None:
        self._hub = hub
        self._book = book
        self._records = records
        self._chores = chores
        self._clock = clock
        self._standings = standings
        self._address_of = address_of
        self._new_id = new_id
        self._turn = asyncio.Lock()
        self._under_way: set[asyncio.Task[ModerationOutcome]] = set()

    async def moderate(self, act: ModerationAct) -> ModerationOutcome:
        """Do one act; see room.ports.Moderation. Cancelling the caller does not stop the act."""
        return await asyncio.shield(self._start(act))

    def submit(self, act: ModerationAct, answer: Answer | None = None) -> None:
        """Do one act, and tell what became of it; never waits or raises (see live.Outlets)."""
        try:
            task = self._start(act)
        except NotStoredError as error:
            if answer is not None:
                answer(error)
            return
        task.add_done_callback(lambda done: _report(done, act, answer))

    async def close(self) -> None:
        """Come back when every act that was begun is done. Cancelled, it gives up those that are
        not; nobody was told that they hold."""
        try:
            while self._under_way:
                await asyncio.wait(self._under_way)
        except asyncio.CancelledError:
            _log.error("acts_given_up", acts=len(self._under_way))
            for task in self._under_way:
                task.cancel()
            await asyncio.wait(self._under_way)
            raise

    def _start(self, act: ModerationAct) -> "asyncio.Task[ModerationOutcome]":
        if len(self._under_way) >= WAITING_MAX:
            raise NotStoredError("too many acts wait for storage")
        task = asyncio.ensure_future(self._do(act))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def _do(self, act: ModerationAct) -> ModerationOutcome:
        async with self._turn:
            if not self._may(act):
                self._deny(act)
                raise ForbiddenError("You may not do that.")
            lifted = LIFTS.get(act.verb)
            if lifted is not None:
                outcome = await self._lift(act, lifted)
            else:
                outcome = await self._sanction(act)
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

    def _may(self, act: ModerationAct) -> bool:
        if self._hub.find(act.room_id) is None and act.scope == "room":
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

    def _deny(self, act: ModerationAct) -> None:
        entry = self._entry(act, self._clock.wall_ms(), action="denied", tried=act.verb)

        async def note() -> None:
            await self._records.audit.add(entry)

        self._chores.put("audit_denied", note)

    # Doing it

    async def _sanction(self, act: ModerationAct) -> ModerationOutcome:
        wall_ms = self._clock.wall_ms()
        sanction = sanction_of(
            act,
            sanction_id=self._new_id(wall_ms),
            wall_ms=wall_ms,
            address=self._address_of(act.user_id) if act.verb == "ban" else None,
        )
        entry = self._entry(
            act, wall_ms, sanctionId=sanction.sanction_id, untilMs=sanction.until_ms
        )
        self._book.hold(sanction)
        try:
            await _stored(self._records.sanctions.record(sanction, entry))
            self._book.apply(sanction)
        finally:
            self._book.release(sanction)
        if sanction.kind is SanctionKind.MUTE:
            self._hub.hush(sanction.room_id, act.user_id)
        else:
            self._hub.eject(sanction.room_id, act.user_id, refusal_of(sanction))
        return ModerationOutcome(sanction.sanction_id, sanction.until_ms)

    async def _lift(self, act: ModerationAct, kind: SanctionKind) -> ModerationOutcome:
        room_id = None if act.scope == "server" else act.room_id
        entry = self._entry(act, self._clock.wall_ms())
        await _stored(self._records.sanctions.lift(kind, room_id, act.user_id, entry))
        self._book.lift(kind, room_id, act.user_id)
        if kind is SanctionKind.MUTE:
            self._hub.hush(room_id, act.user_id)
        return ModerationOutcome(None, None)

    def _entry(
        self, act: ModerationAct, wall_ms: int, action: str | None = None, **detail: object
    ) -> AuditEntry:
        return AuditEntry(
            at_ms=wall_ms,
            actor_id=act.actor_id,
            actor_role=self._standings.standing(act.room_id, act.actor_id, act.actor_role),
            action=action or act.verb,
            room_id=None if act.scope == "server" else act.room_id,
            user_id=act.user_id,
            detail={"reason": act.reason, **detail} if act.reason else dict(detail),
        )


async def _stored(work: Coroutine[Any, Any, object]) -> None:
    try:
        await work
    except StorageError as error:
        _log.warning("act_not_stored", error=str(error))
        raise NotStoredError("It could not be stored, so nothing was done.") from error


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
