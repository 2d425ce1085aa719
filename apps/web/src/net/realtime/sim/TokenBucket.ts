/** So many at once, and so many a second after that (§5, §6). */
export class TokenBucket {
  readonly #rateHz: number;
  readonly #burst: number;
  #tokens: number;
  #atMs: number | null = null;

  constructor(rateHz: number, burst: number) {
    this.#rateHz = rateHz;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** 0 where there was one to take, else the ms until there is. */
  take(nowMs: number): number {
    const passedMs = this.#atMs === null ? 0 : nowMs - this.#atMs;
    this.#atMs = nowMs;
    this.#tokens = Math.min(this.#burst, this.#tokens + (passedMs / 1000) * this.#rateHz);
    if (this.#tokens < 1) return Math.ceil(((1 - this.#tokens) * 1000) / this.#rateHz);
    this.#tokens -= 1;
    return 0;
  }
}
