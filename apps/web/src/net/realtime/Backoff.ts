import { BACKOFF_FIRST_MS, BACKOFF_MAX_MS, CloseCode, DRAIN_JITTER_MS, HOPS_MAX } from "./constants";

/** How long to wait before trying again (§8, §9): full jitter, 0.25 s doubling to 8 s. Pure. */
export class Backoff {
  readonly #chance: () => number;
  #tries = 0;
  #hops = 0;

  /** `chance` gives numbers, 0 ≤ n < 1. */
  constructor(chance: () => number) {
    this.#chance = chance;
  }

  /** Things went well for a while: begin again with the shortest wait. */
  reset(): void {
    this.#tries = 0;
    this.#hops = 0;
  }

  /** The wait before the next try; `atLeastMs` is what the server asked for. */
  nextMs(atLeastMs = 0): number {
    const ceilingMs = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** this.#tries);
    this.#tries += 1;
    return atLeastMs + this.#chance() * ceilingMs;
  }

  /** The wait after a close code that allows another try (§8). */
  afterCloseMs(code: number): number {
    if (code === CloseCode.ROOM_MOVED && this.#hops < HOPS_MAX) {
      this.#hops += 1;
      return 0;
    }
    if (code === CloseCode.GOING_AWAY && this.#tries === 0) {
      this.#tries += 1;
      return this.#chance() * DRAIN_JITTER_MS;
    }
    return this.nextMs();
  }
}
