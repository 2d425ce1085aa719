"""One body on the floor: it walks along a path, turns smoothly, and stands. Pure."""

import math

from virtubar.bots.floor import Spot
from virtubar.venue.obstacles import Point, heading

TURN_RAD_S = 4.0
"""A relaxed turn around takes three quarters of a second."""
SLOW_TURN_RAD = math.radians(60.0)
"""Turning by more than this, one stands and turns before one walks."""
ARRIVED_M = 0.02


class Walker:
    """Where a body is, where it looks, and where it is going.

    Args:
        speed_m_s: walking speed, 1.0 to 1.6 looks like a bar.
    """

    def __init__(self, at: Point, heading_rad: float, speed_m_s: float) -> None:
        self.at = at
        self.heading_rad = heading_rad
        self.is_moving = False
        self._speed_m_s = speed_m_s
        self._path: list[Point] = []
        self._final_rad = heading_rad

    @property
    def has_arrived(self) -> bool:
        """Whether it stands where it wanted to be, looking where it wanted to look."""
        off_rad = abs(math.remainder(self._final_rad - self.heading_rad, math.tau))
        return not self._path and off_rad < 1e-3

    def go(self, path: list[Point], final_rad: float) -> None:
        """Walk along the points, then look there."""
        self._path = list(path)
        self._final_rad = final_rad

    def look(self, heading_rad: float) -> None:
        """Turn on the spot; once it walks this no longer counts."""
        if not self._path:
            self._final_rad = heading_rad

    def put(self, spot: Spot) -> None:
        """Be there at once, as the server says."""
        self.at, self.heading_rad = spot.at, spot.heading_rad
        self.go([], spot.heading_rad)

    def step(self, dt_s: float) -> None:
        """Go on for so long."""
        self.is_moving = False
        left_s = dt_s
        while self._path and left_s > 1e-9:
            target = self._path[0]
            wanted_rad = heading(self.at, target)
            distance_m = math.dist(self.at, target)
            if distance_m <= ARRIVED_M:
                self._path.pop(0)
                continue
            off_rad = self._turn(wanted_rad, left_s)
            if off_rad > SLOW_TURN_RAD:
                return
            self.is_moving = True
            go_m = min(distance_m, self._speed_m_s * left_s)
            part = go_m / distance_m
            self.at = Point(
                self.at.x + (target.x - self.at.x) * part, self.at.z + (target.z - self.at.z) * part
            )
            left_s -= go_m / self._speed_m_s
        if not self._path:
            self._turn(self._final_rad, left_s)

    def _turn(self, wanted_rad: float, dt_s: float) -> float:
        """Turn toward a heading by the shortest arc; how far off it still is."""
        off_rad = math.remainder(wanted_rad - self.heading_rad, math.tau)
        most_rad = TURN_RAD_S * dt_s
        turn_rad = min(most_rad, max(-most_rad, off_rad))
        self.heading_rad = math.remainder(self.heading_rad + turn_rad, math.tau)
        return abs(off_rad - turn_rad)
