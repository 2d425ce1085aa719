import { expect, it } from "vitest";
import { RARE_INTERVAL_MAX_MS, SEND_RATE_HZ } from "../net/realtime/constants";
import { Cadence } from "./Cadence";

const FULL_MS = 1000 / SEND_RATE_HZ;

it("takes a walker's long gap for the interval at once, and keeps it past one sample more", () => {
  const cadence = new Cadence();
  expect(cadence.take(2_000, true)).toBe(false);
  expect(cadence.take(67, true)).toBe(false);
  expect(cadence.intervalMs).toBe(2_000);
  expect(cadence.isSparse).toBe(true);
});

it("says once that two short gaps are full rate again", () => {
  const cadence = new Cadence();
  cadence.take(333, true);
  expect([67, 67, 67, 67].map((gapMs) => cadence.take(gapMs, true))).toEqual([false, true, false, false]);
  expect(cadence.intervalMs).toBeCloseTo(FULL_MS, 0);
});

it("learns nothing from the pause of one who stands", () => {
  const cadence = new Cadence();
  expect(cadence.take(9_000, false)).toBe(false);
  expect(cadence.intervalMs).toBe(FULL_MS);
});

it("waits for nobody longer than the server takes", () => {
  const cadence = new Cadence();
  cadence.take(60_000, true);
  expect(cadence.intervalMs).toBe(RARE_INTERVAL_MAX_MS);
});
