/** Where name tags go that would lie over one another. CSS pixels, y down. Pure, and allocates nothing. */

/** A tag as the layout sees it: its wish, and what became of it. */
export interface PlacedTag {
  /** The middle, where it hangs over its own head. */
  x: number;
  y: number;
  halfWidth: number;
  halfHeight: number;
  /** How far up it was moved. What it was before counts: see `layOutTags`. */
  lift: number;
  /** There is no place for it near its own head. What it was before counts. */
  isCrowdedOut: boolean;
}

/** Tags placed at once, the nearest; the others are left out. More than these nobody reads, and each is held against all before it. */
export const TAGS_MAX = 40;
/** How many of its own heights a tag may go up: further, and nobody knows whose it is. */
export const LIFT_MAX_HEIGHTS = 2.6;
const GAP_PX = 2;
/** Who was moved away comes back only with this much room to spare, or tags would flicker at the limit. */
const SPARE_PX = 7;
/** Each lift may lead under another tag. */
const ROUNDS = 4;

/**
 * Keeps tags apart: each stays over its own head if it can, else goes up over those before it, else
 * is left out.
 *
 * Steady: from one frame to the next a tag keeps its place as long as that is a place, though
 * another would have become free by a hair.
 *
 * @param tags in the order of their right to stay: the own first, then the nearest. Of the first
 *   `count`, `lift` and `isCrowdedOut` are set; they must be those of the last frame, or 0 and false.
 */
export function layOutTags(tags: readonly PlacedTag[], count: number): void {
  const placed = Math.min(count, TAGS_MAX);
  for (let index = 0; index < placed; index++) place(tags, index);
  for (let index = placed; index < count; index++) leaveOut(tags[index]!);
}

function place(tags: readonly PlacedTag[], index: number): void {
  const tag = tags[index]!;
  const wasMoved = tag.isCrowdedOut || tag.lift > 0;
  if (isClear(tags, index, 0, wasMoved ? SPARE_PX : GAP_PX)) {
    tag.lift = 0;
    tag.isCrowdedOut = false;
    return;
  }
  if (!tag.isCrowdedOut && tag.lift > 0 && isClear(tags, index, tag.lift, GAP_PX)) return;
  const lift = liftOf(tags, index);
  const most = LIFT_MAX_HEIGHTS * 2 * tag.halfHeight - (tag.isCrowdedOut ? SPARE_PX : 0);
  if (lift > most || !isClear(tags, index, lift, GAP_PX)) leaveOut(tag);
  else {
    tag.lift = lift;
    tag.isCrowdedOut = false;
  }
}

function leaveOut(tag: PlacedTag): void {
  tag.lift = 0;
  tag.isCrowdedOut = true;
}

/** How far up it is over all that it meets on the way. */
function liftOf(tags: readonly PlacedTag[], index: number): number {
  const tag = tags[index]!;
  let lift = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const before = lift;
    for (let at = 0; at < index; at++) {
      const other = tags[at]!;
      if (!meets(tag, lift, other, GAP_PX)) continue;
      lift = tag.y - (other.y - other.lift) + other.halfHeight + tag.halfHeight + GAP_PX;
    }
    if (lift === before) break;
  }
  return lift;
}

function isClear(tags: readonly PlacedTag[], index: number, lift: number, gapPx: number): boolean {
  const tag = tags[index]!;
  for (let at = 0; at < index; at++) if (meets(tag, lift, tags[at]!, gapPx)) return false;
  return true;
}

function meets(tag: PlacedTag, lift: number, other: PlacedTag, gapPx: number): boolean {
  if (other.isCrowdedOut) return false;
  const across = Math.abs(tag.x - other.x) - tag.halfWidth - other.halfWidth;
  if (across >= gapPx) return false;
  const along = Math.abs(tag.y - lift - (other.y - other.lift)) - tag.halfHeight - other.halfHeight;
  // Lifted by exactly the gap it is clear, whatever the last digit says.
  return along < gapPx - 1e-6;
}
