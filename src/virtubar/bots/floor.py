"""The bar's floor as walkers know it: walls, counter, tables, and ways around them. Pure.

Metres on the ground plane, x to the right and z toward the door; headings in radians about +y,
0 facing +z.
"""

import heapq
import math
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

HALF_WIDTH_M = 12.0
HALF_DEPTH_M = 8.0
CLEARANCE_M = 0.35
"""Half a person: how far walkers keep from everything."""
COUNTER_Z_M = -6.0
COUNTER_HALF_WIDTH_M = 7.0
STAFF_EDGE_Z_M = -5.6
"""Patrons keep off the counter (0.4 m to each side of its line) and what is behind it."""
TABLE_RADIUS_M = 0.7
SEAT_DISTANCE_M = 1.3
DANCE_RADIUS_M = 3.0
CORNERS = 8
"""Corners of the ring that leads around a table."""


class Point(NamedTuple):
    """A place on the ground."""

    x: float
    z: float


class Spot(NamedTuple):
    """A place to be, and where one looks from it; of a seat its id, which is the server's to give
    (§11)."""

    at: Point
    heading_rad: float
    seat_id: str | None = None


DOOR = Point(0.0, 7.0)
DANCE_FLOOR = Point(7.0, 3.0)
TABLES = (
    Point(-9.0, -2.0),
    Point(-9.0, 2.5),
    Point(-5.0, 0.5),
    Point(-5.0, 5.0),
    Point(-1.0, -1.5),
    Point(-1.0, 3.0),
    Point(3.0, -2.0),
)


def heading(start: Point, end: Point) -> float:
    """The heading of one who looks from `start` to `end`."""
    return math.atan2(end.x - start.x, end.z - start.z)


def _ring(centre: Point, radius_m: float, count: int) -> list[Point]:
    angles = (math.tau * (index + 0.5) / count for index in range(count))
    return [
        Point(centre.x + radius_m * math.sin(angle), centre.z + radius_m * math.cos(angle))
        for angle in angles
    ]


def _looking_at(points: list[Point], centre: Point) -> tuple[Spot, ...]:
    return tuple(Spot(one, heading(one, centre)) for one in points)


TABLE_SPOTS = tuple(
    Spot(spot.at, spot.heading_rad, f"table-{number}-{corner}")
    for number, table in enumerate(TABLES)
    for corner, spot in enumerate(_looking_at(_ring(table, SEAT_DISTANCE_M, 4), table))
)
COUNTER_SPOTS = tuple(
    Spot(Point(-6.5 + 1.3 * index, -5.1), math.pi, f"counter-{index}") for index in range(11)
)
DANCE_SPOTS = _looking_at([*_ring(DANCE_FLOOR, 0.9, 4), *_ring(DANCE_FLOOR, 2.2, 8)], DANCE_FLOOR)
BARTENDER_SPOTS = tuple(Spot(Point(x, -7.0), 0.0) for x in (-5.0, -2.5, 0.0, 2.5, 5.0))


def is_inside(point: Point) -> bool:
    """Whether a person can stand within the walls there."""
    return abs(point.x) <= HALF_WIDTH_M - CLEARANCE_M and abs(point.z) <= HALF_DEPTH_M - CLEARANCE_M


def is_free(point: Point) -> bool:
    """Whether a patron can stand there: within the walls, off the counter and the tables."""
    if not is_inside(point) or _behind_counter(point):
        return False
    keep_m = TABLE_RADIUS_M + CLEARANCE_M
    return all(math.dist(point, table) >= keep_m for table in TABLES)


def _behind_counter(point: Point) -> bool:
    keep_m = CLEARANCE_M
    return abs(point.x) < COUNTER_HALF_WIDTH_M + keep_m and point.z < STAFF_EDGE_Z_M + keep_m


def is_clear(start: Point, end: Point) -> bool:
    """Whether a patron can walk straight from one free point to another."""
    keep_m = TABLE_RADIUS_M + CLEARANCE_M
    if any(_distance_to_line(table, start, end) < keep_m for table in TABLES):
        return False
    return not _crosses_counter(start, end)


