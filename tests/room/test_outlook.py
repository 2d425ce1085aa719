"""Whom somebody sees how often, within a budget (§12)."""

from virtubar.room.outlook import SOME_MS, look
from virtubar.room.places import Place


def row(*people: int) -> list[Place]:
    """Places side by side, everybody in them walking at 15 moves a second."""
    places = []
    for n, count in enumerate(people):
        place = Place((0, n, 0))
        place.members = {f"{n}-{m}" for m in range(count)}
        place.rate_hz = 15.0 * count
        places.append(place)
    return places


def test_with_enough_everybody_is_near() -> None:
    """Nothing is left out for its own sake."""
    places = row(10, 10, 10)
    outlook = look(places, 100_000.0)
    assert outlook.near == tuple(places)
    assert outlook.middle == ()


def test_the_budget_is_spent_outwards() -> None:
    """The near at full rate, then some of the moves, then none beside what all are told."""
    places = row(*[10] * 40)
    outlook = look(places, 1_500.0)
    near, middle = len(outlook.near), len(outlook.middle)
    assert outlook.near == tuple(places[:near])
    assert outlook.middle == tuple(places[near : near + middle])
    assert 1 < near < 10
    assert 0 < middle < 40 - near
    spent = near * 150.0 + middle * 10 * 1000 / SOME_MS
    assert 1_300.0 < spent <= 1_500.0


def test_the_own_place_is_near_whatever_it_costs() -> None:
    """The own echo comes with it."""
    places = row(30, 1)
    outlook = look(places, 0.0)
    assert outlook.near == (places[0],)
    assert outlook.middle == ()


def test_those_who_stand_cost_little() -> None:
    """A hall of people who listen is seen far."""
    places = row(*[10] * 40)
    for place in places:
        place.rate_hz = 2.0
    assert len(look(places, 1_500.0).near) == 40
