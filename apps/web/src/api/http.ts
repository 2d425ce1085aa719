import type { ModerationScope } from "../net/realtime/types";
import { isInteger, isNumber, isObject, isText } from "../net/realtime/checking";

/** What an error says beyond its code (§1, §7). */
export interface ErrorDetails {
  readonly retryAfterMs?: number | null;
  /** Of a ban or a kick: epoch ms, null for good. */
  readonly untilMs?: number | null;
  /** Of a ban or a kick: the moderator's words, perhaps none. */
  readonly reason?: string;
  /** Of a ban or a kick: whether it holds in this room or everywhere. */
  readonly scope?: ModerationScope;
}

/** The HTTP API refused, or could not be reached (§1). */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status; 0 where there was no answer of the server's. */
  readonly status: number;
  readonly code: string;
  readonly retryAfterMs: number | null;
  readonly untilMs: number | null | undefined;
  readonly reason: string | undefined;
  readonly scope: ModerationScope | undefined;

  constructor(status: number, code: string, message: string, details: ErrorDetails = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.untilMs = details.untilMs;
    this.reason = details.reason;
    this.scope = details.scope;
  }
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * One request of the HTTP API, and its answer.
 *
 * @throws ApiError, or the signal's reason.
 */
export async function ask<Answer>(
  fetch: Fetch,
  url: string,
  init: RequestInit,
  isAnswer: (value: unknown) => value is Answer,
): Promise<Answer> {
  const { status, ok, body } = await exchange(fetch, url, init);
  if (ok && isAnswer(body)) return body;
  if (isObject(body) && isText(body["code"]) && isText(body["message"])) {
    throw new ApiError(status, body["code"], body["message"], detailsOf(body));
  }
  // Something between us and the server answered, a proxy perhaps: worth another try.
  throw new ApiError(0, "bad_answer", "The server gave an answer that makes no sense.");
}

function detailsOf(body: Readonly<Record<string, unknown>>): ErrorDetails {
  const { retryAfterMs, untilMs, reason, scope } = body;
  return {
    ...(isNumber(retryAfterMs) && { retryAfterMs }),
    ...((untilMs === null || isInteger(untilMs)) && { untilMs }),
    ...(isText(reason) && { reason }),
    ...((scope === "room" || scope === "server") && { scope }),
  };
}

async function exchange(
  fetch: Fetch,
  url: string,
  init: RequestInit,
): Promise<{ status: number; ok: boolean; body: unknown }> {
  try {
    const response = await fetch(url, { cache: "no-store", credentials: "omit", ...init });
    return { status: response.status, ok: response.ok, body: parse(await response.text()) };
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new ApiError(0, "unreachable", "The server cannot be reached.");
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // judged as a bad answer
  }
}
