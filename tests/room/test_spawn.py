"""Where people come in."""

import math
from itertools import combinations
from math import hypot

import pytest

from virtubar.bots import floor
from virtubar.room.spawn import spawn_point
from virtubar.venue.obstacles import Point

PLACES = 21
POST = (2.49, 8.0)
"""The inner edge of the doorway's post, to each side."""
VIEW_M = 4.46
"""How far behind somebody their view is from."""
HALF_VIEW_RAD = 0.715
"""Of a screen of 16 to 9: from its middle to its side."""


def test_nobody_is_put_into_another() -> None:
    """Two of all places are always an arm's width apart."""
    places = [spawn_point(n) for n in range(PLACES)]
    assert min(hypot(a.x - b.x, a.z - b.z) for a, b in combinations(places, 2)) > 0.35


@pytest.mark.parametrize("n", range(PLACES))
def test_everyone_stands_clear_of_walls_tables_and_chairs(n: int) -> None:
    """On the floor, where a bot could stand too, and in nobody's chair."""
    place = spawn_point(n)
    assert place.y == 0.0
    assert floor.is_free(Point(place.x, place.z))
    for spot in floor.TABLE_SPOTS:
        assert hypot(place.x - spot.at.x, place.z - spot.at.z) > 0.4


@pytest.mark.parametrize("n", range(PLACES))
def test_no_post_of_the_door_stands_in_the_first_view(n: int) -> None:
    """The view from behind is through the doorway, and its posts are beside it."""
    place = spawn_point(n)
    ahead = (math.sin(place.rot_y), math.cos(place.rot_y))
    eye = (place.x - VIEW_M * ahead[0], place.z - VIEW_M * ahead[1])
    assert abs(eye[0]) < 0.3
    for side in (-1, 1):
        to_post = (side * POST[0] - eye[0], POST[1] - eye[1])
        along = to_post[0] * ahead[0] + to_post[1] * ahead[1]
        across = to_post[0] * ahead[1] - to_post[1] * ahead[0]
        assert abs(math.atan2(across, along)) > HALF_VIEW_RAD


@pytest.mark.parametrize("n", range(PLACES))
def test_the_figures_are_those_that_are_sent(n: int) -> None:
    """Rounded to 3 decimals (§5), the heading within half a turn to each side."""
    place = spawn_point(n)
    for figure in (place.x, place.z, place.rot_y):
        assert figure == round(figure, 3)
    assert abs(place.rot_y) <= math.pi + 0.001


def test_the_places_start_over_once_all_were_given() -> None:
    """The first have walked on by then."""
    assert spawn_point(PLACES) == spawn_point(0) != spawn_point(PLACES - 1)
