"""How a remote avatar is drawn between its transforms (§9). Pure: times are arguments.

A `ArrivalClock` of the connection says how late each sample is; a `SnapshotBuffer` of each member
keeps its samples on the axis of motion times and is sampled once a frame, some 100 to 200 ms in the
past. A `Spring` draws it, aimed so far ahead of that moment as it lags.
"""

import math
from collections import deque

from msgspec import Struct

from virtubar.client.spring import Spring
from virtubar.protocol.constants import (
    BUFFER_MAX_MS,
    BUFFER_MIN_MS,
    CORRECTION_TAU_MS,
    DELAY_FALL_TAU_MS,
    DELAY_MARGIN_MS,
    DELAY_RISE_TAU_MS,
    EXTRAPOLATION_FULL_MS,
    EXTRAPOLATION_MAX_MS,
    GAP_INTERVALS,
    INTERVAL_MAX_MS,
    INTERVAL_WEIGHT,
    LATENESS_QUANTILE,
    PLAYHEAD_JUMP_MS,
    SAMPLES_MAX,
    SEND_RATE_HZ,
    SLEW_MAX,
    SNAP_DISTANCE_M,
    SPEED_SPAN_MIN_MS,
    SPRING_LAG_MS,
)
from virtubar.protocol.events import Anim


class Sample(Struct, frozen=True, gc=False):
    """Where a member was at `ts_ms` (motion time, server epoch ms)."""

    ts_ms: float
    x: float
    y: float
    z: float
    rot_y: float
    anim: Anim


class Drawn(Struct, frozen=True, gc=False):
    """What to draw in this frame: metres, radians about +y."""

    x: float
    y: float
    z: float
    rot_y: float
    anim: Anim


_Offset = tuple[float, float, float]
_NO_OFFSET: _Offset = (0.0, 0.0, 0.0)


