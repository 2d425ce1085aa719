import { signal } from "@preact/signals";
import { ErrorCode } from "../net/realtime/constants";
import type { Environment } from "../net/realtime/environment";
import type { ErrorPayload } from "../net/realtime/types";
import type { ChatQueueModel, QueuedChat } from "../ui/ChatQueueModel";

/** A server that refuses without a time is asked again after this. */
const RETRY_MS = 1_000;
/** Messages that wait at once. Past it `say` refuses, and the words stay in the field: nobody waits for more. */
export const WAITING_MAX = 10;
/** Messages given back and not taken. Who has so many is muted or talks to a wall: the oldest go. */
export const UNSENT_MAX = 20;
/** A joined server that has not answered for so long has lost the message, or its refusal (§2). */
export const ANSWER_MAX_MS = 10_000;
/** What was missed comes at once after a resume (§6): what is not among it by then did not arrive. */
export const MISSED_CHAT_MS = 2_000;

export interface ChatQueueParts {
  readonly send: (text: string) => void;
  readonly world: Pick<Environment, "now" | "after">;
}

/**
 * What is said goes out in its order, and nothing is lost without a word: what is too early waits
 * until the server lets it through, what is refused is given back.
 *
 * One message is on its way at a time, so that it is certain which one an answer is about: the
 * protocol's refusals name none (§2).
 */
export class ChatQueue implements ChatQueueModel {
  readonly waiting = signal<readonly QueuedChat[]>([]);
  readonly unsent = signal<readonly QueuedChat[]>([]);
  readonly freeAtMs = signal(-Infinity);
  readonly #parts: ChatQueueParts;
  #onItsWay: QueuedChat | null = null;
  #isJoined = false;
  #id = 0;
  #cancelTimer: () => void = () => undefined;

  constructor(parts: ChatQueueParts) {
    this.#parts = parts;
  }

  say(text: string): boolean {
    if (this.waiting.value.length >= WAITING_MAX) return false;
    this.#id += 1;
    this.waiting.value = [...this.waiting.value, { id: this.#id, text }];
    this.#goOn();
    return true;
  }

  drop(id: number): void {
    this.waiting.value = this.waiting.value.filter((one) => one.id !== id);
    this.unsent.value = this.unsent.value.filter((one) => one.id !== id);
  }

  /** An own message came back, which is never one from before it. */
  heard(): void {
    if (this.#onItsWay === null) return;
    this.#onItsWay = null;
    this.#goOn();
  }

  /** The one on its way was refused. */
  refused({ code, retryAfterMs }: Pick<ErrorPayload, "code" | "retryAfterMs">): void {
    const refused = this.#onItsWay;
    if (refused === null) return;
    this.#onItsWay = null;
    if (code === ErrorCode.RATE_LIMITED) {
      this.freeAtMs.value = this.#parts.world.now() + (retryAfterMs ?? RETRY_MS);
      this.waiting.value = [refused, ...this.waiting.value];
    } else if (code === ErrorCode.NOT_JOINED) {
      this.#isJoined = false;
      this.waiting.value = [refused, ...this.waiting.value];
    } else if (code === ErrorCode.MUTED) {
      this.#giveBack(refused, ...this.waiting.value);
      this.waiting.value = [];
    } else this.#giveBack(refused);
    this.#goOn();
  }

  /** In the room, for the first time or again: what was on its way may have been lost. */
  joined(): void {
    this.#isJoined = true;
    if (this.#onItsWay === null) this.#goOn();
    else this.#later(MISSED_CHAT_MS, () => this.#sendAgain());
  }

  /** The connection is gone; everything waits. */
  left(): void {
    this.#isJoined = false;
    this.#cancelTimer();
  }

  #goOn(): void {
    if (this.#onItsWay !== null || !this.#isJoined) return;
    this.#cancelTimer();
    const [next, ...others] = this.waiting.value;
    if (next === undefined) return;
    const earlyMs = this.freeAtMs.value - this.#parts.world.now();
    if (earlyMs > 0) {
      this.#later(earlyMs, () => this.#goOn());
      return;
    }
    this.waiting.value = others;
    this.#onItsWay = next;
    this.#later(ANSWER_MAX_MS, () => this.#giveUp());
    this.#parts.send(next.text);
  }

  #sendAgain(): void {
    if (this.#onItsWay === null) return;
    this.waiting.value = [this.#onItsWay, ...this.waiting.value];
    this.#onItsWay = null;
    this.#goOn();
  }

  #giveUp(): void {
    if (this.#onItsWay === null) return;
    this.#giveBack(this.#onItsWay);
    this.#onItsWay = null;
    this.#goOn();
  }

  #giveBack(...texts: readonly QueuedChat[]): void {
    this.unsent.value = [...this.unsent.value, ...texts].slice(-UNSENT_MAX);
  }

  #later(ms: number, act: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#parts.world.after(Math.ceil(ms), act);
  }
}
