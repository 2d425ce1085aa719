import { describe, expect, it } from "vitest";
import { Jitter } from "./Jitter";

describe("Jitter", () => {
  it("is nothing while every event takes the same time, wherever the clocks stand", () => {
    const jitter = new Jitter();
    for (let count = 0; count < 50; count++) jitter.observe(5_000_000 + count * 50, count * 50);
    expect(jitter.ms).toBe(0);
  });

  it("comes to the mean change of the way", () => {
    const jitter = new Jitter();
    for (let count = 0; count < 200; count++) jitter.observe(count * 50, count * 50 + (count % 2) * 30);
    expect(jitter.ms).toBeCloseTo(30, 1);
  });

  it("knows nothing before the second event, nor after a reset", () => {
    const jitter = new Jitter();
    jitter.observe(0, 100);
    expect(jitter.ms).toBeNull();
    jitter.observe(50, 170);
    expect(jitter.ms).toBe(20 / 16);
    jitter.reset();
    expect(jitter.ms).toBeNull();
  });
});
