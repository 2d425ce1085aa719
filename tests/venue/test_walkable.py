"""Where one can walk, and the shortest ways there."""

import heapq
import itertools
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtubar.venue.bundled import BAR
from virtubar.venue.obstacles import Circle, Obstacles, Point, Rect, obstacles_of
from virtubar.venue.walkable import Walkable

WAYS = json.loads(
    (Path(__file__).parents[2] / "wire" / "vectors" / "ways.json").read_text(encoding="utf-8")
)
CLEARANCE_M = 0.35
FLOOR = Walkable(obstacles_of(BAR), CLEARANCE_M)
DOOR = Point(BAR.door.x, BAR.door.z)
TABLE = Point(BAR.tables.places[0].x, BAR.tables.places[0].z)
points = st.builds(Point, st.floats(-12.5, 12.5), st.floats(-8.5, 11.5))


def obstacles(plan: dict[str, Any]) -> Obstacles:
    """A plan of the vectors; that of the bar is the bar's own."""
    return Obstacles(
        Rect(**_named(plan["bounds"])),
        tuple(Rect(**_named(box)) for box in plan["boxes"]),
        tuple(Circle(one["x"], one["z"], one["radiusM"]) for one in plan["circles"]),
    )


def _named(rect: dict[str, float]) -> dict[str, float]:
    return {f"{name[:3]}_{name[3:].lower()}": value for name, value in rect.items()}


FLOORS = {
    (name, clearance_m): Walkable(obstacles(plan), clearance_m)
    for name, plan in WAYS["plans"].items()
    for clearance_m in (0.25, 0.28, 0.35)
}


def samples(start: Point, end: Point) -> list[Point]:
    """Points every few centimetres along a line, its ends included."""
    count = max(1, math.ceil(math.dist(start, end) / 0.05))
    return [
        Point(
            start.x + (end.x - start.x) * index / count, start.z + (end.z - start.z) * index / count
        )
        for index in range(count + 1)
    ]


def length_m(way: list[Point]) -> float:
    return sum(math.dist(a, b) for a, b in itertools.pairwise(way))


def grid_length_m(start: Point, end: Point, cell_m: float = 0.1) -> float:
    """The shortest way over a fine grid in eight directions: another search altogether."""
    floor = Walkable(obstacles_of(BAR), CLEARANCE_M)

    def at(cell: tuple[int, int]) -> Point:
        return Point(start.x + cell[0] * cell_m, start.z + cell[1] * cell_m)

    best = {(0, 0): 0.0}
    heap = [(0.0, (0, 0))]
    while heap:
        gone_m, here = heapq.heappop(heap)
        if math.dist(at(here), end) < cell_m:
            return gone_m
        for step in itertools.product((-1, 0, 1), repeat=2):
            there = (here[0] + step[0], here[1] + step[1])
            total_m = gone_m + cell_m * math.hypot(*step)
            if total_m < best.get(there, math.inf) - 1e-9 and floor.is_free(at(there)):
                best[there] = total_m
                heapq.heappush(heap, (total_m, there))
    return math.inf


@pytest.mark.parametrize("case", WAYS["ways"], ids=lambda case: case["name"])
def test_the_way_is_that_of_the_vectors(case: dict[str, Any]) -> None:
    """The same to the last bit in every language (wire/vectors/README.md)."""
    floor = FLOORS[case["plan"], case["clearanceM"]]
    start, goal = Point(*case["start"]), Point(*case["goal"])
    nearest = case["nearestFree"]
    assert floor.is_free(goal) == case["isGoalFree"]
    assert floor.nearest_free(start) == (None if nearest is None else Point(*nearest))
    assert floor.path(start, goal) == [Point(*corner) for corner in case["way"]]


def test_the_vectors_know_the_bar_as_it_stands() -> None:
    """Its obstacles are there for those who read no floor plans."""
    assert obstacles(WAYS["plans"]["bar"]) == obstacles_of(BAR)


def test_a_clear_way_is_straight() -> None:
    """No detour where none is needed."""
    assert FLOOR.path(DOOR, Point(5.0, 6.0)) == [Point(5.0, 6.0)]


def test_a_way_around_the_counter_is_found() -> None:
    """From one end of the room's back to the other."""
    assert len(FLOOR.path(Point(-10.0, -7.0), Point(10.0, -7.0))) > 1


@given(points, points)
def test_a_way_is_free_all_along_and_ends_at_its_goal(start: Point, end: Point) -> None:
    """Wherever somebody wants to go: nowhere, where nobody can stand."""
    way = FLOOR.path(start, end)
    assert bool(way) == FLOOR.is_free(end)
    if not way:
        return
    assert way[-1] == end
    begin = start if FLOOR.is_free(start) else way[0]
    for a, b in itertools.pairwise([begin, *way]):
        nearly = Walkable(obstacles_of(BAR), CLEARANCE_M - 1e-6)
        assert all(nearly.is_free(point) for point in samples(a, b))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (Point(-10.0, -7.0), Point(10.0, -7.0)),
        (Point(-10.5, 0.3), Point(0.6, -0.5)),
        (Point(0.0, 10.0), Point(10.0, 7.0)),
        (Point(-7.0, 7.0), Point(3.0, -4.0)),
    ],
)
def test_no_way_over_a_fine_grid_is_shorter(start: Point, end: Point) -> None:
    """Around corners it keeps a little air; a grid walks in eight directions only."""
    assert length_m([start, *FLOOR.path(start, end)]) <= grid_length_m(start, end) + 0.1


@given(points)
def test_the_nearest_place_is_free_and_none_on_a_grid_is_nearer(point: Point) -> None:
    """Itself, where one can stand."""
    nearest = FLOOR.nearest_free(point)
    assert nearest is not None
    assert FLOOR.is_free(nearest)
    if FLOOR.is_free(point):
        assert nearest == point
    away_m = math.dist(point, nearest)
    for ring_m in (0.25, 0.5, 0.75):
        for eighth in range(16):
            angle = math.tau * eighth / 16
            there = Point(
                point.x + ring_m * away_m * math.sin(angle),
                point.z + ring_m * away_m * math.cos(angle),
            )
            assert there == point or not FLOOR.is_free(there)


def test_who_stands_on_a_table_first_gets_off_it() -> None:
    """A newcomer may be put anywhere."""
    way = FLOOR.path(TABLE, DOOR)
    assert math.dist(TABLE, way[0]) == pytest.approx(0.7 + CLEARANCE_M, abs=0.01)
    assert way[-1] == DOOR


def test_nobody_finds_a_way_to_where_nobody_can_stand() -> None:
    """Nor into a cell without a door."""
    assert FLOOR.path(DOOR, TABLE) == []
    assert FLOORS["cell", 0.25].path(Point(0.0, 0.0), Point(3.0, 0.0)) == []


def test_a_floor_that_is_all_in_the_way_has_no_place_and_no_way() -> None:
    """The caller is told so, and not led anywhere."""
    room = Rect(-2.0, 2.0, -2.0, 2.0)
    full = Walkable(Obstacles(room._replace(max_x=1.0), (room,), ()), 0.3)
    assert full.nearest_free(Point(0.0, 0.0)) is None
    assert full.path(Point(0.0, 0.0), Point(1.0, 1.0)) == []
