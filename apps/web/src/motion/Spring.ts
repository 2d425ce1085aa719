import { SPRING_LAG_MS } from "../net/realtime/constants";
import { shortestArc } from "./angles";

/** Per ms: a critically damped spring lags 2/ω behind a ramp. */
const OMEGA = 2 / SPRING_LAG_MS;

/**
 * The last filter of a drawn avatar: a critically damped spring (§9).
 *
 * Follows a point and a heading without overshoot; solved exactly, so any frame rate will do.
 */
export class Spring {
  x = 0;
  y = 0;
  z = 0;
  /** Near the target's turn: it may leave ±π as far as that does. */
  rotY = 0;
  /** Metres per ms, and radians per ms. */
  #speedX = 0;
  #speedY = 0;
  #speedZ = 0;
  #speedRotY = 0;

  /** Over the ground. */
  get speedMps(): number {
    return Math.hypot(this.#speedX, this.#speedZ) * 1000;
  }

  /** At rest, there. */
  reset(x: number, y: number, z: number, rotY: number): void {
    this.x = x;
    this.y = y;
    this.z = z;
    this.rotY = rotY;
    this.#speedX = this.#speedY = this.#speedZ = this.#speedRotY = 0;
  }

  /** In full swing: there, behind a target that moves on so fast (metres and radians per ms). */
  swing(speedX: number, speedY: number, speedZ: number, speedRotY: number): void {
    this.#speedX = speedX;
    this.#speedY = speedY;
    this.#speedZ = speedZ;
    this.#speedRotY = speedRotY;
  }

  /** Move toward the target for `dtMs`; headings by the shortest arc. */
  follow(x: number, y: number, z: number, rotY: number, dtMs: number): void {
    const decay = Math.exp(-OMEGA * dtMs);
    // Toward a target that stands still for so long: error(t) = (error + pull) · decay.
    let error = this.x - x;
    let pull = (this.#speedX + OMEGA * error) * dtMs;
    this.#speedX = (this.#speedX - OMEGA * pull) * decay;
    this.x = x + (error + pull) * decay;

    error = this.y - y;
    pull = (this.#speedY + OMEGA * error) * dtMs;
    this.#speedY = (this.#speedY - OMEGA * pull) * decay;
    this.y = y + (error + pull) * decay;

    error = this.z - z;
    pull = (this.#speedZ + OMEGA * error) * dtMs;
    this.#speedZ = (this.#speedZ - OMEGA * pull) * decay;
    this.z = z + (error + pull) * decay;

    error = shortestArc(rotY, this.rotY);
    pull = (this.#speedRotY + OMEGA * error) * dtMs;
    this.#speedRotY = (this.#speedRotY - OMEGA * pull) * decay;
    this.rotY = rotY + (error + pull) * decay;
  }
}
