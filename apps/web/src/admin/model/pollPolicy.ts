/** When a page asks again. Pure. */

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 15_000;

/** How the last asking went. */
export type Outcome =
  | { readonly type: "answered" }
  /** The server answered, and there is nothing now: ask less often. */
  | { readonly type: "idle" }
  | { readonly type: "failed"; readonly failures: number; readonly retryAfterMs: number | null }
  /** Asking again would not help. */
  | { readonly type: "refused" };

/** What is asked less often is asked so many times less. */
const IDLE_FACTOR = 8;

/**
 * Milliseconds until the next asking, null for never.
 *
 * Failures double the wait, from one second to fifteen; a server that names a time is heeded.
 */
export function nextDelayMs(outcome: Outcome, periodMs: number): number | null {
  switch (outcome.type) {
    case "answered":
      return periodMs;
    case "idle":
      return periodMs * IDLE_FACTOR;
    case "failed": {
      const doubledMs = FIRST_RETRY_MS * 2 ** Math.max(0, outcome.failures - 1);
      return Math.max(Math.min(doubledMs, LAST_RETRY_MS), outcome.retryAfterMs ?? 0);
    }
    case "refused":
      return null;
  }
}
