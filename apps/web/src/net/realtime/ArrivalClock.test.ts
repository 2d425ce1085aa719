import { describe, expect, it } from "vitest";
import { ArrivalClock } from "./ArrivalClock";

/** Feed one event each 50 ms, as late as `latenessMs` says, on a server `aheadMs` ahead. */
function feed(
  clock: ArrivalClock,
  fromMs: number,
  toMs: number,
  latenessMs: (nowMs: number) => number,
  aheadMs = 1_000_000,
): number {
  let last = 0;
  for (let nowMs = fromMs; nowMs < toMs; nowMs += 50) {
    last = clock.observe(nowMs + aheadMs - latenessMs(nowMs), nowMs);
  }
  return last;
}

describe("ArrivalClock", () => {
  it("takes the fastest event of the last 10 s for punctual, and measures the others by it", () => {
    const clock = new ArrivalClock();
    expect(clock.offsetMs).toBeNull();
    expect(clock.observe(500, 140)).toBe(0);
    expect(clock.observe(500, 120)).toBe(0);
    expect(clock.observe(500, 150)).toBe(30);
    expect(clock.offsetMs).toBe(-380);
    expect(clock.motionNow(200)).toBe(580);
  });

  it("forgets the fastest after 10 s", () => {
    const clock = new ArrivalClock();
    feed(clock, 0, 50, () => 20);
    expect(feed(clock, 50, 9_000, () => 60)).toBe(40);
    expect(feed(clock, 9_000, 11_000, () => 60)).toBe(0);
  });

  it("gives the same as a sliding minimum in slots of half a second", () => {
    const clock = new ArrivalClock();
    const lateness = (nowMs: number): number => 40 + 30 * Math.sin(nowMs / 700) + (nowMs % 7);
    const slots = new Map<number, number>();
    for (let nowMs = 0; nowMs < 60_000; nowMs += 50) {
      const slot = Math.floor(nowMs / 500);
      slots.set(slot, Math.min(slots.get(slot) ?? Infinity, lateness(nowMs)));
      const window = Array.from({ length: 20 }, (_, back) => slots.get(slot - back) ?? Infinity);
      const late = clock.observe(nowMs - lateness(nowMs), nowMs);
      expect(late).toBeCloseTo(lateness(nowMs) - Math.min(...window), 6);
    }
  });

  it("takes a clock that was set ahead at once", () => {
    const clock = new ArrivalClock();
    feed(clock, 0, 5_000, () => 20);
    expect(clock.observe(5_000 + 1_010_000, 5_000)).toBe(0);
    expect(clock.motionNow(5_000)).toBe(1_015_000);
  });

  it("takes a clock that was set back within some seconds", () => {
    const clock = new ArrivalClock();
    feed(clock, 0, 5_000, () => 20);
    expect(feed(clock, 5_000, 8_000, () => 20, 990_000)).toBe(0);
  });

  it("does not take a stall for a shift", () => {
    const clock = new ArrivalClock();
    feed(clock, 0, 5_000, () => 20);
    expect(feed(clock, 5_000, 6_400, () => 900)).toBe(880);
    expect(feed(clock, 6_400, 7_000, () => 20)).toBe(0);
    expect(clock.observe(7_000 + 1_000_000 - 70, 7_000)).toBe(50);
  });

  it("forgets everything when it is reset", () => {
    const clock = new ArrivalClock();
    feed(clock, 0, 5_000, () => 20);
    clock.reset();
    expect(clock.offsetMs).toBeNull();
    expect(clock.observe(1, 5_000)).toBe(0);
  });
});
