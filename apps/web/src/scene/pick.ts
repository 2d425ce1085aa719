import { Raycaster, Vector2, Vector3, type Camera } from "three";
import type { Avatar } from "./avatar/Avatar";
import { settle } from "./collision";
import { SEATS } from "./layout";
import type { Names, Tag } from "./Names";
import { floorHit, postHit, tagHit } from "./picking";
import type { PickHit } from "./types";

const MEMBER_RADIUS_M = 0.36;
const MEMBER_HEIGHT_M = 1.75;
const SEAT_RADIUS_M = 0.3;

const raycaster = new Raycaster();
const tapped = new Vector2();
const tag: Tag = { middle: { x: 0, y: 0, z: 0 }, awayM: 0, widthM: 0, heightM: 0, liftM: 0 };
const facing = { right: new Vector3(), up: new Vector3(), forward: new Vector3() };
/** Farther off a name is hardly read, and too small to be meant. */
const TAG_FAR_M = 22;

/**
 * What a tap at (x, y), -1 to 1 over the canvas, meets first; null for nothing that one could go to.
 *
 * On the floor it is the nearest place where one can stand. A person is met by their name too.
 */
export function pick(
  x: number,
  y: number,
  camera: Camera,
  avatars: readonly Avatar[],
  names: Pick<Names, "tagOf">,
): PickHit | null {
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
  camera.matrixWorld.extractBasis(facing.right, facing.up, facing.forward);
  facing.forward.negate();
  for (const avatar of avatars) {
    const { userId, isLocal, pose } = avatar;
    if (isLocal) continue;
    const body = postHit(origin, direction, pose.x, pose.z, MEMBER_RADIUS_M, MEMBER_HEIGHT_M);
    const isRead = names.tagOf(avatar, tag) && tag.awayM < TAG_FAR_M;
    const name = isRead ? tagHit(origin, direction, facing, tag) : Infinity;
    const reach = Math.min(body, name);
    if (reach >= best) continue;
    best = reach;
    hit = { kind: "member", userId };
  }
  return hit;
}
