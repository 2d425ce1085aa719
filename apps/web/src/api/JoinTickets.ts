import type { Device } from "../net/realtime/constants";
import type { TicketResult, TicketSource } from "../net/realtime/session/tickets";
import { identified } from "./identified";
import type { IdentityKeeper } from "./IdentityKeeper";
import { ApiError, joinRoom, type Fetch } from "./requests";

/** Tickets of the HTTP API, for whoever the page's identity says one is (§3). */
export class JoinTickets implements TicketSource {
  readonly #fetch: Fetch;
  readonly #identity: IdentityKeeper;
  readonly #device: Device | undefined;

  /** @param device the rate class to ask for; absent, the browser's own hint decides. */
  constructor(fetch: Fetch, identity: IdentityKeeper, device?: Device) {
    this.#fetch = identified(fetch, identity);
    this.#identity = identity;
    this.#device = device;
  }

  async request(roomId: string, signal: AbortSignal): Promise<TicketResult> {
    const request = { roomId, ...(this.#device !== undefined && { device: this.#device }) };
    try {
      const ticket = await joinRoom(this.#fetch, request, this.#identity.token, signal);
      if (ticket.identityToken !== null && !signal.aborted) this.#identity.keep(ticket.identityToken);
      return { type: "ticket", ticket };
    } catch (error) {
      if (error instanceof ApiError) return { type: "ticketRefused", refusal: error };
      const { message } = error as Error;
      return {
        type: "ticketRefused",
        refusal: { status: 0, code: "unreachable", message, retryAfterMs: null },
      };
    }
  }

  forgetIdentity(): void {
    this.#identity.forget();
  }
}
