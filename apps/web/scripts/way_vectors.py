"""Ways on floors, for the tests of whoever looks for ways (wire/vectors/README.md). Pure."""

import itertools
import json
from collections.abc import Iterator
from random import Random

from virtubar.venue.bundled import BAR
from virtubar.venue.obstacles import Circle, Obstacles, Point, Rect, obstacles_of
from virtubar.venue.walkable import Walkable

CLEARANCES_M = (0.35, 0.28)
"""Of bots and of guests."""
PLACES = 40
"""Drawn at random all over the bar and a little beyond its walls, for each clearance."""
CELL = Obstacles(
    bounds=Rect(-6.0, 6.0, -4.0, 4.0),
    boxes=(
        Rect(1.0, 5.0, -3.0, -2.5),
        Rect(1.0, 5.0, 2.5, 3.0),
        Rect(1.0, 1.5, -3.0, 3.0),
        Rect(4.5, 5.0, -3.0, 3.0),
        Rect(-3.0, -2.0, -4.0, 2.0),
    ),
    circles=(Circle(-4.0, 2.5, 0.5), Circle(-1.0, 0.0, 0.75)),
)
"""A wall, two posts, and a cell that nobody gets into or out of."""
CELL_ASKED = (
    ("around a wall", (-5.0, -3.0), (0.0, -3.0)),
    ("straight past a post", (-1.0, 2.0), (0.5, -1.5)),
    ("around a post", (-1.0, -2.0), (-1.0, 2.0)),
    ("within the cell", (2.0, -2.0), (4.0, 2.0)),
    ("into the cell", (0.0, 0.0), (3.0, 0.0)),
    ("out of the cell", (3.0, 0.0), (0.0, 3.5)),
    ("to a place inside a wall", (0.0, 0.0), (-2.5, 0.0)),
    ("from the middle of a post", (-1.0, 0.0), (0.5, 3.5)),
    ("from inside a wall", (-2.4, -1.0), (-5.0, 3.5)),
    ("from outside", (-9.0, -3.0), (-5.0, 0.0)),
    ("to where one is", (0.0, 0.0), (0.0, 0.0)),
)


def way_vectors() -> str:
    """The plans and the cases as JSON, a case a line."""
    bar = obstacles_of(BAR)
    plans = {"bar": _plan(bar), "cell": _plan(CELL)}
    cases = [_case(name, "cell", CELL, 0.25, start, end) for name, start, end in CELL_ASKED]
    for clearance_m in CLEARANCES_M:
        for name, start, end in _asked(clearance_m):
            cases.append(_case(name, "bar", bar, clearance_m, start, end))
    lines = ",\n".join(json.dumps(case) for case in cases)
    return f'{{"plans": {json.dumps(plans)},\n"ways": [\n{lines}\n]}}\n'


def _asked(clearance_m: float) -> Iterator[tuple[str, tuple[float, float], tuple[float, float]]]:
    chance = Random(round(clearance_m * 100))  # noqa: S311 - places to ask about, no secret
    places = [
        (round(chance.uniform(-13, 13), 2), round(chance.uniform(-9, 12), 2)) for _ in range(PLACES)
    ]
    door = (BAR.door.x, BAR.door.z)
    for number, (start, end) in enumerate(itertools.pairwise(places)):
        yield f"{clearance_m} m, places {number} and {number + 1}", start, end
    for number, table in enumerate(BAR.tables.places):
        yield f"{clearance_m} m, from table {number}", (table.x, table.z), door
        yield f"{clearance_m} m, to table {number}", door, (table.x, table.z)
    for seat in BAR.seats:
        at = seat.approach or seat
        yield f"{clearance_m} m, from the door to {seat.id}", door, (at.x, at.z)
        yield (
            f"{clearance_m} m, from {seat.id} to the dance floor",
            (seat.x, seat.z),
            (
                BAR.dance_floor.spots[4].x,
                BAR.dance_floor.spots[4].z,
            ),
        )


def _plan(obstacles: Obstacles) -> dict[str, object]:
    return {
        "bounds": _rect(obstacles.bounds),
        "boxes": [_rect(box) for box in obstacles.boxes],
        "circles": [{"x": x, "z": z, "radiusM": radius} for x, z, radius in obstacles.circles],
    }


def _rect(rect: Rect) -> dict[str, float]:
    return dict(zip(("minX", "maxX", "minZ", "maxZ"), rect, strict=True))


def _case(
    name: str,
    plan: str,
    obstacles: Obstacles,
    clearance_m: float,
    start: tuple[float, float],
    goal: tuple[float, float],
) -> dict[str, object]:
    floor = Walkable(obstacles, clearance_m)
    return {
        "name": name,
        "plan": plan,
        "clearanceM": clearance_m,
        "start": start,
        "goal": goal,
        "isGoalFree": floor.is_free(Point(*goal)),
        "nearestFree": floor.nearest_free(Point(*start)),
        "way": floor.path(Point(*start), Point(*goal)),
    }
