import {
  CORRECTION_TAU_MS,
  DELAY_MARGIN_MS,
  GAP_INTERVALS,
  INTERVAL_MAX_MS,
  INTERVAL_WEIGHT,
  SEND_RATE_HZ,
  SNAP_DISTANCE_M,
  SPRING_LAG_MS,
} from "../net/realtime/constants";
import type { Anim } from "../net/realtime/types";
import { wrapAngle } from "./angles";
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
 * past. A spring draws it, aimed so far ahead of the playhead as it lags. Nothing is allocated after
 * the constructor.
 */
export class SnapshotBuffer {
  readonly #samples = new SampleRing();
  readonly #lateness = new Lateness();
  readonly #playhead = new Playhead();
  readonly #spring = new Spring();
  readonly #raw: Place = { x: 0, y: 0, z: 0, rotY: 0, anim: "idle" };
  #intervalMs = 1000 / SEND_RATE_HZ;
  /** From the truth to what is drawn: guesses that turned out wrong, fading. */
  #offsetX = 0;
  #offsetY = 0;
  #offsetZ = 0;
  #isWalking = false;
  /** The spring has to be put where the samples are. */
  #isLoose = true;

  /** How far in the past the member is drawn now, 100 to 200, the spring's lag included. */
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
    const atMs = this.#aimMs;
    const isGuess = !this.#samples.isEmpty && atMs > this.#samples.newestMs;
    if (isGuess) this.#addOffset(atMs, 1);
    this.#takeGap(ts);
    this.#samples.push(ts, x, y, z, rotY, anim);
    if (!isGuess) return;
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
    const wantedMs = this.#lateness.p95Ms + this.#intervalMs + DELAY_MARGIN_MS;
    const stepMs = this.#playhead.advance(motionNowMs, dtS * 1000, wantedMs);
    this.#samples.at(this.#aimMs, this.#raw);
    target.snapped = this.#follow(stepMs);
    const spring = this.#spring;
    target.x = spring.x;
    target.y = spring.y;
    target.z = spring.z;
    target.rotY = wrapAngle(spring.rotY);
    target.speedMps = spring.speedMps;
    target.anim = this.#shownAnim(target.speedMps);
    return target;
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

  /** Learn the send interval, and put an anchor before a walk that ends a pause. */
  #takeGap(ts: number): void {
    if (this.#samples.isEmpty) return;
    const gapMs = ts - this.#samples.newestMs;
    if (gapMs <= INTERVAL_MAX_MS) {
      this.#intervalMs += (gapMs - this.#intervalMs) * INTERVAL_WEIGHT;
    }
    const isPause = this.#samples.newestAnim !== "walk" && gapMs > GAP_INTERVALS * this.#intervalMs;
    if (isPause || gapMs === Infinity) this.#samples.hold(ts - this.#intervalMs);
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
