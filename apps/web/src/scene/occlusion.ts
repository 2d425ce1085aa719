/** How far one can see before furniture or a wall is in the way. Metres. Pure. */
import {
  BOXES,
  CEILING_M,
  CIRCLES,
  HALF_DEPTH_M,
  PORCH_CEILING_M,
  type BoxCollider,
  type CircleCollider,
} from "./layout";

export interface Vector {
  x: number;
  y: number;
  z: number;
}

/**
 * How far from `from` along the unit vector `along` nothing is within `marginM`, at most `reachM`.
 *
 * Obstacles that the start is in already are ignored: who sits on the bench is not blind.
 */
export function clearDistance(from: Vector, along: Vector, reachM: number, marginM: number): number {
  let best = ceilingDistance(from, along, reachM, marginM);
  for (const box of BOXES) best = Math.min(best, boxDistance(box, from, along, best, marginM));
  for (const circle of CIRCLES) {
    best = Math.min(best, postDistance(circle, from, along, best, marginM));
  }
  return best;
}

function ceilingDistance(from: Vector, along: Vector, reachM: number, marginM: number): number {
  if (along.y <= 0) return reachM;
  const endZ = from.z + along.z * reachM;
  const heightM = endZ > HALF_DEPTH_M ? PORCH_CEILING_M : CEILING_M;
  return Math.max(0, Math.min(reachM, (heightM - marginM - from.y) / along.y));
}

/** Clipped side by side (Liang and Barsky, 1984). */
function boxDistance(box: BoxCollider, from: Vector, along: Vector, reachM: number, marginM: number): number {
  let first = 0;
  let last = reachM;
  for (let axis = 0; axis < 3; axis++) {
    const start = axis === 0 ? from.x : axis === 1 ? from.y : from.z;
    const slope = axis === 0 ? along.x : axis === 1 ? along.y : along.z;
    const least = (axis === 0 ? box.minX : axis === 1 ? -1 : box.minZ) - marginM;
    const most = (axis === 0 ? box.maxX : axis === 1 ? box.heightM : box.maxZ) + marginM;
    if (Math.abs(slope) < 1e-9) {
      if (start < least || start > most) return reachM;
      continue;
    }
    const one = (least - start) / slope;
    const two = (most - start) / slope;
    first = Math.max(first, Math.min(one, two));
    last = Math.min(last, Math.max(one, two));
    if (first > last) return reachM;
  }
  return first === 0 ? reachM : first;
}

function postDistance(
  post: CircleCollider,
  from: Vector,
  along: Vector,
  reachM: number,
  marginM: number,
): number {
  const dx = from.x - post.x;
  const dz = from.z - post.z;
  const radiusM = post.radiusM + marginM;
  const a = along.x * along.x + along.z * along.z;
  const c = dx * dx + dz * dz - radiusM * radiusM;
  if (a < 1e-9 || c <= 0) return reachM;
  const b = dx * along.x + dz * along.z;
  const under = b * b - a * c;
  if (under < 0 || b >= 0) return reachM;
  const entry = (-b - Math.sqrt(under)) / a;
  const exit = (-b + Math.sqrt(under)) / a;
  if (entry >= reachM) return reachM;
  // Over the top all the way: its height is met between entry and exit, or not at all.
  const topM = post.heightM + marginM;
  if (Math.min(from.y + along.y * entry, from.y + along.y * exit) > topM) return reachM;
  return entry;
}
