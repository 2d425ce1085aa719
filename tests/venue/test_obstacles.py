"""What stands in the way in a venue."""

import math

import pytest

from virtubar.venue.bundled import BAR
from virtubar.venue.obstacles import Point, heading, obstacles_of
from virtubar.venue.types import Furniture
from virtubar.venue.walkable import Walkable

FLOOR = Walkable(obstacles_of(BAR), 0.35)


@pytest.mark.parametrize("outside", [Point(12.0, 0.0), Point(-11.8, -7.9), Point(5.0, 8.0)])
def test_walls_keep_people_in(outside: Point) -> None:
    """Half a body from the wall is as far as it goes."""
    assert not FLOOR.is_free(outside)


def test_the_doorway_leads_onto_the_porch_and_no_further() -> None:
    """As wide as the porch, and to its far wall."""
    end_z = BAR.size.half_depth_m + BAR.porch.depth_m
    assert FLOOR.is_free(Point(0.0, end_z - 0.4))
    assert not FLOOR.is_free(Point(0.0, end_z - 0.3))
    assert not FLOOR.is_free(Point(BAR.porch.half_width_m - 0.3, end_z - 1.0))
    assert FLOOR.is_clear(Point(0.0, 7.0), Point(0.0, end_z - 0.4))


def test_the_counter_and_what_is_behind_it_are_the_staffs() -> None:
    """Up to the wall."""
    for z in (BAR.counter.max_z + 0.3, BAR.counter.min_z, -7.0, -7.6):
        assert not FLOOR.is_free(Point(0.0, z))
    assert FLOOR.is_free(Point(0.0, BAR.counter.max_z + 0.4))


def test_nobody_fits_between_a_wall_and_what_stands_at_it() -> None:
    """A plant in a corner leaves nothing behind it, on either side."""
    for place in BAR.plants.places:
        beyond = Point(place.x, math.copysign(BAR.size.half_depth_m - 0.01, place.z))
        assert not Walkable(obstacles_of(BAR), 0.0).is_free(beyond)


@pytest.mark.parametrize("piece", BAR.furniture, ids=lambda piece: piece.kind)
def test_nobody_walks_through_the_furniture(piece: Furniture) -> None:
    """Bench, booth and jukebox."""
    middle = Point((piece.min_x + piece.max_x) / 2, (piece.min_z + piece.max_z) / 2)
    assert not FLOOR.is_free(middle)


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
    assert heading(Point(0.0, 0.0), end) == pytest.approx(expected_rad)
