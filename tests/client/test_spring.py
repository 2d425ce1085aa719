"""The last filter of a drawn avatar (§9)."""

import math

import pytest

from virtubar.client.spring import Spring
from virtubar.protocol.constants import SPRING_LAG_MS


def test_lags_sixty_milliseconds_behind_a_walker() -> None:
    """A steady walk is drawn as it is, a little later."""
    spring = Spring(0.0, 0.0, 0.0, 0.0)
    for frame in range(1, 601):
        spring.follow(0.003 * frame, 0.0, 0.0, 0.0, 1.0)
    assert 0.003 * 600 - spring.position[0] == pytest.approx(0.003 * SPRING_LAG_MS, abs=0.004)


def test_never_overshoots_a_step() -> None:
    """Critically damped: nobody swings around where they stand."""
    spring = Spring(0.0, 0.0, 0.0, 0.0)
    for _ in range(500):
        spring.follow(1.0, 0.0, 0.0, 0.0, 4.0)
        assert spring.position[0] <= 1.0
    assert spring.position[0] == pytest.approx(1.0)


def test_any_frame_rate_draws_the_same() -> None:
    """Solved exactly: a slow machine does not see another walk."""
    slow, fast = Spring(0.0, 0.0, 0.0, 0.0), Spring(0.0, 0.0, 0.0, 0.0)
    slow.follow(1.0, 2.0, 3.0, 1.0, 100.0)
    for _ in range(100):
        fast.follow(1.0, 2.0, 3.0, 1.0, 1.0)
    assert slow.position == pytest.approx(fast.position)
    assert slow.rot_y == pytest.approx(fast.rot_y)


def test_turns_by_the_shortest_arc() -> None:
    """From just under π to just over it is a little turn."""
    spring = Spring(0.0, 0.0, 0.0, math.pi - 0.1)
    for _ in range(200):
        spring.follow(0.0, 0.0, 0.0, -math.pi + 0.1, 5.0)
        assert abs(math.remainder(spring.rot_y - math.pi, math.tau)) <= 0.1 + 1e-9


def test_a_very_long_frame_arrives() -> None:
    """A tab that slept for an hour wakes up at the target."""
    spring = Spring(0.0, 0.0, 0.0, 0.0)
    spring.follow(1.0, 0.0, 0.0, 0.5, 3_600_000.0)
    assert spring.position == (1.0, 0.0, 0.0)
    assert spring.rot_y == 0.5
