"""A guest who spends the evening at tables, at the counter and on the dance floor. Pure."""

import math
from collections.abc import Callable, Container, Sequence
from enum import Enum, auto

from virtubar.bots import floor
from virtubar.bots.actions import Action, Sit
from virtubar.bots.body import Body
from virtubar.bots.floor import Spot
from virtubar.bots.smalltalk import Chance
from virtubar.venue.bundled import BAR
from virtubar.venue.obstacles import Point, heading

Taken = Callable[[], Sequence[Point]]
"""Where the others are or are going; asked only when a place is chosen."""

TakenSeats = Callable[[], Container[str]]
"""The seats that somebody has; asked only when a place is chosen."""

ASK_M = 1.0
"""So near to a seat one asks for it: what the server gives it keeps within 1.5 m (§11)."""
ELBOW_ROOM_M = 0.8
"""A place with somebody nearer than this is taken."""
CROWDED_TRIES = 50
"""In a bar so full that no room is found in so many tries, one stands close."""
NOTICE_M = 7.0
"""From how far an arrival is seen and a toast joined."""
WAVE_CHANCE = 0.35
WAVE_PAUSE_MS = 10_000.0
"""Whoever just waved lets the others greet the next one."""
TOAST_CHANCE = 0.5
TOAST_PAUSE_MS = 12_000.0
"""After a toast nobody lifts the glass again for so long, or a toast would go round for ever."""
MOODS = ("cheers", "cheers", "laugh", "laugh", "heart", "clap", "surprised")
MOOD_MIN_MS, MOOD_MAX_MS = 40_000.0, 140_000.0
GLANCE_RAD = math.radians(35.0)


class Activity(Enum):
    """What a patron does, with the places for it, and for how long (seconds)."""

    TABLE = auto()
    COUNTER = auto()
    DANCE = auto()
    STROLL = auto()


_CHOICES = (
    *[Activity.TABLE] * 4,
    *[Activity.COUNTER] * 2,
    *[Activity.DANCE] * 3,
    Activity.STROLL,
)
_STAY_S = {
    Activity.TABLE: (15.0, 45.0),
    Activity.COUNTER: (10.0, 30.0),
    Activity.DANCE: (15.0, 40.0),
    Activity.STROLL: (2.0, 6.0),
}
_SPOTS = {
    Activity.TABLE: floor.TABLE_SPOTS,
    Activity.COUNTER: floor.COUNTER_SPOTS,
    Activity.DANCE: floor.DANCE_SPOTS,
}


