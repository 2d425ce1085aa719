import type { ActDone, ActRequest } from "../api/moderation";
import { ApiError } from "../api/http";
import type { ErrorPayload, ServerEventEnvelope } from "../net/realtime/types";

/** How long an answer may take: storage is quick, or it refuses. */
export const ANSWER_MS = 10_000;

interface Waiting {
  readonly request: ActRequest;
  readonly resolve: (done: ActDone) => void;
  readonly reject: (why: ApiError) => void;
  readonly cancel: () => void;
}

/** Acts that were asked for on the socket, each until its answer comes (§7). */
export class ActLedger {
  readonly #after: (delayMs: number, act: () => void) => () => void;
  #waiting: readonly Waiting[] = [];

  constructor(after: (delayMs: number, act: () => void) => () => void) {
    this.#after = after;
  }

  /** Resolves once the server has done it; rejects with an ApiError where it has not. */
  wait(request: ActRequest): Promise<ActDone> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        request,
        resolve,
        reject,
        cancel: this.#after(ANSWER_MS, () => {
          this.#forget(waiting);
          reject(new ApiError(0, "no_answer", "No answer came."));
        }),
      };
      this.#waiting = [...this.#waiting, waiting];
    });
  }

  /** Look whether an event is an answer. */
  handle(event: ServerEventEnvelope): void {
    if (event.t === "moderation_done") this.#done(event.payload);
    else if (event.t === "error" && event.payload.event === "moderate") this.#refused(event.payload);
  }

  #done(done: ActDone): void {
    const waiting = this.#waiting.find(
      ({ request: { action, userId, scope } }) =>
        action === done.action && userId === done.userId && scope === done.scope,
    );
    if (waiting === undefined) return;
    this.#forget(waiting);
    waiting.resolve(done);
  }

  /** A refusal does not say of what: it is of the oldest. */
  #refused({ code, message, retryAfterMs = null }: ErrorPayload): void {
    const waiting = this.#waiting[0];
    if (waiting === undefined) return;
    this.#forget(waiting);
    waiting.reject(new ApiError(0, code, message, { retryAfterMs }));
  }

  #forget(waiting: Waiting): void {
    waiting.cancel();
    this.#waiting = this.#waiting.filter((one) => one !== waiting);
  }
}
