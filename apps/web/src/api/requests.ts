import { isInteger, isListOf, isNumber, isObject, isText } from "../net/realtime/checking";
import type { Device } from "../net/realtime/constants";

/** The HTTP API refused, or could not be reached (§1). */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status; 0 where there was no answer of the server's. */
  readonly status: number;
  readonly code: string;
  readonly retryAfterMs: number | null;

  constructor(status: number, code: string, message: string, retryAfterMs: number | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface JoinRequest {
  readonly roomId: string;
  readonly displayName?: string;
  readonly avatarId?: string;
  /** Absent, the browser's `Sec-CH-UA-Mobile` decides (§3). */
  readonly device?: Device;
}

/** The right to enter a room for a few minutes, and where (§3). */
export interface JoinAnswer {
  readonly realtimeToken: string;
  readonly expiresAtMs: number;
  readonly userId: string;
  readonly roomId: string;
  readonly realtimeUrl: string;
  /** To be kept, to stay the same guest; null where an identity provider vouches. */
  readonly identityToken: string | null;
}

/** A room as everybody may see it (§1). */
export interface RoomInfo {
  readonly roomId: string;
  readonly name: string;
  readonly capacity: number;
  readonly memberCount: number;
  readonly ownerId: string | null;
  readonly hearingRadiusM: number | null;
  readonly emotes: readonly string[];
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * `POST /rooms/join`.
 *
 * @param identityToken keeps the caller the same guest; null for a new one.
 * @throws ApiError, or the signal's reason.
 */
export async function joinRoom(
  fetch: Fetch,
  request: JoinRequest,
  identityToken: string | null,
  signal: AbortSignal,
): Promise<JoinAnswer> {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (identityToken !== null) headers["Authorization"] = `Bearer ${identityToken}`;
  const init = { method: "POST", headers, body: JSON.stringify(request), signal };
  return ask(fetch, "/rooms/join", init, isJoinAnswer);
}

/** `GET /rooms/{roomId}`. Throws ApiError, or the signal's reason. */
export async function getRoom(fetch: Fetch, roomId: string, signal: AbortSignal): Promise<RoomInfo> {
  return ask(fetch, `/rooms/${encodeURIComponent(roomId)}`, { signal }, isRoomInfo);
}

async function ask<Answer>(
  fetch: Fetch,
  url: string,
  init: RequestInit,
  isAnswer: (value: unknown) => value is Answer,
): Promise<Answer> {
  const { status, ok, body } = await exchange(fetch, url, init);
  if (ok && isAnswer(body)) return body;
  if (isObject(body) && isText(body["code"]) && isText(body["message"])) {
    const retryAfterMs = isNumber(body["retryAfterMs"]) ? body["retryAfterMs"] : null;
    throw new ApiError(status, body["code"], body["message"], retryAfterMs);
  }
  // Something between us and the server answered, a proxy perhaps: worth another try.
  throw new ApiError(0, "bad_answer", "The server gave an answer that makes no sense.");
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

function isJoinAnswer(value: unknown): value is JoinAnswer {
  return (
    isObject(value) &&
    isText(value["realtimeToken"]) &&
    isInteger(value["expiresAtMs"]) &&
    isText(value["userId"]) &&
    isText(value["roomId"]) &&
    isText(value["realtimeUrl"]) &&
    (value["identityToken"] === null || isText(value["identityToken"]))
  );
}

function isRoomInfo(value: unknown): value is RoomInfo {
  return (
    isObject(value) &&
    isText(value["roomId"]) &&
    isText(value["name"]) &&
    isInteger(value["capacity"]) &&
    isInteger(value["memberCount"]) &&
    (value["ownerId"] === null || isText(value["ownerId"])) &&
    (value["hearingRadiusM"] === null || isNumber(value["hearingRadiusM"])) &&
    isListOf(value["emotes"], (emote): emote is string => isText(emote))
  );
}
