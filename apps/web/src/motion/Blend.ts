import { BLEND_MS } from "../net/realtime/constants";
import { shortestArc } from "./angles";
import type { Place } from "./SampleRing";

/** From a picture to another that is elsewhere, without a jump: what is left of the difference. */
export class Blend {
  #x = 0;
  #y = 0;
  #z = 0;
  #rotY = 0;
  #leftMs = 0;

  /** Share of the difference that is still drawn: 1 falls to 0 within 150 ms, slow at both ends. */
  get #part(): number {
    const left = this.#leftMs / BLEND_MS;
    return left * left * (3 - 2 * left);
  }

  /** From the one picture to the other. */
  get lengthM(): number {
    return Math.hypot(this.#x, this.#y, this.#z);
  }

  get x(): number {
    return this.#x * this.#part;
  }

  get y(): number {
    return this.#y * this.#part;
  }

  get z(): number {
    return this.#z * this.#part;
  }

  get rotY(): number {
    return this.#rotY * this.#part;
  }

  /** Begin at the one picture, on the way to the other. */
  begin(from: Readonly<Omit<Place, "anim">>, to: Readonly<Omit<Place, "anim">>): void {
    this.#x = from.x - to.x;
    this.#y = from.y - to.y;
    this.#z = from.z - to.z;
    this.#rotY = shortestArc(to.rotY, from.rotY);
    this.#leftMs = BLEND_MS;
  }

  advance(stepMs: number): void {
    this.#leftMs = Math.max(0, this.#leftMs - stepMs);
  }

  clear(): void {
    this.#leftMs = 0;
  }
}
