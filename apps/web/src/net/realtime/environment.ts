/** What a provider needs of the world; tests bring a clock that they move themselves. */
export interface Environment {
  /** Monotonic ms, as `performance.now()`. */
  now(): number;
  /** What to add to `now()` for epoch ms on the client's clock. Steady: it never jumps (§1). */
  readonly epochMs: number;
  /** Numbers, 0 ≤ n < 1. */
  random(): number;
  /** Act once after a while. Returns how to prevent it. */
  after(delayMs: number, act: () => void): () => void;
  /** Show an error that must be seen, but must not stop who met it. */
  report(error: unknown): void;
}

/** The browser's own clock, timers and chance. */
export function browserEnvironment(): Environment {
  return {
    now: () => performance.now(),
    epochMs: performance.timeOrigin,
    random: Math.random,
    report: (error) => {
      reportError(error);
    },
    after: (delayMs, act) => {
      const timer = setTimeout(act, delayMs);
      return () => {
        clearTimeout(timer);
      };
    },
  };
}
