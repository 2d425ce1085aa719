import { isBoolean, isInteger, isListOf, isNumber, isObject, isText } from "../net/realtime/checking";
import type { Device } from "../net/realtime/constants";
import type { Ticket } from "../net/realtime/session/tickets";
import { ask, type Fetch } from "./http";

export { ApiError, type Fetch } from "./http";

export interface JoinRequest {
  readonly roomId: string;
  readonly displayName?: string;
  readonly avatarId?: string;
  /** Absent, the browser's `Sec-CH-UA-Mobile` decides (§3). */
  readonly device?: Device;
}

/** A ticket, and who one is from now on (§3). */
export interface JoinAnswer extends Ticket {
  /** To be kept, to stay the same guest; null where an identity provider vouches. */
  readonly identityToken: string | null;
}

/** A room as everybody may see it (§1). */
export interface RoomInfo {
  readonly roomId: string;
  readonly name: string;
  readonly capacity: number;
  /** Places that are taken: people and bots. */
  readonly memberCount: number;
  readonly personCount: number;
  readonly botCount: number;
  readonly ownerId: string | null;
  readonly hearingRadiusM: number | null;
  readonly emotes: readonly string[];
  /** Nobody new comes in, but for those who keep order. */
  readonly locked: boolean;
  /** Roles that may come in, null for everybody. */
  readonly allowedRoles: readonly string[] | null;
}

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

function isJoinAnswer(value: unknown): value is JoinAnswer {
  return (
    isObject(value) &&
    isText(value["realtimeToken"]) &&
    isInteger(value["expiresAtMs"]) &&
    isText(value["userId"]) &&
    isText(value["roomId"]) &&
    isText(value["realtimeUrl"]) &&
    isText(value["socketioUrl"]) &&
    (value["wire"] === "json" || value["wire"] === "compact") &&
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
    isInteger(value["personCount"]) &&
    isInteger(value["botCount"]) &&
    (value["ownerId"] === null || isText(value["ownerId"])) &&
    (value["hearingRadiusM"] === null || isNumber(value["hearingRadiusM"])) &&
    isListOf(value["emotes"], (emote): emote is string => isText(emote)) &&
    isBoolean(value["locked"]) &&
    (value["allowedRoles"] === null ||
      isListOf(value["allowedRoles"], (role): role is string => isText(role)))
  );
}
