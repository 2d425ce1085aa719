"""The path of a member through its samples, on the axis of motion times (§9). Pure."""

import math

from msgspec import Struct

from virtubar.protocol.constants import (
    EXTRAPOLATION_FULL_MS,
    EXTRAPOLATION_MAX_MS,
    JUMP_SPEED_MPS,
    SNAP_DISTANCE_M,
    SPEED_SPAN_MIN_MS,
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


def is_jump(earlier: Sample, later: Sample) -> bool:
    """Over the snap threshold, and faster than anybody runs: sparse samples lie far apart."""
    span_s = (later.ts_ms - earlier.ts_ms) / 1_000.0
    step_m = math.dist((earlier.x, earlier.y, earlier.z), (later.x, later.y, later.z))
    return step_m > max(SNAP_DISTANCE_M, JUMP_SPEED_MPS * span_s)


def is_hop(earlier: Sample, later: Sample, interval_ms: float) -> bool:
    """Under the snap threshold, and further than anybody runs within the interval."""
    step_m = math.dist((earlier.x, earlier.y, earlier.z), (later.x, later.y, later.z))
    return JUMP_SPEED_MPS * interval_ms / 1_000.0 < step_m <= SNAP_DISTANCE_M


def between(earlier: Sample, later: Sample, at_ms: float) -> Sample:
    """Linear, `rot_y` by the shortest arc; a jump is not gone over."""
    if is_jump(earlier, later):
        return earlier
    step = (later.x - earlier.x, later.y - earlier.y, later.z - earlier.z)
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


def beyond(before: Sample, last: Sample, at_ms: float) -> Sample:
    """After the last sample of a walk: on at its speed, after 100 ms ever slower, for 250."""
    if is_jump(before, last):
        return last
    span_ms = max(SPEED_SPAN_MIN_MS, last.ts_ms - before.ts_ms)
    eased = _eased_ms(at_ms - last.ts_ms) / span_ms
    return Sample(
        at_ms,
        last.x + (last.x - before.x) * eased,
        last.y + (last.y - before.y) * eased,
        last.z + (last.z - before.z) * eased,
        last.rot_y,
        last.anim,
    )


def _eased_ms(ahead_ms: float) -> float:
    """How long at full speed a walker gets as far as one who goes on for so long, ever slower."""
    ahead_ms = min(ahead_ms, float(EXTRAPOLATION_MAX_MS))
    slow_ms = max(0.0, ahead_ms - EXTRAPOLATION_FULL_MS)
    return ahead_ms - slow_ms * slow_ms / (2.0 * (EXTRAPOLATION_MAX_MS - EXTRAPOLATION_FULL_MS))
