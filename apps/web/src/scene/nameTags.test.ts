import { describe, expect, it } from "vitest";
import { sortNearest, UNPLACED, type NameTag } from "./nameTags";

function nameAt(awayM: number, isOwn = false): NameTag {
  return { ...UNPLACED, text: "", badges: [], isOwn, awayM };
}

describe("sortNearest", () => {
  it("has the nearest first after one has walked through a dense crowd, and oneself before all", () => {
    // Each is nearer than the one before it, by less than counts between two.
    const names = Array.from({ length: 100 }, (_none, at) => nameAt(40 - at * 0.4));
    const own = nameAt(50, true);
    names.push(own);
    sortNearest(names);
    expect(names[0]).toBe(own);
    const others = names.slice(1).map(({ awayM }) => awayM);
    others.forEach((awayM, at) => {
      expect(Math.min(...others.slice(at))).toBeGreaterThanOrEqual(awayM - 0.5);
    });
  });

  it("lets two who stand side by side keep their places", () => {
    const [one, other] = [nameAt(5), nameAt(5.3)];
    const names = [one, other];
    one.awayM = 5.6;
    sortNearest(names);
    expect(names).toEqual([one, other]);
    one.awayM = 5.9;
    sortNearest(names);
    expect(names).toEqual([other, one]);
  });
});
