import { LATENESS_QUANTILE, SAMPLES_MAX } from "../net/realtime/constants";

/** How late the samples of one member come: the 95th percentile of the last 32. */
export class Lateness {
  readonly #kept = new Float64Array(SAMPLES_MAX);
  readonly #ordered = new Float64Array(SAMPLES_MAX);
  #count = 0;
  #p95Ms = 0;

  /** 0 before the first sample. */
  get p95Ms(): number {
    return this.#p95Ms;
  }

  push(latenessMs: number): void {
    this.#kept[this.#count % SAMPLES_MAX] = latenessMs;
    this.#count += 1;
    const length = Math.min(this.#count, SAMPLES_MAX);
    // What is not filled yet sorts to the end.
    this.#ordered.set(this.#kept);
    this.#ordered.fill(Infinity, length);
    this.#ordered.sort();
    this.#p95Ms = this.#ordered[Math.ceil(LATENESS_QUANTILE * length) - 1]!;
  }
}
