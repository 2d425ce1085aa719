"""Notices when the machine's clock was set, and what a room makes of it. Pure."""

from collections.abc import Mapping
from typing import Final

from virtubar.room.deadlines import Deadlines
from virtubar.room.member import Member
from virtubar.room.memory import Memory

CLOCK_STEP_MIN_MS: Final = 250
"""Steps of the machine's clock that are felt: less is a busy moment between two looks at one."""


class ClockSteps:
    """How far the machine's clock is ahead of the monotonic one, as the deadlines know it."""

    def __init__(self) -> None:
        self._ahead_ms: float | None = None

    def step_ms(self, now_ms: float, wall_ms: int) -> int:
        """By how much the clock was set forward since the last look; 0 where it was not."""
        ahead_ms = wall_ms - now_ms
        if self._ahead_ms is None:
            self._ahead_ms = ahead_ms
        step_ms = round(ahead_ms - self._ahead_ms)
        if abs(step_ms) < CLOCK_STEP_MIN_MS:
            return 0
        self._ahead_ms = ahead_ms
        return step_ms


class ClockFollower:
    """Lets what a room knows by the time of day follow the clock; all arguments are the room's."""

    __slots__ = ("_deadlines", "_members", "_memory", "_steps")

    def __init__(self, members: Mapping[str, Member], deadlines: Deadlines, memory: Memory) -> None:
        self._members = members
        self._deadlines = deadlines
        self._memory = memory
        self._steps = ClockSteps()

    def look(self, now_ms: float, wall_ms: int) -> None:
        """See Room.follow_clock."""
        step_ms = self._steps.step_ms(now_ms, wall_ms)
        if step_ms == 0:
            return
        self._memory.shift(step_ms)
        for member in self._members.values():
            member.follow_clock(now_ms, wall_ms)
            self._deadlines.watch(member)
