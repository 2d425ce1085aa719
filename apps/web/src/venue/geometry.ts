/**
 * Lengths and lines on the ground, from sums, products and square roots alone: these are the same
 * to the last bit in every language. Pure.
 */
import type { Rect } from "./obstacles";
import type { Point } from "./Venue";

/** Two results that differ by less are the same. */
export const ROUNDING = 1e-9;

export function square(x: number, z: number): number {
  return x * x + z * z;
}

export function distance(start: Point, end: Point): number {
  return Math.sqrt(square(end.x - start.x, end.z - start.z));
}

export function grown({ minX, maxX, minZ, maxZ }: Rect, byM: number): Rect {
  return { minX: minX - byM, maxX: maxX + byM, minZ: minZ - byM, maxZ: maxZ + byM };
}

export function clamped({ x, z }: Point, rect: Rect): Point {
  return {
    x: Math.min(rect.maxX, Math.max(rect.minX, x)),
    z: Math.min(rect.maxZ, Math.max(rect.minZ, z)),
  };
}

/** To the millimetre, halves up: sines differ in their last bit from language to language. */
export function millimetres(value: number): number {
  return Math.floor(value * 1000 + 0.5) / 1000;
}

/** Whether a line is all to one side of a rectangle, as most are. */
export function isBeside(rect: Rect, start: Point, end: Point): boolean {
  return (
    (start.x <= rect.minX && end.x <= rect.minX) ||
    (start.x >= rect.maxX && end.x >= rect.maxX) ||
    (start.z <= rect.minZ && end.z <= rect.minZ) ||
    (start.z >= rect.maxZ && end.z >= rect.maxZ)
  );
}

/** The square of a point's distance to a line from one place to another. */
export function squareToLine(point: Point, start: Point, end: Point): number {
  const alongX = end.x - start.x;
  const alongZ = end.z - start.z;
  const lengthSq = alongX * alongX + alongZ * alongZ;
  if (lengthSq === 0) return square(point.x - start.x, point.z - start.z);
  const part = ((point.x - start.x) * alongX + (point.z - start.z) * alongZ) / lengthSq;
  const along = Math.min(1, Math.max(0, part));
  return square(point.x - (start.x + along * alongX), point.z - (start.z + along * alongZ));
}

/** Whether a line enters a box, clipped side by side (Liang and Barsky, 1984). */
export function crosses(box: Rect, start: Point, end: Point): boolean {
  const dx = end.x - start.x;
  const dz = end.z - start.z;
  let first = 0;
  let last = 1;
  for (const [slope, room] of [
    [-dx, start.x - box.minX],
    [dx, box.maxX - start.x],
    [-dz, start.z - box.minZ],
    [dz, box.maxZ - start.z],
  ] as const) {
    if (slope === 0) {
      if (room <= 0) return false;
    } else if (slope < 0) first = Math.max(first, room / slope);
    else last = Math.min(last, room / slope);
  }
  return first < last - ROUNDING;
}