class SnapshotBuffer:
    """The samples of one member, and the playhead that moves through them.

    The playhead never goes back; `reset` begins anew (`room_state`, `member_joined`).

    Attributes:
        delay_ms: how far in the past the member is drawn now, 100 to 200, with the spring's lag.
        playhead_ms: the motion time drawn last; -inf before the first frame.
    """

    def __init__(self) -> None:
        self.delay_ms = float(BUFFER_MIN_MS)
        self.playhead_ms = -math.inf
        self._samples: deque[Sample] = deque(maxlen=SAMPLES_MAX)
        self._lateness_ms: deque[float] = deque(maxlen=SAMPLES_MAX)
        self._interval_ms = 1000.0 / SEND_RATE_HZ
        self._sampled_ms = -math.inf
        self._offset = _NO_OFFSET
        self._spring: Spring | None = None

    def reset(self, sample: Sample | None = None) -> None:
        """Forget the samples; draw at `sample` at once where one is given."""
        self._samples.clear()
        self.playhead_ms = -math.inf
        self._offset = _NO_OFFSET
        self._spring = None
        if sample is not None:
            self._samples.append(sample)

    def push(self, sample: Sample, lateness_ms: float) -> None:
        """Take one sample; one that is not newer than the last is dropped.

        Args:
            lateness_ms: as ArrivalClock.observe gave it.
        """
        last = self._samples[-1] if self._samples else None
        if last is not None and sample.ts_ms <= last.ts_ms:
            return
        self._lateness_ms.append(lateness_ms)
        guess = self._guess()
        if last is not None:
            self._take_gap(last, sample)
        self._samples.append(sample)
        if guess is not None:
            self._correct(guess)

    def sample(self, server_ms: float) -> Drawn | None:
        """What to draw at that server time; None before the first sample.

        Args:
            server_ms: `ArrivalClock.server_ms` of the frame's time; should not go back.
        """
        if not self._samples:
            return None
        dt_ms = self._advance(server_ms)
        raw = self._at(self._aim_ms)
        fade = math.exp(-dt_ms / CORRECTION_TAU_MS)
        self._offset = (self._offset[0] * fade, self._offset[1] * fade, self._offset[2] * fade)
        x, y, z = (raw.x + self._offset[0], raw.y + self._offset[1], raw.z + self._offset[2])
        spring = self._spring
        # Before as well as after: a spring gets far in a long frame, and a jump is not to be swept.
        if spring is not None and not _is_off(spring, raw):
            spring.follow(x, y, z, raw.rot_y, dt_ms)
        if spring is None or _is_off(spring, raw):
            self._offset = _NO_OFFSET
            spring = self._spring = Spring(raw.x, raw.y, raw.z, raw.rot_y)
        return Drawn(*spring.position, spring.rot_y, raw.anim)

    @property
    def _aim_ms(self) -> float:
        """The motion time that the spring is aimed at: what it draws is at the playhead then."""
        return self.playhead_ms + SPRING_LAG_MS

    def _take_gap(self, last: Sample, sample: Sample) -> None:
        """Learn the send interval, and put an anchor before a walk that ends a pause."""
        gap_ms = sample.ts_ms - last.ts_ms
        if gap_ms <= INTERVAL_MAX_MS:
            self._interval_ms += (gap_ms - self._interval_ms) * INTERVAL_WEIGHT
        if last.anim != "walk" and gap_ms > GAP_INTERVALS * self._interval_ms:
            at_ms = sample.ts_ms - self._interval_ms
            self._samples.append(Sample(at_ms, last.x, last.y, last.z, last.rot_y, last.anim))

    def _guess(self) -> Sample | None:
        """What is drawn without the newer sample, where that is a guess already."""
        if not self._samples or self._aim_ms <= self._samples[-1].ts_ms:
            return None
        return self._at(self._aim_ms)

    def _correct(self, guess: Sample) -> None:
        """Keep the drawn point where it is and let the error fade; a large one snaps."""
        truth = self._at(self._aim_ms)
        offset = (
            self._offset[0] + guess.x - truth.x,
            self._offset[1] + guess.y - truth.y,
            self._offset[2] + guess.z - truth.z,
        )
        if math.hypot(*offset) > SNAP_DISTANCE_M:
            self._offset = _NO_OFFSET
            self._spring = None
        else:
            self._offset = offset

    def _advance(self, server_ms: float) -> float:
        """Move the playhead on; the milliseconds since the last frame."""
        if self._sampled_ms == -math.inf or self.playhead_ms == -math.inf:
            self._sampled_ms = server_ms
            self.playhead_ms = server_ms - self.delay_ms
            return 0.0
        dt_ms = max(0.0, server_ms - self._sampled_ms)
        self._sampled_ms = max(self._sampled_ms, server_ms)
        self._adapt_delay(dt_ms)
        target_ms = self._sampled_ms - self.delay_ms
        off_ms = target_ms - (self.playhead_ms + dt_ms)
        if off_ms > PLAYHEAD_JUMP_MS:
            self.playhead_ms = target_ms
        elif off_ms >= -PLAYHEAD_JUMP_MS:
            slew_ms = SLEW_MAX * dt_ms
            self.playhead_ms += dt_ms + min(slew_ms, max(-slew_ms, off_ms))
        return dt_ms

    def _adapt_delay(self, dt_ms: float) -> None:
        wanted_ms = self._p95_lateness_ms() + self._interval_ms + DELAY_MARGIN_MS
        wanted_ms = min(float(BUFFER_MAX_MS), max(float(BUFFER_MIN_MS), wanted_ms))
        tau_ms = DELAY_RISE_TAU_MS if wanted_ms > self.delay_ms else DELAY_FALL_TAU_MS
        self.delay_ms += (wanted_ms - self.delay_ms) * -math.expm1(-dt_ms / tau_ms)

    def _p95_lateness_ms(self) -> float:
        if not self._lateness_ms:
            return 0.0
        ordered = sorted(self._lateness_ms)
        return ordered[math.ceil(LATENESS_QUANTILE * len(ordered)) - 1]

    def _at(self, at_ms: float) -> Sample:
        """The member at a motion time: between two samples, before the first, or after the last."""
        samples = self._samples
        if at_ms >= samples[-1].ts_ms:
            return self._beyond(at_ms)
        later = samples[-1]
        for index in range(len(samples) - 2, -1, -1):
            earlier = samples[index]
            if earlier.ts_ms <= at_ms:
                return _between(earlier, later, at_ms)
            later = earlier
        return later

    def _beyond(self, at_ms: float) -> Sample:
        """After the last sample: a walker goes on for 250 ms, at last ever slower; others stand."""
        last = self._samples[-1]
        if last.anim != "walk" or len(self._samples) < 2:
            return last
        before = self._samples[-2]
        span_ms = max(SPEED_SPAN_MIN_MS, last.ts_ms - before.ts_ms)
        step = (last.x - before.x, last.y - before.y, last.z - before.z)
        if math.hypot(*step) > SNAP_DISTANCE_M:
            return last
        eased = _eased_ms(at_ms - last.ts_ms) / span_ms
        return Sample(
            at_ms,
            last.x + step[0] * eased,
            last.y + step[1] * eased,
            last.z + step[2] * eased,
            last.rot_y,
            last.anim,
        )


def _eased_ms(ahead_ms: float) -> float:
    """How long at full speed a walker gets as far as one who goes on for so long, ever slower."""
    ahead_ms = min(ahead_ms, float(EXTRAPOLATION_MAX_MS))
    slow_ms = max(0.0, ahead_ms - EXTRAPOLATION_FULL_MS)
    return ahead_ms - slow_ms * slow_ms / (2.0 * (EXTRAPOLATION_MAX_MS - EXTRAPOLATION_FULL_MS))


def _is_off(spring: Spring, raw: Sample) -> bool:
    """Whether the spring is too far from what the samples say to be drawn there."""
    return math.dist(spring.position, (raw.x, raw.y, raw.z)) > SNAP_DISTANCE_M


def _between(earlier: Sample, later: Sample, at_ms: float) -> Sample:
    """Linear, `rot_y` by the shortest arc; a step over the snap threshold is a jump."""
    step = (later.x - earlier.x, later.y - earlier.y, later.z - earlier.z)
    if math.hypot(*step) > SNAP_DISTANCE_M:
        return earlier
    part = (at_ms - earlier.ts_ms) / (later.ts_ms - earlier.ts_ms)
    turn = math.remainder(later.rot_y - earlier.rot_y, math.tau)
    return Sample(
        at_ms,
        earlier.x + step[0] * part,
        earlier.y + step[1] * part,
        earlier.z + step[2] * part,
        earlier.rot_y + turn * part,
        "walk" if later.anim == "walk" else earlier.anim,
    )
