import { SEAT_REACH_M } from "../constants";

/** Where somebody is, metres. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

interface Sitting {
  readonly seatId: string;
  readonly at: Place;
}

/** Which member has which seat, by the server's rules (§11). Pure. */
export class SeatPlan {
  readonly #sitting = new Map<string, Sitting>();
  readonly #holders = new Map<string, string>();

  holder(seatId: string): string | null {
    return this.#holders.get(seatId) ?? null;
  }

  seatOf(userId: string): string | null {
    return this.#sitting.get(userId)?.seatId ?? null;
  }

  /** Give a free seat to somebody who is at that place; false where somebody has it. */
  take(userId: string, seatId: string, at: Place): boolean {
    if (this.#holders.has(seatId)) return false;
    this.giveUp(userId);
    this.#sitting.set(userId, { seatId, at });
    this.#holders.set(seatId, userId);
    return true;
  }

  /** False where they have none. */
  giveUp(userId: string): boolean {
    const sitting = this.#sitting.get(userId);
    if (sitting === undefined) return false;
    this.#sitting.delete(userId);
    this.#holders.delete(sitting.seatId);
    return true;
  }

  /** True where somebody has moved too far from where they sat down, and sits no more. */
  move(userId: string, { x, y, z }: Place): boolean {
    const at = this.#sitting.get(userId)?.at;
    if (at === undefined || Math.hypot(x - at.x, y - at.y, z - at.z) <= SEAT_REACH_M) return false;
    return this.giveUp(userId);
  }

  /** Every seat that is taken, with who has it. */
  taken(): readonly (readonly [string, string])[] {
    return [...this.#holders];
  }
}
