import { describe, expect, it } from "vitest";
import { company, duration, people, secondsLeft, untilWhen } from "./format";

const NOW = new Date(2026, 10, 23, 18, 0, 0).getTime();

describe("secondsLeft", () => {
  it("is never 0 while something is left", () => {
    expect(secondsLeft(1)).toBe(1);
    expect(secondsLeft(1_001)).toBe(2);
    expect(secondsLeft(0)).toBe(0);
    expect(secondsLeft(-5)).toBe(0);
  });
});

describe("duration", () => {
  it.each([
    [1_000, "1 s"],
    [90_000, "90 s"],
    [91_000, "2 min"],
    [90 * 60_000, "90 min"],
    [91 * 60_000, "2 h"],
    [36 * 3_600_000, "36 h"],
    [37 * 3_600_000, "2 days"],
    // What the clock may be wrong by makes nothing longer.
    [86_400_000 + 4_999, "24 h"],
    [600_000 + 5_000, "10 min"],
    [600_000 + 5_001, "11 min"],
  ])("says %i ms as %s, rounded up", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

describe("untilWhen", () => {
  it("knows for good, for now, and what is over", () => {
    expect(untilWhen(null, NOW)).toBe("for good");
    expect(untilWhen(undefined, NOW)).toBe("for now");
    expect(untilWhen(NOW - 1, NOW)).toBe("until just now");
  });

  it("counts a short time, names the hour of a longer one, and the day where it is another", () => {
    expect(untilWhen(NOW + 20_000, NOW, "en-GB")).toBe("for 20 s more");
    expect(untilWhen(NOW + 600_000, NOW, "en-GB")).toBe("until 18:10 (10 min)");
    expect(untilWhen(NOW + 2 * 86_400_000, NOW, "en-GB")).toContain("25 November");
  });
});

describe("people", () => {
  it("counts bots apart from people", () => {
    expect(company(3, 0)).toBe("3 people");
    expect(company(1, 1)).toBe("1 person and 1 bot");
    expect(company(0, 12)).toBe("0 people and 12 bots");
  });

  it("counts one as one", () => {
    expect(people(1)).toBe("1 person");
    expect(people(0)).toBe("0 people");
  });
});
