"""The floor of a crowd in places: divided where it is full, united where it is empty (§12)."""

import random

import pytest

from virtubar.room.places import DEPTH_MAX, OVER_M, PLACE_MAX, PLACE_MIN, SIDE_M, WALK_HZ, Places


def fill(places: Places, people: int, *, side_m: float = SIDE_M, seed: int = 1) -> None:
    """People somewhere in one square."""
    chance = random.Random(seed)
    for n in range(people):
        places.put(f"u{n}", chance.uniform(0, side_m), chance.uniform(0, side_m))


def arrange(places: Places, at: dict[str, tuple[float, float]]) -> None:
    """Divide until nothing is too full."""
    while crowded := places.crowded():
        for place in crowded:
            for user in places.divide(place):
                places.put(user, *at[user])


def test_a_full_square_is_divided_until_all_are_in_places_of_few() -> None:
    """Nobody is lost, and nobody is in two."""
    chance = random.Random(3)
    at = {f"u{n}": (chance.uniform(0, 24), chance.uniform(0, 24)) for n in range(500)}
    places = Places()
    for user, (x, z) in at.items():
        places.put(user, x, z)
    assert len(places.all) == 4
    arrange(places, at)
    assert all(len(place.members) <= PLACE_MAX for place in places.all.values())
    together = sorted(user for place in places.all.values() for user in place.members)
    assert together == sorted(at)
    for user, (x, z) in at.items():
        assert places.of[user].holds(x, z)


def test_people_on_one_spot_stay_in_one_place() -> None:
    """The smallest squares are not divided."""
    places = Places()
    at = {f"u{n}": (1.0, 1.0) for n in range(PLACE_MAX + 1)}
    for user, (x, z) in at.items():
        places.put(user, x, z)
    arrange(places, at)
    (place,) = places.all.values()
    assert place.depth == DEPTH_MAX


def test_four_that_hold_few_are_one_again() -> None:
    """Below the lower bound, far from the upper one."""
    places = Places()
    fill(places, PLACE_MAX + 1)
    (square,) = places.crowded()
    for n, user in enumerate(places.divide(square)):
        places.put(user, (n % 4) * 3.0, (n % 3) * 4.0)
    gone = sorted(places.of)[: PLACE_MAX + 1 - PLACE_MIN]
    for user in gone:
        places.remove(user)
    assert places.unite() == []
    places.remove(min(places.of))
    homeless = places.unite()
    assert sorted(homeless) != []
    for user in homeless:
        places.put(user, 1.0, 1.0)
    assert [place.depth for place in places.all.values()] == [0]


@pytest.mark.parametrize(("over_m", "crosses"), [(OVER_M - 0.01, False), (OVER_M, True)])
def test_who_paces_along_an_edge_stays_where_they_were(over_m: float, *, crosses: bool) -> None:
    """Until they are clearly over it."""
    places = Places()
    assert places.put("ann", SIDE_M - 0.1, 1.0)
    assert places.put("ann", SIDE_M + over_m, 1.0) is crosses


def test_a_place_that_nobody_is_in_is_none() -> None:
    """Neither after a leave nor after a step into the next."""
    places = Places()
    places.put("ann", 1.0, 1.0)
    places.put("ann", SIDE_M + 1.0, 1.0)
    assert [place.key for place in places.all.values()] == [(0, 1, 0)]
    places.remove("ann")
    places.remove("ann")
    assert not places.all


def test_places_are_looked_at_from_the_nearest() -> None:
    """Beginning with the own one; anew where another has come."""
    places = Places()
    for user, x in (("ann", 1.0), ("bob", 50.0), ("cat", 26.0)):
        places.put(user, x, 1.0)
    here = places.of["ann"]
    assert [place.key[1] for place in places.nearest_first(here)] == [0, 2, 4]
    places.put("dan", 13.0, 1.0)
    assert [place.key[1] for place in places.nearest_first(here)] == [0, 1, 2, 4]


def test_a_rate_follows_what_happens_and_expects_the_rest() -> None:
    """Whoever stands may begin to walk: a quarter of what they could do is expected."""
    places = Places()
    places.put("ann", 1.0, 1.0)
    place = places.of["ann"]
    place.measure(0.1)
    assert place.rate_hz == WALK_HZ / 4
    for _ in range(20):
        place.moves = 2
        place.measure(0.1)
    assert place.rate_hz == pytest.approx(20.0, rel=0.01)
