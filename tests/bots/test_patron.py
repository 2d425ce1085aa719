"""A guest's evening."""

import math
import random
from collections import Counter
from itertools import pairwise

import pytest

from virtubar.bots import floor
from virtubar.bots.actions import Move, Show, Sit
from virtubar.bots.floor import Spot
from virtubar.bots.patron import ASK_M, ELBOW_ROOM_M, TOAST_PAUSE_MS, WAVE_PAUSE_MS, Patron
from virtubar.venue.bundled import BAR
from virtubar.venue.obstacles import Point, obstacles_of
from virtubar.venue.walkable import Walkable

TICK_MS = 1_000.0 / 15.0
DOOR = Spot(floor.DOOR, math.pi)


class Evening:
    """One patron over a long time."""

    def __init__(self, seed: int) -> None:
        self.now_ms = 0.0
        self.patron = Patron(random.Random(seed), DOOR, 0.0)
        self.moves: list[Move] = []
        self.shows: list[tuple[float, str]] = []
        self.taken: list[Point] = []
        self.seats: set[str] = set()
        self.asked: list[tuple[Point, str | None]] = []

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds * 15)):
            self.now_ms += TICK_MS
            for action in self.patron.tick(self.now_ms, lambda: self.taken, lambda: self.seats):
                if isinstance(action, Move):
                    self.moves.append(action)
                elif isinstance(action, Show):
                    self.shows.append((self.now_ms, action.emote_id))
                elif isinstance(action, Sit):
                    self.asked.append((self.patron.walker.at, action.seat_id))


@pytest.fixture(params=[1, 2, 3])
def evening(request: pytest.FixtureRequest) -> Evening:
    return Evening(request.param)


def test_moves_every_tick(evening: Evening) -> None:
    """The client throttles; the patron always says where it is."""
    evening.run(10)
    assert len(evening.moves) == 150


def test_never_walks_through_anything(evening: Evening) -> None:
    """Ten minutes of walking about, always on free floor."""
    evening.run(600)
    nearly = Walkable(obstacles_of(BAR), floor.CLEARANCE_M - 0.02)
    assert all(nearly.is_free(Point(move.x, move.z)) for move in evening.moves)


def test_moves_like_a_body(evening: Evening) -> None:
    """At most 1.6 m/s and no spinning, so that it looks smooth anywhere."""
    evening.run(300)
    for a, b in pairwise(evening.moves):
        assert math.dist((a.x, a.z), (b.x, b.z)) <= 1.6 * TICK_MS / 1_000 + 1e-6
        assert abs(math.remainder(b.rot_y - a.rot_y, math.tau)) <= 4.0 * TICK_MS / 1_000 + 1e-6


def test_the_anim_tells_the_truth(evening: Evening) -> None:
    """`walk` where it moves, and only there."""
    evening.run(300)
    for a, b in pairwise(evening.moves):
        assert (math.dist((a.x, a.z), (b.x, b.z)) > 1e-9) == (b.anim == "walk")


def test_does_a_bit_of_everything() -> None:
    """Over twenty minutes: walks, stands, dances on the floor, and is at tables and counter."""
    evening = Evening(11)
    evening.run(1_200)
    shares = Counter(move.anim for move in evening.moves)
    assert {"walk", "idle", "dance"} <= set(shares)
    assert shares["idle"] > shares["walk"]
    near_counter = [move for move in evening.moves if move.z < -4.9 and move.anim == "idle"]
    near_table = [
        move
        for move in evening.moves
        if move.anim == "idle"
        and any(math.dist((move.x, move.z), (one.x, one.z)) < 1.4 for one in BAR.tables.places)
    ]
    assert near_counter
    assert near_table


def test_dances_only_on_the_dance_floor(evening: Evening) -> None:
    """Where the lights are."""
    evening.run(900)
    dance = BAR.dance_floor
    danced = [(move.x, move.z) for move in evening.moves if move.anim == "dance"]
    assert danced
    assert max(math.dist(at, (dance.x, dance.z)) for at in danced) <= dance.radius_m


def test_asks_for_the_seat_where_it_sits_down_and_gives_it_up(evening: Evening) -> None:
    """Like everybody: near enough that the server lets it keep what it gives (§11)."""
    evening.run(900)
    spots = {spot.seat_id: spot.at for spot in (*floor.TABLE_SPOTS, *floor.COUNTER_SPOTS)}
    asked = [(at, seat) for at, seat in evening.asked if seat is not None]
    assert len({seat for _, seat in asked}) > 3
    assert all(math.dist(at, spots[seat]) <= ASK_M for at, seat in asked)
    assert all(one != other for (_, one), (_, other) in pairwise(evening.asked))


