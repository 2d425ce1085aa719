import { describe, expect, it } from "vitest";
import { Backoff } from "./Backoff";
import { DRAIN_JITTER_MS, HOPS_MAX } from "./constants";

describe("Backoff", () => {
  it("has full jitter below a limit that doubles from 0.25 s to 8 s", () => {
    const most = new Backoff(() => 1);
    const waits = Array.from({ length: 8 }, () => most.nextMs());
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    expect(new Backoff(() => 0).nextMs()).toBe(0);
  });

  it("does not overflow after a long night", () => {
    const backoff = new Backoff(() => 1);
    for (let tries = 0; tries < 5_000; tries++) backoff.nextMs();
    expect(backoff.nextMs()).toBe(8_000);
  });

  it("adds its jitter to what the server asks for", () => {
    expect(new Backoff(() => 0.5).nextMs(3_000)).toBe(3_125);
  });

  it("spreads the first return after a drain over a second, and then doubles as ever", () => {
    const backoff = new Backoff(() => 1);
    expect(backoff.afterCloseMs(1001)).toBe(DRAIN_JITTER_MS);
    expect(backoff.afterCloseMs(1001)).toBe(500);
  });

  it("follows so many moves of a room at once, then waits, until things went well", () => {
    const backoff = new Backoff(() => 1);
    for (let hops = 0; hops < HOPS_MAX; hops++) expect(backoff.afterCloseMs(4010)).toBe(0);
    expect(backoff.afterCloseMs(4010)).toBe(250);
    backoff.reset();
    expect(backoff.afterCloseMs(4010)).toBe(0);
  });
});
