import { describe, expect, it } from "vitest";
import vectors from "../../../../../wire/vectors/compact.json";
import { readMoves, type Move } from "./compact";

interface Case {
  readonly name: string;
  readonly indices: readonly (readonly [number, string])[];
  readonly hex: string;
  readonly expect: readonly Move[] | null;
}

// Imported JSON has a type of its own for each case; what is the same in all is this.
const CASES = vectors as unknown as readonly Case[];

function bytesOf(hex: string): ArrayBuffer {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16)).buffer;
}

describe("binary messages", () => {
  it.each(CASES)("$name comes to what every client reads", ({ indices, hex, expect: expected }) => {
    expect(readMoves(bytesOf(hex), new Map(indices))).toEqual(expected);
  });

  it("are read whole, or not at all, wherever they are cut", () => {
    for (const { indices, hex } of CASES.filter((one) => one.expect?.length === 1)) {
      for (let size = 0; size < hex.length / 2; size++) {
        const read = readMoves(bytesOf(hex.slice(0, 2 * size)), new Map(indices));
        // A head with no record is a message that says nothing.
        expect(read).toEqual(size === 7 ? [] : null);
      }
    }
  });
});
