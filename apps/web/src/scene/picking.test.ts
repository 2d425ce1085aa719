import { describe, expect, it } from "vitest";
import { floorHit, postHit, tagHit } from "./picking";

const EYE = { x: 0, y: 2, z: 5 };

function unit(x: number, y: number, z: number) {
  const length = Math.hypot(x, y, z);
  return { x: x / length, y: y / length, z: z / length };
}

describe("postHit", () => {
  it("meets the side of who stands ahead", () => {
    expect(postHit(EYE, unit(0, -0.1, -1), 0, 0, 0.35, 1.75)).toBeCloseTo(4.65 * Math.hypot(1, 0.1));
  });

  it("misses who stands beside, behind, or lower than the ray", () => {
    expect(postHit(EYE, unit(0, -0.1, -1), 1, 0, 0.35, 1.75)).toBe(Infinity);
    expect(postHit(EYE, unit(0, -0.1, 1), 0, 0, 0.35, 1.75)).toBe(Infinity);
    expect(postHit(EYE, unit(0, 0, -1), 0, 0, 0.35, 1.75)).toBe(Infinity);
  });

  it("meets a cushion from above", () => {
    const reach = postHit(EYE, unit(0, -1.5, -5), 0, 0, 0.3, 0.5);
    expect(EYE.y + unit(0, -1.5, -5).y * reach).toBeCloseTo(0.5);
  });
});

describe("tagHit", () => {
  const AHEAD = { right: { x: 1, y: 0, z: 0 }, up: { x: 0, y: 1, z: 0 }, forward: { x: 0, y: 0, z: -1 } };
  const MIDDLE = { x: 0, y: 2, z: 1 };
  const TAG = { middle: MIDDLE, widthM: 1, heightM: 0.2, liftM: 0 };

  it("meets the tag where it is drawn", () => {
    expect(tagHit(EYE, unit(0, 0, -1), AHEAD, TAG)).toBeCloseTo(4);
    expect(tagHit(EYE, unit(0.45, 0, -4), AHEAD, TAG)).toBeCloseTo(Math.hypot(0.45, 4));
  });

  it("meets a tag that was moved up where it is now, not over its head", () => {
    const lifted = { ...TAG, liftM: 0.3 };
    expect(tagHit(EYE, unit(0, 0.3, -4), AHEAD, lifted)).toBeCloseTo(Math.hypot(0.3, 4));
    expect(tagHit(EYE, unit(0, 0, -1), AHEAD, lifted)).toBe(Infinity);
  });

  it("misses it beside, above and behind", () => {
    expect(tagHit(EYE, unit(0.55, 0, -4), AHEAD, TAG)).toBe(Infinity);
    expect(tagHit(EYE, unit(0, 0.15, -4), AHEAD, TAG)).toBe(Infinity);
    expect(tagHit(EYE, unit(0, 0, -1), AHEAD, { ...TAG, middle: { ...MIDDLE, z: 6 } })).toBe(Infinity);
    expect(tagHit(EYE, unit(0, 0, 1), AHEAD, TAG)).toBe(Infinity);
  });
});

describe("floorHit", () => {
  it("meets the floor within the walls only", () => {
    expect(floorHit(EYE, unit(0, -1, -1))).toBeCloseTo(2 * Math.SQRT2);
    expect(floorHit(EYE, unit(0, -0.05, -1))).toBe(Infinity);
    expect(floorHit(EYE, unit(0, 0.2, -1))).toBe(Infinity);
  });
});
