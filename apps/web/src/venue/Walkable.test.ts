import { describe, expect, it } from "vitest";
import vectors from "../../../../wire/vectors/ways.json";
import { BAR } from "./bar";
import { obstaclesOf } from "./obstacles";
import { Walkable } from "./Walkable";

/** JSON's arrays have no length of their own; these are of two. */
type Pair = [x: number, z: number];

interface Case {
  readonly name: string;
  readonly plan: string;
  readonly clearanceM: number;
  readonly start: Pair;
  readonly goal: Pair;
  readonly isGoalFree: boolean;
  readonly nearestFree: Pair | null;
  readonly way: Pair[];
}

const PLANS = vectors.plans;
const CASES = vectors.ways as Case[];
/** One floor for each plan and size, as callers keep them. */
const FLOORS = new Map<string, Walkable>();

function floorOf({ plan, clearanceM }: Case): Walkable {
  const key = `${plan} ${clearanceM}`;
  const known = FLOORS.get(key);
  if (known !== undefined) return known;
  const floor = new Walkable(plan === "bar" ? PLANS.bar : PLANS.cell, clearanceM);
  FLOORS.set(key, floor);
  return floor;
}

const place = ([x, z]: Pair) => ({ x, z });

describe("Walkable", () => {
  it("is asked about a bar with the obstacles that the server finds in its file", () => {
    expect(obstaclesOf(BAR)).toMatchObject(PLANS.bar);
  });

  it.each(CASES)("finds the way that the server finds: $name", (one) => {
    const floor = floorOf(one);
    const [start, goal] = [place(one.start), place(one.goal)];
    expect(floor.isFree(goal)).toBe(one.isGoalFree);
    expect(floor.nearestFree(start)).toEqual(one.nearestFree === null ? null : place(one.nearestFree));
    expect(floor.path(start, goal)).toEqual(one.way.map(place));
  });

  it("knows no place where one can stand on a floor that is all in the way", () => {
    const box = { minX: -2, maxX: 2, minZ: -2, maxZ: 2 };
    const floor = new Walkable({ bounds: { ...box, maxX: 1 }, boxes: [box], circles: [] }, 0.3);
    expect(floor.nearestFree({ x: 0, z: 0 })).toBeNull();
    expect(floor.path({ x: 0, z: 0 }, { x: 1, z: 1 })).toEqual([]);
  });
});
