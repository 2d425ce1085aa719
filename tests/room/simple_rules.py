"""The house rules of a strict or gentle room, told a second time and simply (§6)."""

import math
from collections import defaultdict

from virtubar.room.config import Guard

LIMITED = {"off": math.inf, "gentle": 8, "strict": 5}
LIMITED_MS = 30_000
HOUR_MS = 3_600_000
STEPS: tuple[tuple[str, int | None], ...] = (
    ("warning", None),
    ("mute", 600_000),
    ("mute", HOUR_MS),
    ("kick", None),
)

Act = tuple[str, str, int | None]
"""Whom, what, for how long."""


class SimpleRules:
    """What each person has done, wherever they are, and what is to be done about it.

    Attributes:
        acts: asked for, and not yet taken.
        held: those against whom an act is under way.
    """

    def __init__(self) -> None:
        self.guard: Guard = "off"
        self.slow_ms = 0.0
        self.acts: list[Act] = []
        self.held: set[str] = set()
        self._limited: defaultdict[str, list[float]] = defaultdict(list)
        self._strikes: dict[str, tuple[int, float]] = {}
        self._spoke: dict[str, float] = {}

    def configure(self, guard: Guard, slow_ms: float) -> None:
        """Other settings: an unguarded room forgets what it has counted, but no strike."""
        self.guard, self.slow_ms = guard, slow_ms
        if guard == "off":
            self._limited.clear()

    def is_slow(self, user: str, now_ms: float) -> bool:
        """Whether slow mode still keeps the person from speaking."""
        return now_ms < self._spoke.get(user, -math.inf) + self.slow_ms

    def speak(self, user: str, now_ms: float) -> None:
        """The person is heard."""
        self._spoke[user] = now_ms

    def limit(self, user: str, muted_ms: float, now_ms: float) -> bool:
        """The person was too fast; whether that is a strike."""
        if self.guard == "off":
            return False
        times = [when for when in self._limited[user] if when > now_ms - LIMITED_MS]
        self._limited[user] = [*times, now_ms]
        if len(times) + 1 < LIMITED[self.guard]:
            return False
        self._limited[user] = []
        self.strike(user, muted_ms, now_ms)
        return True

    def strike(self, user: str, muted_ms: float, now_ms: float) -> None:
        """The person went too far; a mute until `muted_ms`, for ever perhaps, holds already."""
        if user in self.held:
            return
        number, forgotten_ms = self._strikes.get(user, (0, 0.0))
        if forgotten_ms <= now_ms:
            number = 0
        what, duration_ms = STEPS[min(number, 3)]
        self._strikes[user] = (min(number + 1, 4), now_ms + (duration_ms or 0) + HOUR_MS)
        if what == "kick" or (duration_ms is not None and muted_ms < now_ms + duration_ms):
            self.acts.append((user, what, duration_ms))
            self.held.add(user)

    def settle(self, user: str, done: bool) -> None:
        """The act was done, or not."""
        self.held.discard(user)
        if not done:
            number, forgotten_ms = self._strikes[user]
            self._strikes[user] = (number - 1, forgotten_ms)
