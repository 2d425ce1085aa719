import { describe, expect, it } from "vitest";
import { TagSlots, type Slotted } from "./TagSlots";

function names(count: number): Slotted[] {
  return Array.from({ length: count }, () => ({ slot: -1, isWanted: false, part: 1 }));
}

describe("TagSlots", () => {
  it("gives the nearest tiles, and takes the farthest one's for somebody who comes nearer", () => {
    const slots = new TagSlots(3);
    const all = names(5);
    const painted: Slotted[] = [];
    slots.assign(all, 3, all, 9, painted);
    expect(all.map(({ slot }) => slot)).toEqual([0, 1, 2, -1, -1]);
    const turned = [...all].reverse();
    slots.assign(turned, 1, turned, 9, painted);
    expect(painted).toEqual([all[4]]);
    expect(all.map(({ slot }) => slot)).toEqual([-1, 1, 2, -1, 0]);
    expect(all[0]!.part).toBe(0);
  });

  it("gives no more at once than are to be painted, and the rest in the next frames", () => {
    const slots = new TagSlots(10);
    const all = names(10);
    const painted: Slotted[] = [];
    const had = [1, 2, 3].map(() => {
      slots.assign(all, 10, all, 4, painted);
      return painted.length;
    });
    expect(had).toEqual([4, 4, 2]);
  });

  it("takes no tile from who is to be read, and gives those of who is gone again", () => {
    const slots = new TagSlots(2);
    const all = names(3);
    const painted: Slotted[] = [];
    slots.assign(all, 3, all, 9, painted);
    expect(all[2]!.slot).toBe(-1);
    slots.release(all[0]!);
    slots.assign(all, 3, all.slice(1), 9, painted);
    expect(new Set(all.map(({ slot }) => slot))).toEqual(new Set([0, 1, -1]));
  });
});
