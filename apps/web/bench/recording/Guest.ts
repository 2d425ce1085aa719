import { joinRoom } from "../../src/api/requests";
import { decodeServer, encodeClient } from "../../src/net/realtime/codec";
import { LOBBY_ID, type ClientEventName } from "../../src/net/realtime/constants";
import type { ClientPayloads, ServerEventEnvelope } from "../../src/net/realtime/types";

/** Milliseconds since the process began, and the epoch's at that moment. */
export const nowMs = (): number => performance.now();

/** A bare member of the lobby. Anything unexpected ends the recording. */
export class Guest {
  readonly userId: string;
  readonly #socket: WebSocket;
  #isLeaving = false;

  constructor(userId: string, socket: WebSocket) {
    this.userId = userId;
    this.#socket = socket;
    socket.addEventListener("close", ({ code }) => {
      if (!this.#isLeaving) throw new Error(`The server hung up with ${code}.`);
    });
  }

  /** Resolves in the room. */
  static async enter(
    url: string,
    name: string,
    hear: (event: ServerEventEnvelope, arrivalMs: number) => void,
  ): Promise<Guest> {
    const request = { roomId: LOBBY_ID, displayName: name, device: "desktop" } as const;
    const reach: typeof fetch = (path, init) => fetch(new URL(path as string, url), init);
    const ticket = await joinRoom(reach, request, null, new AbortController().signal);
    const socket = new WebSocket(ticket.realtimeUrl);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", reject);
    });
    const guest = new Guest(ticket.userId, socket);
    const isIn = new Promise<void>((resolve) => {
      socket.addEventListener("message", ({ data }) => {
        const arrivalMs = nowMs();
        const { event, refusal } = decodeServer(data as string);
        if (refusal !== undefined) throw new Error(`The server said ${String(data)}.`);
        if (event.t === "auth_error" || event.t === "error") throw new Error(event.payload.message);
        if (event.t === "room_state") resolve();
        hear(event, arrivalMs);
      });
    });
    const user = { userId: ticket.userId, displayName: name, avatarId: "default" };
    guest.send("join_room", { roomId: LOBBY_ID, user, realtimeToken: ticket.realtimeToken });
    await isIn;
    return guest;
  }

  /** @param atMs on the clock of `nowMs`; becomes the envelope's ts. */
  send<Name extends ClientEventName>(t: Name, payload: ClientPayloads[Name], atMs = nowMs()): void {
    this.#socket.send(encodeClient(t, payload, performance.timeOrigin + atMs));
  }

  leave(): void {
    this.#isLeaving = true;
    this.#socket.close(1000);
  }
}
