"""What every bot has in common: a body that walks, and an agenda. Pure."""

from virtubar.bots.actions import Action, Agenda, Move, Say, Show
from virtubar.bots.floor import Spot
from virtubar.bots.smalltalk import Chance
from virtubar.bots.walker import Walker
from virtubar.protocol.events import Anim

SPEED_MIN_M_S = 1.0
SPEED_MAX_M_S = 1.6
WAVE_MS = 1_600.0
"""How long a wave lasts."""
STEP_MAX_S = 0.25
"""A bot whose process was asleep goes on from where it was, not from where it would be."""


class Body:
    """Walks, waves and writes; subclasses decide what for. It has no voice, so it never says that
    it speaks with one."""

    def __init__(self, chance: Chance, spot: Spot, now_ms: float) -> None:
        self.chance = chance
        self.walker = Walker(
            spot.at, spot.heading_rad, chance.uniform(SPEED_MIN_M_S, SPEED_MAX_M_S)
        )
        self.agenda = Agenda()
        self._now_ms = now_ms
        self._waving_until_ms = now_ms

    def say(self, text: str, due_ms: float) -> None:
        """Say it then."""
        self.agenda.add(due_ms, Say(text))

    def show(self, emote_id: str, due_ms: float) -> None:
        """Show it then; a wave moves the arm too."""
        self.agenda.add(due_ms, Show(emote_id))

    def live(self, now_ms: float, anim_at_rest: Anim) -> list[Action]:
        """Let the body go on until now: where it is, and whatever was due."""
        dt_s = min(STEP_MAX_S, max(0.0, now_ms - self._now_ms) / 1_000.0)
        self._now_ms = now_ms
        self.walker.step(dt_s)
        due = self.agenda.take_due(now_ms)
        if Show("wave") in due:
            self._waving_until_ms = now_ms + WAVE_MS
        return [self._move(anim_at_rest), *due]

    def _move(self, anim_at_rest: Anim) -> Move:
        anim = anim_at_rest
        if self.walker.is_moving:
            anim = "walk"
        elif self._now_ms < self._waving_until_ms:
            anim = "wave"
        return Move(*self.walker.at, self.walker.heading_rad, anim)
