import { describe, expect, it } from "vitest";
import type { Evidence } from "../../api/moderation";
import { beforeText, placesAt, timelineOf } from "./timeline";

const TO_MS = 1_000_000;
const INVOLVED = { reporterId: "nina", reportedId: "rudi" };
const EVIDENCE: Evidence = {
  fromMs: TO_MS - 300_000,
  toMs: TO_MS,
  people: { nina: "Nina", rudi: "Rudi" },
  events: [
    { atMs: TO_MS - 4_000, kind: "chat", userId: "rudi", text: "<b>Watches!</b>", messageId: "2" },
    { atMs: TO_MS - 127_000, kind: "joined", userId: "rudi" },
    { atMs: TO_MS - 2_000, kind: "emote", userId: "nina", emoteId: "sad" },
    { atMs: TO_MS - 1_000, kind: "left", userId: "stranger" },
  ],
  positions: [
    { atMs: TO_MS - 10_000, places: { rudi: [1, 2] } },
    { atMs: TO_MS - 20_000, places: { rudi: [0, 0] } },
  ],
};

describe("timelineOf", () => {
  it("reads oldest first, with how long before the report it was, and who had which part", () => {
    const entries = timelineOf(EVIDENCE, INVOLVED);
    expect(entries.map(({ before, name, part, what, said }) => [before, name, part, what, said])).toEqual([
      ["2:07 before", "Rudi", "reported", "came in", ""],
      ["0:04 before", "Rudi", "reported", "", "<b>Watches!</b>"],
      ["0:02 before", "Nina", "reporter", "showed sad", ""],
      ["0:01 before", "stranger", "other", "left", ""],
    ]);
    expect(new Set(entries.map(({ key }) => key)).size).toBe(4);
  });

  it("takes no name from what every object has", () => {
    const events = [{ atMs: 1, kind: "left", userId: "constructor" } as const];
    expect(timelineOf({ ...EVIDENCE, events }, INVOLVED)[0]!.name).toBe("constructor");
  });
});

describe("placesAt", () => {
  it("are the newest that are not later, and the first before all", () => {
    expect(placesAt(EVIDENCE, TO_MS)?.places).toEqual({ rudi: [1, 2] });
    expect(placesAt(EVIDENCE, TO_MS - 15_000)?.places).toEqual({ rudi: [0, 0] });
    expect(placesAt(EVIDENCE, 0)?.places).toEqual({ rudi: [0, 0] });
    expect(placesAt({ ...EVIDENCE, positions: [] }, TO_MS)).toBeNull();
  });
});

describe("beforeText", () => {
  it.each([
    [0, "just before"],
    [61_400, "1:01 before"],
    [300_000, "5:00 before"],
    [-5, "just before"],
  ])("of %d ms is %s", (ms, text) => {
    expect(beforeText(ms)).toBe(text);
  });
});
