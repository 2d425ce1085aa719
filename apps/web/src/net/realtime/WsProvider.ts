import { WsLink, type Socket } from "./link/WsLink";
import { ServerProvider } from "./ServerProvider";
import type { ServerWorld } from "./session/world";

/** Speaks to a server over the raw WebSocket. */
export class WsProvider extends ServerProvider {
  /** @param openSocket may throw where the URL is none, or not allowed. */
  constructor(world: ServerWorld, openSocket: (url: string) => Socket) {
    super(world, ({ realtimeUrl }, owner) => new WsLink(openSocket(realtimeUrl), owner));
  }
}
