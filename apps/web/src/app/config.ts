import { LOBBY_ID, ROOM_ID_PATTERN } from "../net/realtime/constants";
import { providerKind, type ProviderKind } from "../net/realtime/createProvider";

/** What the page's address asks for. */
export interface PageConfig {
  readonly roomId: string;
  /** False where the address names a room that cannot be: `roomId` is the lobby's then. */
  readonly isRoomIdGood: boolean;
  readonly search: string;
  readonly provider: ProviderKind;
  /** `?debug`: state for tests and for the curious, at `window.__virtubar`. */
  readonly isDebug: boolean;
}

/** Reads `/r/{roomId}` and the query; any other path is the lobby's. */
export function readConfig(pathname: string, search: string): PageConfig {
  const link = /^\/r(?:\/([^/]*))?\/?$/.exec(pathname);
  const asked = link === null ? undefined : (link[1] ?? "");
  const isRoomIdGood = asked === undefined || ROOM_ID_PATTERN.test(asked);
  const roomId = asked !== undefined && isRoomIdGood ? asked : LOBBY_ID;
  const isDebug = new URLSearchParams(search).has("debug");
  return { roomId, isRoomIdGood, search, provider: providerKind(search), isDebug };
}

/** The address that leads into a room, to be given to others. */
export function roomLink(origin: string, roomId: string): string {
  return `${origin}/r/${roomId}`;
}
