/** The whole client as it is built, in a crowd that a script makes; `run.ts` opens it and asks for figures. */
import { EMOTE_IDS } from "../../src/net/realtime/constants";
import { DEFAULT_SETTINGS } from "../../src/ui/settings";
import { CrowdServer, FLUSH_MS, ME } from "./CrowdServer";
import { ScriptedSocket } from "./ScriptedSocket";

/** What the page has counted since the last `take`. */
export interface PageFigures {
  readonly frames: number;
  /** Of each frame's callbacks, ms. */
  readonly ticksMs: readonly number[];
  /** What the script that stands in for the server took, ms. */
  readonly serverMs: number;
}

export interface CrowdPage {
  join(count: number): void;
  leave(count: number): void;
  /** Nobody moves any more. */
  rest(): void;
  take(): PageFigures;
}

declare global {
  interface Window {
    crowd?: CrowdPage;
  }
}

const query = new URLSearchParams(location.search);
const server = new CrowdServer(Number(query.get("members") ?? "1000"));

function answer(body: object): Promise<Response> {
  return Promise.resolve(new Response(JSON.stringify(body), { status: 200 }));
}

/** The two requests that a visit makes. */
function fetchScripted(input: RequestInfo | URL): Promise<Response> {
  const path = new URL(input instanceof Request ? input.url : input, location.href).pathname;
  const expiresAtMs = Date.now() + 3_600_000;
  if (path === "/rooms/join") {
    const urls = { realtimeUrl: "ws://bar.test/ws", socketioUrl: "http://bar.test/socket.io/" };
    const ticket = { realtimeToken: "token", expiresAtMs, userId: ME, roomId: "lobby", ...urls };
    return answer({ ...ticket, wire: "compact", identityToken: "identity" });
  }
  const counts = { capacity: 1500, memberCount: 1, personCount: 1, botCount: 0 };
  const open = { ownerId: null, hearingRadiusM: null, locked: false, allowedRoles: null };
  return answer({ roomId: "lobby", name: "Lobby", emotes: EMOTE_IDS, ...counts, ...open });
}

/** What a graphics card would do is not script, and in software it would hide what is. */
function stubDraws(): void {
  for (const name of [
    "drawArrays",
    "drawElements",
    "drawArraysInstanced",
    "drawElementsInstanced",
  ] as const) {
    WebGL2RenderingContext.prototype[name] = () => undefined;
  }
}

let frames = 0;
let ticksMs: number[] = [];
let serverMs = 0;

/** How long each frame's callbacks take. */
function timeFrames(): void {
  const request = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) =>
    request((time) => {
      const beganMs = performance.now();
      callback(time);
      ticksMs.push(performance.now() - beganMs);
    });
  const count = (): void => {
    frames += 1;
    request(count);
  };
  request(count);
}

timeFrames();
if (!query.has("draw")) stubDraws();
ScriptedSocket.server = server;
window.fetch = fetchScripted;
window.WebSocket = ScriptedSocket as unknown as typeof WebSocket;
localStorage.setItem("virtubar.person", JSON.stringify({ displayName: "Observer", avatarId: "amber" }));
localStorage.setItem("virtubar.settings", JSON.stringify({ ...DEFAULT_SETTINGS, quality: "high" }));
const flushing = setInterval(() => server.flush(), FLUSH_MS);
window.crowd = {
  join: (count) => server.join(count),
  leave: (count) => server.leave(count),
  rest: () => clearInterval(flushing),
  take: () => {
    const taken = { frames, ticksMs, serverMs: server.ownMs - serverMs };
    [frames, ticksMs, serverMs] = [0, [], server.ownMs];
    return taken;
  },
};
// The client takes its room from the path.
history.replaceState(null, "", `/${location.search}`);
await import("../../src/app/main");
