import type { Intent, Spot } from "../motion/OwnMotion";

/** So near is there. */
const ARRIVED_M = 0.12;
/** A corner need not be touched. */
const CORNER_M = 0.25;
/** Slower from so far before the end, or one overshoots and comes back. */
const SLOW_FROM_M = 0.6;
const SLOWEST = 0.25;
/** Who has come no nearer than this for so long stands before something. */
const PROGRESS_M = 0.05;
const STUCK_S = 0.7;

/** Walks along the corners of a path. Pure. */
export class Walker {
  #path: readonly Spot[] = [];
  #index = 0;
  #nearest = Infinity;
  #stuckS = 0;

  get isWalking(): boolean {
    return this.#index < this.#path.length;
  }

  /** Where it ends, null while it goes nowhere. */
  get end(): Spot | null {
    return this.isWalking ? (this.#path.at(-1) ?? null) : null;
  }

  go(path: readonly Spot[]): void {
    this.#path = path;
    this.#begin(0);
  }

  stop(): void {
    this.#path = [];
    this.#index = 0;
  }

  /**
   * The direction of this frame, into `out`; 0 where it has arrived.
   *
   * @returns "arrived" and "stuck" once each.
   */
  step(x: number, z: number, dtS: number, out: Intent): "idle" | "walking" | "arrived" | "stuck" {
    out.x = 0;
    out.z = 0;
    if (!this.isWalking) return "idle";
    const isLast = this.#index === this.#path.length - 1;
    const goal = this.#path[this.#index]!;
    const away = Math.hypot(goal.x - x, goal.z - z);
    if (away < (isLast ? ARRIVED_M : CORNER_M)) return this.#reach(x, z, dtS, out, isLast);
    if (this.#isStuck(away, dtS)) {
      this.stop();
      return "stuck";
    }
    const pace = isLast ? Math.min(1, Math.max(SLOWEST, away / SLOW_FROM_M)) : 1;
    out.x = ((goal.x - x) / away) * pace;
    out.z = ((goal.z - z) / away) * pace;
    return "walking";
  }

  #reach(x: number, z: number, dtS: number, out: Intent, isLast: boolean): "walking" | "arrived" {
    if (isLast) {
      this.stop();
      return "arrived";
    }
    this.#begin(this.#index + 1);
    return this.step(x, z, dtS, out) === "arrived" ? "arrived" : "walking";
  }

  #begin(index: number): void {
    this.#index = index;
    this.#nearest = Infinity;
    this.#stuckS = 0;
  }

  #isStuck(away: number, dtS: number): boolean {
    if (away < this.#nearest - PROGRESS_M) {
      this.#nearest = away;
      this.#stuckS = 0;
      return false;
    }
    this.#stuckS += dtS;
    return this.#stuckS > STUCK_S;
  }
}
