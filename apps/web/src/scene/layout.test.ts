import { describe, expect, it } from "vitest";
import floor from "../../../../src/virtubar/bots/floor.py?raw";
import { settle } from "./collision";
import * as layout from "./layout";

/** A number that floor.py sets, by its name. */
function numberOf(name: string): number {
  const found = new RegExp(`^${name} = (-?[\\d.]+)$`, "m").exec(floor);
  if (found === null) throw new Error(`floor.py has no ${name}`);
  return Number(found[1]);
}

/** Every `Point(x, z)` of an expression of floor.py. */
function pointsOf(name: string): { x: number; z: number }[] {
  const body = new RegExp(`^${name} = (\\([\\s\\S]*?^\\)|Point\\(.*\\))$`, "m").exec(floor);
  const points = body?.[1]?.matchAll(/Point\((-?[\d.]+), (-?[\d.]+)\)/g) ?? [];
  return [...points].map(([, x, z]) => ({ x: Number(x), z: Number(z) }));
}

describe("the ground plan", () => {
  it("has the sizes that bots walk by", () => {
    for (const name of [
      "HALF_WIDTH_M",
      "HALF_DEPTH_M",
      "COUNTER_Z_M",
      "COUNTER_HALF_WIDTH_M",
      "STAFF_EDGE_Z_M",
      "TABLE_RADIUS_M",
      "SEAT_DISTANCE_M",
      "DANCE_RADIUS_M",
    ] as const) {
      expect(layout[name], name).toBe(numberOf(name));
    }
  });

  it("has door, dance floor and tables where bots know them", () => {
    expect(pointsOf("DOOR")).toEqual([layout.DOOR]);
    expect(pointsOf("DANCE_FLOOR")).toEqual([layout.DANCE_FLOOR]);
    expect(pointsOf("TABLES")).toEqual(layout.TABLES);
  });

  it("has a stool at every spot where bots stop at the counter", () => {
    const spots =
      /COUNTER_SPOTS = .*Point\((-?[\d.]+) \+ ([\d.]+) \* index, (-?[\d.]+)\), math\.pi\) for index in range\((\d+)\)/.exec(
        floor,
      );
    const [first, step, z, count] = (spots ?? []).slice(1).map(Number);
    const stools = layout.SEATS.filter((seat) => seat.id.startsWith("counter-"));
    expect(stools).toHaveLength(count!);
    stools.forEach((seat, index) => {
      expect(seat.x).toBeCloseTo(first! + step! * index);
      expect(seat.z).toBe(z);
      expect(seat.rotY).toBe(Math.PI);
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

  it("knows the seat that one is on, and that beside it there is none", () => {
    for (const seat of layout.SEATS) expect(layout.seatAt(seat.x + 0.1, seat.z - 0.1)).toBe(seat);
    expect(layout.seatAt(layout.DOOR.x, layout.DOOR.z)).toBeNull();
  });
});
