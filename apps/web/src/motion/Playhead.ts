import {
  BUFFER_MAX_MS,
  BUFFER_MIN_MS,
  DELAY_FALL_TAU_MS,
  DELAY_RISE_TAU_MS,
  PLAYHEAD_JUMP_MS,
  SLEW_MAX,
  SPARSE_SLEW_MAX,
} from "../net/realtime/constants";

/** The frame loop caps its steps at 1/30 s; in a step as long as that more time may have passed. */
const STEP_CAP_MS = 1000 / 30 - 0.5;

/** The motion time that is drawn of one member: some way behind time, and never going back (§9). */
export class Playhead {
  #delayMs: number = BUFFER_MIN_MS;
  #ms = -Infinity;
  #motionMs = -Infinity;

  /** Motion time; -Infinity before the first frame. */
  get ms(): number {
    return this.#ms;
  }

  get delayMs(): number {
    return this.#delayMs;
  }

  reset(): void {
    this.#ms = -Infinity;
  }

  /**
   * How many ms the frame lasted; 0 for the first, which puts the playhead there.
   *
   * @param motionMs ArrivalClock.motionNow of the frame.
   * @param dtMs since the last frame, as the frame loop counts it.
   */
  step(motionMs: number, dtMs: number): number {
    const beforeMs = this.#motionMs;
    this.#motionMs = motionMs;
    if (this.#ms === -Infinity) {
      this.#ms = motionMs - this.#delayMs;
      return 0;
    }
    // A clock that learns shifts motion time by a few ms: steps are the frame loop's, and the
    // slewing makes up for the shift.
    return dtMs < STEP_CAP_MS ? dtMs : Math.max(dtMs, motionMs - beforeMs);
  }

  /**
   * Go on by one frame, toward a wanted delay: 100 to 200 ms, or any where samples are sparse.
   *
   * @param isSparse samples come seldom: the way to a deep delay is not to take long.
   */
  advance(stepMs: number, wantedMs: number, isSparse = false): void {
    const boundMs = isSparse ? Math.max(BUFFER_MIN_MS, wantedMs) : bounded(wantedMs);
    const tauMs = boundMs > this.#delayMs ? DELAY_RISE_TAU_MS : DELAY_FALL_TAU_MS;
    this.#delayMs += (boundMs - this.#delayMs) * -Math.expm1(-stepMs / tauMs);
    const offMs = this.#motionMs - this.#delayMs - (this.#ms + stepMs);
    if (offMs > PLAYHEAD_JUMP_MS) this.#ms += stepMs + offMs;
    else if (offMs >= -PLAYHEAD_JUMP_MS || isSparse) {
      const slowMs = (isSparse ? SPARSE_SLEW_MAX : SLEW_MAX) * stepMs;
      this.#ms += stepMs + Math.min(SLEW_MAX * stepMs, Math.max(-slowMs, offMs));
    }
  }

  /** Go on by one frame at the speed that is at a motion time within so long, and no further. */
  walk(stepMs: number, toMs: number, withinMs: number): void {
    const part = withinMs <= stepMs ? 1 : stepMs / withinMs;
    this.#ms += Math.max(0, toMs - this.#ms) * part;
    this.#delayMs = Math.max(BUFFER_MIN_MS, this.#motionMs - this.#ms);
  }

  /** Be at a delay of 100 to 200 ms at once, though not back. */
  jump(wantedMs: number): void {
    this.#delayMs = bounded(wantedMs);
    this.#ms = Math.max(this.#ms, this.#motionMs - this.#delayMs);
  }

  /** Be there at once, though not back. */
  skip(ms: number): void {
    this.#ms = Math.max(this.#ms, ms);
  }

  /** Have gone no further than that: what was beyond was not drawn. */
  hold(ms: number): void {
    this.#ms = Math.min(this.#ms, ms);
  }

  /** Have waited there: nothing has changed since. */
  wait(ms: number): void {
    if (ms >= this.#ms) return;
    this.#ms = ms;
    this.#delayMs = Math.max(BUFFER_MIN_MS, this.#motionMs - ms);
  }
}

function bounded(delayMs: number): number {
  return Math.min(BUFFER_MAX_MS, Math.max(BUFFER_MIN_MS, delayMs));
}
