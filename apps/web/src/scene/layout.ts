/**
 * The bar's ground plan, as src/virtubar/bots/floor.py has it for bots, so that nobody walks
 * through furniture. Metres, x to the right, z toward the door; radians about +y, 0 facing +z. Pure.
 */
import type { Seat } from "./types";

export interface Spot {
  readonly x: number;
  readonly z: number;
}

/** A box that stands on the floor. */
export interface BoxCollider {
  readonly minX: number;
  readonly maxX: number;
  readonly minZ: number;
  readonly maxZ: number;
  /** How high it blocks the view, metres; 0 for what only feet mind. */
  readonly heightM: number;
}

/** A post that stands on the floor. */
export interface CircleCollider extends Spot {
  readonly radiusM: number;
  readonly heightM: number;
}

export const HALF_WIDTH_M = 12;
export const HALF_DEPTH_M = 8;
export const CEILING_M = 4.4;
export const COUNTER_Z_M = -6;
export const COUNTER_HALF_WIDTH_M = 7;
/** The counter's front; patrons keep off it and what is behind. */
export const STAFF_EDGE_Z_M = -5.6;
export const COUNTER_HEIGHT_M = 1.1;
export const TABLE_RADIUS_M = 0.7;
export const TABLE_HEIGHT_M = 0.8;
export const SEAT_DISTANCE_M = 1.3;
export const DANCE_RADIUS_M = 3;

export const DOOR: Spot = { x: 0, z: 7 };
export const DANCE_FLOOR: Spot = { x: 7, z: 3 };
export const TABLES: readonly Spot[] = [
  { x: -9, z: -2 },
  { x: -9, z: 2.5 },
  { x: -5, z: 0.5 },
  { x: -5, z: 5 },
  { x: -1, z: -1.5 },
  { x: -1, z: 3 },
  { x: 3, z: -2 },
];

/** The porch behind the door: room for the camera of those who have just come in. */
export const PORCH_HALF_WIDTH_M = 2.6;
export const PORCH_DEPTH_M = 3.4;
export const PORCH_CEILING_M = 3.5;

/** The bench under the west windows. */
export const BENCH = { minX: -12, maxX: -11.15, minZ: -5, maxZ: 5, heightM: 0.48 } as const;
export const BOOTH = { minX: 10.7, maxX: 12, minZ: 1.7, maxZ: 4.3, heightM: 1.1 } as const;
export const JUKEBOX = { minX: 10.9, maxX: 12, minZ: -4.9, maxZ: -3.7, heightM: 1.7 } as const;
export const PLANTS: readonly Spot[] = [
  { x: -11.4, z: 7.4 },
  { x: 11.4, z: 7.4 },
  { x: 11.4, z: -7.4 },
  { x: -11.4, z: -7.4 },
  { x: 3.5, z: 7.4 },
  { x: -3.5, z: 7.4 },
];
const PLANT_M = 0.4;
const PLANT_HEIGHT_M = 0.7;

const STOOL_M = 0.74;
const CHAIR_M = 0.52;
const BENCH_SEATS = 8;

function tableSeats(table: Spot, index: number): Seat[] {
  return [0, 1, 2, 3].map((corner) => {
    const angle = (Math.PI * (corner + 0.5)) / 2;
    const x = table.x + SEAT_DISTANCE_M * Math.sin(angle);
    const z = table.z + SEAT_DISTANCE_M * Math.cos(angle);
    const rotY = Math.atan2(table.x - x, table.z - z);
    const place = { x, z, approachX: x, approachZ: z };
    return { id: `table-${index}-${corner}`, ...place, rotY, heightM: CHAIR_M };
  });
}

function counterSeat(index: number): Seat {
  const x = -6.5 + 1.3 * index;
  const place = { x, z: -5.1, approachX: x, approachZ: -5.1 };
  return { id: `counter-${index}`, ...place, rotY: Math.PI, heightM: STOOL_M };
}

function benchSeat(index: number): Seat {
  const z = BENCH.minZ + ((index + 0.5) * (BENCH.maxZ - BENCH.minZ)) / BENCH_SEATS;
  const place = { x: -11.45, z, approachX: -10.8, approachZ: z };
  return { id: `bench-${index}`, ...place, rotY: Math.PI / 2, heightM: BENCH.heightM };
}

