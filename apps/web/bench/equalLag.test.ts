import { describe, expect, it } from "vitest";
import type { Adapter, Player, Point } from "./adapters";
import { atLag } from "./equalLag";
import type { Trace, Truth } from "./trace";

/** Somebody walks to and fro, two seconds each way. */
function walk(): Trace {
  const truth: Truth = { ms: [], x: [], z: [], jumpsMs: [] };
  for (let ms = 0; ms <= 12_000; ms += 5) {
    truth.ms.push(ms);
    truth.x.push(placeAt(ms));
    truth.z.push(0);
  }
  return { truth, arrivals: [] };
}

function placeAt(ms: number): number {
  const phaseMs = ms % 4_000;
  return (3 * (phaseMs < 2_000 ? phaseMs : 4_000 - phaseMs)) / 1000;
}

/** Draws the truth so late, and 40 ms that no setting takes away. */
function delayed(delayMs: number): Adapter {
  const player: Player = {
    receive: () => undefined,
    draw: (nowMs: number, _dtS: number, target: Point) => {
      target.x = placeAt(Math.max(0, nowMs - delayMs - 40));
      target.z = 0;
      return true;
    },
  };
  return { name: "a test's", start: () => player };
}

describe("atLag", () => {
  it("finds the delay that comes to the lag, and says it", () => {
    const row = atLag(delayed, [walk()], 200);
    expect(row.figures.lagMs).toBe(200);
    expect(row.name).toBe("a test's, 160 ms");
  });

  it("comes as near as it can to a lag that no delay gives", () => {
    expect(atLag(delayed, [walk()], 20).figures.lagMs).toBe(40);
  });
});
