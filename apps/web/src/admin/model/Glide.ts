/** Somebody's way between two looks at the room. Metres, radians about +y, monotonic ms. Pure. */

/** A look that comes earlier or later than this says little about the next. */
const SHORTEST_MS = 150;
const LONGEST_MS = 900;
/** Farther in one step than anybody runs: they are simply there. */
const JUMP_M = 5;
const STILL_M = 0.005;

export interface Place {
  readonly x: number;
  readonly z: number;
  readonly rotY: number;
}

/**
 * Goes from where somebody is drawn to where they were last seen, in as long as the next look will
 * take to come: so that a walk is drawn as one, at the speed that it had.
 */
export class Glide {
  #from: Place;
  #to: Place;
  #startMs: number;
  #lastMs: number;
  #spanMs = LONGEST_MS;

  constructor(place: Place, nowMs: number) {
    this.#from = place;
    this.#to = place;
    this.#startMs = nowMs;
    this.#lastMs = nowMs;
  }

  /** They were seen here. */
  seen(place: Place, nowMs: number): void {
    const drawn = this.at(nowMs);
    const isJump = Math.hypot(place.x - drawn.x, place.z - drawn.z) > JUMP_M;
    this.#spanMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, nowMs - this.#lastMs));
    this.#from = isJump ? place : drawn;
    this.#to = place;
    this.#startMs = nowMs;
    this.#lastMs = nowMs;
  }

  /** Where to draw them. */
  at(nowMs: number): Place {
    const part = Math.min(1, Math.max(0, (nowMs - this.#startMs) / this.#spanMs));
    const { x, z, rotY } = this.#from;
    const turn = this.#to.rotY - rotY;
    const shortest = Math.atan2(Math.sin(turn), Math.cos(turn));
    return {
      x: x + (this.#to.x - x) * part,
      z: z + (this.#to.z - z) * part,
      rotY: rotY + shortest * part,
    };
  }

  /** Whether another picture now would be another. */
  isMoving(nowMs: number): boolean {
    const { x, z } = this.at(nowMs);
    return Math.hypot(this.#to.x - x, this.#to.z - z) > STILL_M;
  }
}
