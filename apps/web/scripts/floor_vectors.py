"""What the bots' floor answers, for the web client's tests of its own floor. Pure.

The simulated guests walk by the rules of `virtubar.bots.floor`, told a second time in TypeScript;
the two give the same answers to the same questions or a test fails.
"""

import itertools
import json
import math
import random

from virtubar.bots import floor
from virtubar.bots.floor import Point, Spot

PLACES = 50
"""Drawn at random all over the room and a little beyond its walls."""


def floor_vectors() -> str:
    """The floor's plan, and its answers about random places and ways, as JSON.

    Places are `[x, z]` in metres, spots `[x, z, heading, id of the seat]`; ways between places
    where one can stand are `[from, to, is clear, length of the shortest way]`, by index and in
    metres.
    """
    chance = random.Random(7)  # noqa: S311 - places to ask about, no secret
    places = [
        Point(_rounded(chance.uniform(-13, 13)), _rounded(chance.uniform(-9, 9)))
        for _ in range(PLACES)
    ]
    free = [index for index, place in enumerate(places) if floor.is_free(place)]
    ways = [_way(places, start, end) for start, end in itertools.combinations(free, 2)]
    vectors = {
        "plan": _plan(),
        "spots": {
            "table": [_spot(spot) for spot in floor.TABLE_SPOTS],
            "counter": [_spot(spot) for spot in floor.COUNTER_SPOTS],
            "dance": [_spot(spot) for spot in floor.DANCE_SPOTS],
        },
        "places": places,
        "free": free,
        "ways": ways,
    }
    lines = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(value)}" for name, value in vectors.items()
    )
    return f"{{\n{lines}\n}}\n"


def _plan() -> dict[str, object]:
    return {
        "halfWidthM": floor.HALF_WIDTH_M,
        "halfDepthM": floor.HALF_DEPTH_M,
        "clearanceM": floor.CLEARANCE_M,
        "counterZM": floor.COUNTER_Z_M,
        "counterHalfWidthM": floor.COUNTER_HALF_WIDTH_M,
        "staffEdgeZM": floor.STAFF_EDGE_Z_M,
        "tableRadiusM": floor.TABLE_RADIUS_M,
        "seatDistanceM": floor.SEAT_DISTANCE_M,
        "danceRadiusM": floor.DANCE_RADIUS_M,
        "door": floor.DOOR,
        "danceFloor": floor.DANCE_FLOOR,
        "tables": floor.TABLES,
    }


def _spot(spot: Spot) -> list[float | str | None]:
    return [_rounded(spot.at.x), _rounded(spot.at.z), _rounded(spot.heading_rad), spot.seat_id]


def _way(places: list[Point], start: int, end: int) -> list[object]:
    corners = [places[start], *floor.path(places[start], places[end])]
    length_m = sum(math.dist(here, there) for here, there in itertools.pairwise(corners))
    return [start, end, floor.is_clear(places[start], places[end]), _rounded(length_m)]


def _rounded(value: float) -> float:
    return round(value, 6)
