import { describe, expect, it } from "vitest";
import { OwnMotion, type Collide, type Intent, type Spot } from "../motion/OwnMotion";
import { Walker } from "./Walker";

const FRAME_S = 1 / 60;
const open: Collide = (_x, _z, nextX, nextZ, out) => {
  out.x = nextX;
  out.z = nextZ;
};
const stuck: Collide = (x, z, _nextX, _nextZ, out) => {
  out.x = x;
  out.z = z;
};

/** Walks for real, with the avatar's own inertia. */
function walk(
  path: readonly Spot[],
  collide: Collide,
  run = false,
): { motion: OwnMotion; ends: string[]; frames: number } {
  const motion = new OwnMotion();
  const walker = new Walker();
  const intent: Intent = { x: 0, z: 0, run, gesture: null };
  const ends: string[] = [];
  walker.go(path);
  let frames = 0;
  for (; frames < 1_200 && walker.isWalking; frames++) {
    const progress = walker.step(motion.pose.x, motion.pose.z, FRAME_S, intent);
    if (progress === "arrived" || progress === "stuck") ends.push(progress);
    motion.step(intent, FRAME_S, collide);
  }
  return { motion, ends, frames };
}

describe("Walker", () => {
  it.each([false, true])("arrives at the end of its path and stays there (running: %s)", (run) => {
    const { motion, ends } = walk(
      [
        { x: 3, z: 0 },
        { x: 3, z: 4 },
      ],
      open,
      run,
    );
    expect(ends).toEqual(["arrived"]);
    expect(Math.hypot(motion.pose.x - 3, motion.pose.z - 4)).toBeLessThan(0.2);
  });

  it("takes about as long as the way is", () => {
    const { frames } = walk([{ x: 6, z: 0 }], open);
    expect(frames * FRAME_S).toBeLessThan(3);
  });

  it("gives up before something that does not let it pass", () => {
    const { ends, frames } = walk([{ x: 6, z: 0 }], stuck);
    expect(ends).toEqual(["stuck"]);
    expect(frames * FRAME_S).toBeLessThan(1.5);
  });

  it("wants nothing before it is sent, and after it is stopped", () => {
    const walker = new Walker();
    const intent: Intent = { x: 9, z: 9, run: false, gesture: null };
    expect(walker.step(0, 0, FRAME_S, intent)).toBe("idle");
    expect(intent).toMatchObject({ x: 0, z: 0 });
    walker.go([{ x: 1, z: 1 }]);
    expect(walker.end).toEqual({ x: 1, z: 1 });
    walker.stop();
    expect(walker.end).toBeNull();
    expect(walker.step(0, 0, FRAME_S, intent)).toBe("idle");
  });
});
