import { Raycaster, Vector2, type Camera } from "three";
import type { Avatar } from "./avatar/Avatar";
import { settle } from "./collision";
import { SEATS } from "./layout";
import { floorHit, postHit } from "./picking";
import type { PickHit } from "./types";

const MEMBER_RADIUS_M = 0.36;
const MEMBER_HEIGHT_M = 1.75;
const SEAT_RADIUS_M = 0.3;

const raycaster = new Raycaster();
const tapped = new Vector2();

/**
 * What a tap at (x, y), -1 to 1 over the canvas, meets first; null for nothing that one could go to.
 *
 * On the floor it is the nearest place where one can stand.
 */
export function pick(x: number, y: number, camera: Camera, avatars: readonly Avatar[]): PickHit | null {
  raycaster.setFromCamera(tapped.set(x, y), camera);
  const { origin, direction } = raycaster.ray;
  let best = floorHit(origin, direction);
  let hit: PickHit | null = null;
  if (best < Infinity) {
    const place = { x: origin.x + direction.x * best, z: origin.z + direction.z * best };
    settle(place);
    hit = { kind: "floor", ...place };
  }
  for (const { id, x: seatX, z: seatZ, rotY, heightM } of SEATS) {
    const reach = postHit(origin, direction, seatX, seatZ, SEAT_RADIUS_M, heightM + 0.1);
    if (reach >= best) continue;
    best = reach;
    hit = { kind: "seat", seatId: id, x: seatX, z: seatZ, rotY };
  }
  for (const { userId, isLocal, pose } of avatars) {
    if (isLocal) continue;
    const reach = postHit(origin, direction, pose.x, pose.z, MEMBER_RADIUS_M, MEMBER_HEIGHT_M);
    if (reach >= best) continue;
    best = reach;
    hit = { kind: "member", userId };
  }
  return hit;
}
