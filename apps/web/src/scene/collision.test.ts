import { describe, expect, it } from "vitest";
import { collide, settle, WALKER_RADIUS_M } from "./collision";
import { BOXES, CIRCLES, TABLE_RADIUS_M, TABLES } from "./layout";

function walk(x: number, z: number, nextX: number, nextZ: number) {
  const out = { x: 0, z: 0 };
  collide(x, z, nextX, nextZ, out);
  return out;
}

describe("collide", () => {
  it("lets one walk where nothing stands", () => {
    const place = walk(1.5, 6, 1.5, 4);
    expect(place.x).toBeCloseTo(1.5);
    expect(place.z).toBeCloseTo(4);
  });

  it("stops at the counter and slides along it", () => {
    const place = walk(0, -5, 2, -7);
    expect(place.z).toBeCloseTo(-5.6 + WALKER_RADIUS_M);
    expect(place.x).toBeGreaterThan(0.5);
  });

  it("lets nobody through a wall in one late frame", () => {
    expect(walk(11, 6, 30, 6).x).toBeCloseTo(12 - WALKER_RADIUS_M);
    expect(walk(0, 7, 0, 40).z).toBeCloseTo(11.4 - WALKER_RADIUS_M);
  });

  it("leads around a table", () => {
    const table = TABLES[2]!;
    const place = walk(table.x - 1.5, table.z + 0.1, table.x + 1.5, table.z + 0.1);
    const away = Math.hypot(place.x - table.x, place.z - table.z);
    expect(away).toBeGreaterThanOrEqual(TABLE_RADIUS_M + WALKER_RADIUS_M - 1e-9);
  });

  it("takes one out of furniture, wherever one was put", () => {
    for (let x = -13; x <= 13; x += 0.37) {
      for (let z = -9; z <= 12; z += 0.37) {
        const place = { x, z };
        settle(place);
        settle(place);
        for (const circle of CIRCLES) {
          const away = Math.hypot(place.x - circle.x, place.z - circle.z);
          expect(away).toBeGreaterThan(circle.radiusM + WALKER_RADIUS_M - 0.02);
        }
        for (const box of BOXES) {
          const isIn = place.x > box.minX && place.x < box.maxX && place.z > box.minZ && place.z < box.maxZ;
          expect(isIn, `${x} ${z}`).toBe(false);
        }
      }
    }
  });
});
