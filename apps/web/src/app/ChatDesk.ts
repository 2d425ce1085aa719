import { signal } from "@preact/signals";
import { ErrorCode } from "../net/realtime/constants";
import type { ErrorPayload } from "../net/realtime/types";
import type { HeldBack } from "../ui/BarModel";

/** A server that refuses without a time is asked again after this. */
const RETRY_MS = 1_000;

/** What was said and not yet heard, so that what is refused can be given back. */
export class ChatDesk {
  readonly heldBack = signal<HeldBack | null>(null);
  readonly freeAtMs = signal(-Infinity);
  #unheard: string[] = [];
  #count = 0;

  sent(text: string): void {
    this.#unheard.push(text);
  }

  /** An own message came back: it and all before it were heard. */
  heard(text: string): void {
    this.#unheard.splice(0, this.#unheard.indexOf(text) + 1);
  }

  /** The newest one was refused: limits let the older ones through first. */
  refused({ code, retryAfterMs }: ErrorPayload, nowMs: number): void {
    const text = this.#unheard.pop();
    if (code === ErrorCode.RATE_LIMITED) this.freeAtMs.value = nowMs + (retryAfterMs ?? RETRY_MS);
    if (text === undefined) return;
    this.#count += 1;
    this.heldBack.value = { text, count: this.#count };
  }
}
