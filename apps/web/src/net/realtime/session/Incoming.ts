import { CHAT_REPLAY_MAX } from "../constants";
import type { ServerEventEnvelope } from "../types";

/** Message ids remembered to drop repeats, oldest forgotten first: two whole replays. */
const IDS_KEPT = 2 * CHAT_REPLAY_MAX;
/** Sorts before every message: who has heard none so far has missed all that comes back (§6). */
const BEFORE_ALL = "";

/** Which events are news: chat comes at least once (§6), transforms only in order (§5). Pure. */
export class Incoming {
  readonly #heard = new Set<string>();
  readonly #seqs = new Map<string, number>();
  #lastMessageId: string | null = null;

  /** @param isReturning whether the person was in the room before, and has nothing of it any more. */
  constructor(isReturning = false) {
    if (isReturning) this.#lastMessageId = BEFORE_ALL;
  }

  /** Of the newest chat heard, to ask for what is missed after it; null before the first visit. */
  get lastMessageId(): string | null {
    return this.#lastMessageId;
  }

  /** Whether anybody should be shown the event; a repeat or a stale one should not. */
  isNews(event: ServerEventEnvelope): boolean {
    switch (event.t) {
      case "chat_broadcast":
        return this.#hear(event.payload.messageId);
      case "avatar_transform_broadcast":
        return this.#follow(event.payload.userId, event.payload.seq);
      case "room_state":
        this.#seqs.clear();
        this.#lastMessageId ??= BEFORE_ALL;
        return true;
      case "member_joined":
        this.#seqs.delete(event.payload.member.userId);
        return true;
      case "member_left":
        this.#seqs.delete(event.payload.userId);
        return true;
      default:
        return true;
    }
  }

  #hear(messageId: string): boolean {
    if (this.#heard.has(messageId)) return false;
    this.#heard.add(messageId);
    for (const oldest of this.#heard) {
      if (this.#heard.size <= IDS_KEPT) break;
      this.#heard.delete(oldest);
    }
    this.#lastMessageId = messageId;
    return true;
  }

  #follow(userId: string, seq: number): boolean {
    const last = this.#seqs.get(userId);
    if (last !== undefined && seq <= last) return false;
    this.#seqs.set(userId, seq);
    return true;
  }
}
