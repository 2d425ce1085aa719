import { describe, expect, it } from "vitest";
import { Chance } from "./Chance";
import { Crowd } from "./Crowd";
import * as floor from "./floor";
import { distance, DOOR, isClear, isFree, path, SPOTS, TABLES, TABLE_RADIUS_M } from "./floor";
import vectors from "./floor-vectors.json";

/** JSON's arrays have no length of their own; these are of two and four. */
const PLACES = (vectors.places as [number, number][]).map(([x, z]) => ({ x, z }));
const WAYS = vectors.ways as [start: number, end: number, isClear: boolean, lengthM: number][];

function lengthM(corners: readonly floor.Point[]): number {
  return corners.slice(1).reduce((sum, corner, at) => sum + distance(corners[at]!, corner), 0);
}

describe("the bots' floor and this one", () => {
  it("are of the same sizes", () => {
    const { plan } = vectors;
    expect(floor.HALF_WIDTH_M).toBe(plan.halfWidthM);
    expect(floor.HALF_DEPTH_M).toBe(plan.halfDepthM);
    expect(floor.CLEARANCE_M).toBe(plan.clearanceM);
    expect(floor.COUNTER_HALF_WIDTH_M).toBe(plan.counterHalfWidthM);
    expect(floor.STAFF_EDGE_Z_M).toBe(plan.staffEdgeZM);
    expect(TABLE_RADIUS_M).toBe(plan.tableRadiusM);
    expect([DOOR.x, DOOR.z]).toEqual(plan.door);
    expect([floor.DANCE_FLOOR.x, floor.DANCE_FLOOR.z]).toEqual(plan.danceFloor);
    expect(TABLES.map(({ x, z }) => [x, z])).toEqual(plan.tables);
  });

  it.each(["table", "counter", "dance"] as const)("have the same spots of the kind %s", (kind) => {
    const spots = SPOTS.filter((spot) => spot.kind === kind);
    const expected = vectors.spots[kind] as [number, number, number, string | null][];
    expect(spots).toHaveLength(expected.length);
    spots.forEach(({ at, headingRad, seatId }, index) => {
      const [x, z, rad, id] = expected[index]!;
      expect(seatId).toBe(id);
      expect(at.x).toBeCloseTo(x, 5);
      expect(at.z).toBeCloseTo(z, 5);
      expect(headingRad).toBeCloseTo(rad, 5);
    });
  });

  it("let people stand at the same places", () => {
    const free = PLACES.flatMap((place, index) => (isFree(place) ? [index] : []));
    expect(free).toEqual(vectors.free);
  });

  it("know the same straight ways, and as short ones around what stands there", () => {
    expect(WAYS.length).toBeGreaterThan(300);
    for (const [start, end, isStraight, shortestM] of WAYS) {
      const [from, to] = [PLACES[start]!, PLACES[end]!];
      expect(isClear(from, to), `${start} to ${end}`).toBe(isStraight);
      expect(lengthM([from, ...path(from, to)]), `${start} to ${end}`).toBeCloseTo(shortestM, 4);
    }
  });
});

describe("the floor", () => {
  it("has only spots where one can stand", () => {
    expect(SPOTS.filter((spot) => !isFree(spot.at))).toEqual([]);
    expect(isFree(DOOR)).toBe(true);
    expect(isFree(TABLES[0]!)).toBe(false);
    expect(isFree({ x: 0, z: -7 })).toBe(false);
  });

  it("has a clear way between any two spots", () => {
    for (const { at: start } of SPOTS) {
      for (const { at: end } of SPOTS) {
        let here = start;
        for (const there of path(start, end)) {
          expect(isClear(here, there)).toBe(true);
          here = there;
        }
        expect(here).toBe(end);
      }
    }
  });
});

describe("a crowd", () => {
  it("never walks into a table, jumps, or shares a spot", () => {
    const crowd = new Crowd(30, new Chance(3), () => false);
    const before = crowd.guests.map(({ x, z }) => ({ x, z }));
    const walked = new Set<string>();
    let nearestTableM = Infinity;
    let longestStepM = 0;
    for (let tick = 0; tick < 20 * 120; tick++) {
      crowd.step(0.05, () => undefined);
      crowd.guests.forEach((guest, index) => {
        for (const table of TABLES) nearestTableM = Math.min(nearestTableM, distance(guest, table));
        longestStepM = Math.max(longestStepM, distance(guest, before[index]!));
        before[index] = { x: guest.x, z: guest.z };
        if (guest.anim === "walk") walked.add(guest.userId);
      });
    }
    expect(nearestTableM).toBeGreaterThan(TABLE_RADIUS_M);
    expect(longestStepM).toBeLessThan(1.75 * 0.05);
    expect(walked.size).toBe(30);
    const standing = crowd.guests.filter((guest) => guest.anim !== "walk");
    for (const one of standing) {
      const near = standing.filter((other) => other !== one && distance(one, other) < 0.3);
      expect(near).toEqual([]);
    }
  });

  it("gives everybody an id and a name of their own", () => {
    const { guests } = new Crowd(100, new Chance(1), () => false);
    expect(new Set(guests.map((guest) => guest.userId)).size).toBe(100);
    expect(new Set(guests.map((guest) => guest.displayName)).size).toBe(100);
  });
});
