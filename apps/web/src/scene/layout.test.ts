import { describe, expect, it } from "vitest";
import { ASK_M } from "../app/OwnAvatar";
import { SEAT_ID_PATTERN, SEAT_REACH_M } from "../net/realtime/constants";
import { settle } from "./collision";
import * as layout from "./layout";

describe("the ground plan", () => {
  it("sits people at tables face to face with the table", () => {
    const seats = layout.SEATS.filter((seat) => seat.id.startsWith("table-"));
    expect(seats).toHaveLength(4 * layout.TABLES.length);
    seats.forEach((seat, index) => {
      const table = layout.TABLES[Math.floor(index / 4)]!;
      const awayM = Math.hypot(table.x - seat.x, table.z - seat.z);
      expect(seat.x + awayM * Math.sin(seat.rotY)).toBeCloseTo(table.x);
      expect(seat.z + awayM * Math.cos(seat.rotY)).toBeCloseTo(table.z);
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
