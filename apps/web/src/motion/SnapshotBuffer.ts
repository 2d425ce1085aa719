import {
  BLEND_MAX_M,
  BUFFER_MAX_MS,
  CORRECTION_TAU_MS,
  DELAY_MARGIN_MS,
  EXTRAPOLATION_MAX_MS,
  GAP_INTERVALS,
  RARE_INTERVAL_MS,
  SNAP_DISTANCE_M,
  SPRING_LAG_MS,
} from "../net/realtime/constants";
import type { Anim } from "../net/realtime/types";
import { shortestArc, wrapAngle } from "./angles";
import { Blend } from "./Blend";
import { Cadence } from "./Cadence";
import { Lateness } from "./Lateness";
import { Playhead } from "./Playhead";
import type { Pose } from "./Pose";
import { SampleRing, type Place } from "./SampleRing";
import { Spring } from "./Spring";

/** Who stands is drawn walking above the one, who walks is drawn standing below the other. */
const WALK_FROM_MPS = 0.3;
const STAND_BELOW_MPS = 0.15;

/**
 * How one remote member is drawn between its transforms (§9).
 *
 * The samples lie on the axis of motion times; a playhead moves through them 100 to 200 ms in the
 * past, or as far as samples need that come less often; where they are over a second apart it walks
 * from one to the next. A spring draws it, aimed so far ahead of the playhead as it lags. Nothing is
 * allocated after the constructor.
 */
export class SnapshotBuffer {
  readonly #samples = new SampleRing();
  readonly #lateness = new Lateness();
  readonly #playhead = new Playhead();
  readonly #spring = new Spring();
  readonly #raw: Place = { x: 0, y: 0, z: 0, rotY: 0, anim: "idle" };
  readonly #cadence = new Cadence();
  readonly #blend = new Blend();
  /** Until the next sample is due, where they are rare. */
  #dueMs = 0;
  /** Samples come at full rate again: the next frame goes over to what is drawn then. */
  #isNearing = false;
  /** From the truth to what is drawn: guesses that turned out wrong, fading. */
  #offsetX = 0;
  #offsetY = 0;
  #offsetZ = 0;
  #isWalking = false;
  /** The spring has to be put where the samples are. */
  #isLoose = true;

  /** How far in the past the member is drawn now, the spring's lag included. */
  get delayMs(): number {
    return this.#playhead.delayMs;
  }

  /** The motion time drawn last; -Infinity before the first frame. It never goes back. */
  get playheadMs(): number {
    return this.#playhead.ms;
  }

