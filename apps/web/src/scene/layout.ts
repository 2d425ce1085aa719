/**
 * The bar's ground plan as the picture and those who walk in it use it. The figures are the floor
 * plan's own (src/venue). Metres, x to the right, z toward the door; radians about +y, 0 facing +z.
 * Pure.
 */
import { BAR } from "../venue/bar";
import { frontWalls, grownToWalls, staffArea, tub, WALL_M, type Rect } from "../venue/obstacles";
import type { Block, Point, VenueSeat } from "../venue/Venue";
import type { Seat } from "./types";

/** A box that blocks feet, and a view up to its height; 0 for what only feet mind. */
export type BoxCollider = Block;

/** A post that stands on the floor. */
export interface CircleCollider extends Point {
  readonly radiusM: number;
  readonly heightM: number;
}

export const HALF_WIDTH_M = BAR.size.halfWidthM;
export const HALF_DEPTH_M = BAR.size.halfDepthM;
export const CEILING_M = BAR.size.ceilingM;
export const COUNTER = BAR.counter;
export const TABLES = BAR.tables.places;
export const TABLE_RADIUS_M = BAR.tables.radiusM;
export const TABLE_HEIGHT_M = BAR.tables.heightM;
export const DOOR = BAR.door;
export const DANCE_FLOOR = BAR.danceFloor;
export const PLANTS = BAR.plants.places;
/** The porch behind the door: room for the camera of those who have just come in. */
export const PORCH_HALF_WIDTH_M = BAR.porch.halfWidthM;
export const PORCH_DEPTH_M = BAR.porch.depthM;
export const PORCH_CEILING_M = BAR.porch.ceilingM;
/** The bench under the west windows. */
export const BENCH = piece("bench");
export const BOOTH = piece("booth");
export const JUKEBOX = piece("jukebox");

export const SEATS: readonly Seat[] = BAR.seats.map(placed);

function piece(kind: string): Block {
  const found = BAR.furniture.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`the bar has no ${kind}`);
  return found;
}

function placed({ id, kind, x, z, rotY, heightM, approach = { x, z } }: VenueSeat): Seat {
  return { id, kind, x, z, rotY, heightM, approachX: approach.x, approachZ: approach.z };
}

const W = HALF_WIDTH_M;
const D = HALF_DEPTH_M;
const P = PORCH_HALF_WIDTH_M;
const END = HALF_DEPTH_M + PORCH_DEPTH_M;

function box(minX: number, maxX: number, minZ: number, maxZ: number, heightM: number): BoxCollider {
  return { minX, maxX, minZ, maxZ, heightM };
}

function asHighAs(heightM: number, rect: Rect): BoxCollider {
  const { minX, maxX, minZ, maxZ } = rect;
  return { minX, maxX, minZ, maxZ, heightM };
}

/** Walls first: nothing gets past them, whatever stands before them. */
export const WALLS: readonly BoxCollider[] = [
  box(-W - WALL_M, -W, -D - WALL_M, D + WALL_M, CEILING_M),
  box(W, W + WALL_M, -D - WALL_M, D + WALL_M, CEILING_M),
  box(-W - WALL_M, W + WALL_M, -D - WALL_M, -D, CEILING_M),
  ...frontWalls(BAR).map((wall) => asHighAs(CEILING_M, wall)),
  box(-P - WALL_M, P + WALL_M, END, END + WALL_M, CEILING_M),
];

export const BOXES: readonly BoxCollider[] = [
  ...WALLS,
  // The counter as a view meets it, and what is behind it as feet do.
  COUNTER,
  asHighAs(0, staffArea(BAR)),
  BAR.shelf,
  ...PLANTS.map((place) => asHighAs(BAR.plants.heightM, tub(BAR, place))),
  ...[BENCH, BOOTH, JUKEBOX].map((one) => asHighAs(one.heightM, grownToWalls(BAR, one))),
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
