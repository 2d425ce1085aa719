import { Vector3, type Camera } from "three";
import type { Avatar } from "./avatar/Avatar";
import { layOut, type Placed } from "./bubbleLayout";
import "./bubbles.css";

const POOL = 8;
const SHOWN_MS = 6_000;
const SHOWN_PER_CHARACTER_MS = 60;
/** Said by people who are not in the pool: kept while it is fresh, the oldest goes first. */
const SAYINGS_MAX = 64;
const OVER_HEAD_M = 0.78;
const FAR_M = 26;
/** Under the bar at the top of the page. */
const TOP_PX = 64;
/** Nearer by less than this is not nearer, or two who stand side by side would change places all the time. */
const NEARER_M = 0.5;

interface Saying {
  userId: string;
  text: string;
  untilMs: number;
  awayM: number;
}

interface Bubble extends Placed {
  readonly element: HTMLElement;
  saying: Saying | null;
  width: number;
  height: number;
  /** What the element was told last. */
  shownAt: string;
}

/** Who is there to say something. */
export interface Bodies {
  get(userId: string): Avatar | undefined;
}

const spot = new Vector3();

/** What people say, over their heads: a pool of elements for the nearest eight. */
export class Bubbles {
  readonly #overlay: HTMLElement;
  readonly #pool: readonly Bubble[];
  /** The nearest first. */
  readonly #sayings: Saying[] = [];
  readonly #seen: Bubble[] = [];
  /** A typeface that has come, or a translation, makes another size of the same words. */
  readonly #resizing = new ResizeObserver(() => this.#pool.forEach(measure));

  constructor(overlay: HTMLElement) {
    this.#overlay = overlay;
    this.#pool = Array.from({ length: POOL }, () => {
      const element = document.createElement("div");
      element.className = "bubble";
      // The log says it all to those who listen rather than look.
      element.setAttribute("aria-hidden", "true");
      element.dir = "auto";
      element.hidden = true;
      overlay.append(element);
      this.#resizing.observe(element);
      const nowhere = { x: 0, y: 0, width: 0, height: 0, isCrowdedOut: false, shownAt: "" };
      return { element, saying: null, ...nowhere };
    });
  }

  say(userId: string, text: string, nowMs: number): void {
    this.forget(userId);
    if (this.#sayings.length >= SAYINGS_MAX) this.#end(this.#oldest());
    const untilMs = nowMs + SHOWN_MS + SHOWN_PER_CHARACTER_MS * [...text].length;
    this.#sayings.push({ userId, text, untilMs, awayM: 0 });
  }

  forget(userId: string): void {
    const at = this.#sayings.findIndex((saying) => saying.userId === userId);
    if (at >= 0) this.#end(at);
  }

  update(avatars: Bodies, camera: Camera, nowMs: number): void {
    this.#measure(avatars, camera, nowMs);
    const sayings = this.#sayings;
    sortNearest(sayings);
    for (let at = POOL; at < sayings.length; at++) this.#hide(sayings[at]!);
    const { clientWidth, clientHeight } = this.#overlay;
    const seen = this.#seen;
    seen.length = 0;
    for (let at = 0; at < Math.min(POOL, sayings.length); at++) {
      const saying = sayings[at]!;
      const bubble = this.#bubbleOf(saying);
      const avatar = avatars.get(saying.userId)!;
      spot.set(avatar.pose.x, avatar.headY + OVER_HEAD_M, avatar.pose.z).project(camera);
      const isSeen = spot.z < 1 && Math.abs(spot.x) < 1.1 && Math.abs(spot.y) < 1.2;
      if (!isSeen || saying.awayM > FAR_M) {
        bubble.element.hidden = true;
        continue;
      }
      bubble.x = ((spot.x + 1) / 2) * clientWidth;
      bubble.y = ((1 - spot.y) / 2) * clientHeight;
      seen.push(bubble);
    }
    layOut(seen, clientWidth, TOP_PX);
    for (const bubble of seen) show(bubble);
  }

  dispose(): void {
    this.#resizing.disconnect();
    for (const { element } of this.#pool) element.remove();
  }

  /** How far everybody is who has something to say; who left or is done says it no more. */
  #measure(avatars: Bodies, camera: Camera, nowMs: number): void {
    for (let at = this.#sayings.length - 1; at >= 0; at--) {
      const saying = this.#sayings[at]!;
      const avatar = avatars.get(saying.userId);
      if (avatar === undefined || nowMs >= saying.untilMs) {
        this.#end(at);
        continue;
      }
      spot.set(avatar.pose.x, avatar.headY, avatar.pose.z);
      saying.awayM = spot.distanceTo(camera.position);
    }
  }

  #oldest(): number {
    let oldest = 0;
    this.#sayings.forEach(({ untilMs }, at) => {
      if (untilMs < this.#sayings[oldest]!.untilMs) oldest = at;
    });
    return oldest;
  }

  #bubbleOf(saying: Saying): Bubble {
    for (const bubble of this.#pool) if (bubble.saying === saying) return bubble;
    const free = this.#pool.find((bubble) => bubble.saying === null)!;
    free.saying = saying;
    const { element } = free;
    element.textContent = saying.text;
    element.hidden = false;
    measure(free);
    return free;
  }

  #end(at: number): void {
    const [saying] = this.#sayings.splice(at, 1);
    if (saying !== undefined) this.#hide(saying);
  }

  #hide(saying: Saying): void {
    for (const bubble of this.#pool) {
      if (bubble.saying !== saying) continue;
      bubble.saying = null;
      bubble.element.hidden = true;
      bubble.element.textContent = "";
    }
  }
}

/** In CSS pixels; what is hidden keeps the size that it had. */
function measure(bubble: Bubble): void {
  const { element } = bubble;
  if (element.hidden) return;
  bubble.width = element.offsetWidth;
  bubble.height = element.offsetHeight;
}

/** By insertion: from one frame to the next hardly anything changes. */
function sortNearest(sayings: Saying[]): void {
  for (let end = 1; end < sayings.length; end++) {
    for (let at = end; at > 0 && sayings[at]!.awayM < sayings[at - 1]!.awayM - NEARER_M; at--) {
      [sayings[at - 1], sayings[at]] = [sayings[at]!, sayings[at - 1]!];
    }
  }
}

function show(bubble: Bubble): void {
  const { element, x, y, isCrowdedOut } = bubble;
  if (element.hidden !== isCrowdedOut) element.hidden = isCrowdedOut;
  const place = `translate(${x}px, ${y}px) translate(-50%, -100%)`;
  if (isCrowdedOut || place === bubble.shownAt) return;
  bubble.shownAt = place;
  element.style.transform = place;
}
