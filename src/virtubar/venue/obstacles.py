"""What feet meet on a floor: the outline, boxes and posts. Pure."""

import math
from typing import NamedTuple

from virtubar.venue.types import Block, Place, Venue

WALL_M = 1.0
"""How thick walls are: nothing is behind them."""


class Point(NamedTuple):
    """A place on the ground, metres."""

    x: float
    z: float


class Rect(NamedTuple):
    """A rectangle along the axes, metres."""

    min_x: float
    max_x: float
    min_z: float
    max_z: float


class Circle(NamedTuple):
    """A post, metres."""

    x: float
    z: float
    radius_m: float


class Obstacles(NamedTuple):
    """Everything that stands in the way within the bounds."""

    bounds: Rect
    boxes: tuple[Rect, ...]
    circles: tuple[Circle, ...]


def heading(start: Point, end: Point) -> float:
    """The heading of one who looks from `start` to `end`, radians about +y."""
    return math.atan2(end.x - start.x, end.z - start.z)


def obstacles_of(venue: Venue) -> Obstacles:
    """What stands in the way in a venue: walls, what is the staff's, tables, plants, furniture."""
    tables = venue.tables
    boxes = [*_front_walls(venue), _staff_area(venue)]
    boxes += [_tub(venue, place) for place in venue.plants.places]
    boxes += [_to_the_walls(venue, piece) for piece in venue.furniture]
    return Obstacles(
        _bounds(venue),
        tuple(boxes),
        tuple(Circle(place.x, place.z, tables.radius_m) for place in tables.places),
    )


def _bounds(venue: Venue) -> Rect:
    wide, deep = venue.size.half_width_m, venue.size.half_depth_m
    return Rect(-wide, wide, -deep, deep + venue.porch.depth_m)


def _front_walls(venue: Venue) -> tuple[Rect, Rect]:
    """The front wall to each side of the doorway, as deep as the porch behind it."""
    far, side = venue.size.half_width_m + WALL_M, venue.porch.half_width_m
    near_z = venue.size.half_depth_m
    far_z = near_z + venue.porch.depth_m + WALL_M
    return Rect(-far, -side, near_z, far_z), Rect(side, far, near_z, far_z)


def _staff_area(venue: Venue) -> Rect:
    counter = venue.counter
    back_z = -venue.size.half_depth_m - WALL_M
    return Rect(counter.min_x, counter.max_x, back_z, counter.max_z)


def _tub(venue: Venue, place: Place) -> Rect:
    half_m = venue.plants.half_size_m
    box = Rect(place.x - half_m, place.x + half_m, place.z - half_m, place.z + half_m)
    return _grown_to_walls(venue, box)


def _to_the_walls(venue: Venue, block: Block) -> Rect:
    return _grown_to_walls(venue, Rect(block.min_x, block.max_x, block.min_z, block.max_z))


def _grown_to_walls(venue: Venue, box: Rect) -> Rect:
    """As far as into the wall that it stands at: nobody gets, or is put, behind it."""
    wide, deep = venue.size.half_width_m, venue.size.half_depth_m
    return Rect(
        -wide - WALL_M if box.min_x < NEAR_WALL_M - wide else box.min_x,
        wide + WALL_M if box.max_x > wide - NEAR_WALL_M else box.max_x,
        -deep - WALL_M if box.min_z < NEAR_WALL_M - deep else box.min_z,
        deep + WALL_M if box.max_z > deep - NEAR_WALL_M else box.max_z,
    )


NEAR_WALL_M = 0.5
"""What leaves less room than this to a wall leaves none: no person fits in."""
