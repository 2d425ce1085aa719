/** A walker is a circle that slides along what it meets. Metres on the ground plane. Pure. */
import {
  BOXES,
  CIRCLES,
  HALF_DEPTH_M,
  HALF_WIDTH_M,
  PORCH_DEPTH_M,
  PORCH_HALF_WIDTH_M,
  type BoxCollider,
  type CircleCollider,
} from "./layout";

/** How much room a walker takes: a little less than bots keep from everything. */
export const WALKER_RADIUS_M = 0.28;

/** Steps are cut to this, so that nobody can jump through a wall in one late frame. */
const STEP_MAX_M = 0.2;
/** Twice: what the first obstacle pushed into the second is pushed out again. */
const PASSES = 2;

interface Place {
  x: number;
  z: number;
}

/** How far a walker gets from (x, z) on the way to (nextX, nextZ); the answer goes into `out`. */
export function collide(x: number, z: number, nextX: number, nextZ: number, out: Place): void {
  const dx = nextX - x;
  const dz = nextZ - z;
  const steps = Math.max(1, Math.ceil(Math.hypot(dx, dz) / STEP_MAX_M));
  out.x = x;
  out.z = z;
  for (let step = 0; step < steps; step++) {
    out.x += dx / steps;
    out.z += dz / steps;
    settle(out);
  }
}

/** Put it where a walker can be, as near as may be. */
export function settle(place: Place): void {
  comeInside(place);
  for (let pass = 0; pass < PASSES; pass++) {
    for (const circle of CIRCLES) leaveCircle(place, circle);
    for (const box of BOXES) leaveBox(place, box);
  }
}

/** Into the room, or into the porch where that is ahead. */
function comeInside(place: Place): void {
  const isPorch = Math.abs(place.x) <= PORCH_HALF_WIDTH_M;
  const endZ = HALF_DEPTH_M + (isPorch ? PORCH_DEPTH_M : 0) - WALKER_RADIUS_M;
  const halfM = HALF_WIDTH_M - WALKER_RADIUS_M;
  place.x = Math.min(halfM, Math.max(-halfM, place.x));
  place.z = Math.min(endZ, Math.max(WALKER_RADIUS_M - HALF_DEPTH_M, place.z));
}

function leaveCircle(place: Place, circle: CircleCollider): void {
  const dx = place.x - circle.x;
  const dz = place.z - circle.z;
  const keepM = circle.radiusM + WALKER_RADIUS_M;
  const away = Math.hypot(dx, dz);
  if (away >= keepM) return;
  if (away === 0) {
    place.z = circle.z + keepM;
    return;
  }
  place.x = circle.x + (dx / away) * keepM;
  place.z = circle.z + (dz / away) * keepM;
}

function leaveBox(place: Place, box: BoxCollider): void {
  const nearX = Math.min(box.maxX, Math.max(box.minX, place.x));
  const nearZ = Math.min(box.maxZ, Math.max(box.minZ, place.z));
  const dx = place.x - nearX;
  const dz = place.z - nearZ;
  const away = Math.hypot(dx, dz);
  if (away >= WALKER_RADIUS_M) return;
  if (away > 0) {
    place.x = nearX + (dx / away) * WALKER_RADIUS_M;
    place.z = nearZ + (dz / away) * WALKER_RADIUS_M;
    return;
  }
  leaveFromWithin(place, box);
}

/** By the nearest side. */
function leaveFromWithin(place: Place, box: BoxCollider): void {
  const west = place.x - box.minX;
  const east = box.maxX - place.x;
  const north = place.z - box.minZ;
  const south = box.maxZ - place.z;
  const least = Math.min(west, east, north, south);
  if (least === west) place.x = box.minX - WALKER_RADIUS_M;
  else if (least === east) place.x = box.maxX + WALKER_RADIUS_M;
  else if (least === north) place.z = box.minZ - WALKER_RADIUS_M;
  else place.z = box.maxZ + WALKER_RADIUS_M;
}
