import { describe, expect, it } from "vitest";
import type { Fetch } from "./http";
import { ServerTime } from "./ServerTime";

const HOUR_MS = 3_600_000;
/** What the server's clock says when the page's monotonic one says 0: a whole second. */
const TRUE_MS = Date.UTC(2026, 10, 27, 18, 0, 0);

/** A reader whose clock is an hour fast, and a hand on their monotonic one. */
function reader() {
  const hand = { ms: 0 };
  return { hand, time: new ServerTime(() => hand.ms, TRUE_MS + HOUR_MS) };
}

/** Answers after `wayMs` there, and as much back, with the server's `Date` of the moment between. */
function answering(hand: { ms: number }, wayMs: number, date?: string): Fetch {
  return () => {
    hand.ms += wayMs;
    const headers = { Date: date ?? new Date(TRUE_MS + hand.ms).toUTCString() };
    hand.ms += wayMs;
    return Promise.resolve(new Response("{}", { headers }));
  };
}

describe("ServerTime", () => {
  it("goes by the reader's clock only until the server has said something", async () => {
    const { hand, time } = reader();
    expect(time.nowMs()).toBe(TRUE_MS + HOUR_MS);
    await time.listening(answering(hand, 40))("/rooms/lobby", {});
    expect(Math.abs(time.nowMs() - TRUE_MS - hand.ms)).toBeLessThanOrEqual(540);
  });

  it("is exact once a heartbeat has measured it, and no answer's whole seconds spoil that", async () => {
    const { hand, time } = reader();
    time.measure(TRUE_MS + 7, 20);
    await time.listening(answering(hand, 40))("/rooms/lobby", {});
    expect(time.nowMs()).toBe(TRUE_MS + 7 + hand.ms);
  });

  it("takes a less exact measurement that contradicts: a clock was set, or the computer slept", () => {
    const { time } = reader();
    time.measure(TRUE_MS, 20);
    time.measure(TRUE_MS + 521, 500);
    expect(time.nowMs()).toBe(TRUE_MS + 521);
    time.measure(TRUE_MS - HOUR_MS, 500);
    expect(time.nowMs()).toBe(TRUE_MS - HOUR_MS);
  });

  it("keeps the more exact measurement up to the last millisecond of agreement", () => {
    const { time } = reader();
    time.measure(TRUE_MS, 20);
    time.measure(TRUE_MS + 520, 500);
    expect(time.nowMs()).toBe(TRUE_MS);
  });

  it.each(["", "yesterday"])("is as it was where an answer's date is %j", async (date) => {
    const { hand, time } = reader();
    await time.listening(answering(hand, 0, date))("/rooms/lobby", {});
    expect(time.nowMs()).toBe(TRUE_MS + HOUR_MS);
  });

  it("hands requests and answers on unchanged, and what goes wrong too", async () => {
    const { time } = reader();
    const asked: unknown[] = [];
    const answer = new Response("{}");
    const init = { method: "POST" };
    const fetch = time.listening((...request) => {
      asked.push(request);
      return Promise.resolve(answer);
    });
    expect(await fetch("/rooms", init)).toBe(answer);
    expect(asked).toEqual([["/rooms", init]]);
    const broken = time.listening(() => Promise.reject(new TypeError("no network")));
    await expect(broken("/rooms", init)).rejects.toThrow("no network");
  });
});
