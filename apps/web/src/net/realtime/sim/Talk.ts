import { EMOTE_IDS } from "../constants";
import type { Chance } from "./Chance";
import { distance } from "../../../venue/geometry";
import type { Point } from "../../../venue/Venue";
import type { Guest } from "./Guest";
import { ANSWERS, GREETINGS, SMALL_TALK } from "./people";

const TALK_MS = [3_000, 9_000] as const;
const SPEAK_MS = [1_500, 5_000] as const;
const ANSWER_MS = [1_200, 3_500] as const;
const GREET_MS = [1_500, 2_500] as const;
/** What guests do when it is their turn; the rest is speaking aloud. */
const CHAT_SHARE = 0.45;
const EMOTE_SHARE = 0.3;

export interface TalkOutlets {
  say(guest: Guest, text: string, nowMs: number): void;
  emote(guest: Guest, emoteId: string, nowMs: number): void;
}

/** When which guest says, shows or speaks something. Pure. */
export class Talk {
  readonly #guests: readonly Guest[];
  readonly #chance: Chance;
  readonly #outlets: TalkOutlets;
  #agenda: { atMs: number; act: (nowMs: number) => void }[] = [];
  #isBegun = false;

  constructor(guests: readonly Guest[], chance: Chance, outlets: TalkOutlets) {
    this.#guests = guests;
    this.#chance = chance;
    this.#outlets = outlets;
  }

  /** Do what is due. */
  step(nowMs: number): void {
    if (this.#guests.length === 0) return;
    if (!this.#isBegun) this.#plan(nowMs, TALK_MS, (atMs) => this.#turn(atMs));
    this.#isBegun = true;
    const due = this.#agenda.filter((item) => item.atMs <= nowMs);
    if (due.length === 0) return;
    this.#agenda = this.#agenda.filter((item) => item.atMs > nowMs);
    for (const item of due) item.act(nowMs);
  }

  /** Somebody welcomes a newcomer. */
  greet(displayName: string, nowMs: number): void {
    this.#soon(nowMs, GREET_MS, (guest, atMs) => {
      this.#outlets.say(guest, `${this.#chance.pick(GREETINGS)} ${displayName}!`, atMs);
    });
  }

  /** The nearest guest answers. */
  answer(to: Point, nowMs: number): void {
    if (this.#guests.length === 0) return;
    const nearest = this.#guests.reduce((a, b) => (distance(b, to) < distance(a, to) ? b : a));
    this.#plan(nowMs, ANSWER_MS, (atMs) => {
      this.#outlets.say(nearest, this.#chance.pick(ANSWERS), atMs);
    });
  }

  /** Somebody shows the same feeling. */
  echo(emoteId: string, nowMs: number): void {
    this.#soon(nowMs, ANSWER_MS, (guest, atMs) => this.#outlets.emote(guest, emoteId, atMs));
  }

  #turn(nowMs: number): void {
    const guest = this.#chance.pick(this.#guests);
    const chance = this.#chance.next();
    if (chance < CHAT_SHARE) this.#outlets.say(guest, this.#chance.pick(SMALL_TALK), nowMs);
    else if (chance < CHAT_SHARE + EMOTE_SHARE) {
      this.#outlets.emote(guest, this.#chance.pick(EMOTE_IDS), nowMs);
    } else {
      guest.speaking = true;
      this.#plan(nowMs, SPEAK_MS, () => (guest.speaking = false));
    }
    this.#plan(nowMs, TALK_MS, (atMs) => this.#turn(atMs));
  }

  #soon(nowMs: number, waitMs: readonly [number, number], act: (guest: Guest, atMs: number) => void): void {
    if (this.#guests.length === 0) return;
    const guest = this.#chance.pick(this.#guests);
    this.#plan(nowMs, waitMs, (atMs) => act(guest, atMs));
  }

  #plan(nowMs: number, waitMs: readonly [number, number], act: (atMs: number) => void): void {
    this.#agenda.push({ atMs: nowMs + this.#chance.between(...waitMs), act });
  }
}
