import { LOBBY_ID, ROOM_ID_PATTERN } from "../net/realtime/constants";
import { providerKind, type ProviderKind } from "../net/realtime/createProvider";

/** What the page's address asks for. */
export interface PageConfig {
  readonly roomId: string;
  /** False where the address names a room that cannot be: `roomId` is the lobby's then. */
  readonly isRoomIdGood: boolean;
  readonly search: string;
  /** The lobby in the same way of drawing. */
  readonly lobbyHref: string;
  readonly provider: ProviderKind;
  /** `?debug`: state for tests and for the curious, at `window.__virtubar`. */
  readonly isDebug: boolean;
}

/** As the server has it, and as the build does. */
const MAP_PATHS = new Set(["/map", "/map.html"]);

/** Reads `/r/{roomId}`, or the `room` of the map's query; any other path is the lobby's. */
export function readConfig(pathname: string, search: string): PageConfig {
  const query = new URLSearchParams(search);
  const isMap = MAP_PATHS.has(pathname);
  const asked = isMap ? (query.get("room") ?? undefined) : linkedRoom(pathname);
  const isRoomIdGood = asked === undefined || ROOM_ID_PATTERN.test(asked);
  const roomId = asked !== undefined && isRoomIdGood ? asked : LOBBY_ID;
  query.delete("room");
  const lobbyHref = isMap ? withQuery("/map", query.toString()) : `/${search}`;
  const provider = providerKind(search);
  return { roomId, isRoomIdGood, search, lobbyHref, provider, isDebug: query.has("debug") };
}

/** What a path names as a room; undefined where it names none. */
function linkedRoom(pathname: string): string | undefined {
  const link = /^\/r(?:\/([^/]*))?\/?$/.exec(pathname);
  return link === null ? undefined : (link[1] ?? "");
}

function withQuery(path: string, query: string): string {
  return query === "" ? path : `${path}?${query}`;
}

/** The address that leads into a room, to be given to others. */
export function roomLink(origin: string, roomId: string): string {
  return `${origin}/r/${roomId}`;
}
