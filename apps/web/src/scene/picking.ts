/** What a ray from the eye meets: people, seats, the floor. Metres. Pure. */
import { HALF_DEPTH_M, HALF_WIDTH_M } from "./layout";
import type { Vector } from "./occlusion";

/** How far along the ray an upright post is met, Infinity for not at all. */
export function postHit(
  from: Vector,
  along: Vector,
  x: number,
  z: number,
  radiusM: number,
  heightM: number,
): number {
  const dx = from.x - x;
  const dz = from.z - z;
  const a = along.x * along.x + along.z * along.z;
  if (a < 1e-9) return Infinity;
  const b = dx * along.x + dz * along.z;
  const under = b * b - a * (dx * dx + dz * dz - radiusM * radiusM);
  if (under < 0) return Infinity;
  const exit = (-b + Math.sqrt(under)) / a;
  if (exit < 0) return Infinity;
  const entry = Math.max(0, (-b - Math.sqrt(under)) / a);
  const entryY = from.y + along.y * entry;
  const exitY = from.y + along.y * exit;
  if (entryY >= 0 && entryY <= heightM) return entry;
  // Through the top: down into it, or up out of it.
  if (entryY > heightM && exitY <= heightM) return (heightM - from.y) / along.y;
  return Infinity;
}

/** Which way the camera looks: its axes, each of length 1. */
export interface Facing {
  readonly right: Vector;
  readonly up: Vector;
  readonly forward: Vector;
}

/** A tag that always faces the camera, and was moved up in the picture by `liftM`. */
export interface TagPlace {
  readonly middle: Vector;
  readonly widthM: number;
  readonly heightM: number;
  readonly liftM: number;
}

/** How far along the ray a tag is met, Infinity for not at all. */
export function tagHit(from: Vector, along: Vector, { right, up, forward }: Facing, tag: TagPlace): number {
  const { middle, widthM, heightM, liftM } = tag;
  const closing = dot(along, forward);
  if (closing < 1e-6) return Infinity;
  const offset = {
    x: middle.x + up.x * liftM - from.x,
    y: middle.y + up.y * liftM - from.y,
    z: middle.z + up.z * liftM - from.z,
  };
  const reach = dot(offset, forward) / closing;
  if (reach <= 0) return Infinity;
  const aside = {
    x: along.x * reach - offset.x,
    y: along.y * reach - offset.y,
    z: along.z * reach - offset.z,
  };
  const isMet = Math.abs(dot(aside, right)) <= widthM / 2 && Math.abs(dot(aside, up)) <= heightM / 2;
  return isMet ? reach : Infinity;
}

function dot(a: Vector, b: Vector): number {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

/** How far along the ray the floor of the room is met, Infinity for not within the walls. */
export function floorHit(from: Vector, along: Vector): number {
  if (along.y >= -1e-6) return Infinity;
  const reach = -from.y / along.y;
  const x = from.x + along.x * reach;
  const z = from.z + along.z * reach;
  return Math.abs(x) <= HALF_WIDTH_M && Math.abs(z) <= HALF_DEPTH_M ? reach : Infinity;
}
