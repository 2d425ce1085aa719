"""Where one can walk among what stands on a floor, and the shortest ways there. Pure.

`apps/web/src/venue/Walkable.ts` is the same in TypeScript, and `wire/vectors/ways.json` holds both
to the same answers: lengths come from sums, products and square roots alone, which are the same to
the last bit in every language, and equal lengths are told apart by the order of the corners.
"""

import heapq
import math
from collections.abc import Iterator

from virtubar.venue.obstacles import Obstacles, Point, Rect

RING_CORNERS = 8
"""Corners of the ring that leads around a post."""
CORNER_AIR_M = 0.05
"""How far around its corners one walks."""
OUT_AIR_M = 0.002
"""How far from the edge of what stands in the way one is put who was in it."""
ROUNDING = 1e-9
"""Two results that differ by less are the same."""
START = -1
"""Stands for the start of a way among the corners' numbers."""


class Walkable:
    """A floor for walkers of one size.

    Args:
        obstacles: what stands there.
        clearance_m: how far the middle of a walker keeps from everything.
    """

    def __init__(self, obstacles: Obstacles, clearance_m: float) -> None:
        bounds = obstacles.bounds
        self._bounds = _grown(bounds, -clearance_m)
        self._boxes = tuple(_grown(box, clearance_m) for box in obstacles.boxes)
        self._circles = tuple((x, z, radius + clearance_m) for x, z, radius in obstacles.circles)
        self._squares = tuple(Rect(x - r, x + r, z - r, z + r) for x, z, r in self._circles)
        self._corners = tuple(corner for corner in self._all_corners() if self.is_free(corner))
        self._ways: dict[int, tuple[tuple[int, float], ...]] = {}

    def is_free(self, point: Point) -> bool:
        """Whether one can stand there."""
        x, z = point
        low_x, high_x, low_z, high_z = self._bounds
        if not (low_x <= x <= high_x and low_z <= z <= high_z):
            return False
        for min_x, max_x, min_z, max_z in self._boxes:
            if min_x < x < max_x and min_z < z < max_z:
                return False
        return all(
            _square(x - at_x, z - at_z) >= keep_m * keep_m for at_x, at_z, keep_m in self._circles
        )

    def is_clear(self, start: Point, end: Point) -> bool:
        """Whether one can walk straight from one free point to another."""
        for (x, z, keep_m), around in zip(self._circles, self._squares, strict=True):
            if _is_beside(around, start, end):
                continue
            if _square_to_line(x, z, start, end) < keep_m * keep_m:
                return False
        return all(
            _is_beside(box, start, end) or not _crosses(box, start, end) for box in self._boxes
        )

    def nearest_free(self, point: Point) -> Point | None:
        """The place nearest to this one where one can stand, itself where one can; None for no
        such place."""
        inside = _clamped(point, self._bounds)
        if self.is_free(inside):
            return inside
        best, best_m = None, math.inf
        for place in self._ways_out(inside):
            away_m = _distance(inside, place)
            if away_m < best_m and self.is_free(place):
                best, best_m = place, away_m
        return best

    def path(self, start: Point, goal: Point) -> list[Point]:
        """The shortest way, `goal` included, `start` not; empty where there is none.

        There is none to where nobody can stand. Who starts at such a place, on a table, first goes
        to the nearest one where one can.
        """
        if not self.is_free(goal):
            return []
        out = self.nearest_free(start)
        if out is None:
            return []
        way = self._search(out, goal)
        return way if out == start or not way else [out, *way]

    def _search(self, start: Point, goal: Point) -> list[Point]:
        """A* over the corners that see each other."""
        if self.is_clear(start, goal):
            return [goal]
        goal_index = len(self._corners)
        best_m = {START: 0.0}
        origin: dict[int, int] = {}
        done: set[int] = set()
        heap = [(_distance(start, goal), START)]
        while heap:
            _, here = heapq.heappop(heap)
            if here == goal_index:
                return self._trace(origin, goal)
            if here in done:
                continue
            done.add(here)
            for there, length_m in self._steps(here, start, goal):
                total_m = best_m[here] + length_m
                if total_m < best_m.get(there, math.inf) - ROUNDING:
                    best_m[there] = total_m
                    origin[there] = here
                    left_m = 0.0 if there == goal_index else _distance(self._corners[there], goal)
                    heapq.heappush(heap, (total_m + left_m, there))
        return []

    def _steps(self, here: int, start: Point, goal: Point) -> Iterator[tuple[int, float]]:
        """Where one gets to straight from a corner, or from the start, and how far that is."""
        if here == START:
            yield from self._seen_from(start)
            return
        ways = self._ways.get(here)
        if ways is None:
            ways = self._ways[here] = tuple(self._seen_from(self._corners[here]))
        yield from ways
        if self.is_clear(self._corners[here], goal):
            yield len(self._corners), _distance(self._corners[here], goal)

    def _seen_from(self, point: Point) -> Iterator[tuple[int, float]]:
        for index, corner in enumerate(self._corners):
            if corner != point and self.is_clear(point, corner):
                yield index, _distance(point, corner)

    def _trace(self, origin: dict[int, int], goal: Point) -> list[Point]:
        way = [goal]
        here = origin[len(self._corners)]
        while here != START:
            way.append(self._corners[here])
            here = origin[here]
        return way[::-1]

    def _all_corners(self) -> Iterator[Point]:
        """Rings around the posts, and the corners of the boxes, to the millimetre."""
        for x, z, keep_m in self._circles:
            radius_m = keep_m / math.cos(math.pi / RING_CORNERS) + CORNER_AIR_M
            for index in range(RING_CORNERS):
                angle = math.tau * (index + 0.5) / RING_CORNERS
                yield Point(
                    _millimetres(x + radius_m * math.sin(angle)),
                    _millimetres(z + radius_m * math.cos(angle)),
                )
        for box in self._boxes:
            min_x, max_x, min_z, max_z = _grown(box, CORNER_AIR_M)
            for x, z in ((min_x, min_z), (min_x, max_z), (max_x, min_z), (max_x, max_z)):
                yield Point(_millimetres(x), _millimetres(z))

    def _ways_out(self, point: Point) -> Iterator[Point]:
        """Places just off everything that stands there, and the corners around it."""
        for x, z, keep_m in self._circles:
            away_m = math.sqrt(_square(point.x - x, point.z - z))
            ahead_x, ahead_z = (
                (0.0, 1.0) if away_m == 0 else ((point.x - x) / away_m, (point.z - z) / away_m)
            )
            yield Point(x + ahead_x * (keep_m + OUT_AIR_M), z + ahead_z * (keep_m + OUT_AIR_M))
        for box in self._boxes:
            beside = _grown(box, OUT_AIR_M)
            x, z = _clamped(point, beside)
            yield Point(beside.min_x, z)
            yield Point(beside.max_x, z)
            yield Point(x, beside.min_z)
            yield Point(x, beside.max_z)
        yield from self._corners


