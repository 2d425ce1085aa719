"""Acts that wait for their turn and for storage, none of them for longer than ACT_MS (§7).

All of an act's waiting and doing counts together: one that could not be stored by then is refused,
and as soon as one was refused because storage hangs, so are those behind it (moderation.circuit).
Who waits for whom is moderation.turns'.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

import structlog

from virtubar.moderation.circuit import SLOW_MS, Circuit
from virtubar.moderation.turns import Key, Turns
from virtubar.room.ports import ModerationOutcome, NotStoredError
from virtubar.runtime.clock import Clock
from virtubar.runtime.timer import Timer
from virtubar.storage.ports import StorageError

_log = structlog.get_logger(__name__)

ACT_MS: Final = 10_000.0
"""What one act may take, waiting for its turn included: a caller of HTTP waits for it."""
_HANGS: Final = "The database does not answer, so nothing was done."
_TOO_LATE: Final = "It could not be stored in time, so nothing was done."
_TOO_MANY: Final = "Too many acts wait for the database, so nothing was done."

Outcome = asyncio.Task[ModerationOutcome]


class Case:
    """One act from its arrival to its end; implements timer.Wakeable and turns.Turn.

    Args:
        key: whom it is about, and where.

    Attributes:
        turn: done when nothing is before it any more, or where it is refused before that.
        has_turn: whether a place was given to it.
        keeps_turn: whether its place is given back later, by a write that was given up.
        is_late: whether its deadline ended it.
        tries: whether it tries a storage that hung.
    """

    __slots__ = (
        "has_turn",
        "is_late",
        "is_staff",
        "keeps_turn",
        "key",
        "task",
        "tries",
        "turn",
        "wake_ms",
    )

    def __init__(self, key: Key, *, is_staff: bool, turn: asyncio.Future[None]) -> None:
        self.key = key
        self.is_staff = is_staff
        self.turn = turn
        self.task: asyncio.Task[ModerationOutcome] | None = None
        self.has_turn = self.keeps_turn = self.is_late = self.tries = False
        self.wake_ms: float | None = None

    def refuse(self, message: str) -> None:
        """It is not to have its turn any more."""
        if not self.turn.done():
            self.turn.set_exception(NotStoredError(message))

    def wake(self, now_ms: float) -> None:
        """It is too late."""
        del now_ms
        self.is_late = True
        if not self.turn.done():
            self.refuse(_TOO_LATE)
        elif self.task is not None:
            self.task.cancel()


class ActLine:
    """Every act that waits or is being stored."""

    def __init__(self, timer: Timer, clock: Clock) -> None:
        self._timer = timer
        self._clock = clock
        self._turns: Turns[Case] = Turns()
        self._circuit = Circuit()
        self._under_way: set[Outcome] = set()
        self._writes: set[asyncio.Future[object]] = set()

    def check(self, *, is_staff: bool) -> None:
        """See that one more may wait.

        Raises:
            NotStoredError: storage is known to hang, or too many wait.
        """
        if self._circuit.refuses(self._clock.now_ms()):
            raise NotStoredError(_HANGS)
        if self._turns.is_full(is_staff=is_staff):
            raise NotStoredError(_TOO_MANY)

    def count_in(self, room_id: str | None) -> int:
        """How many acts in that room wait, or are being done."""
        return self._turns.count_in(room_id)

    def start(
        self,
        key: Key,
        *,
        is_staff: bool,
        do: Callable[[Case], Coroutine[Any, Any, ModerationOutcome]],
        ended: Callable[[], None],
    ) -> Outcome:
        """Do something once it is its turn; see `check`.

        Args:
            do: does it, by way of `store`.
            ended: called once when it is done, or refused: NotStoredError where it is too late.
        """
        now_ms = self._clock.now_ms()
        case = Case(key, is_staff=is_staff, turn=asyncio.get_running_loop().create_future())
        case.tries = self._circuit.is_open
        deadline_ms = self._circuit.begin(now_ms, now_ms + ACT_MS)
        self._turns.put(case)
        self._timer.schedule(case, deadline_ms)
        case.task = task = asyncio.ensure_future(self._do(case, do, ended))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        self._call()
        return task

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
            if self._writes:
                await asyncio.wait(self._writes)
            raise

    async def _do(
        self,
        case: Case,
        do: Callable[[Case], Coroutine[Any, Any, ModerationOutcome]],
        ended: Callable[[], None],
    ) -> ModerationOutcome:
        try:
            await self._wait(case)
            return await do(case)
        finally:
            ended()
            self._end(case)

    @staticmethod
    async def _wait(case: Case) -> None:
        """Wait for the turn; raises NotStoredError where it does not come in time."""
        try:
            await case.turn
        except asyncio.CancelledError:
            if case.is_late:
                raise NotStoredError(_TOO_LATE) from None
            raise

    def _end(self, case: Case) -> None:
        self._timer.cancel(case)
        if case.tries:
            self._circuit.gave_up()
        if not case.keeps_turn:
            self._leave(case)

    def _call(self) -> None:
        """Let those begin whose turn it is."""
        while (case := self._turns.take()) is not None:
            case.has_turn = True
            if not case.turn.done():
                case.turn.set_result(None)

    def _leave(self, case: Case) -> None:
        """It is over: those behind it may begin."""
        if case.has_turn:
            self._turns.done(case)
        else:
            self._turns.drop(case)
        self._call()

    async def store(self, case: Case, work: Coroutine[Any, Any, object]) -> None:
        """Come back once storage has it; to be called once, by what `start` was given.

        Raises:
            NotStoredError: it has not.
        """
        began_ms = self._clock.now_ms()
        write = asyncio.ensure_future(work)
        try:
            await asyncio.wait({write})
        except asyncio.CancelledError:
            if not _is_stored(write):
                self._give_up(case, write)
                if not case.is_late:
                    raise
                self._hung()
                raise NotStoredError(_HANGS) from None
            if not case.is_late:
                raise
        case.tries = False
        error = write.exception()
        if isinstance(error, StorageError) and self._clock.now_ms() - began_ms > SLOW_MS:
            self._hung()
        else:
            self._circuit.answered()
        if isinstance(error, StorageError):
            _log.warning("act_not_stored", error=str(error))
            raise NotStoredError("It could not be stored, so nothing was done.") from error
        if error is not None:
            raise error

    def _give_up(self, case: Case, write: "asyncio.Future[object]") -> None:
        """Whoever asked is told at once; the place, and the person, are free when the write is
        really over, so that nothing overtakes it."""
        case.keeps_turn = True
        self._writes.add(write)

        def over(_: object) -> None:
            self._writes.discard(write)
            self._leave(case)

        write.add_done_callback(over)
        write.cancel()

    def _hung(self) -> None:
        """Storage did not answer somebody in time: those who wait would wait for nothing."""
        _log.warning("acts_refused", acts=len(self._turns.waiting), reason="the database hangs")
        self._circuit.hung(self._clock.now_ms())
        for case in self._turns.waiting:
            case.refuse(_HANGS)


def _is_stored(write: "asyncio.Future[object]") -> bool:
    return write.done() and not write.cancelled() and write.exception() is None
