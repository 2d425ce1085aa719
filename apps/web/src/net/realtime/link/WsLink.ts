import { decodeEnvelope, parseText } from "../codec";
import { readMoves } from "../compact";
import { CloseCode, PROTOCOL_VERSION, ServerEventName } from "../constants";
import type { Link, LinkOwner, SentEnvelope } from "./Link";

/** What of a WebSocket is used. */
export type Socket = Pick<
  WebSocket,
  "binaryType" | "bufferedAmount" | "close" | "onclose" | "onmessage" | "onopen" | "readyState" | "send"
>;

/** A socket's `readyState` when it can send. */
const OPEN = 1;

/**
 * The raw WebSocket: a text a message, moves in binary ones where they were asked for (§12), and its
 * own close codes. Its owner cannot tell how a move came.
 */
export class WsLink implements Link {
  readonly #socket: Socket;
  readonly #owner: LinkOwner;
  readonly #users = new Map<number, string>();

  constructor(socket: Socket, owner: LinkOwner) {
    this.#socket = socket;
    this.#owner = owner;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => owner.opened();
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) this.#readMoves(data);
      else this.#readText(String(data));
    };
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

  #readText(text: string): void {
    const envelope = parseText(text);
    if (!text.includes(ServerEventName.MEMBER_INDICES) || !this.#learn(envelope)) {
      this.#owner.received(envelope);
    }
  }

  /** Whether the envelope was for this link: it says whose numbers binary messages name. */
  #learn(envelope: unknown): boolean {
    const { event } = decodeEnvelope(envelope);
    if (event?.t !== ServerEventName.MEMBER_INDICES) return false;
    for (const [index, userId] of event.payload.members) this.#users.set(index, userId);
    return true;
  }

  #readMoves(message: ArrayBuffer): void {
    const moves = readMoves(message, this.#users);
    if (moves === null) {
      this.#owner.received(undefined); // refused as malformed
      return;
    }
    for (const { ts, payload } of moves) {
      const t = ServerEventName.AVATAR_TRANSFORM_BROADCAST;
      this.#owner.received({ v: PROTOCOL_VERSION, t, ts, payload });
    }
  }

  #deafen(): void {
    this.#socket.onopen = null;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
  }
}
