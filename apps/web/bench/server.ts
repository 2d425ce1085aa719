import {
  MOTION_JUMP_MS,
  MOTION_LATENESS_MAX_MS,
  MOTION_WINDOW_MS,
  TRANSFORM_BURST,
  TRANSFORM_RATE_HZ,
} from "../src/net/realtime/constants";
import type { Random } from "./random";

/** The server's estimate of when a move was made (§1), as in src/virtubar/room/motion.py. */
export class MotionTimes {
  readonly #minima: { atMs: number; offsetMs: number }[] = [];
  #lastTs = -Infinity;
  #lastAnswer = 0;

  motionMs(ts: number, arrivalMs: number): number {
    const answer = ts > 0 && ts > this.#lastTs ? this.#estimate(ts, arrivalMs) : arrivalMs;
    this.#lastTs = ts;
    this.#lastAnswer = Math.max(answer, this.#lastAnswer);
    return this.#lastAnswer;
  }

  #estimate(ts: number, arrivalMs: number): number {
    const offsetMs = arrivalMs - ts;
    const minima = this.#minima;
    while (minima.length > 0 && minima[0]!.atMs <= arrivalMs - MOTION_WINDOW_MS) minima.shift();
    if (minima.length > 0 && Math.abs(offsetMs - minima[0]!.offsetMs) > MOTION_JUMP_MS) {
      minima.length = 0;
    }
    while (minima.length > 0 && minima.at(-1)!.offsetMs >= offsetMs) minima.pop();
    minima.push({ atMs: arrivalMs, offsetMs });
    return Math.max(ts + minima[0]!.offsetMs, arrivalMs - MOTION_LATENESS_MAX_MS);
  }
}

/** A transform that the server lets through, and when. */
export interface Committed<Event> {
  readonly event: Event;
  readonly ms: number;
}

/**
 * The transform limit of a desktop, newest wins (§5): a stall of the uplink ends with several at
 * once, and the server lets a burst of 5 of them through.
 */
export class Throttle<Event> {
  #tokens = TRANSFORM_BURST;
  #ms = 0;
  #pending: Event | null = null;

  /** What goes out up to and with this one; asked in order. */
  take(event: Event, ms: number): Committed<Event>[] {
    const committed = this.release(ms);
    this.#refill(ms);
    this.#pending = null;
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      committed.push({ event, ms });
    } else this.#pending = event;
    return committed;
  }

  /** The one that was kept back, where it goes out by `ms`. */
  release(ms: number): Committed<Event>[] {
    const dueMs = this.#ms + ((1 - this.#tokens) / TRANSFORM_RATE_HZ.desktop) * 1000;
    if (this.#pending === null || dueMs > ms) return [];
    const event = this.#pending;
    this.#pending = null;
    this.#tokens = 0;
    this.#ms = dueMs;
    return [{ event, ms: dueMs }];
  }

  #refill(ms: number): void {
    const earned = ((ms - this.#ms) / 1000) * TRANSFORM_RATE_HZ.desktop;
    this.#tokens = Math.min(TRANSFORM_BURST, this.#tokens + earned);
    this.#ms = ms;
  }
}

const INTERVAL_MIN_MS = 5;
const INTERVAL_MAX_MS = 50;
const BUDGET_WINDOW_MS = 250;

/**
 * When a busy room is flushed: every 5 to 50 ms, an interval that doubles or halves at most every
 * quarter of a second, as in src/virtubar/live/budget.py; here by chance instead of by cost.
 */
export class Flushes {
  readonly #random: Random;
  #intervalMs: number;
  #nextMs: number;
  #changesMs = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#intervalMs = random.between(INTERVAL_MIN_MS, INTERVAL_MAX_MS);
    this.#nextMs = random.between(0, this.#intervalMs);
  }

  /** The first flush at or after `ms`; asked in order. */
  after(ms: number): number {
    while (this.#nextMs < ms) {
      if (this.#nextMs >= this.#changesMs) {
        const factor = 2 ** this.#random.between(-1, 1);
        const intervalMs = this.#intervalMs * factor;
        this.#intervalMs = Math.min(INTERVAL_MAX_MS, Math.max(INTERVAL_MIN_MS, intervalMs));
        this.#changesMs = this.#nextMs + BUDGET_WINDOW_MS;
      }
      this.#nextMs += this.#intervalMs;
    }
    return this.#nextMs;
  }
}
