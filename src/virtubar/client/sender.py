"""When to send the own avatar's transform (§9). Pure: times are arguments."""

import math

from msgspec import Struct

from virtubar.protocol.constants import (
    MOVED_M,
    SEND_RATE_HZ,
    SEND_STILL_INTERVAL_MS,
    TURNED_RAD,
    URGENT_BURST,
)
from virtubar.protocol.events import Anim


class Pose(Struct, frozen=True, gc=False):
    """Where the own avatar is, and since when.

    Attributes:
        x, y, z: metres.
        rot_y: radians about +y.
        at_ms: when the move was made, monotonic ms; becomes the envelope's `ts`.
    """

    x: float
    y: float
    z: float
    rot_y: float
    anim: Anim
    speaking: bool
    at_ms: float


class TransformSender:
    """Throttles poses, newest wins; the last one always goes out.

    At most 15 a second and never more than the session's rate, at once when `anim` or `speaking`
    changes, and the last pose again every second while still.
    """

    def __init__(self, rate_hz: float = SEND_RATE_HZ) -> None:
        self._rate_hz = rate_hz
        self._sent: Pose | None = None
        self._sent_ms = -math.inf
        self._waiting: Pose | None = None
        self._latest: Pose | None = None
        self._credit = float(URGENT_BURST)
        self._credit_ms: float | None = None

    @property
    def interval_ms(self) -> float:
        """Milliseconds between two transforms while moving."""
        return 1000.0 / self._rate_hz

    def set_rate(self, rate_hz: float) -> None:
        """Follow the session's rate (§5); never above 15 Hz."""
        self._rate_hz = min(SEND_RATE_HZ, rate_hz)

    def move(self, pose: Pose) -> None:
        """Take the newest pose; `poll` gives it out when it may be sent."""
        self._latest = pose
        moved = self._sent is None or _differs(pose, self._sent)
        self._waiting = pose if moved else None

    def poll(self, now_ms: float) -> Pose | None:
        """The pose that must be sent now, if any."""
        if self._waiting is not None:
            urgent = self._sent is None or (
                (self._waiting.anim, self._waiting.speaking)
                != (self._sent.anim, self._sent.speaking)
            )
            if now_ms >= self._next_ms() or (urgent and self._has_credit(now_ms)):
                return self._send(self._waiting, now_ms)
            return None
        if self._latest is not None and now_ms - self._sent_ms >= SEND_STILL_INTERVAL_MS:
            return self._send(_at(self._latest, now_ms), now_ms)
        return None

    def due_ms(self) -> float | None:
        """When `poll` next gives a pose; None before the first move."""
        if self._waiting is not None:
            return self._next_ms()
        return None if self._sent is None else self._sent_ms + SEND_STILL_INTERVAL_MS

    def resend(self, now_ms: float) -> Pose | None:
        """After a rejoin: the newest pose again, for the server's may be older (§4)."""
        return None if self._latest is None else self._send(_at(self._latest, now_ms), now_ms)

    def _next_ms(self) -> float:
        return self._sent_ms + self.interval_ms

    def _has_credit(self, now_ms: float) -> bool:
        if self._credit_ms is not None:
            earned = (now_ms - self._credit_ms) * self._rate_hz / 1000.0
            self._credit = min(URGENT_BURST, self._credit + earned)
        self._credit_ms = now_ms
        return self._credit >= 1.0

    def _send(self, pose: Pose, now_ms: float) -> Pose:
        self._has_credit(now_ms)
        self._credit = max(0.0, self._credit - 1.0)
        self._sent = pose
        self._sent_ms = now_ms
        self._waiting = None
        return pose


def _at(pose: Pose, now_ms: float) -> Pose:
    return Pose(pose.x, pose.y, pose.z, pose.rot_y, pose.anim, pose.speaking, now_ms)


def _differs(pose: Pose, sent: Pose) -> bool:
    if (pose.anim, pose.speaking) != (sent.anim, sent.speaking):
        return True
    distance_m = math.dist((pose.x, pose.y, pose.z), (sent.x, sent.y, sent.z))
    turned_rad = abs(math.remainder(pose.rot_y - sent.rot_y, math.tau))
    return distance_m > MOVED_M or turned_rad > TURNED_RAD
