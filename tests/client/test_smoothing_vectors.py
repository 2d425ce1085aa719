"""The smoothing against the pictures that every client draws (wire/vectors/README.md)."""

import json
from pathlib import Path
from typing import Any

import pytest

from virtubar.client.smoothing import Sample, SnapshotBuffer

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "wire" / "vectors" / "smoothing.json").read_text(encoding="utf-8")
)
TOLERANCE = 2e-6


@pytest.mark.parametrize("scene", VECTORS["scenes"], ids=lambda scene: scene["name"])
def test_members_are_drawn_as_the_vectors_say(scene: dict[str, Any]) -> None:
    """The same to a micrometre in every language."""
    buffer = SnapshotBuffer()
    left, frame_ms = list(scene["samples"]), VECTORS["frameMs"]
    drawn: list[tuple[float, float, float]] = []
    for frame in range(len(scene["drawn"]) * VECTORS["everyFrames"]):
        while left and left[0]["ts"] <= frame * frame_ms:
            told = left.pop(0)
            one = Sample(told["ts"], told["x"], 0.0, told["z"], told["rotY"], told["anim"])
            buffer.push(one, 0.0)
        pose = buffer.sample(frame * frame_ms)
        assert pose is not None
        if frame % VECTORS["everyFrames"] == 0:
            drawn.append((pose.x, pose.z, pose.rot_y))
    assert not left
    for got, want in zip(drawn, scene["drawn"], strict=True):
        assert got == pytest.approx(want, abs=TOLERANCE)
