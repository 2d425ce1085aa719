import type { Adapter, Point } from "./adapters";
import type { Trace, Truth } from "./trace";

export const FRAME_MS = 1000 / 60;
/** Every clock and buffer needs a moment to learn the line. */
const WARM_UP_MS = 3_000;
/** From a teleport on, frames are about the teleport, and do not count in the five figures. */
const JUMP_MS = 1_000;
const LAG_MAX_MS = 800;
/** A drawn avatar this near to where the real one has been is not on the way of a teleport. */
const NEAR_M = 1;
/** A drawn avatar slower than this stands, while the real one walks at over three times that. */
const STALL_MPS = 0.3;
const WALKING_MPS = 1;
/** Whoever walks for so long before and after the moment that is drawn should be seen walking. */
const AROUND_MS = 100;

/** One frame that counts; NaN velocity where the frame before does not. */
interface Frame {
  readonly ms: number;
  readonly x: number;
  readonly z: number;
  readonly vx: number;
  readonly vz: number;
}

/** What one adapter made of one trace. */
export interface Film {
  readonly truth: Truth;
  readonly frames: readonly Frame[];
  /** Frames of teleports that show the avatar where it has not been lately. */
  readonly framesNowhere: number;
}

export interface Figures {
  /** By which shift the drawn path fits the true one best. */
  readonly lagMs: number;
  /** At that lag. */
  readonly rmsErrorM: number;
  readonly speedP999Mps: number;
  /** Frames that stand while the avatar walks, in percent of those. */
  readonly stalledPercent: number;
  /** RMS from one frame to the next. */
  readonly velocityChangeMps: number;
  /** Beside the five: frames a teleport that show the avatar somewhere on the way. */
  readonly framesOnTheWay: number;
}

/** Draw a trace at 60 frames a second. */
export function film(adapter: Adapter, { truth, arrivals }: Trace, lagMaxMs = LAG_MAX_MS): Film {
  const player = adapter.start();
  const drawn: Point = { x: 0, z: 0 };
  const frames: Frame[] = [];
  const startMs = truth.ms[0]!;
  const endMs = truth.ms.at(-1)!;
  let next = 0;
  let framesNowhere = 0;
  for (let ms = startMs; ms < endMs; ms += FRAME_MS) {
    for (; next < arrivals.length && arrivals[next]!.arrivalMs <= ms; next++) {
      player.receive(arrivals[next]!);
    }
    const isDrawn = player.draw(ms, FRAME_MS / 1000, drawn);
    if (!isDrawn || ms - startMs < WARM_UP_MS) continue;
    if (!isJumping(truth, ms)) frames.push(frameAt(ms, drawn, frames.at(-1)));
    else if (isNowhere(truth, ms, drawn, lagMaxMs)) framesNowhere += 1;
  }
  return { truth, frames, framesNowhere };
}

function isJumping(truth: Truth, ms: number): boolean {
  return truth.jumpsMs.some((jumpMs) => ms >= jumpMs && ms < jumpMs + JUMP_MS);
}

/** Whether the avatar has not been near there within the longest lag. */
function isNowhere(truth: Truth, ms: number, { x, z }: Point, lagMaxMs: number): boolean {
  return !truth.ms.some(
    (atMs, index) =>
      atMs <= ms && atMs >= ms - lagMaxMs && Math.hypot(x - truth.x[index]!, z - truth.z[index]!) < NEAR_M,
  );
}

function frameAt(ms: number, { x, z }: Point, before: Frame | undefined): Frame {
  if (before === undefined || ms - before.ms > 1.5 * FRAME_MS) {
    return { ms, x, z, vx: Number.NaN, vz: Number.NaN };
  }
  const perS = 1000 / FRAME_MS;
  return { ms, x, z, vx: (x - before.x) * perS, vz: (z - before.z) * perS };
}

