"""The geometry of the bar's floor."""

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtubar.bots import floor
from virtubar.bots.floor import Point

SPOTS = [*floor.TABLE_SPOTS, *floor.COUNTER_SPOTS, *floor.DANCE_SPOTS]
points = st.builds(Point, st.floats(-11.5, 11.5), st.floats(-7.5, 7.5))


def samples(start: Point, end: Point) -> list[Point]:
    """Points every few centimetres along a line, its ends included."""
    count = max(1, math.ceil(math.dist(start, end) / 0.05))
    return [
        Point(
            start.x + (end.x - start.x) * index / count, start.z + (end.z - start.z) * index / count
        )
        for index in range(count + 1)
    ]


def overlaps(point: Point) -> bool:
    """Whether a body there would be inside a table or behind the counter's front."""
    keep_m = floor.TABLE_RADIUS_M + floor.CLEARANCE_M - 1e-6
    if any(math.dist(point, table) < keep_m for table in floor.TABLES):
        return True
    edge_m = floor.CLEARANCE_M - 1e-6
    return (
        abs(point.x) < floor.COUNTER_HALF_WIDTH_M + edge_m
        and point.z < floor.STAFF_EDGE_Z_M + edge_m
    )


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


def test_the_counter_is_not_for_patrons() -> None:
    """Nor is what is behind it; the bartender works there."""
    assert not floor.is_free(Point(0.0, floor.COUNTER_Z_M))
    for spot in floor.BARTENDER_SPOTS:
        assert not floor.is_free(spot.at)
        assert floor.is_inside(spot.at)


@pytest.mark.parametrize("outside", [Point(12.0, 0.0), Point(0.0, 8.0), Point(-11.8, -7.9)])
def test_walls_keep_people_in(outside: Point) -> None:
    """Half a body from the wall is as far as it goes."""
    assert not floor.is_free(outside)


def test_patrons_at_tables_look_at_them() -> None:
    """People look at what is between them."""
    for spot in floor.TABLE_SPOTS:
        ahead = Point(
            spot.at.x + floor.SEAT_DISTANCE_M * math.sin(spot.heading_rad),
            spot.at.z + floor.SEAT_DISTANCE_M * math.cos(spot.heading_rad),
        )
        assert any(math.dist(ahead, table) < 1e-6 for table in floor.TABLES)


def test_every_spot_can_be_reached_from_every_other() -> None:
    """By a way that avoids the counter and the tables."""
    chance = random.Random(5)
    pairs = list(itertools.permutations([floor.DOOR, *(spot.at for spot in SPOTS)], 2))
    for start, end in chance.sample(pairs, 300):
        way = floor.path(start, end)
        assert way[-1] == end
        for a, b in itertools.pairwise([start, *way]):
            assert not any(overlaps(point) for point in samples(a, b)), (start, end, way)


def test_a_way_around_the_counter_is_found() -> None:
    """From one end of the room's back to the other."""
    way = floor.path(Point(-10.0, -7.0), Point(10.0, -7.0))
    assert len(way) > 1
    for a, b in itertools.pairwise([Point(-10.0, -7.0), *way]):
        assert not any(overlaps(point) for point in samples(a, b))


def test_a_clear_way_is_straight() -> None:
    """No detour where none is needed."""
    assert floor.path(floor.DOOR, Point(5.0, 6.0)) == [Point(5.0, 6.0)]


@given(points, points)
def test_any_way_between_free_points_is_free_and_not_much_too_long(
    start: Point, end: Point
) -> None:
    """Wherever a stroll leads."""
    if not floor.is_free(start) or not floor.is_free(end):
        return
    way = [start, *floor.path(start, end)]
    for a, b in itertools.pairwise(way):
        assert not any(overlaps(point) for point in samples(a, b))
    length_m = sum(math.dist(a, b) for a, b in itertools.pairwise(way))
    detour_m = 2.0 * (floor.COUNTER_HALF_WIDTH_M + 2.0 * floor.HALF_DEPTH_M)
    assert length_m <= math.dist(start, end) + detour_m


def test_who_stands_on_a_table_finds_out() -> None:
    """The server's spawn point knows no tables."""
    way = floor.path(Point(*floor.TABLES[0]), floor.DOOR)
    assert way[-1] == floor.DOOR
    for a, b in itertools.pairwise(way):
        assert floor.is_clear(a, b)


def test_nobody_goes_where_nobody_can_stand() -> None:
    """A fault of the caller's, said clearly."""
    with pytest.raises(ValueError, match="nobody can stand"):
        floor.path(floor.DOOR, floor.TABLES[0])


@pytest.mark.parametrize(
    ("end", "expected_rad"),
    [
        (Point(0.0, 1.0), 0.0),
        (Point(1.0, 0.0), math.pi / 2),
        (Point(0.0, -1.0), math.pi),
        (Point(-1.0, 0.0), -math.pi / 2),
    ],
)
def test_headings_are_about_plus_y(end: Point, expected_rad: float) -> None:
    """0 faces +z, a quarter turn to the left faces +x (§1)."""
    assert floor.heading(Point(0.0, 0.0), end) == pytest.approx(expected_rad)