def test_chooses_no_seat_that_somebody_has(evening: Evening) -> None:
    """Whoever has it, and wherever they stand."""
    tables = {spot.seat_id for spot in floor.TABLE_SPOTS if spot.seat_id is not None}
    evening.seats = tables
    evening.run(600)
    asked = {seat for _, seat in evening.asked if seat is not None}
    assert asked
    assert not asked & tables


def test_whoever_gets_no_seat_goes_somewhere_else_at_once(evening: Evening) -> None:
    """Nobody stands in another who sits."""
    while not evening.asked:
        evening.run(TICK_MS / 1_000)
    at, seat = evening.asked[-1]
    assert seat is not None
    evening.seats = {seat}
    evening.taken = [at]
    evening.patron.lose_seat(evening.now_ms)
    evening.run(TICK_MS / 1_000)
    assert math.dist(evening.patron.place, at) >= ELBOW_ROOM_M
    evening.run(60)
    assert seat not in [asked for _, asked in evening.asked[1:]]


def test_leaves_elbow_room(evening: Evening) -> None:
    """A place where somebody stands, or is going, is not taken."""
    evening.taken = [spot.at for spot in (*floor.TABLE_SPOTS, *floor.DANCE_SPOTS)]
    evening.run(10)
    for _ in range(600):
        evening.run(1)
        assert all(math.dist(evening.patron.place, one) >= ELBOW_ROOM_M for one in evening.taken)


def test_a_full_house_still_lets_everybody_stand_somewhere(evening: Evening) -> None:
    """Where nobody has elbow room one stands close."""
    evening.taken = [Point(x / 2, z / 2) for x in range(-24, 25) for z in range(-16, 17)]
    evening.run(120)
    assert any(move.anim == "walk" for move in evening.moves)
    assert floor.is_free(evening.patron.place)


def test_waves_at_an_arrival_after_a_moment() -> None:
    """Sooner or later; not in the same instant, and not at every one."""
    evening = Evening(2)
    waves = 0
    for _ in range(100):
        evening.patron.notice_arrival(evening.patron.walker.at, evening.now_ms)
        before = len(evening.shows)
        evening.run(0.5)
        assert "wave" not in [one for _, one in evening.shows[before:]]
        evening.run(WAVE_PAUSE_MS / 1_000)
        waves += [one for _, one in evening.shows[before:]].count("wave")
    assert 5 < waves < 60


def test_a_wave_moves_the_arm() -> None:
    """The emote and the anim come together."""
    evening = Evening(1)
    evening.patron.show("wave", 100.0)
    evening.run(1.0)
    assert "wave" in {move.anim for move in evening.moves}


def test_an_arrival_far_away_is_not_noticed() -> None:
    """Nobody waves across the whole bar."""
    evening = Evening(2)
    for _ in range(50):
        evening.patron.notice_arrival(Point(100.0, 0.0), evening.now_ms)
        evening.run(1.0)
    assert "wave" not in {one for _, one in evening.shows}


def test_joins_a_toast_but_not_for_ever() -> None:
    """Or one toast would go round all night."""
    evening = Evening(3)
    for _ in range(400):
        evening.patron.notice_emote("cheers", evening.patron.walker.at, evening.now_ms)
        evening.run(0.25)
    toasts = [ms for ms, one in evening.shows if one == "cheers"]
    assert toasts
    assert len(toasts) <= 100_000 / TOAST_PAUSE_MS + 3


def test_cheers_now_and_then(evening: Evening) -> None:
    """A feeling every minute or two."""
    evening.run(600)
    assert 4 <= len(evening.shows) <= 15


def test_the_same_seed_lives_the_same_evening() -> None:
    """Chance is passed in."""
    one, other = Evening(9), Evening(9)
    one.run(120)
    other.run(120)
    assert one.moves == other.moves
    assert one.shows == other.shows


def test_a_long_sleep_is_not_walked_off_at_once() -> None:
    """A process that was stopped for a minute does not teleport its bots."""
    evening = Evening(1)
    evening.run(5)
    last = evening.moves[-1]
    evening.now_ms += 60_000
    evening.run(TICK_MS / 1_000)
    moved_m = math.dist((last.x, last.z), (evening.moves[-1].x, evening.moves[-1].z))
    assert moved_m <= 1.6 * 0.25 + 1e-6
