"""Whether a floor plan can be used, and if not, what is wrong with it. Pure."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from virtubar.errors import VenueError
from virtubar.venue.obstacles import Point, obstacles_of
from virtubar.venue.types import FILE_MAX_BYTES, Block, Furniture, Venue
from virtubar.venue.walkable import Walkable

PERSON_M = 0.28
"""How far the middle of a person keeps from everything, at least."""


def decode_venue(data: bytes) -> Venue:
    """The floor plan that a file says.

    Raises:
        VenueError: it is none, or cannot be used; its `problems` are for the one who wrote it.
    """
    if len(data) > FILE_MAX_BYTES:
        raise VenueError([f"the file has {len(data)} bytes, {FILE_MAX_BYTES} are the most"])
    try:
        venue = msgspec.json.decode(data, type=Venue)
    except msgspec.MsgspecError as error:
        raise VenueError([str(error)]) from error
    problems = [*problems_of(venue)]
    if problems:
        raise VenueError(problems)
    return venue


def problems_of(venue: Venue) -> Iterator[str]:
    """What is wrong with it, a sentence each: what, and where."""
    turned = [*_turned_blocks(venue)]
    yield from turned
    if venue.porch.half_width_m >= venue.size.half_width_m:
        yield "porch: it is as wide as the room"
    yield from _repeated_seats(venue)
    if not turned:
        yield from _unreachable(venue)


def _blocks(venue: Venue) -> Iterator[tuple[str, Block | Furniture]]:
    yield "counter", venue.counter
    yield "shelf", venue.shelf
    for index, piece in enumerate(venue.furniture):
        yield f"furniture[{index}] ({piece.kind})", piece


def _turned_blocks(venue: Venue) -> Iterator[str]:
    wide, deep = venue.size.half_width_m, venue.size.half_depth_m
    for where, block in _blocks(venue):
        if block.min_x >= block.max_x or block.min_z >= block.max_z:
            yield f"{where}: its least is not below its most"
        elif max(-block.min_x, block.max_x) > wide or max(-block.min_z, block.max_z) > deep:
            yield f"{where}: it reaches out of the room"


def _repeated_seats(venue: Venue) -> Iterator[str]:
    counts = Counter(seat.id for seat in venue.seats)
    for seat_id, count in counts.items():
        if count > 1:
            yield f"seats: {count} have the id {seat_id}"


def _unreachable(venue: Venue) -> Iterator[str]:
    """Places that people are sent to: one can stand there, and walk there from the door."""
    floor = Walkable(obstacles_of(venue), PERSON_M)
    door = Point(venue.door.x, venue.door.z)
    if not floor.is_free(door):
        yield "door: nobody can stand there"
        return
    for where, place in _places(venue):
        if not floor.is_free(place):
            yield f"{where}: nobody can stand there"
        elif not floor.path(door, place):
            yield f"{where}: no way leads there from the door"


def _places(venue: Venue) -> Iterator[tuple[str, Point]]:
    for index, spawn in enumerate(venue.spawns):
        yield f"spawns[{index}]", Point(spawn.x, spawn.z)
    for seat in venue.seats:
        at = seat.approach or seat
        yield f"seats ({seat.id})", Point(at.x, at.z)
    for index, spot in enumerate(venue.dance_floor.spots):
        yield f"danceFloor.spots[{index}]", Point(spot.x, spot.z)