export const SEATS: readonly Seat[] = [
  ...TABLES.flatMap(tableSeats),
  ...Array.from({ length: 11 }, (_, index) => counterSeat(index)),
  ...Array.from({ length: BENCH_SEATS }, (_, index) => benchSeat(index)),
];

const WALL_M = 1;
const W = HALF_WIDTH_M;
const D = HALF_DEPTH_M;
const P = PORCH_HALF_WIDTH_M;
const END = HALF_DEPTH_M + PORCH_DEPTH_M;

function box(minX: number, maxX: number, minZ: number, maxZ: number, heightM: number): BoxCollider {
  return { minX, maxX, minZ, maxZ, heightM };
}

/** Walls first: nothing gets past them, whatever stands before them. */
export const WALLS: readonly BoxCollider[] = [
  box(-W - WALL_M, -W, -D - WALL_M, D + WALL_M, CEILING_M),
  box(W, W + WALL_M, -D - WALL_M, D + WALL_M, CEILING_M),
  box(-W - WALL_M, W + WALL_M, -D - WALL_M, -D, CEILING_M),
  box(-W - WALL_M, -P, D, END + WALL_M, CEILING_M),
  box(P, W + WALL_M, D, END + WALL_M, CEILING_M),
  box(-P - WALL_M, P + WALL_M, END, END + WALL_M, CEILING_M),
];

/** The counter as a view meets it, and what is behind it as feet do. */
const COUNTER: readonly BoxCollider[] = [
  box(-COUNTER_HALF_WIDTH_M, COUNTER_HALF_WIDTH_M, -6.4, STAFF_EDGE_Z_M, COUNTER_HEIGHT_M),
  box(-COUNTER_HALF_WIDTH_M, COUNTER_HALF_WIDTH_M, -D - WALL_M, STAFF_EDGE_Z_M, 0),
  box(-COUNTER_HALF_WIDTH_M, COUNTER_HALF_WIDTH_M, -D, -7.55, 2.9),
];

/** As far as into the wall behind it, so that the nearest way out is never through the wall. */
function plantBox({ x, z }: Spot): BoxCollider {
  const isCorner = Math.abs(x) > W - 1;
  const minX = isCorner && x < 0 ? -W - WALL_M : x - PLANT_M;
  const maxX = isCorner && x > 0 ? W + WALL_M : x + PLANT_M;
  const minZ = z < 0 ? -D - WALL_M : z - PLANT_M;
  return box(minX, maxX, minZ, z > 0 ? D + WALL_M : z + PLANT_M, PLANT_HEIGHT_M);
}

export const BOXES: readonly BoxCollider[] = [
  ...WALLS,
  ...COUNTER,
  ...PLANTS.map(plantBox),
  box(-W - WALL_M, BENCH.maxX, BENCH.minZ, BENCH.maxZ, BENCH.heightM),
  box(BOOTH.minX, W + WALL_M, BOOTH.minZ, BOOTH.maxZ, BOOTH.heightM),
  box(JUKEBOX.minX, W + WALL_M, JUKEBOX.minZ, JUKEBOX.maxZ, JUKEBOX.heightM),
];

export const CIRCLES: readonly CircleCollider[] = TABLES.map((table) => {
  return { ...table, radiusM: TABLE_RADIUS_M, heightM: TABLE_HEIGHT_M };
});

const SEAT_REACH_M = 0.2;

/** The seat at (x, z), whoever has it; null for none. */
export function seatAt(x: number, z: number): Seat | null {
  for (const seat of SEATS) {
    if (Math.abs(seat.x - x) < SEAT_REACH_M && Math.abs(seat.z - z) < SEAT_REACH_M) return seat;
  }
  return null;
}

/** The nearest seat to (x, z) that is free, not further than `reachM`; null for none. */
export function nearestSeat(
  x: number,
  z: number,
  reachM: number,
  isFree: (seat: Seat) => boolean,
): Seat | null {
  let nearest: Seat | null = null;
  let leastM = reachM;
  for (const seat of SEATS) {
    const awayM = Math.hypot(seat.x - x, seat.z - z);
    if (awayM > leastM || !isFree(seat)) continue;
    nearest = seat;
    leastM = awayM;
  }
  return nearest;
}
