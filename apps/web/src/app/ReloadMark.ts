import { isInteger, isObject } from "../net/realtime/checking";
import { StoredValue, type ValueStorage } from "../storage/StoredValue";

/** Loading a page takes seconds; who comes later than this has been away, and finds the door. */
export const RETURN_MAX_MS = 30_000;

interface Mark {
  readonly roomId: string;
  /** Epoch ms on this computer's clock. */
  readonly atMs: number;
}

/**
 * Tells a page that was loaded again from one that was opened: left by the page that goes, in the
 * storage of its tab, and taken by the next one there. Good once, for the same room and a short time.
 */
export class ReloadMark {
  readonly #stored: StoredValue<Mark | null>;
  readonly #now: () => number;

  constructor(storage: ValueStorage | null, now: () => number) {
    this.#stored = new StoredValue("virtubar.inside", storage, readMark);
    this.#now = now;
  }

  /** The page goes, and the person on it was inside. */
  leave(roomId: string): void {
    this.#stored.save({ roomId, atMs: this.#now() });
  }

  /** Whether the person was inside just now. */
  take(roomId: string): boolean {
    const mark = this.#stored.load();
    if (mark === null) return false;
    this.#stored.save(null);
    const agoMs = this.#now() - mark.atMs;
    return mark.roomId === roomId && agoMs >= 0 && agoMs < RETURN_MAX_MS;
  }
}

function readMark(kept: unknown): Mark | null {
  if (!isObject(kept)) return null;
  const { roomId, atMs } = kept;
  return typeof roomId === "string" && isInteger(atMs) ? { roomId, atMs } : null;
}
