import { describe, expect, it } from "vitest";
import { BAR } from "../../../venue/bar";
import { distance } from "../../../venue/geometry";
import { Chance } from "./Chance";
import { Crowd } from "./Crowd";
import { FLOOR, SPOTS } from "./floor";

describe("the floor", () => {
  it("sends guests to the seats at tables and counter, not to the bench, and onto the dance floor", () => {
    const seats = SPOTS.filter(({ kind }) => kind === "seat").map(({ seatId }) => seatId);
    expect(seats).toEqual(BAR.seats.filter(({ kind }) => kind !== "bench").map(({ id }) => id));
    const dancers = SPOTS.filter(({ kind }) => kind === "dance");
    expect(dancers.map(({ at }) => at)).toEqual(BAR.danceFloor.spots.map(({ x, z }) => ({ x, z })));
  });

  it("has only spots where one can stand", () => {
    expect(SPOTS.filter((spot) => !FLOOR.isFree(spot.at))).toEqual([]);
    expect(FLOOR.isFree(BAR.door)).toBe(true);
    expect(FLOOR.isFree(BAR.tables.places[0]!)).toBe(false);
    for (const stand of BAR.staff) expect(FLOOR.isFree(stand)).toBe(false);
  });

  it("has a clear way between any two spots", () => {
    for (const { at: start } of SPOTS) {
      for (const { at: end } of SPOTS) {
        let here = start;
        for (const there of FLOOR.path(start, end)) {
          expect(FLOOR.isClear(here, there)).toBe(true);
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
        for (const table of BAR.tables.places)
          nearestTableM = Math.min(nearestTableM, distance(guest, table));
        longestStepM = Math.max(longestStepM, distance(guest, before[index]!));
        before[index] = { x: guest.x, z: guest.z };
        if (guest.anim === "walk") walked.add(guest.userId);
      });
    }
    expect(nearestTableM).toBeGreaterThan(BAR.tables.radiusM);
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
