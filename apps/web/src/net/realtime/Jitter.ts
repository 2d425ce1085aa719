/** RFC 3550 §6.4.1: each difference counts a sixteenth. */
const GAIN = 1 / 16;

/** How unevenly events arrive, as RTP measures it: the smoothed change of their way's length. */
export class Jitter {
  #lastMs: number | null = null;
  #jitterMs: number | null = null;

  /** Null before the second event. */
  get ms(): number | null {
    return this.#jitterMs;
  }

  /** Take one event in; both clocks may stand anywhere. */
  observe(ts: number, arrivalMs: number): void {
    const wayMs = arrivalMs - ts;
    if (this.#lastMs !== null) {
      const changeMs = Math.abs(wayMs - this.#lastMs);
      this.#jitterMs = (this.#jitterMs ?? 0) + (changeMs - (this.#jitterMs ?? 0)) * GAIN;
    }
    this.#lastMs = wayMs;
  }

  /** Another connection has other ways. */
  reset(): void {
    this.#lastMs = null;
    this.#jitterMs = null;
  }
}
