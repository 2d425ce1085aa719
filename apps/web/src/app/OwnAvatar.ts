import type { PathFinder } from "../input/PathFinder";
import { Walker } from "../input/Walker";
import type { Steering } from "../input/Steering";
import { shortestArc, wrapAngle } from "../motion/angles";
import { OwnMotion, type Collide, type Intent, type Spot } from "../motion/OwnMotion";
import type { Pose } from "../motion/Pose";
import { seatAt } from "../scene/layout";
import type { Seat } from "../scene/types";

/** So near to where one sits down from one asks for the seat: the answer is there as one arrives. */
export const ASK_M = 0.6;
/** How near one comes to whom one walks to: an arm's length. */
const BESIDE_M = 1;
/** Whoever has walked on so far is followed. */
const FOLLOW_M = 0.6;
const FOLLOW_EVERY_S = 0.4;
/** From a chair to behind it. */
const STEP_BACK_M = 0.7;
const WAVE_S = 2.4;
/** Long enough to be seen as a dance, short enough for an emote. */
const DANCE_S = 6;

type Gesture = "dance" | "wave";

/** Emotes that are done with the whole body, and for how long: each that has an `anim` of its own. */
const EMOTE_GESTURES: Readonly<Record<string, readonly [gesture: Gesture, seconds: number]>> = {
  wave: ["wave", WAVE_S],
  dance: ["dance", DANCE_S],
};
const TURN_TAU_S = 0.12;

/** Where somebody is drawn; false where nobody knows. */
export type WhereIs = (userId: string, out: Spot) => boolean;

type Goal =
  | { readonly type: "spot" }
  | { readonly type: "seat"; readonly seat: Seat }
  | { readonly type: "member"; readonly userId: string };

/** The own avatar: what keys, stick, clicks and seats make of it. Pure but for what it is given. */
export class OwnAvatar {
  readonly motion = new OwnMotion();
  readonly #steering: Steering;
  readonly #collide: Collide;
  readonly #ways: PathFinder;
  readonly #whereIs: WhereIs;
  readonly #walker = new Walker();
  readonly #intent: Intent = { x: 0, z: 0, run: false, gesture: null };
  readonly #spot: Spot = { x: 0, z: 0 };
  #goal: Goal | null = null;
  #seat: Seat | null = null;
  /** The seat that the server has given it (§11). */
  #given: string | null = null;
  #gesture: Gesture | null = null;
  /** How much longer it lasts: a dance that was asked for by itself goes on. */
  #gestureS = 0;
  #followS = 0;
  /** Where to turn to while standing, radians; null where one looks already. */
  #facing: number | null = null;

  constructor(steering: Steering, collide: Collide, ways: PathFinder, whereIs: WhereIs) {
    this.#steering = steering;
    this.#collide = collide;
    this.#ways = ways;
    this.#whereIs = whereIs;
  }

  get pose(): Pose {
    return this.motion.pose;
  }

  get seat(): Seat | null {
    return this.#seat;
  }

  /** The seat that it is on its way to. */
  get seatAhead(): Seat | null {
    return this.#goal?.type === "seat" ? this.#goal.seat : null;
  }

