import { decodeEnvelope } from "../codec";
import { ServerEventName } from "../constants";
import { ABNORMAL_CLOSE, type Link, type LinkOwner, type SentEnvelope } from "./Link";

/** What of a socket of socket.io-client is used. */
export interface IoSocket {
  readonly connected: boolean;
  /** Events that came when it was not connected: the arguments of each, its name first. */
  readonly receiveBuffer: readonly (readonly unknown[])[];
  readonly io: { readonly engine: IoEngine };
  on(event: "connect" | "connect_error" | "disconnect", listener: () => void): unknown;
  onAny(listener: (name: unknown, envelope: unknown) => void): unknown;
  off(): unknown;
  offAny(): unknown;
  emit(name: string, envelope: object): unknown;
  disconnect(): unknown;
}

/** What of its Engine.IO connection is used. */
export interface IoEngine {
  /** What waits for the next POST, or for the upgrade. */
  readonly writeBuffer: readonly { readonly data?: unknown }[];
  readonly transport: object;
  close(): unknown;
}

/** What decides how it connects; all else is as Socket.IO has it: polling first, then an upgrade. */
export interface IoOptions {
  /** Of the HTTP requests; in the URL it would be a namespace. */
  readonly path: string;
  /** Coming back is the session's own, with its backoff and its close codes (§8, §9). */
  readonly reconnection: false;
  /** Each link is one connection, and nothing of it is kept for the next. */
  readonly forceNew: true;
}

export type ConnectIo = (origin: string, options: IoOptions) => IoSocket;

/** Socket.IO: the event's name is `t`, its one argument the whole envelope (§1). */
export class SocketIoLink implements Link {
  #owner: LinkOwner | null;
  #socket: IoSocket | null = null;
  /** What the server has said of the end, which Socket.IO itself has no codes for (§8). */
  #goodbye = { code: ABNORMAL_CLOSE, reason: "" };

  /** @param load brings socket.io-client, which no other page needs. */
  constructor(url: string, load: () => Promise<ConnectIo>, owner: LinkOwner) {
    this.#owner = owner;
    void this.#open(url, load);
  }

  /** Counts characters, since packets are bytes only once they are on their way. */
  get unsentBytes(): number {
    if (this.#socket?.connected !== true) return 0;
    const { writeBuffer, transport } = this.#socket.io.engine;
    const lengths = writeBuffer.map(({ data }) => (typeof data === "string" ? data.length : 0));
    return lengths.reduce((sum, length) => sum + length, bufferedBelow(transport));
  }

  send(envelope: SentEnvelope): void {
    // Of what it is given too early or too late, socket.io-client would make a queue.
    if (this.#socket?.connected === true) this.#socket.emit(envelope.t, envelope);
  }

  /** Socket.IO's own disconnect leaves; where just the connection below ends, the place is kept. */
  close(leaves: boolean): void {
    const socket = this.#letGo();
    if (leaves || socket?.connected !== true) socket?.disconnect();
    else socket.io.engine.close();
  }

  async #open(url: string, load: () => Promise<ConnectIo>): Promise<void> {
    try {
      const { origin, pathname } = new URL(url);
      const connect = await load();
      if (this.#owner === null) return; // closed while it was loaded
      this.#listen(connect(origin, { path: pathname, reconnection: false, forceNew: true }));
    } catch (error) {
      this.#end(ABNORMAL_CLOSE, (error as Error).message);
    }
  }

  #listen(socket: IoSocket): void {
    this.#socket = socket;
    socket.on("connect", () => this.#owner?.opened());
    socket.onAny((name, envelope) => this.#receive(name, envelope));
    socket.on("connect_error", () => this.#end(ABNORMAL_CLOSE, ""));
    // What came in one HTTP body with the end is handed on a microtask later than the end is told.
    socket.on("disconnect", () => queueMicrotask(() => this.#endAfterLastWords(socket)));
  }

  #receive(name: unknown, envelope: unknown): void {
    if (name !== ServerEventName.CLOSING) {
      this.#owner?.received(envelope);
      return;
    }
    const { event } = decodeEnvelope(envelope);
    if (event?.t === ServerEventName.CLOSING) this.#goodbye = event.payload;
  }

  #endAfterLastWords(socket: IoSocket): void {
    for (const [name, envelope] of socket.receiveBuffer) this.#receive(name, envelope);
    this.#end(this.#goodbye.code, this.#goodbye.reason);
  }

  #end(code: number, reason: string): void {
    const owner = this.#owner;
    this.#letGo();
    owner?.closed(code, reason);
  }

  #letGo(): IoSocket | null {
    const socket = this.#socket;
    this.#owner = null;
    this.#socket = null;
    socket?.off();
    socket?.offAny();
    return socket;
  }
}

/** What the WebSocket below holds back, once there is one: Socket.IO does not tell. */
function bufferedBelow(transport: object): number {
  const { ws } = transport as { readonly ws?: { readonly bufferedAmount: number } | null };
  return ws?.bufferedAmount ?? 0;
}
