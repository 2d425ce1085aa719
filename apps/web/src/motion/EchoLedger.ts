import { shortestArc } from "./angles";
import type { Pose } from "./Pose";

/** Sent transforms that are remembered: four seconds at 15 Hz. A later echo corrects nothing. */
export const AWAITED_MAX = 64;
/** The wire rounds to 3 decimals (§5); anything below is no difference. */
const TOLERANCE = 0.002;

/** Metres and radians still to be made up for. */
export interface Correction {
  x: number;
  y: number;
  z: number;
  rotY: number;
}

/**
 * What was sent with each seq, and what has been made up for since.
 *
 * An echo tells about the past: what the avatar was corrected by in the meantime is in neither the
 * sent pose nor the echo, and must not be corrected again. So each seq is kept with the sum of the
 * corrections that were in it.
 */
export class EchoLedger {
  readonly #seq = new Float64Array(AWAITED_MAX).fill(-1);
  readonly #sent = Array.from({ length: AWAITED_MAX }, makeEntry);
  /** In the avatar's pose by now. */
  readonly #applied: Correction = { x: 0, y: 0, z: 0, rotY: 0 };

  clear(): void {
    this.#seq.fill(-1);
  }

  /** This pose went out with this seq. */
  sent(seq: number, pose: Pose): void {
    const index = seq % AWAITED_MAX;
    const entry = this.#sent[index]!;
    this.#seq[index] = seq;
    entry.x = pose.x - this.#applied.x;
    entry.y = pose.y - this.#applied.y;
    entry.z = pose.z - this.#applied.z;
    entry.rotY = pose.rotY - this.#applied.rotY;
  }

  /** So much of a correction is in the pose now. */
  applied(correction: Correction, part: number): void {
    this.#applied.x += correction.x * part;
    this.#applied.y += correction.y * part;
    this.#applied.z += correction.z * part;
    this.#applied.rotY += correction.rotY * part;
  }

  /**
   * What is left to be corrected after this echo, into `rest`.
   *
   * @returns false where nothing is known of this seq; `rest` is as it was.
   */
  echo(seq: number, x: number, y: number, z: number, rotY: number, rest: Correction): boolean {
    const index = seq % AWAITED_MAX;
    if (this.#seq[index] !== seq) return false;
    this.#seq[index] = -1;
    const entry = this.#sent[index]!;
    rest.x = tolerate(x - entry.x - this.#applied.x);
    rest.y = tolerate(y - entry.y - this.#applied.y);
    rest.z = tolerate(z - entry.z - this.#applied.z);
    rest.rotY = tolerate(shortestArc(entry.rotY + this.#applied.rotY, rotY));
    return true;
  }
}

function makeEntry(): Correction {
  return { x: 0, y: 0, z: 0, rotY: 0 };
}

function tolerate(difference: number): number {
  return Math.abs(difference) < TOLERANCE ? 0 : difference;
}
