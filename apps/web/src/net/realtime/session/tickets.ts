import type { ModerationScope } from "../types";

/** How transforms go over a WebSocket: as JSON, or as bytes (§12). */
export type Wire = "json" | "compact";

/** The right to enter a room for a few minutes, and where (§3). */
export interface Ticket {
  readonly realtimeToken: string;
  readonly expiresAtMs: number;
  readonly userId: string;
  readonly roomId: string;
  readonly realtimeUrl: string;
  readonly socketioUrl: string;
  /** How the server would like transforms to go over a WebSocket (§12). */
  readonly wire: Wire;
}

/** Why there is no ticket; `status` is 0 where no answer came. */
export interface TicketRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs: number | null;
  /** Of a ban or kick: epoch ms, null for good. */
  readonly untilMs?: number | null | undefined;
  /** Of a ban or kick: the moderator's words. */
  readonly reason?: string | undefined;
  /** Of a ban or kick: how widely it holds. */
  readonly scope?: ModerationScope | undefined;
}

/** What came of asking for a ticket. */
export type TicketResult =
  | { readonly type: "ticket"; readonly ticket: Ticket }
  | { readonly type: "ticketRefused"; readonly refusal: TicketRefusal };

/** Where tickets come from: `POST /rooms/join`, or whatever asks it for the page. */
export interface TicketSource {
  /** Never rejects: what goes wrong is a refusal. Of an aborted request nothing is kept. */
  request(roomId: string, signal: AbortSignal): Promise<TicketResult>;
  /** The server does not know any more who one is: the next ticket is a newcomer's. */
  forgetIdentity(): void;
}
