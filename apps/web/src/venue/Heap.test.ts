import { describe, expect, it } from "vitest";
import { Heap } from "./Heap";

describe("Heap", () => {
  it("gives out by rank, and equals by number", () => {
    const heap = new Heap();
    const pairs = Array.from({ length: 200 }, (_, index) => [(index * 7919) % 13, (index * 104729) % 211]);
    for (const [rank, item] of pairs) heap.push(rank!, item!);
    const expected = pairs.toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]!).map(([, item]) => item);
    expect(pairs.map(() => heap.pop())).toEqual(expected);
    expect(heap.pop()).toBeNull();
  });

  it("takes in again once it was empty", () => {
    const heap = new Heap();
    heap.push(2, 20);
    expect(heap.pop()).toBe(20);
    heap.push(1, 10);
    heap.push(0, 30);
    expect([heap.pop(), heap.pop(), heap.pop()]).toEqual([30, 10, null]);
  });
});
