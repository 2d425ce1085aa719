import {
  EXTRAPOLATION_FULL_MS,
  EXTRAPOLATION_MAX_MS,
  JUMP_SPEED_MPS,
  SAMPLES_MAX,
  SNAP_DISTANCE_M,
  SPEED_SPAN_MIN_MS,
} from "../net/realtime/constants";
import type { Anim } from "../net/realtime/types";
import { shortestArc } from "./angles";

/** Where a member is at one motion time, as far as the samples say. */
export interface Place {
  x: number;
  y: number;
  z: number;
  rotY: number;
  anim: Anim;
}

/**
 * The newest samples of one member, and the path through them.
 *
 * Columns rather than objects, so that neither a sample nor a frame allocates anything.
 */
export class SampleRing {
  #length = 0;
  /** Of the newest sample. */
  #head = -1;
  readonly #ts = new Float64Array(SAMPLES_MAX);
  readonly #x = new Float64Array(SAMPLES_MAX);
  readonly #y = new Float64Array(SAMPLES_MAX);
  readonly #z = new Float64Array(SAMPLES_MAX);
  readonly #rotY = new Float64Array(SAMPLES_MAX);
  readonly #anim = new Array<Anim>(SAMPLES_MAX).fill("idle");

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Motion time of the newest sample; -Infinity where there is none, or where it has none. */
  get newestMs(): number {
    return this.isEmpty ? -Infinity : this.#ts[this.#head]!;
  }

  /** What the newest sample does; there must be one. */
  get newestAnim(): Anim {
    return this.#anim[this.#head]!;
  }

  /** Whether somebody was put where the newest sample is. */
  get endsInJump(): boolean {
    return this.#length > 1 && this.#isJump((this.#head - 1 + SAMPLES_MAX) % SAMPLES_MAX, this.#head);
  }

  /** Whether that is under the snap threshold, and further than anybody runs within the interval. */
  isHopTo(x: number, y: number, z: number, intervalMs: number): boolean {
    if (this.isEmpty) return false;
    const head = this.#head;
    const stepM = Math.hypot(x - this.#x[head]!, y - this.#y[head]!, z - this.#z[head]!);
    return stepM > (JUMP_SPEED_MPS * intervalMs) / 1000 && stepM <= SNAP_DISTANCE_M;
  }

  clear(): void {
    this.#length = 0;
    this.#head = -1;
  }

  push(ts: number, x: number, y: number, z: number, rotY: number, anim: Anim): void {
    this.#head = (this.#head + 1) % SAMPLES_MAX;
    this.#length = Math.min(SAMPLES_MAX, this.#length + 1);
    const head = this.#head;
    this.#ts[head] = ts;
    this.#x[head] = x;
    this.#y[head] = y;
    this.#z[head] = z;
    this.#rotY[head] = rotY;
    this.#anim[head] = anim;
  }

  /** The newest sample still held at `ts`: what follows begins there. */
  hold(ts: number): void {
    const head = this.#head;
    if (this.#ts[head] === -Infinity) {
      this.#ts[head] = ts;
      return;
    }
    const anim = this.#anim[head]!;
    this.push(ts, this.#x[head]!, this.#y[head]!, this.#z[head]!, this.#rotY[head]!, anim);
  }

  /** The place at a motion time: between two samples, before the first, or after the last. */
  at(ms: number, target: Place): void {
    if (ms >= this.#ts[this.#head]!) {
      this.#beyond(ms, target);
      return;
    }
    let later = this.#head;
    for (let back = 1; back < this.#length; back++) {
      const earlier = (this.#head - back + SAMPLES_MAX) % SAMPLES_MAX;
      if (this.#ts[earlier]! <= ms) {
        this.#between(earlier, later, ms, target);
        return;
      }
      later = earlier;
    }
    this.#copy(later, target);
  }

  /** Linear, `rotY` by the shortest arc; a step over the snap threshold is a jump. */
  #between(earlier: number, later: number, ms: number, target: Place): void {
    this.#copy(earlier, target);
    if (this.#isJump(earlier, later)) return;
    const part = (ms - this.#ts[earlier]!) / (this.#ts[later]! - this.#ts[earlier]!);
    this.#moveOn(earlier, later, part, target);
    target.rotY += shortestArc(this.#rotY[earlier]!, this.#rotY[later]!) * part;
    if (this.#anim[later]! === "walk") target.anim = "walk";
  }

  /** After the last sample: a walker goes on, after 100 ms ever slower, for 250; others stand. */
  #beyond(ms: number, target: Place): void {
    const last = this.#head;
    this.#copy(last, target);
    if (target.anim !== "walk" || this.#length < 2) return;
    const before = (last - 1 + SAMPLES_MAX) % SAMPLES_MAX;
    if (this.#isJump(before, last)) return;
    const spanMs = Math.max(SPEED_SPAN_MIN_MS, this.#ts[last]! - this.#ts[before]!);
    this.#moveOn(before, last, easedMs(ms - this.#ts[last]!) / spanMs, target);
  }

  /** Over the snap threshold, and faster than anybody runs: sparse samples lie far apart. */
  #isJump(earlier: number, later: number): boolean {
    const dx = this.#x[later]! - this.#x[earlier]!;
    const dy = this.#y[later]! - this.#y[earlier]!;
    const dz = this.#z[later]! - this.#z[earlier]!;
    const spanS = (this.#ts[later]! - this.#ts[earlier]!) / 1000;
    const farM = Math.max(SNAP_DISTANCE_M, JUMP_SPEED_MPS * spanS);
    return dx * dx + dy * dy + dz * dz > farM * farM;
  }

  /** Move the target by `parts` of the way between two samples. */
  #moveOn(earlier: number, later: number, parts: number, target: Place): void {
    target.x += (this.#x[later]! - this.#x[earlier]!) * parts;
    target.y += (this.#y[later]! - this.#y[earlier]!) * parts;
    target.z += (this.#z[later]! - this.#z[earlier]!) * parts;
  }

  #copy(index: number, target: Place): void {
    target.x = this.#x[index]!;
    target.y = this.#y[index]!;
    target.z = this.#z[index]!;
    target.rotY = this.#rotY[index]!;
    target.anim = this.#anim[index]!;
  }
}

/** How long at full speed a walker gets as far as one who goes on for so long, ever slower. */
function easedMs(forMs: number): number {
  const aheadMs = Math.min(forMs, EXTRAPOLATION_MAX_MS);
  const slowMs = Math.max(0, aheadMs - EXTRAPOLATION_FULL_MS);
  return aheadMs - (slowMs * slowMs) / (2 * (EXTRAPOLATION_MAX_MS - EXTRAPOLATION_FULL_MS));
}
