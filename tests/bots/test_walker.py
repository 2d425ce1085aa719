"""A body that walks and turns."""

import math
from itertools import pairwise

import pytest

from virtubar.bots.walker import TURN_RAD_S, Walker
from virtubar.venue.obstacles import Point

TICK_S = 1.0 / 15.0


def walk(walker: Walker, seconds: float) -> list[tuple[Point, float]]:
    track = [(walker.at, walker.heading_rad)]
    for _ in range(round(seconds / TICK_S)):
        walker.step(TICK_S)
        track.append((walker.at, walker.heading_rad))
    return track


@pytest.fixture
def walker() -> Walker:
    return Walker(Point(0.0, 0.0), 0.0, 1.2)


def test_stands_until_told_to_go(walker: Walker) -> None:
    """Standing is what it does."""
    walk(walker, 1.0)
    assert walker.at == Point(0.0, 0.0)
    assert walker.has_arrived
    assert not walker.is_moving


def test_walks_at_its_speed(walker: Walker) -> None:
    """In a straight line, once it looks there."""
    walker.go([Point(0.0, 10.0)], 0.0)
    walk(walker, 5.0)
    assert walker.at.z == pytest.approx(6.0, abs=0.1)
    assert walker.is_moving


def test_arrives_and_looks_where_it_should(walker: Walker) -> None:
    """Not before both is it there."""
    walker.go([Point(0.0, 1.0), Point(1.0, 1.0)], math.pi)
    walk(walker, 6.0)
    assert walker.has_arrived
    assert walker.at == pytest.approx((1.0, 1.0), abs=0.03)
    assert abs(math.remainder(walker.heading_rad - math.pi, math.tau)) < 1e-3


def test_never_turns_or_moves_faster_than_a_body_can(walker: Walker) -> None:
    """Smooth at every tick, corners included."""
    walker.go([Point(0.0, 2.0), Point(-3.0, 1.0), Point(2.0, -2.0)], 2.0)
    for (at, rad), (next_at, next_rad) in pairwise(walk(walker, 15.0)):
        assert math.dist(at, next_at) <= 1.2 * TICK_S + 1e-9
        assert abs(math.remainder(next_rad - rad, math.tau)) <= TURN_RAD_S * TICK_S + 1e-9


def test_turns_around_before_it_walks_back(walker: Walker) -> None:
    """Nobody walks backwards through a bar."""
    walker.go([Point(0.0, -3.0)], math.pi)
    for (at, _), (next_at, rad) in pairwise(walk(walker, 2.0)):
        if next_at != at:
            assert math.cos(rad - math.pi) >= 0.5 - 1e-9


def test_looking_around_does_not_move(walker: Walker) -> None:
    """A glance is a turn of the head."""
    walker.look(1.0)
    walk(walker, 1.0)
    assert walker.at == Point(0.0, 0.0)
    assert walker.heading_rad == pytest.approx(1.0)


def test_looking_around_on_the_way_does_not_distract(walker: Walker) -> None:
    """The look at the end of the way stays."""
    walker.go([Point(0.0, 1.0)], 0.5)
    walker.look(2.0)
    walk(walker, 3.0)
    assert walker.heading_rad == pytest.approx(0.5)
