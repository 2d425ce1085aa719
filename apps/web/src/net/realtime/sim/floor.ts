/**
 * The bar's floor as simulated guests know it, as src/virtubar/bots/floor.py has it for bots: walls,
 * counter, tables, and ways around them. Metres; headings in radians about +y, 0 facing +z. Pure.
 */

export interface Point {
  readonly x: number;
  readonly z: number;
}

/** A place to be, and where one looks from it; of a seat its id. */
export interface Spot {
  readonly seatId: string | null;
  readonly at: Point;
  readonly headingRad: number;
  readonly kind: "table" | "counter" | "dance";
}

/** Half a person: how far walkers keep from everything. */
export const CLEARANCE_M = 0.35;
export const HALF_WIDTH_M = 12;
export const HALF_DEPTH_M = 8;
export const COUNTER_HALF_WIDTH_M = 7;
export const STAFF_EDGE_Z_M = -5.6;
export const TABLE_RADIUS_M = 0.7;
const SEAT_DISTANCE_M = 1.3;
const RING_CORNERS = 8;
/** How far around its corners one walks, metres. */
const CORNER_AIR_M = 0.05;
/** Two results that differ by less are the same. */
const ROUNDING = 1e-9;

export const DOOR: Point = { x: 0, z: 7 };
export const DANCE_FLOOR: Point = { x: 7, z: 3 };
export const TABLES: readonly Point[] = [
  { x: -9, z: -2 },
  { x: -9, z: 2.5 },
  { x: -5, z: 0.5 },
  { x: -5, z: 5 },
  { x: -1, z: -1.5 },
  { x: -1, z: 3 },
  { x: 3, z: -2 },
];

/** The heading of one who looks from `start` to `end`. */
export function heading(start: Point, end: Point): number {
  return Math.atan2(end.x - start.x, end.z - start.z);
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.z - a.z);
}

function ring(centre: Point, radiusM: number, count: number): Point[] {
  return Array.from({ length: count }, (_, index) => {
    const angle = (2 * Math.PI * (index + 0.5)) / count;
    return { x: centre.x + radiusM * Math.sin(angle), z: centre.z + radiusM * Math.cos(angle) };
  });
}

function lookingAt(points: Point[], centre: Point, kind: Spot["kind"]): Spot[] {
  return points.map((at) => ({ at, headingRad: heading(at, centre), kind, seatId: null }));
}

function aroundTable(table: Point, number: number): Spot[] {
  const spots = lookingAt(ring(table, SEAT_DISTANCE_M, 4), table, "table");
  return spots.map((spot, corner) => ({ ...spot, seatId: `table-${number}-${corner}` }));
}

export const SPOTS: readonly Spot[] = [
  ...TABLES.flatMap(aroundTable),
  ...Array.from({ length: 11 }, (_, index): Spot => {
    const at = { x: -6.5 + 1.3 * index, z: -5.1 };
    return { at, headingRad: Math.PI, kind: "counter", seatId: `counter-${index}` };
  }),
  ...lookingAt([...ring(DANCE_FLOOR, 0.9, 4), ...ring(DANCE_FLOOR, 2.2, 8)], DANCE_FLOOR, "dance"),
];

/** Whether a guest can stand there: within the walls, off the counter and the tables. */
export function isFree(point: Point): boolean {
  const isInside =
    Math.abs(point.x) <= HALF_WIDTH_M - CLEARANCE_M && Math.abs(point.z) <= HALF_DEPTH_M - CLEARANCE_M;
  const isBehindCounter =
    Math.abs(point.x) < COUNTER_HALF_WIDTH_M + CLEARANCE_M && point.z < STAFF_EDGE_Z_M + CLEARANCE_M;
  const keepM = TABLE_RADIUS_M + CLEARANCE_M;
  return isInside && !isBehindCounter && TABLES.every((table) => distance(point, table) >= keepM);
}

/** Whether a guest can walk straight from one free point to another. */
export function isClear(start: Point, end: Point): boolean {
  const keepM = TABLE_RADIUS_M + CLEARANCE_M;
  if (TABLES.some((table) => distanceToLine(table, start, end) < keepM)) return false;
  return !crossesCounter(start, end);
}

