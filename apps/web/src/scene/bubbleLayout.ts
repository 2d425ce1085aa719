/** Where bubbles go that would lie over one another. CSS pixels, y down. Pure. */

/** A bubble: the middle of its lower edge is over somebody's head. */
export interface Placed {
  x: number;
  /** The lower edge. */
  y: number;
  readonly width: number;
  readonly height: number;
  /** There is no room for it that is still over its own head. */
  isCrowdedOut: boolean;
}

export const GAP_PX = 6;
/** Further up than this nobody knows whose it is. */
export const LIFT_MAX_PX = 120;

/**
 * Moves bubbles apart: each stays where it is if it can, else goes up over those before it.
 *
 * @param bubbles in the order of their right to stay, the nearest person's first; moved in place.
 * @param width of the page: none is cut off at its sides.
 * @param top none goes higher.
 */
export function layOut(bubbles: readonly Placed[], width: number, top: number): void {
  bubbles.forEach((bubble, index) => {
    const half = Math.min(bubble.width, width) / 2;
    bubble.x = Math.round(Math.min(width - half, Math.max(half, bubble.x)));
    bubble.y = Math.round(Math.max(top + bubble.height, bubble.y));
    const wishedY = bubble.y;
    lift(bubble, bubbles, index);
    bubble.isCrowdedOut = wishedY - bubble.y > LIFT_MAX_PX || bubble.y - bubble.height < top;
  });
}

/** Over every bubble before it that it meets: each lift may lead under another. */
function lift(bubble: Placed, bubbles: readonly Placed[], index: number): void {
  for (let round = 0; round < index; round++) {
    const y = bubble.y;
    for (let at = 0; at < index; at++) {
      const other = bubbles[at]!;
      if (!other.isCrowdedOut && overlap(bubble, other)) bubble.y = other.y - other.height - GAP_PX;
    }
    if (bubble.y === y) return;
  }
}

function overlap(a: Placed, b: Placed): boolean {
  const isBeside = Math.abs(a.x - b.x) >= (a.width + b.width) / 2 + GAP_PX;
  return !isBeside && a.y > b.y - b.height - GAP_PX && b.y > a.y - a.height - GAP_PX;
}
