import { describe, expect, it } from "vitest";
import { Leg, NETWORKS, type NetworkPlan } from "./network";
import { Random } from "./random";

function plan(name: string): NetworkPlan {
  return NETWORKS.find((one) => one.name === name)!;
}

/** How long each of many messages takes, 20 ms apart. */
function ways(network: NetworkPlan, seed = 1): number[] {
  const leg = new Leg(network, new Random(seed));
  return Array.from({ length: 20_000 }, (_, index) => leg.deliver(20 * index) - 20 * index);
}

describe("Leg", () => {
  it("takes half the delay on a line without jitter", () => {
    expect(new Set(ways(plan("A")))).toEqual(new Set([30]));
  });

  it.each(["B", "C"])("never brings a message before an earlier one (%s)", (name) => {
    const delays = ways(plan(name));
    for (let index = 1; index < delays.length; index++) {
      expect(delays[index]! + 20).toBeGreaterThanOrEqual(delays[index - 1]!);
    }
  });

  it("stalls as often and as long as planned", () => {
    const quiet = { ...plan("B"), jitterMs: 0, coalesced: 0 };
    const late = ways(quiet).filter((ms) => ms > quiet.delayMs / 2);
    expect(Math.max(...late)).toBeGreaterThan(quiet.delayMs / 2 + 200);
    // Half a percent of the slots on this leg, each holding back 180 ms: 1.8 % of all messages.
    expect(late.length / 20_000).toBeGreaterThan(0.013);
    expect(late.length / 20_000).toBeLessThan(0.023);
  });

  it("repeats itself with the same seed only", () => {
    expect(ways(plan("C"), 3)).toEqual(ways(plan("C"), 3));
    expect(ways(plan("C"), 3)).not.toEqual(ways(plan("C"), 4));
  });
});
