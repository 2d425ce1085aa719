import type { Intent } from "../motion/OwnMotion";
import type { MoveKey } from "./keys";

/** How fast Q and E turn the camera. */
const LOOK_RAD_PER_S = 2.2;
/** A stick this little out of its middle rests. */
const DEAD_ZONE = 0.15;
/** A stick this far out runs. */
const RUN_FROM = 0.95;

/** Puts keys and stick together into one direction, as the camera looks. Pure. */
export class Steering {
  readonly #held = new Set<MoveKey>();
  #stickRight = 0;
  #stickForward = 0;

  press(key: MoveKey): void {
    this.#held.add(key);
  }

  release(key: MoveKey): void {
    this.#held.delete(key);
  }

  /**
   * Where the stick is, each -1 to 1.
   *
   * @param right and `forward` as one looks.
   */
  stick(right: number, forward: number): void {
    const isResting = Math.hypot(right, forward) < DEAD_ZONE;
    this.#stickRight = isResting ? 0 : right;
    this.#stickForward = isResting ? 0 : forward;
  }

  /** The keys of a page that has lost the focus are never let go. */
  clear(): void {
    this.#held.clear();
    this.stick(0, 0);
  }

  get isMoving(): boolean {
    return this.#right() !== 0 || this.#forward() !== 0;
  }

  get isRunning(): boolean {
    return this.#held.has("run") || Math.hypot(this.#stickRight, this.#stickForward) > RUN_FROM;
  }

  /** What to add to the camera's heading in this frame, radians about +y. */
  lookRad(dtS: number): number {
    return this.#axis("lookLeft", "lookRight") * LOOK_RAD_PER_S * dtS;
  }

  /**
   * The direction in the room's axes, not longer than 1.
   *
   * @param yaw where the camera looks: (sin yaw, 0, cos yaw).
   */
  direction(yaw: number, out: Intent): void {
    const right = this.#right();
    const forward = this.#forward();
    const scale = 1 / Math.max(1, Math.hypot(right, forward));
    out.x = (Math.sin(yaw) * forward - Math.cos(yaw) * right) * scale;
    out.z = (Math.cos(yaw) * forward + Math.sin(yaw) * right) * scale;
    out.run = this.isRunning;
  }

  #right(): number {
    return this.#axis("right", "left") + this.#stickRight;
  }

  #forward(): number {
    return this.#axis("forward", "back") + this.#stickForward;
  }

  #axis(more: MoveKey, less: MoveKey): number {
    return Number(this.#held.has(more)) - Number(this.#held.has(less));
  }
}
