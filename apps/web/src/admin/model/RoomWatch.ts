import { batch, signal } from "@preact/signals";
import { ApiError } from "../../api/http";
import type { HeardLine, MemberView, ModerationApi, RoomLook } from "../../api/moderation";
import { EarlierChat } from "./EarlierChat";
import { Glide, type Place } from "./Glide";
import { Poller, type PollEnvironment } from "./Poller";

/** Three times a second: a walk is smooth, and the server may be asked more often than that. */
export const LOOK_MS = 330;
/** Lines that are heard live; older ones are among the earlier messages, where those are open. */
export const LINES_KEPT = 400;

/** One room as it goes on: who is where, and what is said. */
export class RoomWatch {
  readonly look = signal<RoomLook | null>(null);
  readonly chat = signal<readonly HeardLine[]>([]);
  readonly earlier: EarlierChat;
  /** The server knows the room, or not; nobody is in it. */
  readonly isEmpty = signal(false);
  readonly poller: Poller;
  readonly #api: Pick<ModerationApi, "look" | "storedChat">;
  readonly #roomId: string;
  readonly #environment: PollEnvironment;
  readonly #glides = new Map<string, Glide>();

  constructor(api: Pick<ModerationApi, "look" | "storedChat">, roomId: string, environment: PollEnvironment) {
    this.#api = api;
    this.#roomId = roomId;
    this.#environment = environment;
    this.earlier = new EarlierChat((cursor) => api.storedChat(roomId, cursor), this.chat);
    this.poller = new Poller((abort) => this.#ask(abort), LOOK_MS, environment);
  }

  /** Where to draw a member now; null for one who is not there. */
  placeOf(userId: string): Place | null {
    return this.#glides.get(userId)?.at(this.#environment.now()) ?? null;
  }

  get isMoving(): boolean {
    const nowMs = this.#environment.now();
    return [...this.#glides.values()].some((glide) => glide.isMoving(nowMs));
  }

  async #ask(abort: AbortSignal): Promise<boolean> {
    const after = this.chat.peek().at(-1)?.messageId ?? null;
    try {
      const look = await this.#api.look(this.#roomId, after, abort);
      if (!abort.aborted) this.#see(look);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      if (!abort.aborted) this.#leave();
      return false;
    }
  }

  #see(look: RoomLook): void {
    const nowMs = this.#environment.now();
    this.#follow(look.members, nowMs);
    batch(() => {
      this.isEmpty.value = false;
      this.look.value = look;
      if (look.chat.length > 0) this.#hear(joined(this.chat.peek(), look.chat));
    });
  }

  #hear(lines: readonly HeardLine[]): void {
    this.earlier.follow(lines.slice(0, -LINES_KEPT));
    this.chat.value = lines.slice(-LINES_KEPT);
  }

  #follow(members: readonly MemberView[], nowMs: number): void {
    const here = new Set<string>();
    for (const { userId, x, z, rotY } of members) {
      here.add(userId);
      const glide = this.#glides.get(userId);
      if (glide === undefined) this.#glides.set(userId, new Glide({ x, z, rotY }, nowMs));
      else glide.seen({ x, z, rotY }, nowMs);
    }
    for (const userId of this.#glides.keys()) if (!here.has(userId)) this.#glides.delete(userId);
  }

  #leave(): void {
    this.#glides.clear();
    batch(() => {
      this.isEmpty.value = true;
      this.look.value = null;
    });
  }
}

/** What is known and what is new, each message once. */
function joined(known: readonly HeardLine[], news: readonly HeardLine[]): readonly HeardLine[] {
  const ids = new Set(known.map(({ messageId }) => messageId));
  const fresh = news.filter(({ messageId }) => !ids.has(messageId));
  return [...known, ...fresh];
}
