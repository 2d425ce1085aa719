import {
  BUFFER_MAX_MS,
  BUFFER_MIN_MS,
  DELAY_FALL_TAU_MS,
  DELAY_RISE_TAU_MS,
  PLAYHEAD_JUMP_MS,
  SLEW_MAX,
} from "../net/realtime/constants";

/** The frame loop caps its steps at 1/30 s; in a step as long as that more time may have passed. */
const STEP_CAP_MS = 1000 / 30 - 0.5;

/** The motion time that is drawn of one member: 100 to 200 ms in the past, never going back (§9). */
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
   * Move on by one frame; answers how many ms it lasted.
   *
   * @param motionMs ArrivalClock.motionNow of the frame.
   * @param dtMs since the last frame, as the frame loop counts it.
   * @param wantedDelayMs how deep the buffer should be.
   */
  advance(motionMs: number, dtMs: number, wantedDelayMs: number): number {
    if (this.#ms === -Infinity) {
      this.#motionMs = motionMs;
      this.#ms = motionMs - this.#delayMs;
      return 0;
    }
    // A clock that learns shifts motion time by a few ms: steps are the frame loop's, and the
    // slewing makes up for the shift.
    const stepMs = dtMs < STEP_CAP_MS ? dtMs : Math.max(dtMs, motionMs - this.#motionMs);
    this.#motionMs = motionMs;
    this.#adaptDelay(wantedDelayMs, stepMs);
    const offMs = motionMs - this.#delayMs - (this.#ms + stepMs);
    if (offMs > PLAYHEAD_JUMP_MS) this.#ms += stepMs + offMs;
    else if (offMs >= -PLAYHEAD_JUMP_MS) {
      const slewMs = SLEW_MAX * stepMs;
      this.#ms += stepMs + Math.min(slewMs, Math.max(-slewMs, offMs));
    }
    return stepMs;
  }

  #adaptDelay(wantedMs: number, stepMs: number): void {
    const boundMs = Math.min(BUFFER_MAX_MS, Math.max(BUFFER_MIN_MS, wantedMs));
    const tauMs = boundMs > this.#delayMs ? DELAY_RISE_TAU_MS : DELAY_FALL_TAU_MS;
    this.#delayMs += (boundMs - this.#delayMs) * -Math.expm1(-stepMs / tauMs);
  }
}
