import type { PerspectiveCamera } from "three";
import type { Avatar } from "./avatar/Avatar";
import type { Marks } from "./Marks";
import type { Names } from "./Names";
import { pick } from "./pick";
import type { PickHit } from "./types";

/** Looked up so often at most: people pass under a pointer that rests, too. */
const EVERY_MS = 100;

/** The chair or the person under the pointer is marked in the room, and the page told for its cursor. */
export class Hover {
  readonly #canvas: Pick<HTMLElement, "dataset">;
  readonly #marks: Pick<Marks, "setHovered">;
  #lastMs = -Infinity;
  #isOver = false;

  constructor(canvas: Pick<HTMLElement, "dataset">, marks: Pick<Marks, "setHovered">) {
    this.#canvas = canvas;
    this.#marks = marks;
  }

  /** @param over where the pointer is over the canvas, -1 to 1; null where it is not, or drags. */
  update(
    nowMs: number,
    over: { readonly x: number; readonly y: number } | null,
    camera: PerspectiveCamera,
    avatars: readonly Avatar[],
    names: Pick<Names, "tagOf">,
  ): void {
    if (over === null) {
      if (this.#isOver) this.#show(null);
      this.#lastMs = -Infinity;
      return;
    }
    if (nowMs - this.#lastMs < EVERY_MS) return;
    this.#lastMs = nowMs;
    this.#show(pick(over.x, over.y, camera, avatars, names));
  }

  /** The floor is everywhere: it is not marked. */
  #show(hit: PickHit | null): void {
    const hovered = hit === null || hit.kind === "floor" ? null : hit;
    this.#marks.setHovered(hovered);
    this.#isOver = hovered !== null;
    if (hovered === null) delete this.#canvas.dataset["over"];
    else this.#canvas.dataset["over"] = hovered.kind;
  }
}
