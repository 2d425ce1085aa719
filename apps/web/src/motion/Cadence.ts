import {
  INTERVAL_MAX_MS,
  INTERVAL_WEIGHT,
  RARE_INTERVAL_MAX_MS,
  SEND_RATE_HZ,
} from "../net/realtime/constants";

/** Between two samples of somebody who walks nearby. */
const FULL_INTERVAL_MS = 1000 / SEND_RATE_HZ;

/**
 * The interval between two samples of one member, learned from those of a walker (§9, §12).
 *
 * At full rate it is a mean. Whoever is far away in a crowd is told of seldom and unevenly: there it is
 * the longer of the last two gaps, so that it rises at once, and one sample more changes nothing.
 */
export class Cadence {
  #intervalMs = FULL_INTERVAL_MS;
  #gapMs = 0;

  get intervalMs(): number {
    return this.#intervalMs;
  }

  /** Whether samples come less often than anybody sends them. */
  get isSparse(): boolean {
    return this.#intervalMs > INTERVAL_MAX_MS;
  }

  /**
   * Learn from one gap; whether samples come at least twice as often now.
   *
   * @param hasWalked the sample before the gap was one of a walk. Others pause as they like.
   */
  take(gapMs: number, hasWalked: boolean): boolean {
    if (gapMs > INTERVAL_MAX_MS && !hasWalked) return false;
    const longerMs = Math.max(gapMs, this.#gapMs);
    this.#gapMs = gapMs;
    const beforeMs = this.#intervalMs;
    const wasSparse = this.isSparse;
    if (longerMs > INTERVAL_MAX_MS) this.#intervalMs = Math.min(longerMs, RARE_INTERVAL_MAX_MS);
    else if (wasSparse) this.#intervalMs = FULL_INTERVAL_MS;
    else this.#intervalMs += (gapMs - this.#intervalMs) * INTERVAL_WEIGHT;
    return wasSparse && this.#intervalMs <= beforeMs / 2;
  }
}
