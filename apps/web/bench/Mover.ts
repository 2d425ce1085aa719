import { OwnMotion, type Collide, type Intent } from "../src/motion/OwnMotion";
import type { Random } from "./random";
import type { Truth } from "./trace";

/** Nearer to a wall than this a mover turns back to the middle. */
const EDGE_X_M = 9.5;
const EDGE_Z_M = 5.5;
/** A teleport goes at least so far: well over the snap threshold. */
const TELEPORT_MIN_M = 4;

const openFloor: Collide = (_x, _z, nextX, nextZ, out) => {
  out.x = nextX;
  out.z = nextZ;
};

/**
 * Someone at the keys: walks straight, in bends and with sharp turns, stops, dances, and is put
 * elsewhere now and then. Their avatar is the client's own (`OwnMotion`), at 3 m/s.
 */
export class Mover {
  readonly motion = new OwnMotion();
  readonly truth: Truth = { ms: [], x: [], z: [], jumpsMs: [] };
  readonly #intent: Intent = { x: 0, z: 0, run: false, gesture: null };
  readonly #random: Random;
  #headingRad = 0;
  #bendRadPerS = 0;
  #untilMs = -Infinity;
  #acts = 0;

  constructor(random: Random) {
    this.#random = random;
    this.motion.place(random.between(-8, 8), 0, random.between(-4, 4), 0);
  }

  /** One frame at the keyboard. */
  step(nowMs: number, dtS: number): void {
    if (nowMs >= this.#untilMs) this.#decide(nowMs);
    if (this.#intent.x !== 0 || this.#intent.z !== 0) this.#steer(dtS);
    this.motion.step(this.#intent, dtS, openFloor);
    const { ms, x, z } = this.truth;
    ms.push(nowMs);
    x.push(this.motion.pose.x);
    z.push(this.motion.pose.z);
  }

  /** Four of five acts are walks: the figures are about those. */
  #decide(nowMs: number): void {
    this.#acts += 1;
    const what = this.#random.unit();
    if (this.#acts > 3 && what < 0.08) this.#teleport(nowMs);
    else if (what < 0.2) this.#stand(nowMs, null);
    else if (what < 0.28) this.#stand(nowMs, "dance");
    else this.#walk(nowMs);
  }

  #walk(nowMs: number): void {
    this.#headingRad += this.#random.between(-Math.PI, Math.PI);
    this.#bendRadPerS = this.#random.chance(0.5) ? this.#random.between(-1.5, 1.5) : 0;
    this.#untilMs = nowMs + this.#random.between(500, 3_000);
    this.#intent.gesture = null;
    this.#point();
  }

  #stand(nowMs: number, gesture: Intent["gesture"]): void {
    this.#intent.x = this.#intent.z = 0;
    this.#intent.gesture = gesture;
    this.#untilMs = nowMs + this.#random.between(500, 2_500);
  }

  #teleport(nowMs: number): void {
    const { pose } = this.motion;
    let x = pose.x;
    let z = pose.z;
    while (Math.hypot(x - pose.x, z - pose.z) < TELEPORT_MIN_M) {
      x = this.#random.between(-EDGE_X_M, EDGE_X_M);
      z = this.#random.between(-EDGE_Z_M, EDGE_Z_M);
    }
    this.motion.place(x, 0, z, pose.rotY);
    this.truth.jumpsMs.push(nowMs);
    this.#stand(nowMs, null);
  }

  #steer(dtS: number): void {
    const { x, z } = this.motion.pose;
    this.#headingRad += this.#bendRadPerS * dtS;
    const isOut = Math.abs(x) > EDGE_X_M || Math.abs(z) > EDGE_Z_M;
    if (isOut && x * Math.sin(this.#headingRad) + z * Math.cos(this.#headingRad) > 0) {
      this.#headingRad = Math.atan2(-x, -z);
      this.#bendRadPerS = 0;
    }
    this.#point();
  }

  #point(): void {
    this.#intent.x = Math.sin(this.#headingRad);
    this.#intent.z = Math.cos(this.#headingRad);
  }
}