def _distance_to_line(point: Point, start: Point, end: Point) -> float:
    along = (end.x - start.x, end.z - start.z)
    length_sq = along[0] ** 2 + along[1] ** 2
    if length_sq == 0.0:
        return math.dist(point, start)
    part = ((point.x - start.x) * along[0] + (point.z - start.z) * along[1]) / length_sq
    part = min(1.0, max(0.0, part))
    return math.dist(point, (start.x + part * along[0], start.z + part * along[1]))


def _crosses_counter(start: Point, end: Point) -> bool:
    """Whether the way enters the counter's box, clipped side by side (Liang and Barsky, 1984)."""
    half_m = COUNTER_HALF_WIDTH_M + CLEARANCE_M
    dx, dz = end.x - start.x, end.z - start.z
    first, last = 0.0, 1.0
    sides = (
        (-dx, start.x + half_m),
        (dx, half_m - start.x),
        (dz, STAFF_EDGE_Z_M + CLEARANCE_M - start.z),
    )
    for slope, room in sides:
        if slope == 0.0:
            if room <= 0.0:
                return False
        elif slope < 0.0:
            first = max(first, room / slope)
        else:
            last = min(last, room / slope)
    return first < last - 1e-9


@cache
def _waypoints() -> tuple[Point, ...]:
    """Corners of rings around everything that stands in the way."""
    keep_m = TABLE_RADIUS_M + CLEARANCE_M
    radius_m = keep_m / math.cos(math.pi / CORNERS) + 0.05
    points = [point for table in TABLES for point in _ring(table, radius_m, CORNERS)]
    edge_m = COUNTER_HALF_WIDTH_M + CLEARANCE_M + 0.05
    edge_z = STAFF_EDGE_Z_M + CLEARANCE_M + 0.05
    points += [Point(-edge_m, edge_z), Point(edge_m, edge_z)]
    return tuple(point for point in points if is_free(point))


@cache
def _ways(start: Point) -> tuple[tuple[Point, float], ...]:
    """The waypoints one can walk to straight from a waypoint, with their distances."""
    return tuple(_straight_ways(start))


def _straight_ways(start: Point) -> Iterator[tuple[Point, float]]:
    for end in _waypoints():
        if end != start and is_clear(start, end):
            yield end, math.dist(start, end)


def path(start: Point, end: Point) -> list[Point]:
    """The shortest way for a patron between two free points, `end` included, `start` not.

    From where nobody can stand (a newcomer on a table) it goes straight out of there.

    Raises:
        ValueError: nobody can stand at `end`.
    """
    if not is_free(end):
        raise ValueError(f"nobody can stand at {end}")
    if is_clear(start, end):
        return [end]
    goal_ways = dict(_straight_ways(end))
    best = {start: 0.0}
    origin: dict[Point, Point] = {}
    queue = [(math.dist(start, end), start)]
    while queue:
        _, here = heapq.heappop(queue)
        if here == end:
            return _trace(origin, start, end)
        ways = list(_straight_ways(start)) if here == start else list(_ways(here))
        if here in goal_ways:
            ways.append((end, goal_ways[here]))
        for there, length_m in ways:
            total_m = best[here] + length_m
            if total_m < best.get(there, math.inf) - 1e-9:
                best[there] = total_m
                origin[there] = here
                heapq.heappush(queue, (total_m + math.dist(there, end), there))
    return _escape(start, end)


def _trace(origin: dict[Point, Point], start: Point, end: Point) -> list[Point]:
    points = [end]
    while origin[points[-1]] != start:
        points.append(origin[points[-1]])
    return points[::-1]


def _escape(start: Point, end: Point) -> list[Point]:
    out = min(_waypoints(), key=lambda point: math.dist(start, point))
    return [out, end] if is_clear(out, end) else [out, *path(out, end)]
