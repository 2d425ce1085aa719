"""Acts that were asked for by people who may not do them, as the audit has them (§7).

The first of a person is a line at once. What they try again within a minute is one more line,
which counts it: whoever tries ten times a second says no more than that, and must neither fill the
audit nor crowd out somebody else's line. No denial is left out: lines that storage does not take
wait, and grow, and are tried again.
"""

from typing import Final

import msgspec

from virtubar.protocol.constants import Role
from virtubar.room.moderation import SYSTEM_ID
from virtubar.room.ports import ModerationAct
from virtubar.room.records import AuditEntry
from virtubar.runtime.background_writes import BackgroundWrites
from virtubar.runtime.clock import Clock
from virtubar.runtime.timer import Timer
from virtubar.storage.ports import AuditStore

WINDOW_MS: Final = 60_000.0
"""Within which what a person tries again is counted rather than told."""
WINDOWS_MAX: Final = 4_000
"""Guests who are told apart at once; the tries of more are counted together, in lines of the
actor `system`. Everybody else is always told apart: their provider bounds how many they are."""
KIND: Final = "audit_denied"

Actor = tuple[str, str | None]
"""Who tries, and in which room (None: on the whole server)."""
_CROWD: Final[Actor] = (SYSTEM_ID, None)


class _Window:
    """What one person tried and was not told yet.

    Attributes:
        times: how often.
        until_ms: when the next line may be written (monotonic).
        last: the last try; the line says what it was, and when.
        person_id: whom they tried it on; None where that were several.
    """

    __slots__ = ("last", "person_id", "times", "until_ms")

    def __init__(self, first: AuditEntry) -> None:
        self.last = first
        self.person_id = first.user_id
        self.times = 0
        self.until_ms = 0.0

    def add(self, entry: AuditEntry, times: int = 1) -> None:
        """Tried so often more."""
        if not self.times:
            self.person_id = entry.user_id
        elif self.person_id != entry.user_id:
            self.person_id = None
        self.last = entry
        self.times += times

    def take(self) -> tuple[AuditEntry, int]:
        """The line that tells of everything that was not told yet, and of how many tries."""
        times, self.times = self.times, 0
        if times == 1:
            return self.last, times
        detail = {**self.last.detail, "times": times}
        name = self.last.user_name if self.person_id else None
        entry = msgspec.structs.replace(
            self.last, user_id=self.person_id, user_name=name, detail=detail
        )
        return entry, times

    def give_back(self, entry: AuditEntry, times: int) -> None:
        """The line could not be written."""
        newer = self.last if self.times else entry
        self.add(entry, times)
        self.last = newer


class Denials:
    """Writes down who tried what they may not; implements timer.Wakeable."""

    def __init__(
        self, *, audit: AuditStore, writes: BackgroundWrites, clock: Clock, timer: Timer
    ) -> None:
        self.wake_ms: float | None = None
        self._audit = audit
        self._writes = writes
        self._clock = clock
        self._timer = timer
        self._windows: dict[Actor, _Window] = {}

    def add(
        self,
        act: ModerationAct,
        standing: Role,
        names: tuple[str | None, str | None] = (None, None),
    ) -> None:
        """Somebody of that standing tried that, and was refused; never waits or raises.

        Args:
            names: what the person and the actor are called.
        """
        room_id = None if act.scope == "server" else act.room_id
        actor: Actor = (act.actor_id, room_id)
        now_ms = self._clock.now_ms()
        detail = {"tried": act.verb, **({"reason": act.reason} if act.reason else {})}
        entry = AuditEntry(
            at_ms=self._clock.wall_ms(),
            actor_id=act.actor_id,
            actor_role=standing,
            action="denied",
            room_id=room_id,
            user_id=act.user_id,
            detail=dict(detail),
            user_name=names[0],
            actor_name=names[1],
        )
        if actor not in self._windows and standing is Role.GUEST and self._is_full:
            actor, entry = _CROWD, _in_a_crowd(entry)
        window = self._windows.get(actor)
        if window is None:
            window = self._windows[actor] = _Window(entry)
        window.add(entry)
        if window.until_ms <= now_ms:
            self._tell(actor, window, now_ms)
        elif self.wake_ms is None:
            self._timer.schedule(self, window.until_ms)

    @property
    def _is_full(self) -> bool:
        return len(self._windows) >= WINDOWS_MAX

    def wake(self, now_ms: float) -> None:
        """The minute of somebody is over: tell what they tried again, or forget them."""
        soonest_ms: float | None = None
        for actor, window in list(self._windows.items()):
            if window.until_ms <= now_ms:
                if window.times:
                    self._tell(actor, window, now_ms)
                else:
                    del self._windows[actor]
                    continue
            soonest_ms = min(window.until_ms, soonest_ms or window.until_ms)
        if soonest_ms is not None:
            self._timer.schedule(self, soonest_ms)

    def forget(self, user_id: str) -> None:
        """Write at once what still waits of a person, or about them, who is to be forgotten; the
        writes are to be settled before storage forgets them too."""
        now_ms = self._clock.now_ms()
        for actor, window in self._windows.items():
            if window.times and user_id in (actor[0], window.last.user_id):
                self._tell(actor, window, now_ms)

    def tell_all(self) -> None:
        """Write at once what still waits: the server is about to stop."""
        for actor, window in self._windows.items():
            if window.times:
                self._tell(actor, window, self._clock.now_ms())

    def _tell(self, actor: Actor, window: _Window, now_ms: float) -> None:
        window.until_ms = now_ms + WINDOW_MS
        if self.wake_ms is None:
            self._timer.schedule(self, window.until_ms)

        async def write() -> None:
            if not window.times:
                return
            entry, times = window.take()
            try:
                await self._audit.add(entry)
            except BaseException:  # cancelled at a shutdown too: it is not written
                window.give_back(entry, times)
                raise

        self._writes.put(KIND, write, key=f"{actor[0]} {actor[1]}")


def _in_a_crowd(entry: AuditEntry) -> AuditEntry:
    """The same try, by one of too many to be told apart."""
    detail = {"tried": entry.detail["tried"], "crowd": True}
    return msgspec.structs.replace(
        entry,
        actor_id=SYSTEM_ID,
        room_id=None,
        user_id=None,
        detail=detail,
        actor_name=None,
        user_name=None,
    )
