import { describe, expect, it } from "vitest";
import { Random } from "./random";
import { Flushes, MotionTimes, Throttle } from "./server";

describe("MotionTimes", () => {
  it("is free of the jitter of the way there (§1)", () => {
    const times = new MotionTimes();
    expect(times.motionMs(1_000, 5_040)).toBe(5_040);
    expect(times.motionMs(1_100, 5_300)).toBe(5_140);
    expect(times.motionMs(1_200, 5_310)).toBe(5_240);
  });

  it("is never more than 250 ms before the arrival", () => {
    const times = new MotionTimes();
    times.motionMs(1_000, 5_000);
    expect(times.motionMs(1_100, 5_500)).toBe(5_250);
  });

  it("never goes back, and answers arrivals to a clock that does", () => {
    const times = new MotionTimes();
    times.motionMs(1_000, 5_000);
    times.motionMs(1_100, 5_100);
    expect(times.motionMs(900, 5_120)).toBe(5_120);
  });
});

describe("Throttle", () => {
  it("lets a burst of 5 through, and then the newest as soon as the rate allows", () => {
    const throttle = new Throttle<number>();
    const committed = [1, 2, 3, 4, 5, 6, 7].flatMap((event) => throttle.take(event, 1_000));
    expect(committed.map(({ event }) => event)).toEqual([1, 2, 3, 4, 5]);
    expect(throttle.release(1_049)).toEqual([]);
    expect(throttle.release(1_050)).toEqual([{ event: 7, ms: 1_050 }]);
    expect(throttle.release(9_000)).toEqual([]);
  });

  it("lets out what it kept before what comes after it", () => {
    const throttle = new Throttle<number>();
    for (const event of [1, 2, 3, 4, 5, 6]) throttle.take(event, 0);
    expect(throttle.take(7, 200)).toEqual([
      { event: 6, ms: 50 },
      { event: 7, ms: 200 },
    ]);
  });
});

describe("Flushes", () => {
  it("comes every 5 to 50 ms", () => {
    const flushes = new Flushes(new Random(1));
    const gaps = new Set<number>();
    let lastMs = flushes.after(0);
    for (let count = 0; count < 5_000; count++) {
      const nextMs = flushes.after(lastMs + 0.001);
      gaps.add(Math.round(nextMs - lastMs));
      lastMs = nextMs;
    }
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(50);
    expect(gaps.size).toBeGreaterThan(20);
  });
});