/** The five figures of several films together; lag is one for all of them. */
export function measure(films: readonly Film[], lagMaxMs = LAG_MAX_MS): Figures {
  const lagMs = bestLagMs(films, lagMaxMs);
  const speeds: number[] = [];
  const changes: number[] = [];
  let walking = 0;
  let stalled = 0;
  for (const { truth, frames } of films) {
    const path = new Path(truth);
    frames.forEach((frame, index) => {
      const speed = Math.hypot(frame.vx, frame.vz);
      if (Number.isNaN(speed)) return;
      speeds.push(speed);
      if (path.isWalking(frame.ms - lagMs)) {
        walking += 1;
        if (speed < STALL_MPS) stalled += 1;
      }
      const before = frames[index - 1]!;
      const change = Math.hypot(frame.vx - before.vx, frame.vz - before.vz);
      if (!Number.isNaN(change)) changes.push(change);
    });
  }
  const jumps = films.reduce((sum, { truth }) => sum + truth.jumpsMs.length, 0);
  const nowhere = films.reduce((sum, { framesNowhere }) => sum + framesNowhere, 0);
  return {
    lagMs,
    rmsErrorM: rmsAt(films, lagMs),
    speedP999Mps: quantile(speeds, 0.999),
    stalledPercent: (100 * stalled) / Math.max(1, walking),
    velocityChangeMps: rms(changes),
    framesOnTheWay: nowhere / Math.max(1, jumps),
  };
}

function bestLagMs(films: readonly Film[], lagMaxMs: number): number {
  const coarse = smallestOf(films, 0, lagMaxMs, 10);
  return smallestOf(films, Math.max(0, coarse - 10), coarse + 10, 1);
}

function smallestOf(films: readonly Film[], fromMs: number, toMs: number, stepMs: number): number {
  let bestMs = fromMs;
  let best = Infinity;
  for (let lagMs = fromMs; lagMs <= toMs; lagMs += stepMs) {
    const error = rmsAt(films, lagMs);
    if (error < best) [best, bestMs] = [error, lagMs];
  }
  return bestMs;
}

function rmsAt(films: readonly Film[], lagMs: number): number {
  let sum = 0;
  let count = 0;
  const at: Point = { x: 0, z: 0 };
  for (const { truth, frames } of films) {
    const path = new Path(truth);
    for (const frame of frames) {
      path.at(frame.ms - lagMs, at);
      sum += (frame.x - at.x) ** 2 + (frame.z - at.z) ** 2;
      count += 1;
    }
  }
  return Math.sqrt(sum / count);
}

function rms(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

function quantile(values: readonly number[], share: number): number {
  const ordered = values.toSorted((a, b) => a - b);
  return ordered[Math.min(ordered.length - 1, Math.floor(share * ordered.length))]!;
}

/** A true path, linear between its frames, to be asked in the order of time. */
class Path {
  readonly #truth: Truth;
  #index = 0;

  constructor(truth: Truth) {
    this.#truth = truth;
  }

  at(ms: number, target: Point): void {
    const { x, z } = this.#truth;
    const index = this.#seek(ms);
    const times = this.#truth.ms;
    const spanMs = times[index + 1]! - times[index]!;
    const part = Math.min(1, Math.max(0, (ms - times[index]!) / spanMs));
    target.x = x[index]! + (x[index + 1]! - x[index]!) * part;
    target.z = z[index]! + (z[index + 1]! - z[index]!) * part;
  }

  /** Whether they walk all around that moment. */
  isWalking(ms: number): boolean {
    const { ms: times, x, z } = this.#truth;
    for (let index = this.#seek(ms - AROUND_MS); ; index++) {
      if (index + 1 >= times.length) return false;
      const spanS = (times[index + 1]! - times[index]!) / 1000;
      const metres = Math.hypot(x[index + 1]! - x[index]!, z[index + 1]! - z[index]!);
      if (metres < WALKING_MPS * spanS) return false;
      if (times[index + 1]! > ms + AROUND_MS) return true;
    }
  }

  /** The last frame at or before `ms` that has one after it. */
  #seek(ms: number): number {
    const times = this.#truth.ms;
    while (this.#index > 0 && times[this.#index]! > ms) this.#index -= 1;
    while (this.#index < times.length - 2 && times[this.#index + 1]! <= ms) this.#index += 1;
    return this.#index;
  }
}
