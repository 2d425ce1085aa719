import type { Environment } from "../net/realtime/environment";
import { Chance } from "../net/realtime/sim/Chance";

interface Timer {
  readonly atMs: number;
  readonly act: () => void;
}

/** A world whose clock the test moves: timers fire in order, at their exact times. */
export class ManualEnvironment implements Environment {
  readonly epochMs = 1_710_000_000_000;
  #nowMs = 1_000;
  #timers: Timer[] = [];
  readonly #chance = new Chance(42);
  /** What `random` answers next, before chance decides. */
  readonly nextRandom: number[] = [];
  /** Errors that a browser would show. */
  readonly reported: unknown[] = [];

  now(): number {
    return this.#nowMs;
  }

  random(): number {
    return this.nextRandom.shift() ?? this.#chance.next();
  }

  after(delayMs: number, act: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, act };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  report(error: unknown): void {
    this.reported.push(error);
  }

  get timersWaiting(): number {
    return this.#timers.length;
  }

  /** Move the clock on, timer by timer. */
  pass(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let next = this.#first(endMs); next !== null; next = this.#first(endMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      const due = next;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      due.act();
    }
    this.#nowMs = endMs;
  }

  /** The same, and let promises settle between the timers of every step. */
  async passSlowly(ms: number, stepMs = 10): Promise<void> {
    await settle();
    for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
      this.pass(Math.min(stepMs, ms - passedMs));
      await settle();
    }
  }

  #first(endMs: number): Timer | null {
    let first: Timer | null = null;
    for (const timer of this.#timers) {
      if (timer.atMs <= endMs && (first === null || timer.atMs < first.atMs)) first = timer;
    }
    return first;
  }
}

/** Let everything that only waits for promises happen. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 10; round++) await Promise.resolve();
}
