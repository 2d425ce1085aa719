import type { Ticket } from "../session/tickets";
import type { ClientEventEnvelope } from "../types";

/** What a connection that ended without a word is said to be closed with. */
export const ABNORMAL_CLOSE = 1006;

/** Where a ticket is good for (§1), and how the server would like to speak there (§12). */
export type Addresses = Pick<Ticket, "realtimeUrl" | "socketioUrl" | "wire">;

/** One envelope to a server, `v` and all (§2). */
export type SentEnvelope = { readonly v: number } & ClientEventEnvelope;

/** Who has a link opened, and is told what becomes of it. */
export interface LinkOwner {
  opened(): void;
  /** Something came: an envelope, if the server is sane. */
  received(envelope: unknown): void;
  /** It is over, or could not even be opened (1006); told once, and last (§8). */
  closed(code: number, reason: string): void;
}

/** One connection that carries envelopes, whichever way. */
export interface Link {
  /** What has not left the page yet, about. */
  readonly unsentBytes: number;
  /** Where it is not open, its end is on the way to its owner: nothing is sent, nothing is thrown. */
  send(envelope: SentEnvelope): void;
  /**
   * End it; its owner hears nothing more.
   *
   * @param leaves whether the person leaves; else the place is kept (§4).
   */
  close(leaves: boolean): void;
}
