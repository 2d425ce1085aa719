import { ARRIVAL_WINDOW_MS, CLOCK_SHIFT_MS } from "./constants";

const SLOTS = 20;
const SLOT_MS = ARRIVAL_WINDOW_MS / SLOTS;
/** So many whole slots in a row must be late before lateness is taken for a shift: no stall of a
 * living connection makes every single event late for so long. */
const SHIFT_SLOTS = 4;

/**
 * The axis of motion times on the clock of `performance.now()` (§1, §9).
 *
 * `offsetMs` is the smallest (arrival - ts) of the last 10 s, so the axis runs as late as the fastest
 * event: what an event is above that is its lateness. Pure, and allocates nothing.
 */
export class ArrivalClock {
  readonly #least = new Float64Array(SLOTS).fill(Infinity);
  #slot = -Infinity;
  #offsetMs: number | null = null;

  /** Arrival less ts of the fastest event; null before the first. */
  get offsetMs(): number | null {
    return this.#offsetMs;
  }

  /** Take one event's times in; answers how late it was, 0 for the fastest. */
  observe(ts: number, arrivalMs: number): number {
    const offsetMs = arrivalMs - ts;
    if (this.#offsetMs !== null && offsetMs < this.#offsetMs - CLOCK_SHIFT_MS) this.reset();
    const slot = Math.floor(arrivalMs / SLOT_MS);
    if (slot !== this.#slot) this.#turn(slot);
    const index = modulo(slot);
    this.#least[index] = Math.min(this.#least[index]!, offsetMs);
    if (this.#offsetMs === null || offsetMs < this.#offsetMs) this.#offsetMs = offsetMs;
    return offsetMs - this.#offsetMs;
  }

  /** The motion time that the fastest event would bring now; needs an `observe` first. */
  motionNow(nowMs: number): number {
    return nowMs - (this.#offsetMs ?? 0);
  }

  /** Forget everything: another connection has other ways and another clock. */
  reset(): void {
    this.#least.fill(Infinity);
    this.#slot = -Infinity;
    this.#offsetMs = null;
  }

  #turn(slot: number): void {
    const passed = Math.min(slot - this.#slot, SLOTS);
    for (let back = 0; back < passed; back++) this.#least[modulo(slot - back)] = Infinity;
    this.#slot = slot;
    if (this.#isShifted(slot)) this.#forgetBefore(slot - SHIFT_SLOTS);
    this.#offsetMs = this.#smallest();
  }

  #isShifted(slot: number): boolean {
    if (this.#offsetMs === null) return false;
    for (let back = 1; back <= SHIFT_SLOTS; back++) {
      const least = this.#least[modulo(slot - back)]!;
      if (least === Infinity || least < this.#offsetMs + CLOCK_SHIFT_MS) return false;
    }
    return true;
  }

  #forgetBefore(slot: number): void {
    for (let back = 1; back <= SLOTS - SHIFT_SLOTS - 1; back++) {
      this.#least[modulo(slot - back)] = Infinity;
    }
  }

  #smallest(): number | null {
    let smallest = Infinity;
    for (const least of this.#least) smallest = Math.min(smallest, least);
    return smallest === Infinity ? null : smallest;
  }
}

function modulo(slot: number): number {
  return ((slot % SLOTS) + SLOTS) % SLOTS;
}
