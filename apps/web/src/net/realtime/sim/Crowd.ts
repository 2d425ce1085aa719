import type { Chance } from "./Chance";
import type { Spot } from "./floor";
import { Guest } from "./Guest";
import { AVATAR_IDS, NAMES } from "./people";

/** Moving guests send in every second tick (10 Hz), still ones once a second. */
const MOVING_TICKS = 2;
const STILL_TICKS = 20;
const ID_DIGITS = 16;

/** Every simulated guest, and which of them has something new to show. Pure. */
export class Crowd {
  readonly #everybody: readonly Guest[];
  readonly #gone = new Set<string>();
  readonly #seqs: number[];
  readonly #shown: string[];
  #ticks = 0;

  constructor(size: number, chance: Chance, isSeatTaken: (seatId: string) => boolean) {
    const taken = new Set<Spot>();
    this.#everybody = Array.from({ length: size }, (_, index) => {
      const number = index.toString(16).padStart(ID_DIGITS - 3, "0");
      const round = Math.floor(index / NAMES.length);
      const name = NAMES[index % NAMES.length]!;
      const who = {
        userId: `guest-sim${number}`,
        displayName: round === 0 ? name : `${name} ${round + 1}`,
        avatarId: AVATAR_IDS[index % AVATAR_IDS.length]!,
      };
      return new Guest(who, chance, taken, isSeatTaken);
    });
    this.#seqs = this.#everybody.map(() => 0);
    this.#shown = this.#everybody.map(() => "");
  }

  /** Those who are here. */
  get guests(): readonly Guest[] {
    return this.#everybody.filter(({ userId }) => !this.#gone.has(userId));
  }

  has(userId: string): boolean {
    return this.guests.some((guest) => guest.userId === userId);
  }

  /** Somebody is shown out, for the rest of the evening. */
  remove(userId: string): void {
    this.#gone.add(userId);
  }

  /** Live on for one tick; tells of each guest who would send a transform now. */
  step(dtS: number, send: (guest: Guest, seq: number) => void): void {
    this.#ticks += 1;
    this.#everybody.forEach((guest, index) => {
      if (this.#gone.has(guest.userId)) return;
      guest.step(dtS);
      const shows = `${guest.anim} ${guest.speaking ? 1 : 0}`;
      const everyTicks = guest.anim === "walk" ? MOVING_TICKS : STILL_TICKS;
      if (shows === this.#shown[index] && (this.#ticks + index) % everyTicks !== 0) return;
      this.#shown[index] = shows;
      this.#seqs[index]! += 1;
      send(guest, this.#seqs[index]!);
    });
  }
}
