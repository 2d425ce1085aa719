import { describe, expect, it } from "vitest";
import type { Collide, Spot } from "../motion/OwnMotion";
import { collide as barCollide } from "../scene/collision";
import { HALF_DEPTH_M, HALF_WIDTH_M, SEATS, TABLES } from "../scene/layout";
import { PathFinder } from "./PathFinder";

/** A wall along x = 0, but for a gap at the far end. */
const wall: Collide = (_x, _z, nextX, nextZ, out) => {
  const isInWall = Math.abs(nextX) < 0.5 && nextZ < 3;
  out.x = isInWall ? 0.5 : nextX;
  out.z = nextZ;
};

/** Every few centimetres of a way, its corners straight between. */
function* along(from: Spot, path: readonly Spot[]): Generator<Spot> {
  let here = from;
  for (const next of path) {
    for (let part = 0; part < 1; part += 0.01) {
      yield { x: here.x + (next.x - here.x) * part, z: here.z + (next.z - here.z) * part };
    }
    here = next;
  }
}

describe("PathFinder", () => {
  it("goes straight where nothing stands in the way", () => {
    const ways = new PathFinder(wall, 5, 5);
    expect(ways.path({ x: 1, z: -4 }, { x: 4, z: 4 })).toEqual([{ x: 4, z: 4 }]);
  });

  it("goes around a wall, and not through it", () => {
    const ways = new PathFinder(wall, 5, 5);
    const from = { x: -3, z: -4 };
    const path = ways.path(from, { x: 3, z: -4 });
    expect(path.length).toBeGreaterThan(1);
    expect(path.at(-1)).toEqual({ x: 3, z: -4 });
    // A corner may be cut by less than the step with which lines are looked at: there one slides.
    for (const { x, z } of along(from, path)) expect(Math.abs(x) < 0.45 && z < 2.95).toBe(false);
  });

  it("ends beside what is asked for where nobody can stand", () => {
    const ways = new PathFinder(wall, 5, 5);
    const end = ways.path({ x: 3, z: 0 }, { x: 0.1, z: 0 }).at(-1)!;
    expect(ways.isFree(end.x, end.z)).toBe(true);
    expect(Math.hypot(end.x - 0.1, end.z)).toBeLessThan(0.8);
  });

  it("leads from the door to every seat of the bar", () => {
    const ways = new PathFinder(barCollide, HALF_WIDTH_M, HALF_DEPTH_M);
    const door = { x: 0, z: 7 };
    for (const { approachX, approachZ } of SEATS) {
      const path = ways.path(door, { x: approachX, z: approachZ });
      const end = path.at(-1)!;
      expect(Math.hypot(end.x - approachX, end.z - approachZ)).toBeLessThan(0.5);
      for (const { x, z } of along(door, path)) {
        for (const table of TABLES) {
          expect(Math.hypot(x - table.x, z - table.z)).toBeGreaterThan(0.7);
        }
      }
    }
  });
});
