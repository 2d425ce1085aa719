import { describe, expect, it } from "vitest";
import { Chance } from "./Chance";
import { Crowd } from "./Crowd";
import { distance, DOOR, isClear, isFree, path, SPOTS, TABLES, TABLE_RADIUS_M } from "./floor";

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
    const crowd = new Crowd(30, new Chance(3));
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
    const { guests } = new Crowd(100, new Chance(1));
    expect(new Set(guests.map((guest) => guest.userId)).size).toBe(100);
    expect(new Set(guests.map((guest) => guest.displayName)).size).toBe(100);
  });
});
