"""The bar's floor as bots use it: spots to be at, and where one can walk. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from virtubar.venue.bundled import BAR
from virtubar.venue.obstacles import Point, obstacles_of
from virtubar.venue.types import Stand
from virtubar.venue.walkable import Walkable

CLEARANCE_M = 0.35
"""Half a person: how far bots keep from everything."""


class Spot(NamedTuple):
    """A place to be, and where one looks from it; of a seat its id (§11)."""

    at: Point
    heading_rad: float
    seat_id: str | None = None


def _spots(stands: Iterable[Stand]) -> tuple[Spot, ...]:
    return tuple(Spot(Point(one.x, one.z), one.rot_y) for one in stands)


def _seats(kind: str) -> tuple[Spot, ...]:
    return tuple(
        Spot(Point(seat.x, seat.z), seat.rot_y, seat.id) for seat in BAR.seats if seat.kind == kind
    )


FLOOR = Walkable(obstacles_of(BAR), CLEARANCE_M)
DOOR = Point(BAR.door.x, BAR.door.z)
TABLE_SPOTS = _seats("table")
COUNTER_SPOTS = _seats("counter")
DANCE_SPOTS = _spots(BAR.dance_floor.spots)
BARTENDER_SPOTS = _spots(BAR.staff)


def is_free(point: Point) -> bool:
    """Whether a patron can stand there."""
    return FLOOR.is_free(point)


def path(start: Point, end: Point) -> list[Point]:
    """The shortest way for a patron, `end` included, `start` not.

    From where nobody can stand (a newcomer on a table) it goes straight out of there.

    Raises:
        ValueError: nobody can get to `end`.
    """
    way = FLOOR.path(start, end)
    if not way:
        raise ValueError(f"nobody can get from {start} to {end}")
    return way
