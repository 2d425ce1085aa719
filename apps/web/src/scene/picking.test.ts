import { describe, expect, it } from "vitest";
import { floorHit, postHit } from "./picking";

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

describe("floorHit", () => {
  it("meets the floor within the walls only", () => {
    expect(floorHit(EYE, unit(0, -1, -1))).toBeCloseTo(2 * Math.SQRT2);
    expect(floorHit(EYE, unit(0, -0.05, -1))).toBe(Infinity);
    expect(floorHit(EYE, unit(0, 0.2, -1))).toBe(Infinity);
  });
});
