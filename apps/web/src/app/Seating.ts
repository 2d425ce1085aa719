import type { ServerEventEnvelope } from "../net/realtime/types";

/**
 * The own seat: what the avatar would sit on, and what the server has given it (§11). Pure.
 *
 * One question is under way at a time, so that every answer is known to be to which.
 */
export class Seating {
  readonly #send: (seatId: string | null) => void;
  #held: string | null = null;
  #asked: { readonly seatId: string | null } | null = null;

  constructor(send: (seatId: string | null) => void) {
    this.#send = send;
  }

  /** The seat that is one's own to sit on; none any more once it was given up. */
  get held(): string | null {
    return this.#asked?.seatId === null ? null : this.#held;
  }

  /** Ask for what is wanted and not held, give up what is held and not wanted. */
  want(seatId: string | null): void {
    if (this.#asked !== null || seatId === this.#held) return;
    this.#asked = { seatId };
    this.#send(seatId);
  }

  /**
   * One event of the server.
   *
   * @returns the seat that one does not get, or has no more without having given it up.
   */
  handle(event: ServerEventEnvelope, me: string | null): string | null {
    switch (event.t) {
      case "seats":
        // Another connection: what was asked on the last one is not answered any more.
        this.#asked = null;
        this.#held = event.payload.taken.find(([, userId]) => userId === me)?.[0] ?? null;
        return null;
      case "seat_changed":
        return event.payload.userId === me ? this.#change(event.payload.seatId) : null;
      case "error":
        return event.payload.event === "seat" ? this.#refuse() : null;
      default:
        return null;
    }
  }

  #change(seatId: string | null): string | null {
    const lost = seatId === null && this.#asked?.seatId !== null ? this.#held : null;
    this.#held = seatId;
    if (this.#asked?.seatId === seatId) this.#asked = null;
    return lost;
  }

  #refuse(): string | null {
    const refused = this.#asked?.seatId ?? null;
    this.#asked = null;
    return refused;
  }
}
