import { HEIGHT_M, LEFT_M, TOP_M, WIDTH_M } from "./plan";

/** Smaller than this to the metre, nobody is told apart: then the map follows who looks at it. */
const LEAST_PX_PER_M = 24;
/** Larger than this to the metre, it is a picture of dots. */
const MOST_PX_PER_M = 56;

/** What lies over the edges of the canvas, CSS pixels. */
export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** Which part of the room a canvas shows: all of it, or what is around somebody. CSS pixels. Pure. */
export class MapView {
  pxPerM = LEAST_PX_PER_M;
  /** Where the room's corner, least in x and z, is on the canvas. */
  leftPx = 0;
  topPx = 0;
  #widthPx = 0;
  #heightPx = 0;
  #insets: Insets = { top: 0, right: 0, bottom: 0, left: 0 };

  /** As large as fits between what lies over the edges. */
  resize(widthPx: number, heightPx: number, insets: Insets): void {
    this.#widthPx = widthPx;
    this.#heightPx = heightPx;
    this.#insets = insets;
    const freeX = widthPx - insets.left - insets.right;
    const freeY = heightPx - insets.top - insets.bottom;
    const fits = Math.min(freeX / WIDTH_M, freeY / HEIGHT_M);
    this.pxPerM = Math.min(MOST_PX_PER_M, Math.max(LEAST_PX_PER_M, fits));
  }

  /** Show what is around a place, and nothing beyond the room. */
  follow(x: number, z: number): void {
    const { top, right, bottom, left } = this.#insets;
    this.leftPx = placed((x - LEFT_M) * this.pxPerM, WIDTH_M * this.pxPerM, left, this.#widthPx - right);
    this.topPx = placed((z - TOP_M) * this.pxPerM, HEIGHT_M * this.pxPerM, top, this.#heightPx - bottom);
  }

  toPx(x: number, z: number): readonly [x: number, y: number] {
    return [this.leftPx + (x - LEFT_M) * this.pxPerM, this.topPx + (z - TOP_M) * this.pxPerM];
  }

  toPlace(x: number, y: number): { readonly x: number; readonly z: number } {
    return { x: (x - this.leftPx) / this.pxPerM + LEFT_M, z: (y - this.topPx) / this.pxPerM + TOP_M };
  }
}

/** Where something of a size begins between two edges: in the middle, or so that `at` is near it. */
function placed(at: number, size: number, from: number, to: number): number {
  if (size <= to - from) return (from + to - size) / 2;
  return Math.min(from, Math.max(to - size, (from + to) / 2 - at));
}
