import { parseText } from "../codec";
import { CloseCode } from "../constants";
import type { Link, LinkOwner, SentEnvelope } from "./Link";

/** What of a WebSocket is used. */
export type Socket = Pick<
  WebSocket,
  "bufferedAmount" | "close" | "onclose" | "onmessage" | "onopen" | "readyState" | "send"
>;

/** A socket's `readyState` when it can send. */
const OPEN = 1;

/** The raw WebSocket: a text a message, and its own close codes. */
export class WsLink implements Link {
  readonly #socket: Socket;

  constructor(socket: Socket, owner: LinkOwner) {
    this.#socket = socket;
    socket.onopen = () => owner.opened();
    socket.onmessage = ({ data }) => owner.received(parseText(String(data)));
    socket.onclose = ({ code, reason }) => {
      this.#deafen();
      owner.closed(code, reason);
    };
  }

  get unsentBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(envelope: SentEnvelope): void {
    if (this.#socket.readyState === OPEN) this.#socket.send(JSON.stringify(envelope));
  }

  /** 1000 leaves; without a code the place is kept, and 1001 is not for pages to send. */
  close(leaves: boolean): void {
    this.#deafen();
    if (leaves) this.#socket.close(CloseCode.NORMAL);
    else this.#socket.close();
  }

  #deafen(): void {
    this.#socket.onopen = null;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
  }
}
