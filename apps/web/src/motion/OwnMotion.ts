import { SNAP_DISTANCE_M } from "../net/realtime/constants";
import type { Anim } from "../net/realtime/types";
import { shortestArc, wrapAngle } from "./angles";
import { EchoLedger, type Correction } from "./EchoLedger";
import { makePose, type Pose } from "./Pose";

export const WALK_SPEED_MPS = 3;
export const RUN_SPEED_MPS = 5;
/** A start takes 0.15 s and a stop 0.1 s: quick enough to feel direct, slow enough not to jerk. */
const START_MPS2 = 20;
const STOP_MPS2 = 30;
/** How fast an avatar turns to where it goes. */
const TURN_TAU_S = 0.08;
const CORRECTION_TAU_S = 0.12;
/** Slower than this is standing: against a wall, mostly. */
const STANDING_MPS = 0.1;

/** What the person wants, once a frame; made of keys, pointer and sticks. */
export interface Intent {
  /** Where to, in the room's axes, not longer than 1; shorter is slower. */
  x: number;
  z: number;
  run: boolean;
  /** Shown while standing. */
  gesture: Extract<Anim, "dance" | "wave"> | null;
}

/** A place on the floor. */
export interface Spot {
  x: number;
  z: number;
}

/** How far one gets on the way to `next`; the answer goes into `out`. */
export type Collide = (x: number, z: number, nextX: number, nextZ: number, out: Spot) => void;

/**
 * The own avatar: it moves at once, and the server's echo corrects it (§9).
 *
 * Echoes are compared with what was sent at their seq. A difference under 3 m is made up for
 * smoothly, a larger one at once.
 */
export class OwnMotion {
  /** What to draw and to send; the same object throughout. */
  readonly pose: Pose = makePose();
  readonly #ledger = new EchoLedger();
  readonly #rest: Correction = { x: 0, y: 0, z: 0, rotY: 0 };
  readonly #spot: Spot = { x: 0, z: 0 };
  #speedX = 0;
  #speedZ = 0;
  #wasPlaced = false;

  /** Be there at once: `room_state`, a seat, a teleport. `y` is the floor's until the next step. */
  place(x: number, y: number, z: number, rotY: number): void {
    const pose = this.pose;
    pose.x = x;
    pose.y = y;
    pose.z = z;
    pose.rotY = wrapAngle(rotY);
    pose.speedMps = 0;
    this.#speedX = this.#speedZ = 0;
    this.#wasPlaced = true;
  }

  /** Nothing that was sent is awaited any more: another connection, another place. */
  forget(): void {
    this.#ledger.clear();
    const rest = this.#rest;
    rest.x = rest.y = rest.z = rest.rotY = 0;
  }

  /** One frame. The pose is `snapped` in the first frame after it was put somewhere. */
  step(intent: Intent, dtS: number, collide: Collide): void {
    const pose = this.pose;
    pose.snapped = this.#wasPlaced;
    this.#wasPlaced = false;
    if (dtS <= 0) return;
    this.#accelerate(intent, dtS);
    this.#move(dtS, collide);
    const speed = Math.hypot(this.#speedX, this.#speedZ);
    const isWalking = speed > STANDING_MPS;
    pose.speedMps = speed;
    pose.anim = isWalking ? "walk" : (intent.gesture ?? "idle");
    if (isWalking) {
      pose.y = 0;
      const arc = shortestArc(pose.rotY, Math.atan2(this.#speedX, this.#speedZ));
      pose.rotY = wrapAngle(pose.rotY + arc * -Math.expm1(-dtS / TURN_TAU_S));
    }
    this.#correct(-Math.expm1(-dtS / CORRECTION_TAU_S));
  }

  /** The pose that went out with this seq. */
  sent(seq: number, pose: Pose): void {
    this.#ledger.sent(seq, pose);
  }

  /** What the server made of that seq; one that nothing is known of is ignored. */
  echo(seq: number, x: number, y: number, z: number, rotY: number): void {
    const rest = this.#rest;
    if (!this.#ledger.echo(seq, x, y, z, rotY, rest)) return;
    if (Math.hypot(rest.x, rest.y, rest.z) <= SNAP_DISTANCE_M) return;
    this.#correct(1);
    this.#speedX = this.#speedZ = 0;
    this.#wasPlaced = true;
  }

  /** Toward the wanted velocity, by no more than legs can. */
  #accelerate(intent: Intent, dtS: number): void {
    const top = intent.run ? RUN_SPEED_MPS : WALK_SPEED_MPS;
    const scale = top / Math.max(1, Math.hypot(intent.x, intent.z));
    const dx = intent.x * scale - this.#speedX;
    const dz = intent.z * scale - this.#speedZ;
    const isStop = intent.x === 0 && intent.z === 0;
    const change = Math.hypot(dx, dz);
    const part = change === 0 ? 0 : Math.min(1, ((isStop ? STOP_MPS2 : START_MPS2) * dtS) / change);
    this.#speedX += dx * part;
    this.#speedZ += dz * part;
  }

  #move(dtS: number, collide: Collide): void {
    const pose = this.pose;
    if (this.#speedX === 0 && this.#speedZ === 0) return;
    collide(pose.x, pose.z, pose.x + this.#speedX * dtS, pose.z + this.#speedZ * dtS, this.#spot);
    // Who walks into a wall does not walk: the speed is what came of it.
    this.#speedX = (this.#spot.x - pose.x) / dtS;
    this.#speedZ = (this.#spot.z - pose.z) / dtS;
    pose.x = this.#spot.x;
    pose.z = this.#spot.z;
  }

  /** Make up for a part of what echoes have shown to be wrong. */
  #correct(part: number): void {
    const { pose } = this;
    const rest = this.#rest;
    pose.x += rest.x * part;
    pose.y += rest.y * part;
    pose.z += rest.z * part;
    pose.rotY = wrapAngle(pose.rotY + rest.rotY * part);
    this.#ledger.applied(rest, part);
    rest.x *= 1 - part;
    rest.y *= 1 - part;
    rest.z *= 1 - part;
    rest.rotY *= 1 - part;
  }
}