  /** The seat to be the own one now: that it is on, or about to sit down on. */
  get seatWanted(): Seat | null {
    const seat = this.#seat ?? this.seatAhead;
    if (seat === null || seat === this.#seat) return seat;
    const { x, z } = this.pose;
    return Math.hypot(x - seat.approachX, z - seat.approachZ) <= ASK_M ? seat : null;
  }

  /** Where a click sent it, null while it goes nowhere by itself. */
  get target(): Spot | null {
    return this.#walker.end;
  }

  get isDancing(): boolean {
    return this.#gesture === "dance";
  }

  /** The server has given it that seat, or none: it sits down as it gets there. */
  give(seatId: string | null): void {
    this.#given = seatId;
  }

  /** The seat is another's: get up from it, or go there no more. */
  lose(seatId: string): void {
    if (this.#seat?.id === seatId) this.standUp();
    if (this.seatAhead?.id === seatId) this.halt();
  }

  /** Be there at once, as the server says; who was on a seat sits there still. */
  arrive(x: number, y: number, z: number, rotY: number): void {
    this.motion.place(x, y, z, rotY);
    this.#seat = seatAt(x, z);
  }

  /** Dancing goes on until one moves, or is asked not to; a wave ends by itself. */
  gesture(gesture: Gesture): void {
    if (gesture === "dance" && this.isDancing) this.#gesture = null;
    else this.#perform(gesture, gesture === "dance" ? Infinity : WAVE_S);
  }

  /** What of an emote a body can do; who dances already goes on for as long as they want. */
  emote(emoteId: string): void {
    const [gesture, seconds] = EMOTE_GESTURES[emoteId] ?? [];
    if (gesture === undefined || seconds === undefined) return;
    const isOn = this.#gesture === gesture && this.#gestureS > seconds;
    if (!isOn) this.#perform(gesture, seconds);
  }

  walkTo(x: number, z: number): void {
    this.#go({ type: "spot" }, x, z);
  }

  /** To somebody's side, and after them while they walk. Nothing where nobody knows where they are. */
  walkToMember(userId: string): boolean {
    if (!this.#whereIs(userId, this.#spot)) return false;
    this.#approach({ type: "member", userId }, this.#spot);
    return true;
  }

  sit(seat: Seat): void {
    if (this.#seat?.id === seat.id) return;
    this.#go({ type: "seat", seat }, seat.approachX, seat.approachZ);
  }

  /** Beside the seat, where one can walk from. */
  standUp(): void {
    const seat = this.#seat;
    if (seat === null) return;
    this.#seat = null;
    const { x, z } = this.#ways.nearestFree(seat.approachX, seat.approachZ);
    this.motion.place(x, 0, z, this.pose.rotY);
  }

  /** Up, and a step back out of the seat. */
  leaveSeat(): void {
    const seat = this.#seat;
    if (seat === null) return;
    this.standUp();
    if (seatAt(this.pose.x, this.pose.z) === null) return;
    this.walkTo(seat.x - STEP_BACK_M * Math.sin(seat.rotY), seat.z - STEP_BACK_M * Math.cos(seat.rotY));
  }

  /** Go nowhere any more. */
  halt(): void {
    this.#walker.stop();
    this.#goal = null;
  }

  /**
   * One frame.
   *
   * @param yaw where the camera looks, radians about +y.
   */
  step(yaw: number, dtS: number): void {
    const intent = this.#intent;
    this.#steering.direction(yaw, intent);
    if (intent.x !== 0 || intent.z !== 0) this.#steer();
    else this.#follow(dtS);
    this.#gestureS -= dtS;
    if (this.#gestureS <= 0) this.#gesture = null;
    intent.gesture = this.#gesture;
    if (this.#seat === null) this.motion.step(intent, dtS, this.#collide);
    else this.#rest(intent, dtS);
    this.#turn(dtS);
  }

  #perform(gesture: Gesture, seconds: number): void {
    if (gesture === "dance") this.standUp();
    this.#gesture = gesture;
    this.#gestureS = seconds;
  }

  #steer(): void {
    this.halt();
    this.standUp();
    this.#stir();
  }

  /** Whoever goes does not dance, and looks where they go. */
  #stir(): void {
    this.#gesture = null;
    this.#facing = null;
  }

  #go(goal: Goal, x: number, z: number): void {
    this.standUp();
    this.#stir();
    this.#goal = goal;
    this.#followS = 0;
    this.#walker.go(this.#ways.path(this.pose, { x, z }));
  }

  #approach(goal: Goal, { x, z }: Spot): void {
    const away = Math.hypot(this.pose.x - x, this.pose.z - z);
    if (away <= BESIDE_M * 1.2) {
      this.#face(x, z);
      this.halt();
      return;
    }
    const part = BESIDE_M / away;
    this.#go(goal, x + (this.pose.x - x) * part, z + (this.pose.z - z) * part);
  }

  #follow(dtS: number): void {
    if (this.#goal === null) return;
    if (this.#goal.type === "member") this.#keepUp(this.#goal, dtS);
    const { x, z } = this.pose;
    const progress = this.#walker.step(x, z, dtS, this.#intent);
    if (progress === "stuck") this.halt();
    else if (this.#goal.type === "seat" && !this.#walker.isWalking) this.#sitDown(this.#goal.seat);
    else if (progress === "arrived") this.#arrive();
  }

  #keepUp(goal: Extract<Goal, { type: "member" }>, dtS: number): void {
    this.#followS += dtS;
    if (this.#followS < FOLLOW_EVERY_S) return;
    this.#followS = 0;
    const end = this.#walker.end;
    if (end === null || !this.#whereIs(goal.userId, this.#spot)) return;
    const { x, z } = this.#spot;
    if (Math.abs(Math.hypot(end.x - x, end.z - z) - BESIDE_M) > FOLLOW_M) this.#approach(goal, this.#spot);
  }

  #arrive(): void {
    const goal = this.#goal;
    this.#goal = null;
    if (goal?.type !== "member" || !this.#whereIs(goal.userId, this.#spot)) return;
    this.#face(this.#spot.x, this.#spot.z);
  }

  /** Before the seat one waits for the server to give it. */
  #sitDown(seat: Seat): void {
    if (this.#given !== seat.id) return;
    this.#goal = null;
    this.#seat = seat;
    this.#facing = null;
    this.motion.place(seat.x, 0, seat.z, seat.rotY);
  }

  #face(x: number, z: number): void {
    this.#facing = Math.atan2(x - this.pose.x, z - this.pose.z);
  }

  /** Who sits moves nothing but the hands. */
  #rest(intent: Intent, dtS: number): void {
    intent.x = 0;
    intent.z = 0;
    this.motion.step(intent, dtS, stay);
  }

  #turn(dtS: number): void {
    if (this.#facing === null) return;
    const arc = shortestArc(this.pose.rotY, this.#facing);
    if (Math.abs(arc) < 0.01) this.#facing = null;
    this.pose.rotY = wrapAngle(this.pose.rotY + arc * -Math.expm1(-dtS / TURN_TAU_S));
  }
}

/** A seat is within furniture: no collision there. */
function stay(x: number, z: number, _nextX: number, _nextZ: number, out: Spot): void {
  out.x = x;
  out.z = z;
}
