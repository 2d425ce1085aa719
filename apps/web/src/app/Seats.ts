import type { RealtimeProvider, ServerEventEnvelope } from "../net/realtime/types";
import type { RoomState } from "../room/RoomState";
import { nearestSeat, SEATS } from "../scene/layout";
import type { BarWorld } from "./BarWorld";
import type { OwnAvatar } from "./OwnAvatar";
import { Seating } from "./Seating";

/** So far one goes for a seat that one has not pointed at: a table away. */
const NEAR_M = 4;

export interface SeatsParts {
  readonly own: OwnAvatar;
  readonly provider: Pick<RealtimeProvider, "status" | "userId" | "sendSeat">;
  readonly notify: (text: string) => void;
  readonly nameOf: (userId: string) => string | undefined;
}

/** Who sits where in one visit: the server says it, the own avatar asks, the world draws it. */
export class Seats {
  readonly #parts: SeatsParts;
  readonly #seating: Seating;
  /** Who has which seat: seatId → userId. */
  #holders: RoomState["seats"] = new Map();

  constructor(parts: SeatsParts) {
    this.#parts = parts;
    this.#seating = new Seating((seatId) => parts.provider.sendSeat(seatId));
  }

  /** The seat that somebody has, null for none. */
  of(userId: string): string | null {
    for (const [seatId, holder] of this.#holders) if (holder === userId) return seatId;
    return null;
  }

  handle(event: ServerEventEnvelope, me: string | null): void {
    const { own, notify } = this.#parts;
    const lost = this.#seating.handle(event, me);
    own.give(this.#seating.held);
    if (lost === null) return;
    own.lose(lost);
    if (event.t === "error") notify(`${this.#sitterOn(lost)} sits there already.`);
  }

  /** Draw who sits; somebody may have been quicker at the seat that one is on the way to. */
  follow(holders: RoomState["seats"], world: BarWorld | null): void {
    if (holders === this.#holders) return;
    const were = this.#holders;
    this.#holders = holders;
    for (const [seatId, userId] of were) {
      if (holders.get(seatId) !== userId) world?.setSeat(userId, null);
    }
    for (const [seatId, userId] of holders) {
      if (were.get(seatId) !== userId) world?.setSeat(userId, seatId);
    }
    const ahead = this.#parts.own.seatAhead;
    if (ahead !== null && this.#isTaken(ahead.id)) this.#parts.own.halt();
  }

  /** Once a frame, after the place was sent that one asks from: the server frees what is too far. */
  step(): void {
    const { own, provider } = this.#parts;
    if (provider.status.state === "joined") this.#seating.want(own.seatWanted?.id ?? null);
    own.give(this.#seating.held);
  }

  /** Go to a seat and sit down on it; says so where somebody has it. */
  sit(seatId: string): void {
    const seat = SEATS.find(({ id }) => id === seatId);
    if (seat !== undefined && !this.#isTaken(seatId)) this.#parts.own.sit(seat);
  }

  sitOrStand(): void {
    const { own, notify } = this.#parts;
    if (own.seat !== null) {
      own.leaveSeat();
      return;
    }
    const { x, z } = own.pose;
    const seat = nearestSeat(x, z, NEAR_M, ({ id }) => this.#isFree(id));
    if (seat === null) notify("There is no free seat near you.");
    else own.sit(seat);
  }

  #isFree(seatId: string): boolean {
    const holder = this.#holders.get(seatId);
    return holder === undefined || holder === this.#parts.provider.userId;
  }

  /** Says so too. */
  #isTaken(seatId: string): boolean {
    if (this.#isFree(seatId)) return false;
    this.#parts.notify(`${this.#sitterOn(seatId)} sits there already.`);
    return true;
  }

  #sitterOn(seatId: string): string {
    const holder = this.#holders.get(seatId);
    const name = holder === undefined ? undefined : this.#parts.nameOf(holder);
    return name ?? "Somebody";
  }
}
