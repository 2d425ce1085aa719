import { describe, expect, it } from "vitest";
import { readMoves } from "../../src/net/realtime/compact";
import { encodeMoves } from "./encodeMoves";
import { Walkers } from "./Walkers";

describe("encodeMoves", () => {
  it("writes what the client reads, to the millimetre", () => {
    const walkers = new Walkers(7);
    for (let count = 0; count < 300; count++) walkers.admit(0);
    for (let step = 1; step < 50; step++) walkers.step(step * 50, 0.05);
    const users = new Map(walkers.list.map(({ index, info }) => [index, info.userId]));
    const moves = readMoves(encodeMoves(walkers.list, 1_800_000_000_123), users);
    expect(moves).toHaveLength(300);
    expect(moves![299]!.ts).toBe(1_800_000_000_123);
    const { info, x, z, rotY, anim } = walkers.list[299]!;
    const { payload } = moves![299]!;
    expect(payload).toMatchObject({ userId: info.userId, anim, y: 0, seq: 1, speaking: false });
    expect(payload.x).toBeCloseTo(x, 3);
    expect(payload.z).toBeCloseTo(z, 3);
    expect(payload.rotY).toBeCloseTo(rotY, 3);
  });
});
