"""Where people come in."""

from itertools import combinations
from math import hypot

from virtubar.room.spawn import spawn_point


def test_nobody_is_put_into_another() -> None:
    """Two of the first two dozen are always an arm's width apart."""
    places = [spawn_point(n) for n in range(24)]
    assert min(hypot(a.x - b.x, a.z - b.z) for a, b in combinations(places, 2)) > 0.35


def test_everyone_comes_in_near_the_door_on_the_floor_facing_the_bar() -> None:
    """Within 2.2 m of it, whoever they are."""
    for n in range(100):
        place = spawn_point(n)
        assert hypot(place.x, place.z - 6.0) <= 2.2
        assert (place.y, place.rot_y) == (0.0, 3.142)
        assert place.x == round(place.x, 3)
        assert place.z == round(place.z, 3)


def test_the_places_start_over_after_two_dozen() -> None:
    """The first have walked on by then."""
    assert spawn_point(24) == spawn_point(0) != spawn_point(23)
