import { describe, expect, it } from "vitest";
import type { Figures } from "./figures";
import { CLEAN_LAG_MS, failures, GATES, lateness, losses, print, shortcomings, type Table } from "./report";

const AT_THE_GATES: Figures = { ...GATES, framesOnTheWay: 0 };
const WORSE: Figures = {
  lagMs: 400,
  rmsErrorM: 1,
  speedP999Mps: 9,
  stalledPercent: 5,
  velocityChangeMps: 1,
  framesOnTheWay: 3,
};

function table(other: Figures, ours: Figures): Table {
  return {
    title: "Network B",
    rows: [
      { name: "another", figures: other },
      { name: "ours", figures: ours },
    ],
  };
}

describe("failures", () => {
  it("has none at the bounds themselves", () => {
    expect(failures(table(WORSE, AT_THE_GATES))).toEqual([]);
  });

  it.each(Object.keys(GATES) as (keyof typeof GATES)[])("sees %s over its bound", (key) => {
    const ours = { ...AT_THE_GATES, [key]: GATES[key] * 1.001 };
    expect(failures(table({ ...WORSE, [key]: 1e9 }, ours))).toHaveLength(1);
  });

  it("sees a figure that is no number", () => {
    const ours = { ...AT_THE_GATES, rmsErrorM: Number.NaN };
    expect(failures(table(WORSE, ours))).toHaveLength(1);
  });

  it.each(["stalledPercent", "velocityChangeMps"] as const)("wants %s below everybody's", (key) => {
    const other = { ...WORSE, [key]: AT_THE_GATES[key] };
    expect(failures(table(other, AT_THE_GATES))).toHaveLength(1);
  });
});

describe("lateness", () => {
  it("sees a lag over the bound of a clean line, and none at it", () => {
    expect(lateness(table(WORSE, { ...WORSE, lagMs: CLEAN_LAG_MS }))).toEqual([]);
    expect(lateness(table(WORSE, { ...WORSE, lagMs: CLEAN_LAG_MS + 1 }))).toHaveLength(1);
  });
});

describe("losses", () => {
  it("has none where nobody stalls and ours is the calmer", () => {
    const still = { ...AT_THE_GATES, stalledPercent: 0 };
    expect(losses(table({ ...WORSE, stalledPercent: 0 }, still))).toEqual([]);
  });

  it("sees who stalls less", () => {
    expect(losses(table({ ...WORSE, stalledPercent: 0 }, AT_THE_GATES))).toHaveLength(1);
  });

  it("sees who is as calm", () => {
    const other = { ...WORSE, velocityChangeMps: AT_THE_GATES.velocityChangeMps };
    expect(losses(table(other, AT_THE_GATES))).toHaveLength(1);
  });
});

describe("shortcomings", () => {
  it("names who is better, at what, and by how much", () => {
    const lines = shortcomings(table({ ...WORSE, lagMs: 100 }, AT_THE_GATES));
    expect(lines).toEqual(["Network B, lag ms: ours 340; another 100"]);
  });

  it("takes less than a tenth for a tie", () => {
    expect(shortcomings(table({ ...WORSE, lagMs: 307 }, AT_THE_GATES))).toEqual([]);
  });
});

describe("print", () => {
  it("is a Markdown table with a row for each", () => {
    const lines = print(table(WORSE, AT_THE_GATES)).split("\n");
    expect(lines[0]).toBe("### Network B");
    expect(lines.slice(2).map((line) => line.split("|").length)).toEqual([9, 9, 9, 9]);
    expect(lines.at(-1)).toContain("340");
  });
});
