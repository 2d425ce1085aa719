"""How members are drawn who are seldom told of, for tests (wire/vectors/README.md). Pure."""

import json
from typing import Any

from virtubar.client.smoothing import Sample, SnapshotBuffer
from virtubar.protocol.events import Anim

FRAME_MS = 16
EVERY_FRAMES = 5
"""So many are drawn for one that is written down."""
SPEED_M_S = 1.4

_Told = tuple[int, float, Anim]
"""When, how far along x, doing what."""


def _walk(every_ms: int, from_ms: int, until_ms: int, start_m: float = 0.0) -> list[_Told]:
    """Told of every so often, punctually."""
    return [
        (ts, round(start_m + SPEED_M_S * (ts - from_ms) / 1_000.0, 3), "walk")
        for ts in range(from_ms, until_ms, every_ms)
    ]


SCENES: tuple[tuple[str, list[_Told]], ...] = (
    ("three times a second", _walk(333, 0, 6_000)),
    ("every two seconds", _walk(2_000, 0, 12_000)),
    (
        "from full rate to every two seconds",
        [*_walk(67, 0, 2_000), *_walk(2_000, 3_943, 9_000, 5.5)],
    ),
    (
        "from three times a second to full rate",
        [*_walk(333, 0, 4_000), *_walk(67, 4_063, 6_000, 5.7)],
    ),
    (
        "from every two seconds to full rate",
        [*_walk(2_000, 0, 9_000), *_walk(67, 8_067, 10_000, 11.3)],
    ),
    (
        "the first step of one who stood far away",
        [(0, 0.0, "idle"), *_walk(1_750, 9_000, 15_000, 2.45)],
    ),
    (
        "a pause of one who is told of every two seconds",
        [*_walk(2_000, 0, 7_000), (8_000, 10.0, "idle"), *_walk(2_000, 18_000, 23_000, 12.8)],
    ),
    (
        "put elsewhere between two tellings",
        [*_walk(2_000, 0, 7_000), *_walk(2_000, 8_000, 11_000, 40.0)],
    ),
    ("put a little way off, 3 Hz", [*_walk(333, 0, 3_000), *_walk(333, 3_330, 5_000, 9.0)]),
    ("put a little way off after a pause", [(0, 0.0, "idle"), (5_000, 4.0, "idle")]),
)


def smoothing_vectors() -> str:
    """The scenes as JSON, a scene a line."""
    lines = ",\n".join(json.dumps(_scene(*scene)) for scene in SCENES)
    rates = f'"frameMs": {FRAME_MS}, "everyFrames": {EVERY_FRAMES}'
    return f'{{{rates}, "scenes": [\n{lines}\n]}}\n'


def _scene(name: str, told: list[_Told]) -> dict[str, Any]:
    buffer = SnapshotBuffer()
    left, drawn = list(told), []
    for frame in range((told[-1][0] + 1_000) // FRAME_MS):
        while left and left[0][0] <= frame * FRAME_MS:
            ts_ms, x, anim = left.pop(0)
            buffer.push(Sample(ts_ms, x, 0.0, -x / 2.0, x / 20.0, anim), 0.0)
        one = buffer.sample(frame * FRAME_MS)
        if one is not None and frame % EVERY_FRAMES == 0:
            drawn.append([round(value, 6) + 0.0 for value in (one.x, one.z, one.rot_y)])
    samples = [
        {"ts": ts_ms, "x": x, "z": -x / 2.0, "rotY": x / 20.0, "anim": anim}
        for ts_ms, x, anim in told
    ]
    return {"name": name, "samples": samples, "drawn": drawn}
