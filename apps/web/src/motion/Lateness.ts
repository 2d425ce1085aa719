/** Samples that count: about the last two seconds of a walk. */
const KEPT = 32;
const QUANTILE = 0.95;

/** How late the samples of one member come: the 95th percentile of the last 32. */
export class Lateness {
  readonly #kept = new Float64Array(KEPT);
  readonly #ordered = new Float64Array(KEPT);
  #count = 0;
  #p95Ms = 0;

  /** 0 before the first sample. */
  get p95Ms(): number {
    return this.#p95Ms;
  }

  push(latenessMs: number): void {
    this.#kept[this.#count % KEPT] = latenessMs;
    this.#count += 1;
    const length = Math.min(this.#count, KEPT);
    // What is not filled yet sorts to the end.
    this.#ordered.set(this.#kept);
    this.#ordered.fill(Infinity, length);
    this.#ordered.sort();
    this.#p95Ms = this.#ordered[Math.ceil(QUANTILE * length) - 1]!;
  }
}
