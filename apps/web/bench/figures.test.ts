import { describe, expect, it } from "vitest";
import type { Adapter, Player, Point } from "./adapters";
import { film, measure } from "./figures";
import type { Trace, Truth } from "./trace";

const STEP_MS = 5;

/** Somebody walks along x at 3 m/s, and turns back every two seconds. */
function walk(): Truth {
  const truth: Truth = { ms: [], x: [], z: [], jumpsMs: [] };
  for (let ms = 0; ms <= 20_000; ms += STEP_MS) {
    truth.ms.push(ms);
    truth.x.push(placeAt(ms));
    truth.z.push(0);
  }
  return truth;
}

function placeAt(ms: number): number {
  const phaseMs = ms % 4_000;
  return (3 * (phaseMs < 2_000 ? phaseMs : 4_000 - phaseMs)) / 1000;
}

function drawing(draw: (nowMs: number, target: Point) => void): Adapter {
  const player: Player = {
    receive: () => undefined,
    draw: (nowMs, _dtS, target) => {
      draw(nowMs, target);
      return true;
    },
  };
  return { name: "a test's", start: () => player };
}

function figuresOf(draw: (nowMs: number, target: Point) => void, truth = walk()) {
  const trace: Trace = { truth, arrivals: [] };
  return measure([film(drawing(draw), trace)]);
}

describe("measure", () => {
  it("finds the lag of one who is only late, and no error", () => {
    const figures = figuresOf((nowMs, target) => {
      target.x = placeAt(nowMs - 234);
      target.z = 0;
    });
    expect(figures.lagMs).toBeCloseTo(234, -1);
    expect(figures.rmsErrorM).toBeLessThan(0.01);
    expect(figures.speedP999Mps).toBeCloseTo(3, 3);
    expect(figures.stalledPercent).toBe(0);
  });

  it("finds the error of one who is beside the way", () => {
    const figures = figuresOf((nowMs, target) => {
      target.x = placeAt(nowMs - 100);
      target.z = 0.25;
    });
    expect(figures.rmsErrorM).toBeCloseTo(0.25, 2);
  });

  it("counts the frames that stand while the real one walks", () => {
    // Moves in every fourth frame: three of four stand.
    const figures = figuresOf((nowMs, target) => {
      const frame = Math.round((nowMs * 60) / 1000);
      target.x = placeAt(((frame - (frame % 4)) * 1000) / 60);
      target.z = 0;
    });
    expect(figures.stalledPercent).toBeCloseTo(75, 0);
    expect(figures.speedP999Mps).toBeCloseTo(12, 1);
    expect(figures.velocityChangeMps).toBeCloseTo(12 * Math.sqrt(2 / 4), 0);
  });

  it("sees no stall in somebody who stands", () => {
    const truth = walk();
    truth.x.fill(0);
    const figures = figuresOf((_nowMs, target) => {
      target.x = target.z = 0;
    }, truth);
    expect(figures.stalledPercent).toBe(0);
  });

  it("leaves teleports to a figure of their own", () => {
    const jumpMs = 10_000;
    const truth = walk();
    truth.jumpsMs.push(jumpMs);
    truth.x.forEach((x, index) => (truth.x[index] = truth.ms[index]! < jumpMs ? x : x + 20));
    const figures = figuresOf((nowMs, target) => {
      // Six frames of 100 ms sweep through the room.
      const part = Math.min(1, Math.max(0, (nowMs - jumpMs) / 100));
      target.x = placeAt(nowMs) + 20 * part;
      target.z = 0;
    }, truth);
    expect(figures.speedP999Mps).toBeCloseTo(3, 3);
    expect(figures.framesOnTheWay).toBeGreaterThanOrEqual(5);
    expect(figures.framesOnTheWay).toBeLessThanOrEqual(6);
  });
});
