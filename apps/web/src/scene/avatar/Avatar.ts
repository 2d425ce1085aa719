import { shortestArc } from "../../motion/angles";
import { makePose, type Pose } from "../../motion/Pose";
import { seatAt } from "../layout";
import type { Seat } from "../types";
import * as curves from "./curves";
import { addJoints, makeJoints, type Joints } from "./joints";
import { hashOf, lookOf, type Look } from "./looks";
import { PARTS } from "./parts";

const BLEND_TAU_S = 0.11;
const APPEAR_TAU_S = 0.08;
/** Weights under this are not worth their curves. */
const FAINT = 0.01;

const scratch = makeJoints();

/** One member's body: what it does, blended from what it did. */
export class Avatar {
  readonly userId: string;
  readonly isLocal: boolean;
  readonly look: Look;
  readonly pose: Pose = makePose();
  readonly joints: Joints = makeJoints();
  /** Where its parts are in each part's instances, -1 for parts that it does not wear. */
  readonly slots = new Int16Array(PARTS.length);
  /** Drawn in full; in a crowd the far ones are figures. */
  isDetailed = true;
  /** Where it is among the figures, -1 for one that is drawn in full. */
  figureSlot = -1;
  /** Seconds since it was moved last. */
  waitedS = 0;
  /** Tells bodies of one look apart, and their clocks: 0 to 10. */
  readonly seed: number;
  /** How high heads are, for what hangs over them. */
  headY = 1.26;
  isSpeaking = false;
  isMuted = false;
  isHidden = false;
  /** The seat that is theirs (§11); who stands where another's is stands. */
  seatId: string | null = null;
  /** How far it has grown, up to 1. */
  appeared = 0.6;
  readonly #tall: number;
  #isWalking = false;
  #phase = 0;
  #walk = 0;
  #dance = 0;
  #wave = 0;
  #sit = 0;
  #talk = 0;
  /** Of the seat that it is on, or was on last: it gets up from there. */
  #seatM = 0;
  #seatRotY = 0;
  #seatHere: Seat | null = null;
  #seatX = Number.NaN;
  #seatZ = Number.NaN;
  #sinceS = 0;

  constructor(userId: string, avatarId: string, isLocal: boolean, pose: Readonly<Pose>) {
    this.userId = userId;
    this.isLocal = isLocal;
    this.look = lookOf(avatarId);
    const hash = hashOf(userId);
    this.seed = (hash % 1000) / 100;
    this.#tall = 0.96 + ((hash >>> 10) % 9) / 100;
    Object.assign(this.pose, pose);
  }

  /** Its size: bodies differ by a few per cent, and grow in a moment as they come. */
  get size(): number {
    return this.isHidden ? 0 : this.#tall * this.appeared;
  }

  /** How high it stands; who sits is let down onto the seat by the hips. */
  get y(): number {
    return this.pose.y * (1 - this.#sit);
  }

  /** Where it looks; chairs say where who sits on them looks. */
  get rotY(): number {
    return this.pose.rotY + shortestArc(this.pose.rotY, this.#seatRotY) * this.#sit;
  }

  get isSitting(): boolean {
    return this.#sit > 0.5;
  }

  /** Take over the pose that is in `next`; true where anything about the body has changed. */
  advance(next: Pose, timeS: number, dtS: number, awayM: number): boolean {
    const { pose } = this;
    const movedM = Math.hypot(next.x - pose.x, next.z - pose.z);
    const hasMoved = movedM > 1e-5 || next.rotY !== pose.rotY || next.y !== pose.y;
    if (!next.snapped && this.#isWalking) {
      this.#phase += curves.phaseFor(movedM, next.speedMps);
    }
    Object.assign(pose, next);
    this.#isWalking = curves.isWalking(this.#isWalking, next.speedMps);
    this.#sinceS += dtS;
    const isDue = this.#sinceS >= curves.poseIntervalS(awayM);
    if (isDue) {
      this.#blend(this.#sinceS, next.snapped);
      this.#hold(timeS + this.seed);
      this.#sinceS = 0;
    }
    return isDue || hasMoved;
  }

  #blend(dtS: number, isSnapped: boolean): void {
    const { anim } = this.pose;
    const isStill = !this.#isWalking;
    if (isStill) this.#findSeat();
    const isSeated = isStill && anim !== "dance" && this.#isOnSeat();
    const part = isSnapped ? 1 : -Math.expm1(-dtS / BLEND_TAU_S);
    this.#walk += ((this.#isWalking ? 1 : 0) - this.#walk) * part;
    this.#sit += ((isSeated ? 1 : 0) - this.#sit) * part;
    this.#dance += ((isStill && anim === "dance" ? 1 : 0) - this.#dance) * part;
    this.#wave += ((isStill && anim === "wave" ? 1 : 0) - this.#wave) * part;
    this.#talk += ((this.isSpeaking ? 1 : 0) - this.#talk) * part;
    this.appeared += (1 - this.appeared) * -Math.expm1(-dtS / APPEAR_TAU_S);
    if (this.appeared > 0.999) this.appeared = 1;
  }

  /** Seats are looked up once a place. */
  #findSeat(): void {
    const { x, z } = this.pose;
    if (x === this.#seatX && z === this.#seatZ) return;
    this.#seatX = x;
    this.#seatZ = z;
    this.#seatHere = seatAt(x, z);
  }

  #isOnSeat(): boolean {
    const seat = this.#seatHere;
    if (seat === null || seat.id !== this.seatId) return false;
    this.#seatRotY = seat.rotY;
    this.#seatM = seat.heightM;
    return true;
  }

  #hold(timeS: number): void {
    const { joints, seed } = this;
    joints.fill(0);
    const rest = Math.max(0, 1 - this.#walk - this.#dance - this.#sit);
    if (rest > FAINT) this.#add(curves.stand, timeS, rest);
    if (this.#dance > FAINT) this.#add(curves.dance, timeS - seed, this.#dance);
    if (this.#walk > FAINT) {
      curves.walk(this.#phase, this.pose.speedMps, scratch);
      addJoints(joints, scratch, this.#walk);
    }
    if (this.#sit > FAINT) {
      curves.sit(timeS, seed, this.#seatM / this.#tall, scratch);
      addJoints(joints, scratch, this.#sit);
    }
    if (this.#wave > FAINT) curves.raiseHand(timeS, this.#wave, joints);
    if (this.#talk > FAINT) this.#add(curves.talk, timeS, this.#talk);
  }

  #add(curve: (timeS: number, seed: number, out: Joints) => void, timeS: number, weight: number) {
    curve(timeS, this.seed, scratch);
    addJoints(this.joints, scratch, weight);
  }
}
