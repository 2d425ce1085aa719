import {
  MOVED_M,
  SEND_RATE_HZ,
  SEND_STILL_INTERVAL_MS,
  TURNED_RAD,
  URGENT_BURST,
} from "../net/realtime/constants";
import type { Transform } from "../net/realtime/types";
import { shortestArc } from "./angles";
import type { Pose } from "./Pose";

/** So far without walking is no step: somebody sat down, or was put there. */
const PLACED_M = 0.25;
/** A frame at 60 Hz: one that comes this little too early is not made to wait for the next. */
const EARLY_MS = 8;

/**
 * When to send the own avatar's transform (§9): up to 15 Hz while moving and never above the
 * session's rate, at once on start, stop and sit, 1 Hz while still. The newest pose wins, and the
 * last one always goes out.
 */
export class TransformSender {
  #intervalMs: number;
  /** What went out last; the same object goes out every time. */
  readonly #sent: Transform = { x: 0, y: 0, z: 0, rotY: 0, anim: "idle", speaking: false };
  #hasSent = false;
  #sentMs = -Infinity;
  /** When the rate allows the next one. */
  #dueMs = -Infinity;
  #credit: number = URGENT_BURST;
  #creditMs = -Infinity;

  constructor(rateHz: number = SEND_RATE_HZ) {
    this.#intervalMs = intervalMs(rateHz);
  }

  /** Follow `session.rateHz` (§5); never above 15 Hz. */
  setRate(rateHz: number): void {
    this.#intervalMs = intervalMs(rateHz);
  }

  /**
   * The transform that must be sent now, null where none; called once a frame.
   *
   * @returns an object that holds until the next call.
   */
  update(nowMs: number, pose: Pose, speaking: boolean): Transform | null {
    if (!this.#isDue(nowMs, pose, speaking)) return null;
    this.#earn(nowMs);
    this.#credit = Math.max(0, this.#credit - 1);
    // Due times keep their step, so that frames that do not divide the interval still give the rate.
    const isRegular = nowMs >= this.#dueMs - EARLY_MS;
    this.#dueMs = (isRegular ? Math.max(this.#dueMs, nowMs - EARLY_MS) : nowMs) + this.#intervalMs;
    this.#sentMs = nowMs;
    this.#hasSent = true;
    const sent = this.#sent;
    sent.x = pose.x;
    sent.y = pose.y;
    sent.z = pose.z;
    sent.rotY = pose.rotY;
    sent.anim = pose.anim;
    sent.speaking = speaking;
    return sent;
  }

  /**
   * The last one did not go out (the uplink is full), or the server may not have it (a rejoin): the
   * newest pose goes as soon as the rate allows.
   */
  resend(): void {
    this.#hasSent = false;
  }

  #isDue(nowMs: number, pose: Pose, speaking: boolean): boolean {
    const isAllowed = nowMs >= this.#dueMs - EARLY_MS;
    if (!this.#hasSent) return isAllowed;
    if (this.#isUrgent(pose, speaking)) return isAllowed || this.#earn(nowMs) >= 1;
    if (isAllowed && this.#isChanged(pose)) return true;
    return nowMs - this.#sentMs >= SEND_STILL_INTERVAL_MS;
  }

  #isUrgent(pose: Pose, speaking: boolean): boolean {
    const sent = this.#sent;
    if (pose.anim !== sent.anim || speaking !== sent.speaking) return true;
    return pose.anim !== "walk" && this.#distanceM(pose) > PLACED_M;
  }

  #isChanged(pose: Pose): boolean {
    const turned = Math.abs(shortestArc(this.#sent.rotY, pose.rotY));
    return this.#distanceM(pose) > MOVED_M || turned > TURNED_RAD;
  }

  #distanceM(pose: Pose): number {
    return Math.hypot(pose.x - this.#sent.x, pose.y - this.#sent.y, pose.z - this.#sent.z);
  }

  /** What may go out beside the rate by now. */
  #earn(nowMs: number): number {
    const earned = (nowMs - this.#creditMs) / this.#intervalMs;
    this.#credit = Math.min(URGENT_BURST, this.#credit + earned);
    this.#creditMs = nowMs;
    return this.#credit;
  }
}

function intervalMs(rateHz: number): number {
  return 1000 / Math.min(SEND_RATE_HZ, rateHz);
}