class Patron(Body):
    """Chooses, walks there, stays a while, chooses again."""

    def __init__(self, chance: Chance, spot: Spot, now_ms: float) -> None:
        super().__init__(chance, spot, now_ms)
        self.activity = Activity.STROLL
        self._spot = spot
        self._leave_ms = now_ms + chance.uniform(500.0, 2_500.0)
        self._is_there = False
        self._seat_id: str | None = None
        self._glance_ms = math.inf
        self._mood_ms = now_ms + chance.uniform(MOOD_MIN_MS, MOOD_MAX_MS)
        self._toasted_ms = -math.inf
        self._waved_ms = -math.inf

    @property
    def place(self) -> Point:
        """Where the patron is, or is going: nobody else should stand there."""
        return self._spot.at

    def tick(self, now_ms: float, taken: Taken, seats: TakenSeats) -> list[Action]:
        """What to do now: a Move always, more where it is due."""
        if not self._is_there and self.walker.has_arrived:
            self._settle(now_ms)
        if now_ms >= self._leave_ms:
            self._choose(taken(), seats())
        if now_ms >= self._glance_ms:
            self._glance(now_ms)
        if now_ms >= self._mood_ms:
            self.show(self.chance.choice(MOODS), now_ms)
            self._mood_ms = now_ms + self.chance.uniform(MOOD_MIN_MS, MOOD_MAX_MS)
        is_dancing = self._is_there and self.activity is Activity.DANCE
        done = self.live(now_ms, "dance" if is_dancing else "idle")
        wanted = self._seat_wanted()
        if wanted != self._seat_id:
            self._seat_id = wanted
            done.append(Sit(wanted))
        return done

    def lose_seat(self, now_ms: float) -> None:
        """Somebody else has the seat that was asked for: go somewhere else."""
        self._leave_ms = now_ms

    def _seat_wanted(self) -> str | None:
        """The seat of the place that one is at, or nearly; None on the way."""
        is_near = math.dist(self.walker.at, self._spot.at) <= ASK_M
        return self._spot.seat_id if is_near else None

    def notice_arrival(self, at: Point, now_ms: float) -> None:
        """Somebody came in: perhaps wave, after a moment."""
        if math.dist(at, self.walker.at) > NOTICE_M or self.walker.is_moving:
            return
        if now_ms - self._waved_ms >= WAVE_PAUSE_MS and self.chance.random() < WAVE_CHANCE:
            self._waved_ms = now_ms
            self.walker.look(heading(self.walker.at, at))
            self.show("wave", now_ms + self.chance.uniform(600.0, 2_500.0))

    def notice_emote(self, emote_id: str, at: Point, now_ms: float) -> None:
        """Somebody near shows something: perhaps lift a glass too."""
        if emote_id != "cheers" or math.dist(at, self.walker.at) > NOTICE_M:
            return
        if now_ms - self._toasted_ms < TOAST_PAUSE_MS:
            return
        self._toasted_ms = now_ms
        if self.chance.random() < TOAST_CHANCE:
            self.show("cheers", now_ms + self.chance.uniform(500.0, 1_800.0))

    def _settle(self, now_ms: float) -> None:
        self._is_there = True
        if self._leave_ms == math.inf:
            low_s, high_s = _STAY_S[self.activity]
            self._leave_ms = now_ms + 1_000.0 * self.chance.uniform(low_s, high_s)
        self._glance_ms = now_ms + self.chance.uniform(2_000.0, 8_000.0)

    def _choose(self, taken: Sequence[Point], seats: Container[str]) -> None:
        """Go somewhere else; on the way nothing else is due."""
        self.activity = self.chance.choice(_CHOICES)
        self._spot = self._free_spot(taken, seats)
        self.walker.go(floor.path(self.walker.at, self._spot.at), self._spot.heading_rad)
        self._is_there = False
        self._leave_ms = math.inf
        self._glance_ms = math.inf

    def _free_spot(self, taken: Sequence[Point], seats: Container[str]) -> Spot:
        spots = [
            spot
            for spot in _SPOTS.get(self.activity, ())
            if spot.seat_id not in seats and _has_room(spot.at, taken)
        ]
        if spots:
            return self.chance.choice(spots)
        self.activity = Activity.STROLL
        tries = 0
        while True:
            tries += 1
            at = Point(
                self.chance.uniform(-BAR.size.half_width_m, BAR.size.half_width_m),
                self.chance.uniform(-BAR.size.half_depth_m, BAR.size.half_depth_m),
            )
            if floor.is_free(at) and (tries > CROWDED_TRIES or _has_room(at, taken)):
                return Spot(at, self.chance.uniform(-math.pi, math.pi))

    def _glance(self, now_ms: float) -> None:
        """Look a little around; a dancer turns with the music."""
        if self.activity is Activity.DANCE:
            off_rad = self.chance.uniform(-math.pi, math.pi)
            self._glance_ms = now_ms + self.chance.uniform(900.0, 2_500.0)
        else:
            off_rad = self.chance.uniform(-GLANCE_RAD, GLANCE_RAD)
            self._glance_ms = now_ms + self.chance.uniform(3_000.0, 9_000.0)
        self.walker.look(self._spot.heading_rad + off_rad)


def _has_room(at: Point, taken: Sequence[Point]) -> bool:
    return all(math.dist(at, one) >= ELBOW_ROOM_M for one in taken)
