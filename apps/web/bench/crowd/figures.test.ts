import { describe, expect, it } from "vitest";
import { Phase, table } from "./figures";

const FIGURES = { frames: 100, ticksMs: [], serverMs: 50 } as const;

describe("Phase", () => {
  it("counts the client's script alone, by frames", () => {
    const phase = new Phase("walk", { figures: FIGURES, tasksMs: [50, 3], scriptMs: 650, layoutMs: 20 });
    expect(phase.scriptMs).toBe(6);
    expect(phase.isGood).toBe(true);
    expect(table([phase])).toContain("| walk | 100 | 6.00 | 0.0 / 0.0 / 0.0 | 0.20 | 50.0 |");
  });

  it("is not good with a long task, or with more script than a frame may have", () => {
    const slow = new Phase("join", { figures: FIGURES, tasksMs: [70], scriptMs: 100, layoutMs: 0 });
    expect(slow.isGood).toBe(false);
    expect(table([slow])).toContain("| 70.0 |");
    expect(new Phase("walk", { figures: FIGURES, tasksMs: [50, 3], scriptMs: 651, layoutMs: 0 }).isGood).toBe(
      false,
    );
  });

  it("is good whatever it took where nothing is asked of it", () => {
    expect(
      new Phase("arrive", { figures: FIGURES, tasksMs: [50, 3], scriptMs: 9000, layoutMs: 0 }, false).isGood,
    ).toBe(true);
  });

  it("says what most frames took", () => {
    const ticksMs = Array.from({ length: 100 }, (_, index) => index + 1);
    const phase = new Phase("walk", {
      figures: { ...FIGURES, ticksMs },
      tasksMs: [],
      scriptMs: 0,
      layoutMs: 0,
    });
    expect([50, 95, 99].map((percent) => phase.tickMs(percent))).toEqual([51, 96, 100]);
  });
});
