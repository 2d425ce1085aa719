import { COMPACT_SUBPROTOCOL, SUBPROTOCOL } from "./constants";
import { WsLink, type Socket } from "./link/WsLink";
import { ServerProvider } from "./ServerProvider";
import type { Wire } from "./session/tickets";
import type { ServerWorld } from "./session/world";

/** How a page would have transforms: `auto` as the server likes it. */
export type WireChoice = "auto" | Wire;

const SUBPROTOCOLS: Readonly<Record<Wire, readonly string[]>> = {
  json: [SUBPROTOCOL],
  compact: [COMPACT_SUBPROTOCOL, SUBPROTOCOL],
};

/** Speaks to a server over the raw WebSocket. */
export class WsProvider extends ServerProvider {
  /** @param openSocket may throw where the URL is none, or not allowed. */
  constructor(
    world: ServerWorld,
    openSocket: (url: string, subprotocols: readonly string[]) => Socket,
    choice: WireChoice = "auto",
  ) {
    super(world, ({ realtimeUrl, wire }, owner) => {
      const offered = SUBPROTOCOLS[choice === "auto" ? wire : choice];
      return new WsLink(openSocket(realtimeUrl, offered), owner);
    });
  }
}
