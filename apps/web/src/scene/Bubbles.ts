import { Vector3, type Camera } from "three";
import type { Avatar } from "./avatar/Avatar";
import "./bubbles.css";

const POOL = 8;
const SHOWN_MS = 6_000;
const SHOWN_PER_CHARACTER_MS = 60;
/** Said by people who are not in the pool: kept while it is fresh, the oldest goes first. */
const SAYINGS_MAX = 64;
const OVER_HEAD_M = 0.78;
const FAR_M = 26;
/** Of the widest bubble, and a little air: none is cut off at the side of the page. */
const HALF_WIDTH_PX = 136;

interface Saying {
  userId: string;
  text: string;
  untilMs: number;
  awayM: number;
}

interface Bubble {
  readonly element: HTMLElement;
  saying: Saying | null;
  x: number;
  y: number;
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
  readonly #sayings: Saying[] = [];

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
      return { element, saying: null, x: Number.NaN, y: Number.NaN };
    });
  }

  say(userId: string, text: string, nowMs: number): void {
    this.forget(userId);
    if (this.#sayings.length >= SAYINGS_MAX) this.#end(0);
    const untilMs = nowMs + SHOWN_MS + SHOWN_PER_CHARACTER_MS * [...text].length;
    this.#sayings.push({ userId, text, untilMs, awayM: 0 });
  }

  forget(userId: string): void {
    const at = this.#sayings.findIndex((saying) => saying.userId === userId);
    if (at >= 0) this.#end(at);
  }

  update(avatars: Bodies, camera: Camera, nowMs: number): void {
    const sayings = this.#sayings;
    for (let at = sayings.length - 1; at >= 0; at--) {
      const saying = sayings[at]!;
      const avatar = avatars.get(saying.userId);
      if (avatar === undefined || nowMs >= saying.untilMs) {
        this.#end(at);
        continue;
      }
      spot.set(avatar.pose.x, avatar.headY, avatar.pose.z);
      saying.awayM = spot.distanceTo(camera.position);
    }
    if (sayings.length > POOL) sayings.sort((a, b) => a.awayM - b.awayM);
    for (let at = POOL; at < sayings.length; at++) this.#hide(sayings[at]!);
    const width = this.#overlay.clientWidth;
    const height = this.#overlay.clientHeight;
    for (let at = 0; at < Math.min(POOL, sayings.length); at++) {
      const saying = sayings[at]!;
      const bubble = this.#bubbleOf(saying);
      const avatar = avatars.get(saying.userId)!;
      spot.set(avatar.pose.x, avatar.headY + OVER_HEAD_M, avatar.pose.z).project(camera);
      const isSeen = spot.z < 1 && Math.abs(spot.x) < 1.1 && Math.abs(spot.y) < 1.2;
      bubble.element.hidden = !isSeen || saying.awayM > FAR_M;
      if (bubble.element.hidden) continue;
      const half = Math.min(HALF_WIDTH_PX, width / 2);
      const x = Math.round(Math.min(width - half, Math.max(half, ((spot.x + 1) / 2) * width)));
      const y = Math.max(60, Math.round(((1 - spot.y) / 2) * height));
      if (x === bubble.x && y === bubble.y) continue;
      bubble.x = x;
      bubble.y = y;
      bubble.element.style.transform = `translate(${x}px, ${y}px) translate(-50%, -100%)`;
    }
  }

  dispose(): void {
    for (const { element } of this.#pool) element.remove();
  }

  #bubbleOf(saying: Saying): Bubble {
    for (const bubble of this.#pool) if (bubble.saying === saying) return bubble;
    const free = this.#pool.find((bubble) => bubble.saying === null)!;
    free.saying = saying;
    free.element.textContent = saying.text;
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
