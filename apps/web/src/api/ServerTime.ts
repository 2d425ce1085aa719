import type { Fetch } from "./http";

/** `Date` of an answer is cut to whole seconds (RFC 9110 §5.6.7): half of one is added, and may be wrong. */
const HALF_SECOND_MS = 500;

/**
 * The time of day on the server's clock: what bans, mutes and lines of the audit are counted with.
 * The reader's own clock may be wrong by any amount. Pure.
 */
export class ServerTime {
  readonly #now: () => number;
  #offsetMs: number;
  #errorMs = Infinity;

  /**
   * @param now monotonic ms.
   * @param guessMs what to add to `now()` for epoch ms, until the server has said something.
   */
  constructor(now: () => number, guessMs: number) {
    this.#now = now;
    this.#offsetMs = guessMs;
  }

  /** Epoch ms. */
  readonly nowMs = (): number => this.#now() + this.#offsetMs;

  /**
   * What somebody has found out. Of two that agree the more exact one counts, else the newer: a clock
   * was set, or the computer has slept.
   *
   * @param offsetMs server's epoch ms less monotonic ms.
   * @param errorMs by how much that may be wrong.
   */
  measure(offsetMs: number, errorMs: number): void {
    const isSame = Math.abs(offsetMs - this.#offsetMs) <= errorMs + this.#errorMs;
    if (isSame && errorMs > this.#errorMs) return;
    this.#offsetMs = offsetMs;
    this.#errorMs = errorMs;
  }

  /** The same `fetch`, each of whose answers is asked for the server's time. */
  listening(fetch: Fetch): Fetch {
    return async (url, init) => {
      const sentMs = this.#now();
      const response = await fetch(url, init);
      this.#hear(response.headers.get("date"), sentMs, this.#now());
      return response;
    };
  }

  #hear(date: string | null, sentMs: number, receivedMs: number): void {
    const serverMs = Date.parse(date ?? "");
    if (!Number.isFinite(serverMs)) return; // a proxy may have taken it away
    const middleMs = (sentMs + receivedMs) / 2;
    this.measure(serverMs + HALF_SECOND_MS - middleMs, HALF_SECOND_MS + receivedMs - middleMs);
  }
}
