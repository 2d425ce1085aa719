"""How a remote avatar is drawn between its transforms (§9). Pure: times are arguments.

A `ArrivalClock` of the connection says how late each sample is; a `SnapshotBuffer` of each member
keeps its samples on the axis of motion times and is sampled once a frame, some 100 to 200 ms in the
past, or as far as rarer samples need; where they are over a second apart it walks from one to the
next. A `Spring` draws it, aimed so far ahead of that moment as it lags.
"""

import math
from collections import deque

from msgspec import Struct

from virtubar.client.blend import Blend
from virtubar.client.cadence import Cadence
from virtubar.client.lateness import Lateness
from virtubar.client.path import Sample, between, beyond, is_hop, is_jump
from virtubar.client.playhead import Playhead
from virtubar.client.spring import Spring
from virtubar.protocol.constants import (
    BLEND_MAX_M,
    BUFFER_MAX_MS,
    CORRECTION_TAU_MS,
    DELAY_MARGIN_MS,
    EXTRAPOLATION_MAX_MS,
    GAP_INTERVALS,
    RARE_INTERVAL_MS,
    SAMPLES_MAX,
    SNAP_DISTANCE_M,
    SPRING_LAG_MS,
)
from virtubar.protocol.events import Anim

__all__ = ["Drawn", "Sample", "SnapshotBuffer"]


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

    What is drawn never goes back; `reset` begins anew (`room_state`, `member_joined`).
    """

    def __init__(self) -> None:
        self._playhead = Playhead()
        self._samples: deque[Sample] = deque(maxlen=SAMPLES_MAX)
        self._lateness = Lateness()
        self._cadence = Cadence()
        self._blend = Blend()
        # Until the next sample is due, where they are rare.
        self._due_ms = 0.0
        # Samples come at full rate again: the next frame goes over to what is drawn then.
        self._is_nearing = False
        self._offset = _NO_OFFSET
        self._spring: Spring | None = None

    @property
    def delay_ms(self) -> float:
        """How far in the past the member is drawn now, the spring's lag included."""
        return self._playhead.delay_ms

    @property
    def playhead_ms(self) -> float:
        """The motion time drawn last; -inf before the first frame."""
        return self._playhead.ms

    def reset(self, sample: Sample | None = None) -> None:
        """Forget the samples; draw at `sample` at once where one is given."""
        self._samples.clear()
        self._playhead.reset()
        self._offset = _NO_OFFSET
        self._blend.clear()
        self._is_nearing = False
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
        self._lateness.push(lateness_ms)
        was_lost = last is not None and self._learn(last, sample)
        if was_lost and last is not None:
            self._playhead.hold(last.ts_ms + EXTRAPOLATION_MAX_MS - SPRING_LAG_MS)
        if last is not None:
            self._take_gap(last, sample)
        guess = self._guess()
        self._samples.append(sample)
        if was_lost and last is not None and is_jump(last, sample):
            self._playhead.skip(sample.ts_ms - SPRING_LAG_MS)
            self._spring = None
        if guess is not None and self._spring is not None:
            self._correct(guess)

    def sample(self, server_ms: float) -> Drawn | None:
        """What to draw at that server time; None before the first sample.

        Args:
            server_ms: `ArrivalClock.server_ms` of the frame's time; should not go back.
        """
        if not self._samples:
            return None
        dt_ms = self._playhead.step(server_ms)
        if self._is_nearing:
            self._near()
        elif dt_ms > 0.0:
            self._advance(dt_ms)
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
            self._blend.clear()
            spring = self._spring = Spring(raw.x, raw.y, raw.z, raw.rot_y)
        self._blend.advance(dt_ms)
        return Drawn(*self._picture(spring), raw.anim)

    @property
    def _aim_ms(self) -> float:
        """The motion time that the spring is aimed at: what it draws is at the playhead then."""
        return self._playhead.ms + SPRING_LAG_MS

    def _learn(self, last: Sample, sample: Sample) -> bool:
        """Learn how often samples come; whether somebody who walks was not told of for long."""
        gap_ms = sample.ts_ms - last.ts_ms
        has_walked = last.anim == "walk"
        has_hopped = is_hop(last, sample, self._cadence.interval_ms)
        if self._cadence.take(gap_ms, has_walked=has_walked or has_hopped):
            self._is_nearing = True
        self._due_ms = self._cadence.interval_ms + DELAY_MARGIN_MS
        return has_walked and gap_ms > EXTRAPOLATION_MAX_MS

    def _take_gap(self, last: Sample, sample: Sample) -> None:
        """Put an anchor before a walk that ends a pause, and begin there where that is long ago."""
        if last.anim == "walk":
            return
        interval_ms = self._cadence.interval_ms
        begin_ms = last.ts_ms
        if sample.ts_ms - last.ts_ms > GAP_INTERVALS * interval_ms:
            begin_ms = sample.ts_ms - interval_ms
            self._samples.append(Sample(begin_ms, last.x, last.y, last.z, last.rot_y, last.anim))
            if interval_ms > RARE_INTERVAL_MS:
                self._playhead.skip(begin_ms - SPRING_LAG_MS)
        if self._cadence.is_sparse:
            self._playhead.wait(begin_ms - SPRING_LAG_MS)

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

    def _advance(self, dt_ms: float) -> None:
        left_ms = self._due_ms
        self._due_ms -= dt_ms
        if self._cadence.interval_ms <= RARE_INTERVAL_MS:
            sparse = self._cadence.is_sparse
            self._playhead.advance(dt_ms, self._wanted_ms(), is_sparse=sparse)
        else:
            self._playhead.walk(dt_ms, self._samples[-1].ts_ms - SPRING_LAG_MS, left_ms)

    def _near(self) -> None:
        """Go over from far behind to where somebody is drawn who is told of at full rate."""
        self._is_nearing = False
        if self._spring is None:
            return
        before = self._picture(self._spring)
        self._playhead.jump(self._wanted_ms())
        self._offset = _NO_OFFSET
        here, ahead = self._at(self._playhead.ms), self._at(self._aim_ms)
        spring = self._spring = Spring(here.x, here.y, here.z, here.rot_y)
        spring.swing(
            (ahead.x - here.x) / SPRING_LAG_MS,
            (ahead.y - here.y) / SPRING_LAG_MS,
            (ahead.z - here.z) / SPRING_LAG_MS,
            math.remainder(ahead.rot_y - here.rot_y, math.tau) / SPRING_LAG_MS,
        )
        self._blend.begin(before, (*spring.position, spring.rot_y))
        if self._blend.length_m > BLEND_MAX_M:
            self._spring = None

    def _picture(self, spring: Spring) -> tuple[float, float, float, float]:
        """Where the member is drawn, and how it is turned."""
        (x, y, z), rest = spring.position, self._blend.rest
        return (x + rest[0], y + rest[1], z + rest[2], spring.rot_y + rest[3])

    def _wanted_ms(self) -> float:
        """How far in the past members are drawn who are told of so often."""
        spare_ms = self._lateness.p95_ms + DELAY_MARGIN_MS
        return self._cadence.interval_ms + min(float(BUFFER_MAX_MS), spare_ms)

    def _at(self, at_ms: float) -> Sample:
        """The member at a motion time: between two samples, before the first, or after the last."""
        samples = self._samples
        if at_ms >= samples[-1].ts_ms:
            return self._beyond(at_ms)
        later = samples[-1]
        for index in range(len(samples) - 2, -1, -1):
            earlier = samples[index]
            if earlier.ts_ms <= at_ms:
                return between(earlier, later, at_ms)
            later = earlier
        return later

    def _beyond(self, at_ms: float) -> Sample:
        """After the last sample: a walker goes on for 250 ms, at last ever slower; others stand."""
        last = self._samples[-1]
        if last.anim != "walk" or len(self._samples) < 2:
            return last
        return beyond(self._samples[-2], last, at_ms)


def _is_off(spring: Spring, raw: Sample) -> bool:
    """Whether the spring is too far from what the samples say to be drawn there."""
    return math.dist(spring.position, (raw.x, raw.y, raw.z)) > SNAP_DISTANCE_M
