"""The floor of a crowded room in places of a few people each, as they stand (§12). Pure.

A quad tree over the ground: a square that has become too full is four of half its side, and they
are one again when they have become empty enough. Who walks along an edge stays where they were
until they are clearly over it.
"""

from math import floor
from typing import Final

from virtubar.protocol.constants import SEND_RATE_HZ

SIDE_M: Final = 12.0
"""Of the largest squares."""
PLACE_MAX: Final = 32
"""People above which a square is divided."""
PLACE_MIN: Final = 12
"""People below which the four parts of a square are one again; far from the former, so that nobody
who paces up and down makes it change to and fro."""
DEPTH_MAX: Final = 4
"""Divisions: the smallest squares are 75 cm, in which nobody is nearer than another."""
OVER_M: Final = 0.3
"""How far over an edge somebody must be to be in the next square."""

WALK_HZ: Final = SEND_RATE_HZ
"""Moves a second of somebody who walks."""
RATE_WEIGHT: Final = 0.5
"""How much of the newest measurement a place's rate takes on."""

Key = tuple[int, int, int]
"""Depth, and the square's number along x and z."""


class Place:
    """One square and the people in it.

    Attributes:
        members: userIds.
        some_flush: the flush up to which moves here have been told to those who get some of them.
        some_ms: when the next are due.
        moves: since the last measurement.
        rate_hz: moves a second, all people together, as they were lately.
    """

    __slots__ = (
        "depth",
        "key",
        "max_x",
        "max_z",
        "members",
        "min_x",
        "min_z",
        "moves",
        "rate_hz",
        "some_flush",
        "some_ms",
    )

    def __init__(self, key: Key) -> None:
        self.key = key
        self.depth = key[0]
        side = SIDE_M / (1 << key[0])
        self.min_x, self.min_z = key[1] * side, key[2] * side
        self.max_x, self.max_z = self.min_x + side, self.min_z + side
        self.members: set[str] = set()
        self.some_flush = 0
        self.some_ms = 0.0
        self.moves = 0
        self.rate_hz = 0.0

    def measure(self, seconds: float) -> None:
        """Take the moves of that time into the rate; a place in which nobody has moved yet may
        begin to at any time, so that it counts for a quarter of what it could be."""
        if seconds > 0:
            now_hz = max(self.moves / seconds, len(self.members) * WALK_HZ / 4)
            self.rate_hz += (now_hz - self.rate_hz) * (RATE_WEIGHT if self.rate_hz else 1.0)
        self.moves = 0

    def distance_squared(self, other: "Place") -> float:
        """Between the nearest points of the two."""
        x = max(0.0, other.min_x - self.max_x, self.min_x - other.max_x)
        z = max(0.0, other.min_z - self.max_z, self.min_z - other.max_z)
        return x * x + z * z

    def nearness(self, other: "Place") -> tuple[float, float]:
        """What places are sorted by: of those that touch, one along a whole side is nearer than one
        at a corner."""
        x = self.min_x + self.max_x - other.min_x - other.max_x
        z = self.min_z + self.max_z - other.min_z - other.max_z
        return self.distance_squared(other), x * x + z * z

    def holds(self, x: float, z: float) -> bool:
        """Whether somebody there who was in it is in it still."""
        return (
            self.min_x - OVER_M <= x < self.max_x + OVER_M
            and self.min_z - OVER_M <= z < self.max_z + OVER_M
        )


class Places:
    """Who is in which place.

    Attributes:
        of: the place of each person.
        all: every place with somebody in it, by key.
    """

    def __init__(self) -> None:
        self.of: dict[str, Place] = {}
        self.all: dict[Key, Place] = {}
        self._divided: set[Key] = set()
        # Of each place, all others; while the places are the same.
        self._by_distance: dict[Key, list[Place]] = {}

    def put(self, user_id: str, x: float, z: float) -> bool:
        """Somebody is there now; whether that is another place than before."""
        before = self.of.get(user_id)
        if before is not None and before.holds(x, z):
            return False
        place = self._at(x, z)
        if place is before:
            return False
        self.remove(user_id)
        place.members.add(user_id)
        self.of[user_id] = place
        if place.key not in self.all:
            self.all[place.key] = place
            self._by_distance.clear()
        return True

    def remove(self, user_id: str) -> None:
        """Somebody is not here any more."""
        place = self.of.pop(user_id, None)
        if place is None:
            return
        place.members.discard(user_id)
        if not place.members:
            del self.all[place.key]
            self._by_distance.clear()

    def nearest_first(self, place: Place) -> list[Place]:
        """Every place, beginning with that one."""
        known = self._by_distance.get(place.key)
        if known is None:
            known = sorted(self.all.values(), key=place.nearness)
            known.remove(place)
            known.insert(0, place)
            self._by_distance[place.key] = known
        return known

    def crowded(self) -> list[Place]:
        """The places that are to be divided."""
        return [
            place
            for place in self.all.values()
            if len(place.members) > PLACE_MAX and place.depth < DEPTH_MAX
        ]

    def divide(self, place: Place) -> list[str]:
        """Make four of a place; whoever was in it is in none, and is to be put anew."""
        self._divided.add(place.key)
        return self._empty(place)

    def unite(self) -> list[str]:
        """Make one of each four that hold few; whoever was in them is in none, as above."""
        counts: dict[Key, int] = {}
        for place in self.all.values():
            if place.depth:
                depth, x, z = place.key
                parent = (depth - 1, x >> 1, z >> 1)
                counts[parent] = counts.get(parent, 0) + len(place.members)
        moved = []
        for key in [key for key in self._divided if counts.get(key, 0) < PLACE_MIN]:
            if not self._children(key) & self._divided:
                self._divided.discard(key)
                for child in self._children(key) & self.all.keys():
                    moved += self._empty(self.all[child])
        return moved

    def _children(self, key: Key) -> set[Key]:
        depth, x, z = key
        return {(depth + 1, 2 * x + n, 2 * z + m) for n in (0, 1) for m in (0, 1)}

    def _empty(self, place: Place) -> list[str]:
        users = sorted(place.members)
        for user_id in users:
            self.remove(user_id)
        return users

    def _at(self, x: float, z: float) -> Place:
        """The place at a point; a new one where nobody is yet."""
        side = SIDE_M
        key = (0, floor(x / side), floor(z / side))
        while key in self._divided:
            side /= 2
            key = (key[0] + 1, floor(x / side), floor(z / side))
        place = self.all.get(key)
        return Place(key) if place is None else place
