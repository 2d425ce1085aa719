import { SocketIoLink, type ConnectIo } from "./link/SocketIoLink";
import { ServerProvider } from "./ServerProvider";
import type { ServerWorld } from "./session/world";

/** Speaks to a server over Socket.IO, for networks that let no raw WebSocket through. */
export class SocketIoProvider extends ServerProvider {
  /** @param load brings socket.io-client as soon as it is needed. */
  constructor(world: ServerWorld, load: () => Promise<ConnectIo>) {
    super(world, ({ socketioUrl }, owner) => new SocketIoLink(socketioUrl, load, owner));
  }
}
