import { describe, expect, it } from "vitest";
import { ACT_DURATION_MAX_S } from "../net/realtime/constants";
import { CUSTOM, DURATIONS, FIRST_DURATION, forHowLong, readDuration } from "./durations";

const own = (amount: string, unit: "minutes" | "hours" | "days") => ({ choice: CUSTOM, amount, unit });

describe("readDuration", () => {
  it("takes one of the list, whatever was typed before", () => {
    const read = DURATIONS.map(({ id }) => readDuration({ ...FIRST_DURATION, choice: id, amount: "x" }));
    expect(read.map((one) => (one.isGood ? one.seconds : "bad"))).toEqual([
      600,
      3_600,
      86_400,
      604_800,
      null,
    ]);
  });

  it.each([
    [own("45", "minutes"), 2_700],
    [own(" 3 ", "hours"), 10_800],
    [own("3660", "days"), ACT_DURATION_MAX_S],
  ])("takes one's own", (draft, seconds) => {
    expect(readDuration(draft)).toEqual({ isGood: true, seconds });
  });

  it.each(["", "0", "-5", "1.5", "soon", "1e400"])("says why %j is none", (amount) => {
    expect(readDuration(own(amount, "minutes"))).toMatchObject({
      isGood: false,
      why: expect.stringContaining("whole number") as string,
    });
  });

  it("does not go beyond what the server takes", () => {
    expect(readDuration(own("3661", "days"))).toMatchObject({
      isGood: false,
      why: expect.stringContaining("Ten years") as string,
    });
  });
});

describe("forHowLong", () => {
  it.each([
    [null, "for good"],
    [600, "for 10 minutes"],
    [86_400, "for 1 day"],
    [2 * 86_400, "for 2 days"],
    [7_200, "for 2 hours"],
    [60, "for 1 minute"],
    [61, "for 2 minutes"],
  ])("of %s is %s", (seconds, text) => {
    expect(forHowLong(seconds)).toBe(text);
  });
});
