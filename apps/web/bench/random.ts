/** Repeatable chance: the same seed, the same numbers (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995;
  }

  /** 0 to 1, 1 not included. */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.unit();
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** Normally distributed, mean 0 (Box and Muller). */
  normal(sigma: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()));
    return sigma * radius * Math.cos(2 * Math.PI * this.unit());
  }
}