function distanceToLine(point: Point, start: Point, end: Point): number {
  const x = end.x - start.x;
  const z = end.z - start.z;
  const lengthSq = x * x + z * z;
  if (lengthSq === 0) return distance(point, start);
  const part = ((point.x - start.x) * x + (point.z - start.z) * z) / lengthSq;
  const along = Math.min(1, Math.max(0, part));
  return distance(point, { x: start.x + along * x, z: start.z + along * z });
}

/** Whether the way enters the counter's box, clipped side by side (Liang and Barsky, 1984). */
function crossesCounter(start: Point, end: Point): boolean {
  const halfM = COUNTER_HALF_WIDTH_M + CLEARANCE_M;
  const dx = end.x - start.x;
  const dz = end.z - start.z;
  let first = 0;
  let last = 1;
  for (const [slope, roomM] of [
    [-dx, start.x + halfM],
    [dx, halfM - start.x],
    [dz, STAFF_EDGE_Z_M + CLEARANCE_M - start.z],
  ] as const) {
    if (slope === 0 && roomM <= 0) return false;
    if (slope < 0) first = Math.max(first, roomM / slope);
    if (slope > 0) last = Math.min(last, roomM / slope);
  }
  return first < last - ROUNDING;
}

/** Corners of rings around the tables, and of the counter. */
const WAYPOINTS: readonly Point[] = [...TABLES.flatMap(around), counterCorner(-1), counterCorner(1)].filter(
  isFree,
);

function around(table: Point): Point[] {
  const keepM = TABLE_RADIUS_M + CLEARANCE_M;
  return ring(table, keepM / Math.cos(Math.PI / RING_CORNERS) + CORNER_AIR_M, RING_CORNERS);
}

function counterCorner(side: -1 | 1): Point {
  const awayM = CLEARANCE_M + CORNER_AIR_M;
  return { x: side * (COUNTER_HALF_WIDTH_M + awayM), z: STAFF_EDGE_Z_M + awayM };
}

/** Which waypoints see each other; found when first needed, and kept. */
const waysOf = new Map<Point, readonly Point[]>();

function ways(start: Point): readonly Point[] {
  const known = waysOf.get(start);
  if (known !== undefined) return known;
  const found = WAYPOINTS.filter((end) => end !== start && isClear(start, end));
  waysOf.set(start, found);
  return found;
}

/** The shortest way between two free points (Dijkstra), `end` included, `start` not. */
export function path(start: Point, end: Point): Point[] {
  if (isClear(start, end)) return [end];
  const nearEnd = new Set(WAYPOINTS.filter((point) => isClear(point, end)));
  const lengthTo = new Map<Point, number>([[start, 0]]);
  const cameFrom = new Map<Point, Point>();
  const open = new Set<Point>([start]);
  for (let here = nearest(open, lengthTo); here !== null; here = nearest(open, lengthTo)) {
    if (here === end) return trace(cameFrom, start, end);
    open.delete(here);
    const next = here === start ? WAYPOINTS.filter((point) => isClear(start, point)) : ways(here);
    for (const there of nearEnd.has(here) ? [...next, end] : next) {
      const lengthM = lengthTo.get(here)! + distance(here, there);
      if (lengthM >= (lengthTo.get(there) ?? Infinity)) continue;
      lengthTo.set(there, lengthM);
      cameFrom.set(there, here);
      open.add(there);
    }
  }
  return [end]; // walled in by an avatar's own odd place: straight out of there
}

function nearest(open: Set<Point>, lengthTo: Map<Point, number>): Point | null {
  let best: Point | null = null;
  for (const point of open) {
    if (best === null || lengthTo.get(point)! < lengthTo.get(best)!) best = point;
  }
  return best;
}

function trace(cameFrom: Map<Point, Point>, start: Point, end: Point): Point[] {
  const points = [end];
  for (let from = cameFrom.get(end)!; from !== start; from = cameFrom.get(from)!) points.push(from);
  return points.reverse();
}
