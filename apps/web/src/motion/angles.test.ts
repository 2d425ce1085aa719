import { describe, expect, it } from "vitest";
import { shortestArc, wrapAngle } from "./angles";

describe("shortestArc", () => {
  it("goes across the seam rather than around", () => {
    expect(shortestArc(Math.PI - 0.1, -Math.PI + 0.1)).toBeCloseTo(0.2);
    expect(shortestArc(-Math.PI + 0.1, Math.PI - 0.1)).toBeCloseTo(-0.2);
  });

  it("forgets whole turns, however many", () => {
    expect(shortestArc(0.5, 0.7 + 20 * Math.PI)).toBeCloseTo(0.2);
    expect(shortestArc(0.5 + 20 * Math.PI, 0.7)).toBeCloseTo(0.2);
  });

  it("is never more than half a turn", () => {
    for (let from = -20; from < 20; from += 0.37) {
      for (let to = -20; to < 20; to += 0.41) {
        const arc = shortestArc(from, to);
        expect(Math.abs(arc)).toBeLessThanOrEqual(Math.PI);
        expect(Math.cos(from + arc)).toBeCloseTo(Math.cos(to));
      }
    }
  });
});

describe("wrapAngle", () => {
  it("keeps the direction within half a turn", () => {
    expect(wrapAngle(7)).toBeCloseTo(7 - 2 * Math.PI);
    expect(wrapAngle(-7)).toBeCloseTo(-7 + 2 * Math.PI);
    expect(wrapAngle(1)).toBe(1);
  });
});
