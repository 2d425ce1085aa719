import { describe, expect, it } from "vitest";
import { makePose } from "../motion/Pose";
import { Detail, DETAILED_MAX, type Ranked } from "./Detail";

const EYE = { x: 0, z: 0, aheadX: 0, aheadZ: 1 } as const;

type Body = { -readonly [Key in keyof Ranked]: Ranked[Key] };

function bodyAt(x: number, z: number, isLocal = false): Body {
  return { pose: { ...makePose(), x, z }, isLocal, isDetailed: true };
}

/** One behind the other, before the eye. */
function row(count: number): Body[] {
  return Array.from({ length: count }, (_, at) => bodyAt(0, 1 + at * 0.1));
}

describe("Detail", () => {
  it("draws everybody in full in a room of so many", () => {
    const bodies = row(DETAILED_MAX);
    expect(new Detail().update(bodies, EYE, 0, false)).toBe(false);
    expect(bodies.every(({ isDetailed }) => isDetailed)).toBe(true);
  });

  it("draws the nearest in full in a crowd, those before the eye first and oneself always", () => {
    const own = bodyAt(0, 90, true);
    const behind = bodyAt(0, -6);
    const bodies = [behind, own, ...row(200)];
    expect(new Detail().update(bodies, EYE, 0, true)).toBe(true);
    expect(own.isDetailed).toBe(true);
    expect(behind.isDetailed).toBe(false);
    expect(bodies.filter(({ isDetailed }) => isDetailed)).toHaveLength(DETAILED_MAX);
    expect(bodies[2]!.isDetailed).toBe(true);
    expect(bodies.at(-1)!.isDetailed).toBe(false);
  });

  it("keeps those in full who are farther by a little, and looks four times a second", () => {
    const detail = new Detail();
    const bodies = row(100);
    detail.update(bodies, EYE, 0, true);
    const last = bodies[DETAILED_MAX - 1]!;
    last.pose.z += 0.5;
    expect(detail.update(bodies, EYE, 250, false)).toBe(false);
    expect(last.isDetailed).toBe(true);
    last.pose.z += 3;
    expect(detail.update(bodies, EYE, 400, false)).toBe(false);
    expect(detail.update(bodies, EYE, 500, false)).toBe(true);
    expect(last.isDetailed).toBe(false);
  });
});
