import type { Avatar } from "./avatar/Avatar";

/** So many bodies are drawn in full, the nearest; a room of so many has no others. */
export const DETAILED_MAX = 64;
/** Looked at so often. */
const EVERY_MS = 250;
/** Who is drawn in full stays so until others are nearer by this part, or bodies would change at the edge all the time. */
const STAYS_PART = 0.85;
/** Behind the eye nobody is seen until one turns round. */
const BEHIND_PART = 2;

/** Where the picture is taken from, and which way it looks; `x` and `z` of a unit vector or shorter. */
export interface Eye {
  readonly x: number;
  readonly z: number;
  readonly aheadX: number;
  readonly aheadZ: number;
}

/** What of a body is needed to rank it. */
export type Ranked = Pick<Avatar, "pose" | "isLocal" | "isDetailed">;

/** Who in a crowd is drawn in full. Pure. */
export class Detail {
  #ranks = new Float32Array(0);
  #sorted = new Float32Array(0);
  #lookedMs = -Infinity;

  /**
   * Mark who is drawn in full from now on; whether that has changed for anybody.
   *
   * @param mustLook does not wait until it is time: somebody came or went.
   */
  update(avatars: readonly Ranked[], eye: Eye, nowMs: number, mustLook: boolean): boolean {
    if (!mustLook && nowMs - this.#lookedMs < EVERY_MS) return false;
    this.#lookedMs = nowMs;
    const limit = avatars.length <= DETAILED_MAX ? Infinity : this.#rank(avatars, eye);
    let hasChanged = false;
    for (let at = 0; at < avatars.length; at++) {
      const avatar = avatars[at]!;
      const isDetailed = limit === Infinity || this.#ranks[at]! < limit;
      if (avatar.isDetailed !== isDetailed) hasChanged = true;
      avatar.isDetailed = isDetailed;
    }
    return hasChanged;
  }

  /** The rank from which on bodies are figures. */
  #rank(avatars: readonly Ranked[], eye: Eye): number {
    const { length } = avatars;
    if (this.#ranks.length < length) {
      this.#ranks = new Float32Array(2 * length);
      this.#sorted = new Float32Array(2 * length);
    }
    for (let at = 0; at < length; at++) this.#ranks[at] = rankOf(avatars[at]!, eye);
    const sorted = this.#sorted.subarray(0, length);
    sorted.set(this.#ranks.subarray(0, length));
    return sorted.sort()[DETAILED_MAX]!;
  }
}

/** The lower, the sooner it is drawn in full; metres where nothing else counts. */
function rankOf({ pose, isLocal, isDetailed }: Ranked, eye: Eye): number {
  if (isLocal) return -1;
  const [dx, dz] = [pose.x - eye.x, pose.z - eye.z];
  const isBehind = dx * eye.aheadX + dz * eye.aheadZ < 0;
  return Math.hypot(dx, dz) * (isDetailed ? STAYS_PART : 1) * (isBehind ? BEHIND_PART : 1);
}
