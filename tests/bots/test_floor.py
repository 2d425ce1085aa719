"""The bar's floor as bots use it."""

import itertools
import math
import random

import pytest

from virtubar.bots import floor
from virtubar.venue.bundled import BAR
from virtubar.venue.obstacles import Point

SPOTS = [*floor.TABLE_SPOTS, *floor.COUNTER_SPOTS, *floor.DANCE_SPOTS]


@pytest.mark.parametrize("spot", SPOTS)
def test_patrons_can_stand_at_every_spot(spot: floor.Spot) -> None:
    """Nobody sits in a table."""
    assert floor.is_free(spot.at)


def test_the_door_is_free() -> None:
    """Newcomers stand there."""
    assert floor.is_free(floor.DOOR)


def test_spots_are_apart() -> None:
    """Two people at two spots do not touch."""
    places = [spot.at for spot in SPOTS]
    assert all(math.dist(a, b) >= 0.7 for a, b in itertools.combinations(places, 2))


def test_patrons_sit_at_tables_and_counter_and_not_on_the_bench() -> None:
    """The bench is for those who look for it; every seat has the id by which it is asked for."""
    asked = [spot.seat_id for spot in (*floor.TABLE_SPOTS, *floor.COUNTER_SPOTS)]
    assert asked == [seat.id for seat in BAR.seats if seat.kind != "bench"]


def test_the_bartender_works_where_no_patron_stands() -> None:
    """Behind the counter."""
    for spot in floor.BARTENDER_SPOTS:
        assert not floor.is_free(spot.at)
        assert BAR.counter.min_x < spot.at.x < BAR.counter.max_x
        assert -BAR.size.half_depth_m < spot.at.z < BAR.counter.min_z


def test_every_spot_can_be_reached_from_every_other() -> None:
    """By a way that is clear from corner to corner."""
    chance = random.Random(5)
    pairs = list(itertools.permutations([floor.DOOR, *(spot.at for spot in SPOTS)], 2))
    for start, end in chance.sample(pairs, 300):
        way = floor.path(start, end)
        assert way[-1] == end
        for a, b in itertools.pairwise([start, *way]):
            assert floor.FLOOR.is_clear(a, b), (start, end, way)


def test_nobody_goes_where_nobody_can_stand() -> None:
    """A fault of the caller's, said clearly."""
    table = BAR.tables.places[0]
    with pytest.raises(ValueError, match="nobody can get from"):
        floor.path(floor.DOOR, Point(table.x, table.z))
