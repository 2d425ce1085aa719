import { describe, expect, it } from "vitest";
import vectors from "../../../../wire/vectors/smoothing.json";
import type { Anim } from "../net/realtime/types";
import { makePose } from "./Pose";
import { SnapshotBuffer } from "./SnapshotBuffer";

interface Told {
  ts: number;
  x: number;
  z: number;
  rotY: number;
  anim: Anim;
}

/** The file rounds to six places, and so do we not. */
const TOLERANCE = 2e-6;

/** How a scene is drawn: `[x, z, rotY]` of each frame that the file has. */
function drawn(samples: Told[], count: number): number[][] {
  const buffer = new SnapshotBuffer();
  const pose = makePose();
  const left = [...samples];
  const frames: number[][] = [];
  for (let frame = 0; frame < count * vectors.everyFrames; frame++) {
    const nowMs = frame * vectors.frameMs;
    for (let told = left[0]; told && told.ts <= nowMs; told = left[0]) {
      buffer.push(told.ts, told.x, 0, told.z, told.rotY, told.anim, 0);
      left.shift();
    }
    buffer.sample(nowMs, vectors.frameMs / 1000, pose);
    if (frame % vectors.everyFrames === 0) frames.push([pose.x, pose.z, pose.rotY]);
  }
  expect(left).toHaveLength(0);
  return frames;
}

describe("members who are seldom told of", () => {
  it.each(vectors.scenes)("are drawn as in every language: $name", (scene) => {
    const frames = drawn(scene.samples as Told[], scene.drawn.length);
    frames.forEach((frame, index) => {
      frame.forEach((value, axis) => {
        expect(Math.abs(value - scene.drawn[index]![axis]!)).toBeLessThanOrEqual(TOLERANCE);
      });
    });
  });
});