  /** The motion time that the spring is aimed at: what it draws is at the playhead then. */
  get #aimMs(): number {
    return this.#playhead.ms + SPRING_LAG_MS;
  }

  /**
   * Forget the samples and be there at once (`room_state`, `member_joined`, a page seen again).
   *
   * @param ts motion time where it is known; without one, the place is that before whatever comes.
   */
  reset(x: number, y: number, z: number, rotY: number, anim: Anim, ts = -Infinity): void {
    this.#samples.clear();
    this.#playhead.reset();
    this.#clearOffset();
    this.#blend.clear();
    this.#isNearing = false;
    this.#isLoose = true;
    this.#samples.push(ts, x, y, z, rotY, anim);
  }

  /**
   * Take one sample; one that is not newer than the last is dropped.
   *
   * @param latenessMs as ArrivalClock.observe gave it.
   */
  push(ts: number, x: number, y: number, z: number, rotY: number, anim: Anim, latenessMs: number): void {
    if (ts <= this.#samples.newestMs) return;
    this.#lateness.push(latenessMs);
    const beforeMs = this.#samples.newestMs;
    const hasHopped = this.#samples.isHopTo(x, y, z, this.#cadence.intervalMs);
    const wasLost = this.#learn(ts - beforeMs, hasHopped);
    if (wasLost) this.#playhead.hold(beforeMs + EXTRAPOLATION_MAX_MS - SPRING_LAG_MS);
    this.#takeGap(ts);
    const atMs = this.#aimMs;
    const isGuess = !this.#samples.isEmpty && atMs > this.#samples.newestMs;
    if (isGuess) this.#addOffset(atMs, 1);
    this.#samples.push(ts, x, y, z, rotY, anim);
    if (wasLost && this.#samples.endsInJump) {
      this.#playhead.skip(ts - SPRING_LAG_MS);
      this.#isLoose = true;
    }
    if (!isGuess || this.#isLoose) return;
    this.#addOffset(atMs, -1);
    if (Math.hypot(this.#offsetX, this.#offsetY, this.#offsetZ) > SNAP_DISTANCE_M) {
      this.#clearOffset();
      this.#isLoose = true;
    }
  }

  /**
   * What to draw in this frame. Before the first sample the target is left as it is.
   *
   * @param motionNowMs ArrivalClock.motionNow of the frame.
   * @param dtS since the last frame.
   */
  sample(motionNowMs: number, dtS: number, target: Pose): Pose {
    if (this.#samples.isEmpty) return target;
    const stepMs = this.#playhead.step(motionNowMs, dtS * 1000);
    if (this.#isNearing) this.#near();
    else if (stepMs > 0) this.#advance(stepMs);
    this.#samples.at(this.#aimMs, this.#raw);
    target.snapped = this.#follow(stepMs);
    const spring = this.#spring;
    const blend = this.#blend;
    blend.advance(stepMs);
    target.x = spring.x + blend.x;
    target.y = spring.y + blend.y;
    target.z = spring.z + blend.z;
    target.rotY = wrapAngle(spring.rotY + blend.rotY);
    target.speedMps = spring.speedMps;
    target.anim = this.#shownAnim(target.speedMps);
    return target;
  }

  /** How far in the past members are drawn who are told of so often. */
  get #wantedMs(): number {
    const spareMs = this.#lateness.p95Ms + DELAY_MARGIN_MS;
    return this.#cadence.intervalMs + Math.min(BUFFER_MAX_MS, spareMs);
  }

  #advance(stepMs: number): void {
    this.#dueMs -= stepMs;
    if (this.#cadence.intervalMs <= RARE_INTERVAL_MS) {
      this.#playhead.advance(stepMs, this.#wantedMs, this.#cadence.isSparse);
    } else {
      const leftMs = this.#dueMs + stepMs;
      this.#playhead.walk(stepMs, this.#samples.newestMs - SPRING_LAG_MS, leftMs);
    }
  }

  /** Go over from far behind to where somebody is drawn who is told of at full rate. */
  #near(): void {
    this.#isNearing = false;
    if (this.#isLoose) return;
    const { spring, blend, raw } = { spring: this.#spring, blend: this.#blend, raw: this.#raw };
    const from = {
      x: spring.x + blend.x,
      y: spring.y + blend.y,
      z: spring.z + blend.z,
      rotY: spring.rotY + blend.rotY,
    };
    this.#playhead.jump(this.#wantedMs);
    this.#clearOffset();
    this.#samples.at(this.#playhead.ms, raw);
    spring.reset(raw.x, raw.y, raw.z, raw.rotY);
    this.#samples.at(this.#aimMs, raw);
    spring.swing(
      (raw.x - spring.x) / SPRING_LAG_MS,
      (raw.y - spring.y) / SPRING_LAG_MS,
      (raw.z - spring.z) / SPRING_LAG_MS,
      shortestArc(spring.rotY, raw.rotY) / SPRING_LAG_MS,
    );
    blend.begin(from, spring);
    if (blend.lengthM > BLEND_MAX_M) this.#isLoose = true;
  }

  /** Let the spring follow the samples; whether it had to snap to them. */
  #follow(stepMs: number): boolean {
    const raw = this.#raw;
    const spring = this.#spring;
    const fade = Math.exp(-stepMs / CORRECTION_TAU_MS);
    this.#offsetX *= fade;
    this.#offsetY *= fade;
    this.#offsetZ *= fade;
    // Before as well as after: in a long frame a spring gets far, and a jump is no way to be swept.
    if (!this.#isOff()) {
      const x = raw.x + this.#offsetX;
      spring.follow(x, raw.y + this.#offsetY, raw.z + this.#offsetZ, raw.rotY, stepMs);
      if (!this.#isOff()) return false;
    }
    this.#clearOffset();
    this.#blend.clear();
    spring.reset(raw.x, raw.y, raw.z, raw.rotY);
    this.#isLoose = false;
    return true;
  }

  /** Whether the spring is too far from what the samples say to be drawn there. */
  #isOff(): boolean {
    if (this.#isLoose) return true;
    const { x, y, z } = this.#raw;
    return Math.hypot(this.#spring.x - x, this.#spring.y - y, this.#spring.z - z) > SNAP_DISTANCE_M;
  }

  /** Learn how often samples come; whether somebody who walks was not told of for long. */
  #learn(gapMs: number, hasHopped: boolean): boolean {
    if (this.#samples.isEmpty || gapMs === Infinity) return false;
    const hasWalked = this.#samples.newestAnim === "walk";
    if (this.#cadence.take(gapMs, hasWalked || hasHopped)) this.#isNearing = true;
    this.#dueMs = this.#cadence.intervalMs + DELAY_MARGIN_MS;
    return hasWalked && gapMs > EXTRAPOLATION_MAX_MS;
  }

  /** Put an anchor before a walk that ends a pause, and begin there where that is long ago. */
  #takeGap(ts: number): void {
    if (this.#samples.isEmpty) return;
    const { intervalMs } = this.#cadence;
    const gapMs = ts - this.#samples.newestMs;
    if (gapMs === Infinity) this.#samples.hold(ts - intervalMs);
    if (gapMs === Infinity || this.#samples.newestAnim === "walk") return;
    if (gapMs > GAP_INTERVALS * intervalMs) {
      this.#samples.hold(ts - intervalMs);
      if (intervalMs > RARE_INTERVAL_MS) this.#playhead.skip(ts - intervalMs - SPRING_LAG_MS);
    }
    if (this.#cadence.isSparse) this.#playhead.wait(this.#samples.newestMs - SPRING_LAG_MS);
  }

  /** Add (1) or take away (-1) what the samples say of a moment that is drawn already. */
  #addOffset(atMs: number, sign: number): void {
    this.#samples.at(atMs, this.#raw);
    this.#offsetX += sign * this.#raw.x;
    this.#offsetY += sign * this.#raw.y;
    this.#offsetZ += sign * this.#raw.z;
  }

  #clearOffset(): void {
    this.#offsetX = this.#offsetY = this.#offsetZ = 0;
  }

  /** Legs follow what is drawn, or feet slide; who dances or waves does so whatever happens. */
  #shownAnim(speedMps: number): Anim {
    const anim = this.#raw.anim;
    this.#isWalking = speedMps > (this.#isWalking ? STAND_BELOW_MPS : WALK_FROM_MPS);
    if (anim === "dance" || anim === "wave") return anim;
    return this.#isWalking ? "walk" : "idle";
  }
}
