import type { Random } from "./random";

/** One way of a line between two people, there and back through the server. */
export interface NetworkPlan {
  readonly name: string;
  /** From mover to observer, at best, without the server. */
  readonly delayMs: number;
  /** Of the normal distribution whose size is added, half a variance each way. */
  readonly jitterMs: number;
  /** Share of 50 ms in which whatever should come waits for the next 50. */
  readonly coalesced: number;
  /** Share of 50 ms in which a stall of 80 to 280 ms begins, on either way. */
  readonly stalls: number;
}

export const NETWORKS: readonly NetworkPlan[] = [
  { name: "A", delayMs: 60, jitterMs: 0, coalesced: 0, stalls: 0 },
  { name: "B", delayMs: 130, jitterMs: 30, coalesced: 0.05, stalls: 0.01 },
  { name: "C", delayMs: 150, jitterMs: 60, coalesced: 0.1, stalls: 0.03 },
];

const SLOT_MS = 50;
const STALL_MIN_MS = 80;
const STALL_MAX_MS = 280;

/** One direction: late, jittery, stalling, but in order, as TCP is. */
export class Leg {
  readonly #plan: NetworkPlan;
  readonly #random: Random;
  #slot = -1;
  #coalescesTo = -Infinity;
  #stallsTo = -Infinity;
  #lastMs = -Infinity;

  constructor(plan: NetworkPlan, random: Random) {
    this.#plan = plan;
    this.#random = random;
  }

  /** When something sent at `ms` arrives; asked in the order of sending. */
  deliver(ms: number): number {
    this.#pass(Math.floor(ms / SLOT_MS));
    const heldMs = ms < this.#coalescesTo ? ms + SLOT_MS : ms;
    const leavesMs = Math.max(heldMs, this.#stallsTo);
    const jitterMs = Math.abs(this.#random.normal(this.#plan.jitterMs / Math.SQRT2));
    this.#lastMs = Math.max(this.#lastMs, leavesMs + this.#plan.delayMs / 2 + jitterMs);
    return this.#lastMs;
  }

  /** What happens on the line happens whether anything is sent or not. */
  #pass(slot: number): void {
    while (this.#slot < slot) {
      this.#slot += 1;
      const startMs = this.#slot * SLOT_MS;
      // Half of each on either leg, so that the line as a whole has the plan's share.
      if (this.#random.chance(this.#plan.coalesced / 2)) this.#coalescesTo = startMs + SLOT_MS;
      if (this.#random.chance(this.#plan.stalls / 2)) {
        const endMs = startMs + this.#random.between(STALL_MIN_MS, STALL_MAX_MS);
        this.#stallsTo = Math.max(this.#stallsTo, endMs);
      }
    }
  }
}
