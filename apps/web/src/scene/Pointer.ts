const TAP_SLOP_PX = 8;
const TURN_RAD_PER_PX = 0.0052;
const WHEEL_ZOOM = 1.0011;

export interface PointerTarget {
  orbit(yawRad: number, pitchRad: number): void;
  zoom(factor: number): void;
}

/** -1 to 1 over the canvas, y up. */
type Tap = (x: number, y: number) => void;

interface Finger {
  x: number;
  y: number;
}

/** Mouse and fingers on the canvas: drag turns, two fingers or the wheel zoom, a tap picks. */
export class Pointer {
  readonly #canvas: HTMLCanvasElement;
  readonly #target: PointerTarget;
  readonly #tap: Tap;
  readonly #fingers = new Map<number, Finger>();
  readonly #ending = new AbortController();
  #travelledPx = 0;
  readonly #over: Finger = { x: 0, y: 0 };
  #isOver = false;

  constructor(canvas: HTMLCanvasElement, target: PointerTarget, tap: Tap) {
    this.#canvas = canvas;
    this.#target = target;
    this.#tap = tap;
    const { signal } = this.#ending;
    canvas.addEventListener("pointerdown", this.#down, { signal });
    canvas.addEventListener("pointermove", this.#move, { signal });
    canvas.addEventListener("pointerup", this.#up, { signal });
    canvas.addEventListener("pointercancel", this.#cancel, { signal });
    // However a press ends, also where its release is told to nobody: a finger that stays is a second one.
    canvas.addEventListener("lostpointercapture", this.#cancel, { signal });
    canvas.addEventListener("pointerleave", () => (this.#isOver = false), { signal });
    canvas.addEventListener("wheel", this.#wheel, { signal, passive: false });
    canvas.addEventListener("contextmenu", this.#menu, { signal });
  }

  /** Where the mouse is over the canvas; null while it drags or is elsewhere. Fingers rest nowhere. */
  get over(): Readonly<Finger> | null {
    return this.#isOver && this.#fingers.size === 0 ? this.#over : null;
  }

  dispose(): void {
    this.#ending.abort();
  }

  readonly #down = (event: PointerEvent): void => {
    if (this.#fingers.size === 0) {
      this.#travelledPx = 0;
    } else this.#travelledPx = Infinity;
    this.#fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.#canvas.setPointerCapture(event.pointerId);
  };

  readonly #move = (event: PointerEvent): void => {
    this.#isOver = event.pointerType !== "touch";
    if (this.#isOver) this.#place(event, this.#over);
    const finger = this.#fingers.get(event.pointerId);
    if (finger === undefined) return;
    const dx = event.clientX - finger.x;
    const dy = event.clientY - finger.y;
    const before = this.#spreadPx();
    finger.x = event.clientX;
    finger.y = event.clientY;
    this.#travelledPx += Math.hypot(dx, dy);
    if (this.#fingers.size >= 2) {
      const after = this.#spreadPx();
      if (before > 0 && after > 0) this.#target.zoom(before / after);
      return;
    }
    if (this.#travelledPx < TAP_SLOP_PX) return;
    this.#target.orbit(-dx * TURN_RAD_PER_PX, dy * TURN_RAD_PER_PX);
  };

  readonly #up = (event: PointerEvent): void => {
    const wasDown = this.#fingers.delete(event.pointerId);
    // However long it took: hands are slow, and so are pages.
    const isTap = this.#travelledPx < TAP_SLOP_PX;
    if (!wasDown || !isTap || event.button !== 0) return;
    const spot = { x: 0, y: 0 };
    this.#place(event, spot);
    this.#tap(spot.x, spot.y);
  };

  /** On the canvas, -1 to 1, y up. */
  #place({ clientX, clientY }: PointerEvent, out: Finger): void {
    const frame = this.#canvas.getBoundingClientRect();
    out.x = ((clientX - frame.left) / frame.width) * 2 - 1;
    out.y = 1 - ((clientY - frame.top) / frame.height) * 2;
  }

  readonly #cancel = (event: PointerEvent): void => {
    this.#fingers.delete(event.pointerId);
  };

  readonly #wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    this.#target.zoom(WHEEL_ZOOM ** (event.deltaY * lines));
  };

  /** The right button turns the view too. */
  readonly #menu = (event: Event): void => {
    event.preventDefault();
  };

  #spreadPx(): number {
    if (this.#fingers.size < 2) return 0;
    let first: Finger | null = null;
    for (const finger of this.#fingers.values()) {
      if (first !== null) return Math.hypot(finger.x - first.x, finger.y - first.y);
      first = finger;
    }
    return 0;
  }
}
