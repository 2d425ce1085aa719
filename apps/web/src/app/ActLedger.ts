import type { ActDone } from "../api/moderation";
import { ApiError } from "../api/http";
import type { ErrorPayload, ModerationDonePayload, ServerEventEnvelope } from "../net/realtime/types";

/** How long an answer may take: storage is quick, or it refuses. */
export const ANSWER_MS = 10_000;

/** An act that can be asked for, and what becomes of it. */
export interface PendingAct {
  /** To be sent with it. */
  readonly requestId: string;
  /** Resolves once the server has done it; rejects with an ApiError where it has not. */
  readonly answer: Promise<ActDone>;
}

interface Waiting {
  readonly requestId: string;
  readonly resolve: (done: ActDone) => void;
  readonly reject: (why: ApiError) => void;
  readonly cancel: () => void;
}

/** Acts that were asked for on the socket, each until its answer comes (§7). */
export class ActLedger {
  readonly #after: (delayMs: number, act: () => void) => () => void;
  #waiting: readonly Waiting[] = [];
  #count = 0;

  constructor(after: (delayMs: number, act: () => void) => () => void) {
    this.#after = after;
  }

  /** One more act is being asked for. */
  open(): PendingAct {
    this.#count += 1;
    const requestId = `act-${this.#count}`;
    const answer = new Promise<ActDone>((resolve, reject) => {
      const waiting: Waiting = {
        requestId,
        resolve,
        reject,
        cancel: this.#after(ANSWER_MS, () => {
          this.#forget(waiting);
          reject(new ApiError(0, "no_answer", "No answer came."));
        }),
      };
      this.#waiting = [...this.#waiting, waiting];
    });
    return { requestId, answer };
  }

  /** Look whether an event is an answer. */
  handle(event: ServerEventEnvelope): void {
    if (event.t === "moderation_done") this.#done(event.payload);
    else if (event.t === "error" && event.payload.event === "moderate") this.#refused(event.payload);
  }

  #done({ requestId, ...done }: ModerationDonePayload): void {
    this.#taken(requestId)?.resolve(done);
  }

  /** Without an id it is about a payload that the server could not read, or asked for elsewhere. */
  #refused({ code, message, retryAfterMs = null, requestId }: ErrorPayload): void {
    this.#taken(requestId)?.reject(new ApiError(0, code, message, { retryAfterMs }));
  }

  /** Who waits for that answer, and does so no more. */
  #taken(requestId: string | null | undefined): Waiting | undefined {
    const waiting = this.#waiting.find((one) => one.requestId === requestId);
    if (waiting !== undefined) this.#forget(waiting);
    return waiting;
  }

  #forget(waiting: Waiting): void {
    waiting.cancel();
    this.#waiting = this.#waiting.filter((one) => one !== waiting);
  }
}
