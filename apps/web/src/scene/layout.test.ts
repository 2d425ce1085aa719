import { describe, expect, it } from "vitest";
import { ASK_M } from "../app/OwnAvatar";
import { SEAT_ID_PATTERN, SEAT_REACH_M } from "../net/realtime/constants";
import vectors from "../net/realtime/sim/floor-vectors.json";
import { settle } from "./collision";
import * as layout from "./layout";

describe("the ground plan", () => {
  it("has the sizes that bots walk by", () => {
    const { plan } = vectors;
    expect(layout.HALF_WIDTH_M).toBe(plan.halfWidthM);
    expect(layout.HALF_DEPTH_M).toBe(plan.halfDepthM);
    expect(layout.COUNTER_Z_M).toBe(plan.counterZM);
    expect(layout.COUNTER_HALF_WIDTH_M).toBe(plan.counterHalfWidthM);
    expect(layout.STAFF_EDGE_Z_M).toBe(plan.staffEdgeZM);
    expect(layout.TABLE_RADIUS_M).toBe(plan.tableRadiusM);
    expect(layout.SEAT_DISTANCE_M).toBe(plan.seatDistanceM);
    expect(layout.DANCE_RADIUS_M).toBe(plan.danceRadiusM);
  });

  it("has door, dance floor and tables where bots know them", () => {
    expect([layout.DOOR.x, layout.DOOR.z]).toEqual(vectors.plan.door);
    expect([layout.DANCE_FLOOR.x, layout.DANCE_FLOOR.z]).toEqual(vectors.plan.danceFloor);
    expect(layout.TABLES.map(({ x, z }) => [x, z])).toEqual(vectors.plan.tables);
  });

  it.each(["table", "counter"] as const)("has a seat at every spot where bots stop at a %s", (kind) => {
    const seats = layout.SEATS.filter((seat) => seat.id.startsWith(`${kind}-`));
    const spots = vectors.spots[kind] as [x: number, z: number, headingRad: number, id: string][];
    expect(seats).toHaveLength(spots.length);
    seats.forEach(({ id, x, z, rotY }, index) => {
      const [spotX, spotZ, headingRad, spotId] = spots[index]!;
      expect(id).toBe(spotId);
      expect(x).toBeCloseTo(spotX, 5);
      expect(z).toBeCloseTo(spotZ, 5);
      expect(rotY).toBeCloseTo(headingRad, 5);
    });
  });

  it("sits people at tables face to face with the table", () => {
    const seats = layout.SEATS.filter((seat) => seat.id.startsWith("table-"));
    expect(seats).toHaveLength(4 * layout.TABLES.length);
    seats.forEach((seat, index) => {
      const table = layout.TABLES[Math.floor(index / 4)]!;
      expect(seat.x + layout.SEAT_DISTANCE_M * Math.sin(seat.rotY)).toBeCloseTo(table.x);
      expect(seat.z + layout.SEAT_DISTANCE_M * Math.cos(seat.rotY)).toBeCloseTo(table.z);
    });
  });

  it("lets one stand where one sits down from, at the door and all over the dance floor", () => {
    const free = [layout.DOOR, layout.DANCE_FLOOR];
    for (const seat of layout.SEATS) free.push({ x: seat.approachX, z: seat.approachZ });
    for (let angle = 0; angle < 6; angle++) {
      const { x, z } = layout.DANCE_FLOOR;
      free.push({ x: x + 2.9 * Math.sin(angle), z: z + 2.9 * Math.cos(angle) });
    }
    for (const spot of free) {
      const place = { ...spot };
      settle(place);
      expect(place.x).toBeCloseTo(spot.x);
      expect(place.z).toBeCloseTo(spot.z);
    }
  });

  it("gives every seat an id that the server takes, and no two the same", () => {
    const ids = layout.SEATS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(SEAT_ID_PATTERN);
  });

  it("lets one ask for a seat from where the server keeps it", () => {
    for (const { x, z, approachX, approachZ } of layout.SEATS) {
      expect(Math.hypot(x - approachX, z - approachZ) + ASK_M).toBeLessThan(SEAT_REACH_M);
    }
  });

  it("knows the seat that one is on, and that beside it there is none", () => {
    for (const seat of layout.SEATS) expect(layout.seatAt(seat.x + 0.1, seat.z - 0.1)).toBe(seat);
    expect(layout.seatAt(layout.DOOR.x, layout.DOOR.z)).toBeNull();
  });
});
