import { describe, expect, it } from "vitest";
import { FrameBudget } from "./FrameBudget";

function pass(budget: FrameBudget, frameMs: number, seconds: number): number {
  let changes = 0;
  for (let ms = 0; ms < seconds * 1000; ms += frameMs) if (budget.add(frameMs)) changes++;
  return changes;
}

describe("FrameBudget", () => {
  it("keeps the ratio while frames are in time", () => {
    const budget = new FrameBudget(2);
    expect(pass(budget, 16.7, 20)).toBe(0);
    expect(budget.ratio).toBe(2);
  });

  it("lowers it by a quarter every two seconds of late frames, down to its least", () => {
    const budget = new FrameBudget(1.5);
    pass(budget, 25, 2.1);
    expect(budget.ratio).toBe(1.25);
    pass(budget, 25, 30);
    expect(budget.ratio).toBe(0.75);
  });

  it("does not mind one late frame in twenty", () => {
    const budget = new FrameBudget(2);
    for (let frame = 0; frame < 1000; frame++) budget.add(frame % 20 === 0 ? 60 : 15);
    expect(budget.ratio).toBe(2);
  });

  it("does not take a hidden tab for a slow machine", () => {
    const budget = new FrameBudget(2);
    for (let frame = 0; frame < 50; frame++) budget.add(5000);
    expect(budget.ratio).toBe(2);
  });
});
