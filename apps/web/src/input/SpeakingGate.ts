/** Louder than the room by so much is speech. */
const OPEN_DB = 12;
const CLOSE_DB = 7;
/** Quieter than this is never speech, whatever the room. */
const FLOOR_DB = -58;
/** Between words one goes on speaking. */
const HOLD_MS = 450;
/** The room's own noise is learnt downward quickly, upward slowly. */
const FALL_TAU_MS = 300;
const RISE_TAU_MS = 8_000;

/** Tells speech from the noise of a room by its level alone. Pure. */
export class SpeakingGate {
  #noiseDb = -60;
  #isOpen = false;
  #loudMs = -Infinity;
  #lastMs: number | null = null;

  /**
   * Take one level in.
   *
   * @param levelDb of full scale, 0 at most.
   * @returns whether somebody speaks.
   */
  update(levelDb: number, nowMs: number): boolean {
    this.#learn(levelDb, nowMs - (this.#lastMs ?? nowMs));
    this.#lastMs = nowMs;
    const above = levelDb - Math.max(this.#noiseDb, FLOOR_DB - OPEN_DB);
    if (levelDb > FLOOR_DB && above > (this.#isOpen ? CLOSE_DB : OPEN_DB)) {
      this.#isOpen = true;
      this.#loudMs = nowMs;
    } else if (nowMs - this.#loudMs > HOLD_MS) {
      this.#isOpen = false;
    }
    return this.#isOpen;
  }

  #learn(levelDb: number, dtMs: number): void {
    const level = Math.max(-100, levelDb);
    const tau = level < this.#noiseDb ? FALL_TAU_MS : RISE_TAU_MS;
    this.#noiseDb += (level - this.#noiseDb) * -Math.expm1(-dtMs / tau);
  }
}

/** The level of samples from -1 to 1, in decibels of full scale. */
export function levelDb(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12);
}
