import { describe, expect, it } from "vitest";
import { clearDistance } from "./occlusion";

function unit(x: number, y: number, z: number) {
  const length = Math.hypot(x, y, z);
  return { x: x / length, y: y / length, z: z / length };
}

describe("clearDistance", () => {
  it("is the whole reach where nothing is in the way", () => {
    expect(clearDistance({ x: 0, y: 1.5, z: 4 }, unit(0, 0.3, 1), 4.5, 0.2)).toBe(4.5);
  });

  it("ends at a wall, less the margin", () => {
    expect(clearDistance({ x: 10, y: 1.5, z: 0 }, unit(1, 0, 0), 5, 0.25)).toBeCloseTo(1.75);
    expect(clearDistance({ x: -4, y: 1.5, z: 6 }, unit(0, 0, 1), 5, 0.25)).toBeCloseTo(1.75);
  });

  it("looks back into the porch from the door", () => {
    expect(clearDistance({ x: 0, y: 1.5, z: 7 }, unit(0, 0.2, 1), 5, 0.25)).toBeGreaterThan(4);
  });

  it("sees over a table, not through it", () => {
    const over = clearDistance({ x: -5, y: 1.5, z: 2.5 }, unit(0, 0.1, -1), 4, 0.2);
    const through = clearDistance({ x: -5, y: 0.6, z: 2.5 }, unit(0, 0, -1), 4, 0.2);
    expect(over).toBe(4);
    expect(through).toBeCloseTo(2 - 0.7 - 0.2);
  });

  it("stays under the ceiling", () => {
    expect(clearDistance({ x: 0, y: 1.4, z: 2 }, unit(0, 1, 0), 9, 0.2)).toBeCloseTo(2.8);
  });

  it("does not mind what the start is in already", () => {
    expect(clearDistance({ x: -11.45, y: 0.5, z: 0 }, unit(1, 0.4, 0), 3, 0.2)).toBe(3);
  });
});