def _grown(rect: Rect, by_m: float) -> Rect:
    return Rect(rect.min_x - by_m, rect.max_x + by_m, rect.min_z - by_m, rect.max_z + by_m)


def _clamped(point: Point, rect: Rect) -> Point:
    return Point(
        min(rect.max_x, max(rect.min_x, point.x)), min(rect.max_z, max(rect.min_z, point.z))
    )


def _millimetres(value: float) -> float:
    """To the millimetre, halves up: sines differ in their last bit from language to language."""
    return math.floor(value * 1000 + 0.5) / 1000


def _square(x: float, z: float) -> float:
    return x * x + z * z


def _distance(start: Point, end: Point) -> float:
    return math.sqrt(_square(end.x - start.x, end.z - start.z))


def _square_to_line(x: float, z: float, start: Point, end: Point) -> float:
    """The square of a point's distance to a line from one place to another."""
    along_x, along_z = end.x - start.x, end.z - start.z
    length_sq = along_x * along_x + along_z * along_z
    if length_sq == 0.0:
        return _square(x - start.x, z - start.z)
    part = ((x - start.x) * along_x + (z - start.z) * along_z) / length_sq
    part = min(1.0, max(0.0, part))
    return _square(x - (start.x + part * along_x), z - (start.z + part * along_z))


def _is_beside(rect: Rect, start: Point, end: Point) -> bool:
    """Whether a line is all to one side of a rectangle, as most are."""
    return (
        (start.x <= rect.min_x and end.x <= rect.min_x)
        or (start.x >= rect.max_x and end.x >= rect.max_x)
        or (start.z <= rect.min_z and end.z <= rect.min_z)
        or (start.z >= rect.max_z and end.z >= rect.max_z)
    )


def _crosses(box: Rect, start: Point, end: Point) -> bool:
    """Whether a line enters a box, clipped side by side (Liang and Barsky, 1984)."""
    dx, dz = end.x - start.x, end.z - start.z
    first, last = 0.0, 1.0
    for slope, room in (
        (-dx, start.x - box.min_x),
        (dx, box.max_x - start.x),
        (-dz, start.z - box.min_z),
        (dz, box.max_z - start.z),
    ):
        if slope == 0.0:
            if room <= 0.0:
                return False
        elif slope < 0.0:
            first = max(first, room / slope)
        else:
            last = min(last, room / slope)
    return first < last - ROUNDING
