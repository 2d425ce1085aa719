import { describe, expect, it } from "vitest";
import { AtlasSlots } from "./AtlasSlots";

describe("AtlasSlots", () => {
  it("gives every tile once, lowest first, then none", () => {
    const slots = new AtlasSlots(2, 2);
    expect([0, 0, 0, 0, 0].map(() => slots.acquire())).toEqual([0, 1, 2, 3, -1]);
  });

  it("gives a released tile again", () => {
    const slots = new AtlasSlots(2, 2);
    for (let tile = 0; tile < 4; tile++) slots.acquire();
    slots.release(1);
    expect(slots.acquire()).toBe(1);
    expect(slots.acquire()).toBe(-1);
  });

  it("keeps the tiles that are taken as it grows", () => {
    const slots = new AtlasSlots(3, 1);
    slots.acquire();
    slots.grow(2);
    expect(slots.rows).toBe(2);
    expect([1, 2, 3, 4, 5].map(() => slots.acquire())).toEqual([1, 2, 3, 4, 5]);
    expect(slots.acquire()).toBe(-1);
  });
});
