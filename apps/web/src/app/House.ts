import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { ApiError } from "../api/http";
import type { ActDone, ActRequest, ModerationApi, RoomSettings, SettingsChange } from "../api/moderation";
import { mayOversee } from "../moderation/acts";
import type { RealtimeProvider, ServerEventEnvelope } from "../net/realtime/types";
import type { RoomState } from "../room/RoomState";
import type { HouseModel } from "../ui/HouseModel";
import { ActLedger } from "./ActLedger";

/** How old what is known of mutes may be. */
const MUTES_MS = 30_000;

export interface HouseParts {
  readonly provider: RealtimeProvider;
  /** Null in a simulated evening, which nobody watches over. */
  readonly api: ModerationApi | null;
  readonly roomId: string;
  readonly room: ReadonlySignal<RoomState>;
}

/** What one can do about others, and about the room one is in. */
export class House implements HouseModel {
  readonly role = computed(() => this.#parts.room.value.session?.role);
  readonly muted = signal<ReadonlySet<string> | null>(null);
  readonly isLocked = signal(false);
  readonly hasSettings: boolean;
  readonly #parts: HouseParts;
  readonly #ledger = new ActLedger((delayMs, act) => {
    const timer = window.setTimeout(act, delayMs);
    return () => window.clearTimeout(timer);
  });
  #lookedMs = -Infinity;

  constructor(parts: HouseParts) {
    this.#parts = parts;
    this.hasSettings = parts.api !== null;
  }

  handle(event: ServerEventEnvelope): void {
    this.#ledger.handle(event);
    if (event.t === "session" && mayOversee(event.payload.role)) void this.#learnLock();
    if (event.t === "moderation_done") this.#note(event.payload);
  }

  /** Find out who is muted, where that may be known and is not. */
  look(): void {
    const { api, roomId } = this.#parts;
    const nowMs = performance.now();
    if (api === null || !mayOversee(this.role.peek()) || nowMs - this.#lookedMs < MUTES_MS) return;
    this.#lookedMs = nowMs;
    void this.#ask(api.mutes(roomId, "room", null), ({ items }) => {
      this.muted.value = new Set(items.map(({ userId }) => userId));
    });
  }

  act(request: ActRequest): Promise<ActDone> {
    const { action, userId, reason, durationSeconds, scope } = request;
    const duration = durationSeconds === null ? {} : { durationSeconds };
    const answer = this.#ledger.wait(request);
    this.#parts.provider.moderate({ action, userId, reason, scope, ...duration });
    return answer;
  }

  async report(userId: string, reason: string): Promise<void> {
    await this.#api().report(this.#parts.roomId, userId, reason);
  }

  settings(): Promise<RoomSettings> {
    return this.#api().settings(this.#parts.roomId);
  }

  async change(change: SettingsChange): Promise<RoomSettings> {
    const settings = await this.#api().change(this.#parts.roomId, change);
    this.isLocked.value = settings.locked;
    return settings;
  }

  #api(): ModerationApi {
    const { api } = this.#parts;
    if (api === null) throw new ApiError(0, "simulated", "This evening is simulated: nobody reads this.");
    return api;
  }

  async #learnLock(): Promise<void> {
    const { api, roomId } = this.#parts;
    if (api === null) return;
    await this.#ask(api.settings(roomId), ({ locked }) => (this.isLocked.value = locked));
  }

  #note({ action, userId }: ActDone): void {
    if (action !== "mute" && action !== "unmute") return;
    const muted = new Set(this.muted.value ?? []);
    if (action === "mute") muted.add(userId);
    else muted.delete(userId);
    if (this.muted.value !== null || this.#parts.api === null) this.muted.value = muted;
  }

  /** What only marks more in the room is done without where the server does not say it. */
  async #ask<Answer>(answer: Promise<Answer>, use: (answer: Answer) => void): Promise<void> {
    try {
      use(await answer);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#lookedMs = -Infinity;
    }
  }
}
