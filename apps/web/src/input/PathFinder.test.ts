import { describe, expect, it } from "vitest";
import { collide, WALKER_RADIUS_M } from "../scene/collision";
import { SEATS } from "../scene/layout";
import { BAR } from "../venue/bar";
import { obstaclesOf } from "../venue/obstacles";
import type { Point } from "../venue/Venue";
import { Walkable } from "../venue/Walkable";
import { PathFinder } from "./PathFinder";

/** A wall along x = 0, but for a gap at the far end. */
const WALL = {
  bounds: { minX: -5, maxX: 5, minZ: -5, maxZ: 5 },
  boxes: [{ minX: -0.2, maxX: 0.2, minZ: -6, maxZ: 3 }],
  circles: [],
};
const wall = new Walkable(WALL, 0.3);

/** Every few centimetres of a way, its corners straight between. */
function* along(from: Point, path: readonly Point[]): Generator<Point> {
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
    expect(new PathFinder(wall).path({ x: 1, z: -4 }, { x: 4, z: 4 })).toEqual([{ x: 4, z: 4 }]);
  });

  it("goes around a wall, and not through it", () => {
    const from = { x: -3, z: -4 };
    const path = new PathFinder(wall).path(from, { x: 3, z: -4 });
    expect(path.length).toBeGreaterThan(1);
    expect(path.at(-1)).toEqual({ x: 3, z: -4 });
    for (const place of along(from, path)) expect(wall.isFree(place)).toBe(true);
  });

  it("ends beside what is asked for where nobody can stand", () => {
    const end = new PathFinder(wall).path({ x: 3, z: 0 }, { x: 0.1, z: 0 }).at(-1)!;
    expect(wall.isFree(end)).toBe(true);
    expect(Math.hypot(end.x - 0.1, end.z)).toBeLessThan(0.5);
  });

  it("goes straight where there is no way at all", () => {
    const shut = new Walkable({ ...WALL, boxes: [{ minX: -0.2, maxX: 0.2, minZ: -6, maxZ: 6 }] }, 0.3);
    expect(new PathFinder(shut).path({ x: -3, z: 0 }, { x: 3, z: 0 })).toEqual([{ x: 3, z: 0 }]);
  });

  it("leads from the door to every seat of the bar, and nobody is pushed off that way", () => {
    const ways = new PathFinder(new Walkable(obstaclesOf(BAR), WALKER_RADIUS_M));
    const pushed = { x: 0, z: 0 };
    for (const { approachX, approachZ } of SEATS) {
      const path = ways.path(BAR.door, { x: approachX, z: approachZ });
      expect(path.at(-1)).toEqual({ x: approachX, z: approachZ });
      for (const { x, z } of along(BAR.door, path)) {
        collide(x, z, x, z, pushed);
        expect(Math.hypot(pushed.x - x, pushed.z - z)).toBeLessThan(1e-9);
      }
    }
  });
});
