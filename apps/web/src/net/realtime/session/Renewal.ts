import { RENEW_ANSWER_MS, RENEW_EARLY, RENEW_SOONEST_MS, RENEW_SPREAD } from "../constants";

/** When a joined client renews its token (§3). Pure. */
export class Renewal {
  readonly #chance: () => number;
  #dueMs: number | null = null;
  #tries = 0;
  #isAsked = false;

  constructor(chance: () => number) {
    this.#chance = chance;
  }

  /** When to begin; null for never. */
  get dueMs(): number | null {
    return this.#dueMs;
  }

  /** Whether the token ended before any renewal began: the first is due at once. */
  get isFirstRefusal(): boolean {
    return this.#tries === 0;
  }

  /** Whether a ticket is being asked for: a refusal of the old one changes nothing then. */
  get isUnderWay(): boolean {
    return this.#isAsked;
  }

  /** A token was taken that expires in `lifeMs`, negative where the clocks disagree. */
  schedule(lifeMs: number, nowMs: number): void {
    const earlyMs = lifeMs * (RENEW_EARLY + RENEW_SPREAD * this.#chance());
    this.#dueMs = nowMs + Math.max(RENEW_SOONEST_MS, lifeMs - earlyMs);
    this.#tries = 0;
    this.#isAsked = false;
  }

  /** A ticket is being asked for. */
  begin(nowMs: number): void {
    this.#tries += 1;
    this.#isAsked = true;
    this.#dueMs = nowMs + RENEW_ANSWER_MS;
  }

  /** The ticket came, or was refused; what matters next is the room's answer. */
  answered(): void {
    this.#isAsked = false;
  }

  /** It failed; again then. */
  retry(atMs: number): void {
    this.#dueMs = atMs;
  }

  /** There is no membership to renew. */
  stop(): void {
    this.#dueMs = null;
    this.#isAsked = false;
  }
}
