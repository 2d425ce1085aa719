/** Frames over this are late, were they all so: 50 a second. */
const LATE_MS = 20;
const WATCHED_MS = 2_000;
const STEP = 0.25;
const LEAST = 0.75;
/** Slower frames than this are a hidden tab or a breakpoint, not a slow machine. */
const IGNORED_MS = 3_000;
/** Fewer frames than these say nothing yet. */
const SAMPLES_MIN = 3;
const SAMPLES_MAX = 512;

/** Lowers the pixel ratio for as long as frames are late. Pure: times come in. */
export class FrameBudget {
  readonly #frames = new Float32Array(SAMPLES_MAX);
  readonly #sorted = new Float32Array(SAMPLES_MAX);
  #count = 0;
  #watchedMs = 0;
  #ratio: number;

  constructor(ratio: number) {
    this.#ratio = ratio;
  }

  /** There is nothing left to take from the pixels. */
  get isLeast(): boolean {
    return this.#ratio <= LEAST;
  }

  get ratio(): number {
    return this.#ratio;
  }

  /** Begin anew from that ratio. */
  reset(ratio: number): void {
    this.#ratio = ratio;
    this.#count = this.#watchedMs = 0;
  }

  /** Hear how long a frame took; true where the ratio has changed. */
  add(frameMs: number): boolean {
    if (frameMs > IGNORED_MS) {
      this.#count = this.#watchedMs = 0;
      return false;
    }
    if (this.#count < SAMPLES_MAX) this.#frames[this.#count++] = frameMs;
    this.#watchedMs += frameMs;
    if (this.#watchedMs < WATCHED_MS || this.#count < SAMPLES_MIN) return false;
    const isLate = this.#p90() > LATE_MS;
    this.#count = this.#watchedMs = 0;
    if (!isLate || this.#ratio <= LEAST) return false;
    this.#ratio = Math.max(LEAST, this.#ratio - STEP);
    return true;
  }

  #p90(): number {
    const sorted = this.#sorted.subarray(0, this.#count);
    sorted.set(this.#frames.subarray(0, this.#count));
    sorted.sort();
    return sorted[Math.floor(this.#count * 0.9)] ?? 0;
  }
}
