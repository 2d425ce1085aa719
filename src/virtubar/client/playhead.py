"""The motion time that is drawn of one member (§9). Pure: times are arguments."""

import math

from virtubar.protocol.constants import (
    BUFFER_MAX_MS,
    BUFFER_MIN_MS,
    DELAY_FALL_TAU_MS,
    DELAY_RISE_TAU_MS,
    PLAYHEAD_JUMP_MS,
    SLEW_MAX,
    SPARSE_SLEW_MAX,
)


class Playhead:
    """Goes on with time, some way behind it, and never back.

    Attributes:
        ms: motion time drawn last; -inf before the first frame.
        delay_ms: how far behind it should be.
    """

    def __init__(self) -> None:
        self.ms = -math.inf
        self.delay_ms = float(BUFFER_MIN_MS)
        self._motion_ms = -math.inf

    def reset(self) -> None:
        """Begin anew with the next frame."""
        self.ms = -math.inf

    def step(self, motion_ms: float) -> float:
        """The milliseconds since the last frame; 0 in the first, which puts the playhead there.

        Args:
            motion_ms: the axis of motion times in this frame; should not go back.
        """
        if self.ms == -math.inf or self._motion_ms == -math.inf:
            self._motion_ms = motion_ms
            self.ms = motion_ms - self.delay_ms
            return 0.0
        step_ms = max(0.0, motion_ms - self._motion_ms)
        self._motion_ms = max(self._motion_ms, motion_ms)
        return step_ms

    def advance(self, step_ms: float, wanted_ms: float, *, is_sparse: bool = False) -> None:
        """Go on by one frame, toward a wanted delay: 100 to 200 ms, or any for sparse samples.

        Args:
            is_sparse: samples come seldom: the way to a deep delay is not to take long.
        """
        wanted_ms = max(float(BUFFER_MIN_MS), wanted_ms) if is_sparse else _bounded(wanted_ms)
        tau_ms = DELAY_RISE_TAU_MS if wanted_ms > self.delay_ms else DELAY_FALL_TAU_MS
        self.delay_ms += (wanted_ms - self.delay_ms) * -math.expm1(-step_ms / tau_ms)
        off_ms = self._motion_ms - self.delay_ms - (self.ms + step_ms)
        if off_ms > PLAYHEAD_JUMP_MS:
            self.ms += step_ms + off_ms
        elif off_ms >= -PLAYHEAD_JUMP_MS or is_sparse:
            slow_ms = (SPARSE_SLEW_MAX if is_sparse else SLEW_MAX) * step_ms
            self.ms += step_ms + min(SLEW_MAX * step_ms, max(-slow_ms, off_ms))

    def walk(self, step_ms: float, to_ms: float, within_ms: float) -> None:
        """Go on by one frame at the speed that is at a motion time within so long, not further."""
        part = 1.0 if within_ms <= step_ms else step_ms / within_ms
        self.ms += max(0.0, to_ms - self.ms) * part
        self.delay_ms = max(float(BUFFER_MIN_MS), self._motion_ms - self.ms)

    def jump(self, wanted_ms: float) -> None:
        """Be at a delay of 100 to 200 ms at once, though not back."""
        self.delay_ms = _bounded(wanted_ms)
        self.ms = max(self.ms, self._motion_ms - self.delay_ms)

    def skip(self, ms: float) -> None:
        """Be there at once, though not back."""
        self.ms = max(self.ms, ms)

    def hold(self, ms: float) -> None:
        """Have gone no further than that: what was beyond was not drawn."""
        self.ms = min(self.ms, ms)

    def wait(self, ms: float) -> None:
        """Have waited there: nothing has changed since."""
        if ms < self.ms:
            self.ms = ms
            self.delay_ms = max(float(BUFFER_MIN_MS), self._motion_ms - ms)


def _bounded(delay_ms: float) -> float:
    return min(float(BUFFER_MAX_MS), max(float(BUFFER_MIN_MS), delay_ms))
