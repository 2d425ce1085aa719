/** Where names hang: in the room, in the picture, and in which order. Pure, and allocates nothing in a frame. */
import type { PerspectiveCamera } from "three";
import type { Badge } from "../room/badges";
import type { Avatar } from "./avatar/Avatar";
import type { PlacedTag } from "./tagLayout";
import type { Slotted } from "./TagSlots";

/** A name's place in the atlas, in texels. */
export const TILE_W = 384;
export const TILE_H = 56;
/** A tile's height in the room, nearer than `NEAR_M`; from there on names shrink more slowly. */
const HEIGHT_M = 0.2;
const NEAR_M = 7;
const FADE_FROM_M = 22;
const FADE_TO_M = 28;
export const OVER_HEAD_M = 0.62;
/** Of a tile's height, what the pill in it takes. */
const PILL_PART = 0.84;
/** Nearer to the eye than this is behind it, for tags. */
const NEAREST_M = 0.3;
/** Nearer by less than this is not nearer, or two who stand side by side would change places all the time. */
const NEARER_M = 0.5;
/** What is left of a tag that hangs before the own body, and how large that one is. */
const BEFORE_OWN = 0.2;
const BODY_HALF_M = 0.3;
const BODY_TALL_M = 1.7;

/** A name, and where it hangs. */
export interface NameTag extends PlacedTag, Slotted {
  readonly text: string;
  /** Behind the name: what somebody is by the server's word. */
  badges: readonly Badge[];
  readonly isOwn: boolean;
  isMuted: boolean;
  /** Of the tile, how much the name takes. */
  width: number;
  /** Whose it is; null where nobody is drawn for it in this frame. */
  body: Avatar | null;
  awayM: number;
  /** How far the farthest is of it and those before it. */
  farthestM: number;
  heightM: number;
  /** Pixels to a metre at its distance; 0 where it is not in the picture. */
  pxPerM: number;
  /** What is drawn of `lift`: it is followed softly, as `part` follows `isCrowdedOut`. */
  drawnLift: number;
}

/** What may change of a name while its bearer stays. */
export type TagChange = Partial<Pick<NameTag, "isMuted" | "badges">>;

/** A name that nobody has seen yet. */
export const UNPLACED = {
  slot: -1,
  isWanted: false,
  isMuted: false,
  width: 1,
  body: null,
  awayM: 0,
  farthestM: 0,
  heightM: 0,
  pxPerM: 0,
  drawnLift: 0,
  part: 0,
  x: 0,
  y: 0,
  halfWidth: 0,
  halfHeight: 0,
  lift: 0,
  isCrowdedOut: false,
} as const;

/** Where a name is in the picture, and how large. */
export function project(name: NameTag, camera: PerspectiveCamera, heightPx: number): void {
  const { body } = name;
  const wasSeen = name.pxPerM > 0;
  name.pxPerM = 0;
  if (body === null) return;
  const view = camera.matrixWorldInverse.elements;
  const { x, z } = body.pose;
  const y = body.headY + OVER_HEAD_M;
  const right = view[0] * x + view[4] * y + view[8] * z + view[12];
  const up = view[1] * x + view[5] * y + view[9] * z + view[13];
  const depth = -(view[2] * x + view[6] * y + view[10] * z + view[14]);
  name.awayM = Math.hypot(right, up, depth);
  name.heightM = heightAt(name.awayM);
  if (depth < NEAREST_M || name.awayM >= FADE_TO_M) return;
  const pxPerM = (camera.projectionMatrix.elements[5] / depth) * (heightPx / 2);
  name.x = right * pxPerM;
  name.y = -up * pxPerM;
  name.halfHeight = ((name.heightM * PILL_PART) / 2) * pxPerM;
  name.halfWidth = ((name.heightM * TILE_W * name.width) / TILE_H / 2) * pxPerM;
  const isAside = Math.abs(name.x) - name.halfWidth > (heightPx / 2) * camera.aspect;
  if (isAside || Math.abs(name.y) - name.halfHeight > heightPx / 2) return;
  name.pxPerM = pxPerM;
  if (wasSeen) return;
  // Who comes into the picture has no place yet that could be kept.
  name.lift = name.drawnLift = name.part = 0;
  name.isCrowdedOut = false;
}

/**
 * The own first, then the nearest; nobody is behind one who is farther by `NEARER_M`. By insertion: from
 * one frame to the next hardly anything changes.
 */
export function sortNearest(names: NameTag[]): void {
  for (let end = 0; end < names.length; end++) {
    const moved = names[end]!;
    const limitM = rankM(moved) + NEARER_M;
    let at = end;
    // Not only the one before counts: in a dense crowd each is nearer than the next by too little.
    for (; at > 0 && names[at - 1]!.farthestM > limitM; at--) names[at] = names[at - 1]!;
    names[at] = moved;
    // Of those who went back, `farthestM` stays: who came before them is nearer than that.
    moved.farthestM = Math.max(at > 0 ? names[at - 1]!.farthestM : -Infinity, rankM(moved));
  }
}

function rankM({ isOwn, awayM }: NameTag): number {
  return isOwn ? -Infinity : awayM;
}

function heightAt(awayM: number): number {
  return HEIGHT_M * (awayM < NEAR_M ? 0.55 + (0.45 * awayM) / NEAR_M : (awayM / NEAR_M) ** 0.6);
}

/** How much of it distance leaves, 0 to 1. */
export function fadedBy(awayM: number): number {
  return Math.min(1, (FADE_TO_M - awayM) / (FADE_TO_M - FADE_FROM_M));
}

/** How much of it there should be, 0 to 1: what hangs before the own body lets that be seen. */
export function wishedPart(name: NameTag, own: NameTag | undefined): number {
  if (name.isCrowdedOut) return 0;
  if (own === undefined || !own.isOwn || name.isOwn || name.awayM > own.awayM) return 1;
  const downPx = name.y - name.lift - own.y;
  const isAside = Math.abs(name.x - own.x) > name.halfWidth + BODY_HALF_M * own.pxPerM;
  return isAside || downPx < 0 || downPx > BODY_TALL_M * own.pxPerM ? 1 : BEFORE_OWN;
}
