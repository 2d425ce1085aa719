import type { Pose } from "../motion/Pose";
import { SnapshotBuffer } from "../motion/SnapshotBuffer";
import { ArrivalClock } from "../net/realtime/ArrivalClock";
import type { AvatarTransformBroadcastPayload, MemberInfo, RoomStatePayload } from "../net/realtime/types";

/** Where everybody else is drawn: one clock for the connection, one buffer a member (§9). */
export class RemoteMotion {
  readonly #clock = new ArrivalClock();
  readonly #buffers = new Map<string, SnapshotBuffer>();

  /** Another connection, or one that was hidden: everybody is where the server says, at once. */
  enter({ members }: RoomStatePayload): void {
    this.#clock.reset();
    const gone = new Set(this.#buffers.keys());
    for (const member of members) {
      gone.delete(member.userId);
      this.join(member);
    }
    for (const userId of gone) this.#buffers.delete(userId);
  }

  /** Somebody came in, or is to be drawn afresh (§5). */
  join({ userId, x, y, z, rotY, anim }: MemberInfo): void {
    let buffer = this.#buffers.get(userId);
    if (buffer === undefined) {
      buffer = new SnapshotBuffer();
      this.#buffers.set(userId, buffer);
    }
    buffer.reset(x, y, z, rotY, anim);
  }

  leave(userId: string): void {
    this.#buffers.delete(userId);
  }

  /** @param ts motion time. */
  push(payload: AvatarTransformBroadcastPayload, ts: number, arrivalMs: number): void {
    const { userId, x, y, z, rotY, anim } = payload;
    const latenessMs = this.#clock.observe(ts, arrivalMs);
    this.#buffers.get(userId)?.push(ts, x, y, z, rotY, anim, latenessMs);
  }

  /** What to draw of a member in this frame; false where nothing is known. */
  sample(userId: string, target: Pose, nowMs: number, dtS: number): boolean {
    const buffer = this.#buffers.get(userId);
    if (buffer === undefined) return false;
    buffer.sample(this.#clock.motionNow(nowMs), dtS, target);
    return true;
  }
}
