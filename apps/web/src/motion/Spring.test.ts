import { describe, expect, it } from "vitest";
import { SPRING_LAG_MS } from "../net/realtime/constants";
import { Spring } from "./Spring";

function settled(): Spring {
  const spring = new Spring();
  spring.reset(0, 0, 0, 0);
  return spring;
}

describe("Spring", () => {
  it("arrives without overshoot", () => {
    const spring = settled();
    for (let frame = 0; frame < 120; frame++) {
      spring.follow(1, 2, 3, 0.5, 10);
      expect(spring.x).toBeLessThanOrEqual(1);
      expect(spring.y).toBeLessThanOrEqual(2);
      expect(spring.z).toBeLessThanOrEqual(3);
      expect(spring.rotY).toBeLessThanOrEqual(0.5);
    }
    expect([spring.x, spring.y, spring.z, spring.rotY]).toEqual([
      expect.closeTo(1),
      expect.closeTo(2),
      expect.closeTo(3),
      expect.closeTo(0.5),
    ]);
  });

  it("runs its lag behind a steady walker", () => {
    const spring = settled();
    for (let ms = 1; ms <= 1_000; ms++) spring.follow(0.003 * ms, 0, 0, 0, 1);
    expect(1_000 - spring.x / 0.003).toBeCloseTo(SPRING_LAG_MS, -1);
    expect(spring.speedMps).toBeCloseTo(3, 2);
  });

  it("goes the same way at any frame rate", () => {
    const [slow, quick] = [settled(), settled()];
    for (let frame = 0; frame < 5; frame++) slow.follow(1, 0, 0, 1, 40);
    for (let frame = 0; frame < 50; frame++) quick.follow(1, 0, 0, 1, 4);
    expect(slow.x).toBeCloseTo(quick.x, 9);
    expect(slow.rotY).toBeCloseTo(quick.rotY, 9);
  });

  it("turns by the shortest arc", () => {
    const spring = new Spring();
    spring.reset(0, 0, 0, 3);
    for (let frame = 0; frame < 100; frame++) {
      spring.follow(0, 0, 0, -3, 10);
      expect(Math.cos(spring.rotY)).toBeLessThanOrEqual(Math.cos(3));
    }
    expect(spring.rotY).toBeCloseTo(-3);
  });

  it("stands where it is put", () => {
    const spring = settled();
    spring.follow(1, 1, 1, 1, 20);
    spring.reset(5, 6, 7, 1);
    expect(spring.speedMps).toBe(0);
    spring.follow(5, 6, 7, 1, 20);
    expect([spring.x, spring.y, spring.z, spring.rotY]).toEqual([5, 6, 7, 1]);
  });

  it("does not move in a frame without time", () => {
    const spring = settled();
    spring.follow(1, 1, 1, 1, 0);
    expect([spring.x, spring.y, spring.z, spring.rotY]).toEqual([0, 0, 0, 0]);
  });
});
