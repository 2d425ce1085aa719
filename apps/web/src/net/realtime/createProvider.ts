import type { io as SocketIo } from "socket.io-client";
import { browserEnvironment } from "./environment";
import type { ConnectIo } from "./link/SocketIoLink";
import { SimProvider } from "./SimProvider";
import { parseSimOptions } from "./sim/options";
import { SocketIoProvider } from "./SocketIoProvider";
import type { TicketSource } from "./session/tickets";
import type { ServerWorld } from "./session/world";
import type { RealtimeProvider } from "./types";
import { WsProvider, type WireChoice } from "./WsProvider";

/** Brings the package `socket.io-client`. */
export type LoadIo = () => Promise<{ readonly io: typeof SocketIo }>;

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

const WIRES = ["auto", "json", "compact"] as const;

/** How transforms are to come over a WebSocket: what the build says, else as the server likes it. */
export function wireChoice(built: string | undefined = import.meta.env.VITE_REALTIME_WIRE): WireChoice {
  return WIRES.find((wire) => wire === built) ?? "auto";
}

/**
 * A fresh provider, good for one membership.
 *
 * @param tickets gives the right to enter rooms, where it is a server's.
 * @param loadIo brings Socket.IO's client, which only pages fetch that use it.
 */
export function createProvider(search: string, tickets: TicketSource, loadIo: LoadIo): RealtimeProvider {
  switch (providerKind(search)) {
    case "sim": {
      const options = parseSimOptions(new URLSearchParams(search).get("sim") ?? "");
      return new SimProvider(browserEnvironment(), options);
    }
    case "ws":
      return new WsProvider(
        browserWorld(tickets),
        (url, subprotocols) => new WebSocket(ownAddress(url, location), [...subprotocols]),
        wireChoice(),
      );
    case "socketio":
      return new SocketIoProvider(browserWorld(tickets), () => connectIo(loadIo));
  }
}

function browserWorld(tickets: TicketSource): ServerWorld {
  return {
    ...browserEnvironment(),
    tickets,
    onOnline: (act) => {
      window.addEventListener("online", act);
      return () => {
        window.removeEventListener("online", act);
      };
    },
  };
}

async function connectIo(loadIo: LoadIo): Promise<ConnectIo> {
  const { io } = await loadIo();
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
