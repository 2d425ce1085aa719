import { identified } from "../../api/identified";
import type { IdentityKeeper } from "../../api/IdentityKeeper";
import type { Fetch } from "../../api/http";
import type { LoadPart } from "../../loading/PartLoader";
import type { Device } from "./constants";
import { browserEnvironment } from "./environment";
import type { ConnectIo } from "./link/SocketIoLink";
import { SimProvider } from "./SimProvider";
import { parseSimOptions } from "./sim/options";
import { SocketIoProvider } from "./SocketIoProvider";
import type { ServerWorld } from "./session/world";
import type { RealtimeProvider } from "./types";
import { WsProvider } from "./WsProvider";

const KINDS = ["sim", "ws", "socketio"] as const;

export type ProviderKind = (typeof KINDS)[number];

/**
 * Which provider a page uses: `?realtime=sim|ws|socketio` of its address, else
 * `VITE_REALTIME_PROVIDER` of its build, else `sim`. Anything else that they may say is passed over.
 *
 * @param search the query of the page's address.
 * @param built what the build was given.
 */
export function providerKind(
  search: string,
  built: string | undefined = import.meta.env.VITE_REALTIME_PROVIDER,
): ProviderKind {
  const asked = new URLSearchParams(search).get("realtime");
  return KINDS.find((kind) => kind === asked) ?? KINDS.find((kind) => kind === built) ?? "sim";
}

/**
 * A fresh provider, good for one membership.
 *
 * @param identity keeps who one is between visits; shared with whatever else asks the server.
 * @param fetch asks the server for tokens.
 * @param load brings what only some providers need.
 * @param device the rate class to ask for (§3); absent, the browser's own hint decides.
 */
export function createProvider(
  search: string,
  identity: IdentityKeeper,
  fetch: Fetch,
  load: LoadPart,
  device?: Device,
): RealtimeProvider {
  switch (providerKind(search)) {
    case "sim": {
      const options = parseSimOptions(new URLSearchParams(search).get("sim") ?? "");
      return new SimProvider(browserEnvironment(), options);
    }
    case "ws":
      return new WsProvider(
        browserWorld(identity, fetch, device),
        (url) => new WebSocket(ownAddress(url, location)),
      );
    case "socketio":
      return new SocketIoProvider(browserWorld(identity, fetch, device), () => loadSocketIo(load));
  }
}

function browserWorld(identity: IdentityKeeper, fetch: Fetch, device?: Device): ServerWorld {
  return {
    ...browserEnvironment(),
    fetch: identified(fetch, identity),
    identity,
    ...(device !== undefined && { device }),
    onOnline: (act) => {
      window.addEventListener("online", act);
      return () => {
        window.removeEventListener("online", act);
      };
    },
  };
}

/** In a file of its own, which only pages fetch that use it. */
async function loadSocketIo(load: LoadPart): Promise<ConnectIo> {
  const { io } = await load(() => import("socket.io-client"));
  return (origin, options) => io(ownAddress(origin, location), options);
}

const SECURE: Readonly<Record<string, string>> = { "ws:": "wss:", "http:": "https:" };

/**
 * The address to connect to. A proxy that speaks TLS for a server that does not know of it makes the
 * server answer `ws:` and `http:` on its own host, which a page of `https:` may not open.
 */
export function ownAddress(url: string, page: { protocol: string; host: string }): string {
  const target = new URL(url);
  const secure = SECURE[target.protocol];
  const isUnaware = page.protocol === "https:" && secure !== undefined;
  if (isUnaware && target.host === page.host) target.protocol = secure;
  return target.href;
}
