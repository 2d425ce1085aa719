import type { ReadonlySignal } from "@preact/signals";

/** A message that is not out yet, or that the server did not take. */
export interface QueuedChat {
  readonly id: number;
  readonly text: string;
}

/** What one says, on its way out. */
export interface ChatQueueModel {
  /** What was said too fast, or while the connection was gone, the oldest first: it goes out by itself. */
  readonly waiting: ReadonlySignal<readonly QueuedChat[]>;
  /** What was refused, the oldest first. */
  readonly unsent: ReadonlySignal<readonly QueuedChat[]>;
  /** `performance.now()` when the next of what waits goes out. */
  readonly freeAtMs: ReadonlySignal<number>;
  /** False where too much waits already: it was not taken. */
  say(text: string): boolean;
  /** Forget a message that waits or was refused. */
  drop(id: number): void;
}
