import { Lettering } from "../../type/Lettering";
import { drawPeople, type Dot } from "../../map/people";
import { drawPlan, HEIGHT_M, LEFT_M, TOP_M, WIDTH_M } from "../../map/plan";

/** As near as a finger gets. */
const NEAR_PX = 20;

/** A canvas that shows the room from above. The plan is drawn once for every size. */
export class MapCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #plan = document.createElement("canvas");
  readonly #resizing: ResizeObserver;
  readonly #lettering: Lettering;
  readonly #onStale: () => void;
  #widthPx = 0;
  #ratio = 1;

  /** @param onStale there is nothing on it any more, or names in another face than they should be. */
  constructor(canvas: HTMLCanvasElement, onStale: () => void) {
    this.#canvas = canvas;
    this.#onStale = onStale;
    // The list beside the map asks for the faces: it has the same names.
    this.#lettering = new Lettering(document.fonts, onStale);
    this.#resizing = new ResizeObserver(() => this.#resize());
    this.#resizing.observe(canvas);
  }

  dispose(): void {
    this.#resizing.disconnect();
    this.#lettering.dispose();
  }

  draw(dots: readonly Dot[]): void {
    const ctx = this.#canvas.getContext("2d");
    if (ctx === null || this.#widthPx === 0) return;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    ctx.drawImage(this.#plan, 0, 0);
    ctx.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    drawPeople(ctx, dots, this.#widthPx, (x, z) => this.toPx(x, z));
  }

  /** A place in the room as CSS pixels of the canvas. */
  toPx(x: number, z: number): readonly [number, number] {
    const scale = this.#widthPx / WIDTH_M;
    return [(x - LEFT_M) * scale, (z - TOP_M) * scale];
  }

  /** Who of these is at a point of the page; null for nobody. */
  nearest<Item extends { readonly x: number; readonly z: number }>(
    items: readonly Item[],
    clientX: number,
    clientY: number,
  ): Item | null {
    const { left, top } = this.#canvas.getBoundingClientRect();
    let best: Item | null = null;
    let bestPx = NEAR_PX;
    for (const item of items) {
      const [x, y] = this.toPx(item.x, item.z);
      const awayPx = Math.hypot(clientX - left - x, clientY - top - y);
      if (awayPx >= bestPx) continue;
      best = item;
      bestPx = awayPx;
    }
    return best;
  }

  #resize(): void {
    const { clientWidth } = this.#canvas;
    if (clientWidth === 0) return;
    this.#widthPx = clientWidth;
    this.#ratio = Math.min(2, window.devicePixelRatio);
    const width = Math.round(clientWidth * this.#ratio);
    const height = Math.round((width * HEIGHT_M) / WIDTH_M);
    for (const one of [this.#canvas, this.#plan]) {
      one.width = width;
      one.height = height;
    }
    const ctx = this.#plan.getContext("2d");
    if (ctx === null) return;
    const scale = width / WIDTH_M;
    ctx.setTransform(scale, 0, 0, scale, -LEFT_M * scale, -TOP_M * scale);
    drawPlan(ctx);
    this.#onStale();
  }
}
