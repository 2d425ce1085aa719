import { signal, type ReadonlySignal } from "@preact/signals";
import { ApiError } from "../../api/http";
import { nextDelayMs, type Outcome } from "./pollPolicy";

/** What a poller needs of the page; tests bring their own. */
export interface PollEnvironment {
  now(): number;
  after(delayMs: number, act: () => void): () => void;
  isHidden(): boolean;
  /** Tells when the page is hidden or seen. Returns how to stop. */
  onVisibility(act: () => void): () => void;
}

/** How the asking goes, for those who look at what it brings. */
export type PollState =
  | { readonly type: "starting" }
  | { readonly type: "good" }
  /** `nextMs` on the environment's clock; `failures` in a row. */
  | { readonly type: "failing"; readonly error: ApiError; readonly failures: number; readonly nextMs: number }
  /** The server says no, and will go on saying it. */
  | { readonly type: "refused"; readonly error: ApiError };

/** Codes after which asking again would not help. */
const FINAL_STATUSES: ReadonlySet<number> = new Set([400, 401, 403, 422]);

/**
 * Asks again and again, one request at a time: backs off while the server fails, and rests while
 * nobody looks.
 */
export class Poller {
  readonly #state = signal<PollState>({ type: "starting" });
  readonly #ask: (signal: AbortSignal) => Promise<boolean>;
  readonly #periodMs: number;
  readonly #environment: PollEnvironment;
  #asking: AbortController | null = null;
  #cancel: (() => void) | null = null;
  #stopLooking: (() => void) | null = null;
  #failures = 0;
  #isDue = false;

  /** @param ask answers whether there was something to see; rejects with an ApiError. */
  constructor(
    ask: (signal: AbortSignal) => Promise<boolean>,
    periodMs: number,
    environment: PollEnvironment,
  ) {
    this.#ask = ask;
    this.#periodMs = periodMs;
    this.#environment = environment;
  }

  get state(): ReadonlySignal<PollState> {
    return this.#state;
  }

  /** Begin; returns how to stop. */
  start(): () => void {
    this.#stopLooking ??= this.#environment.onVisibility(() => this.#see());
    this.now();
    return () => this.stop();
  }

  stop(): void {
    this.#stopLooking?.();
    this.#stopLooking = null;
    this.#rest();
  }

  /** Ask at once: something has changed, or somebody will not wait. */
  now(): void {
    this.#rest();
    if (this.#environment.isHidden()) {
      this.#isDue = true;
      return;
    }
    void this.#poll();
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#asking?.abort();
    this.#asking = null;
  }

  #see(): void {
    if (this.#environment.isHidden()) {
      this.#isDue = this.#asking !== null || this.#cancel !== null || this.#isDue;
      this.#rest();
    } else if (this.#isDue) {
      this.#isDue = false;
      void this.#poll();
    }
  }

  async #poll(): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    const outcome = await this.#outcome(asking.signal);
    if (this.#asking !== asking || outcome === null) return;
    this.#asking = null;
    const delayMs = nextDelayMs(outcome, this.#periodMs);
    if (delayMs === null) return;
    const state = this.#state.peek();
    if (state.type === "failing") this.#state.value = { ...state, nextMs: this.#environment.now() + delayMs };
    this.#cancel = this.#environment.after(delayMs, () => {
      this.#cancel = null;
      void this.#poll();
    });
  }

  /** Null where nobody waits for it any more. */
  async #outcome(abort: AbortSignal): Promise<Outcome | null> {
    try {
      const hasSeen = await this.#ask(abort);
      if (abort.aborted) return null;
      this.#failures = 0;
      this.#state.value = { type: "good" };
      return { type: hasSeen ? "answered" : "idle" };
    } catch (error) {
      if (abort.aborted) return null;
      if (!(error instanceof ApiError)) throw error;
      return this.#failed(error);
    }
  }

  #failed(error: ApiError): Outcome {
    if (FINAL_STATUSES.has(error.status)) {
      this.#state.value = { type: "refused", error };
      return { type: "refused" };
    }
    this.#failures += 1;
    this.#state.value = { type: "failing", error, failures: this.#failures, nextMs: this.#environment.now() };
    return { type: "failed", failures: this.#failures, retryAfterMs: error.retryAfterMs };
  }
}

/** The browser's own. */
export function pagePolling(): PollEnvironment {
  return {
    now: () => performance.now(),
    after: (delayMs, act) => {
      const timer = window.setTimeout(act, delayMs);
      return () => window.clearTimeout(timer);
    },
    isHidden: () => document.hidden,
    onVisibility: (act) => {
      document.addEventListener("visibilitychange", act);
      return () => document.removeEventListener("visibilitychange", act);
    },
  };
}
