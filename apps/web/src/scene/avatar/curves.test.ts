import { describe, expect, it } from "vitest";
import * as curves from "./curves";
import { Joint, JOINTS, makeJoints } from "./joints";

describe("the walk", () => {
  it("starts and stops at different speeds, so that legs do not flutter", () => {
    expect(curves.isWalking(false, 0.2)).toBe(false);
    expect(curves.isWalking(true, 0.2)).toBe(true);
    expect(curves.isWalking(false, 0.31)).toBe(true);
    expect(curves.isWalking(true, 0.14)).toBe(false);
  });

  it("swings legs just as far as a stride is long, up to a brisk walk", () => {
    for (const speed of [0.5, 1.5, 3]) {
      const stepM = 2 * curves.LEG_M * Math.sin(curves.swingRad(speed));
      expect(stepM).toBeCloseTo(curves.strideM(speed) / 2, 5);
    }
  });

  it("makes a full turn of the phase every stride, whatever the frame rate", () => {
    const coarse = curves.phaseFor(curves.strideM(3), 3);
    let fine = 0;
    for (let frame = 0; frame < 60; frame++) fine += curves.phaseFor(curves.strideM(3) / 60, 3);
    expect(coarse).toBeCloseTo(2 * Math.PI);
    expect(fine).toBeCloseTo(coarse);
  });

  it("moves legs against each other and arms against legs", () => {
    const joints = makeJoints();
    curves.walk(1, 3, joints);
    expect(joints[Joint.LEG_LEFT]).toBeCloseTo(-joints[Joint.LEG_RIGHT]!);
    expect(Math.sign(joints[Joint.ARM_LEFT]!)).toBe(-Math.sign(joints[Joint.LEG_LEFT]!));
  });
});

describe("every pose", () => {
  const poses = {
    stand: (t: number, out: Float32Array) => curves.stand(t, 2.3, out),
    walk: (t: number, out: Float32Array) => curves.walk(t * 8, 3, out),
    dance: (t: number, out: Float32Array) => curves.dance(t, 1.4, out),
    wave: (t: number, out: Float32Array) => {
      curves.stand(t, 2.3, out);
      curves.raiseHand(t, 1, out);
    },
    sit: (t: number, out: Float32Array) => curves.sit(t, 2.3, 0.74, out),
    talk: (t: number, out: Float32Array) => curves.talk(t, 2.3, out),
  };

  it.each(Object.entries(poses))("%s is smooth, and keeps within what a body can", (_, pose) => {
    const before = makeJoints();
    const after = makeJoints();
    pose(0, before);
    for (let frame = 1; frame < 1200; frame++) {
      pose(frame / 60, after);
      for (let joint = 0; joint < JOINTS; joint++) {
        expect(Math.abs(after[joint]! - before[joint]!)).toBeLessThan(0.4);
        expect(Math.abs(after[joint]!)).toBeLessThan(3.2);
      }
      // Knees do not bend forward.
      expect(after[Joint.KNEE_LEFT]).toBeGreaterThanOrEqual(0);
      before.set(after);
    }
  });

  it("lowers hips onto the cushion", () => {
    const joints = makeJoints();
    curves.sit(0, 0, 0.5, joints);
    expect(curves.LEG_M + joints[Joint.RISE]!).toBeCloseTo(0.6, 1);
  });
});

describe("poseIntervalS", () => {
  it("falls from every frame at 5 m to 5 a second at 60 m", () => {
    expect(curves.poseIntervalS(3)).toBe(0);
    expect(curves.poseIntervalS(60)).toBeCloseTo(0.2);
    expect(curves.poseIntervalS(500)).toBe(0.2);
  });
});
