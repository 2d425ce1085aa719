import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { ApiError } from "../api/http";
import type {
  ActDone,
  ActRequest,
  ModerationApi,
  Page,
  RoomSettings,
  Sanction,
  SettingsChange,
} from "../api/moderation";
import { mayActOnServer, mayOversee } from "../moderation/acts";
import type { ModerationScope, RealtimeProvider, ServerEventEnvelope } from "../net/realtime/types";
import type { RoomState } from "../room/RoomState";
import type { RoomControlsModel } from "../ui/RoomControlsModel";
import { ActLedger } from "./ActLedger";

/** How old what is known of mutes may be. */
const MUTES_MS = 15_000;
/** Older mutes than on so many pages of a list are not looked for. */
const MUTE_PAGES_MAX = 20;

export interface RoomControlsParts {
  readonly provider: RealtimeProvider;
  /** Null in a simulated evening, which nobody watches over. */
  readonly api: ModerationApi | null;
  readonly roomId: string;
  readonly room: ReadonlySignal<RoomState>;
}

/** What one can do about others, and about the room one is in. */
export class RoomControls implements RoomControlsModel {
  readonly role = computed(() => this.#parts.room.value.session?.role);
  readonly muted = signal<ReadonlyMap<string, ModerationScope> | null>(null);
  readonly isLocked = signal(false);
  readonly hasSettings: boolean;
  readonly #parts: RoomControlsParts;
  readonly #ledger = new ActLedger((delayMs, act) => {
    const timer = window.setTimeout(act, delayMs);
    return () => window.clearTimeout(timer);
  });
  #lookedMs = -Infinity;
  /** By where the mute was made. */
  readonly #mutes: Readonly<Record<ModerationScope, Set<string>>> = { room: new Set(), server: new Set() };

  constructor(parts: RoomControlsParts) {
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
    const { api } = this.#parts;
    const role = this.role.peek();
    const nowMs = performance.now();
    if (api === null || !mayOversee(role) || nowMs - this.#lookedMs < MUTES_MS) return;
    this.#lookedMs = nowMs;
    const scopes: readonly ModerationScope[] = mayActOnServer(role) ? ["room", "server"] : ["room"];
    void this.#ask(Promise.all(scopes.map((scope) => this.#listed(api, scope))), (lists) => {
      lists.forEach((userIds, at) => replace(this.#mutes[scopes[at]!], userIds));
      this.#showMutes();
    });
  }

  act(request: ActRequest): Promise<ActDone> {
    const { action, userId, reason, durationSeconds, scope } = request;
    const duration = durationSeconds === null ? {} : { durationSeconds };
    const { requestId, answer } = this.#ledger.open();
    this.#parts.provider.moderate({ action, userId, reason, scope, requestId, ...duration });
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

  #note({ action, userId, scope }: ActDone): void {
    if (action !== "mute" && action !== "unmute") return;
    if (action === "mute") this.#mutes[scope].add(userId);
    else this.#mutes[scope].delete(userId);
    if (this.muted.value !== null || this.#parts.api === null) this.#showMutes();
  }

  #showMutes(): void {
    const muted = new Map<string, ModerationScope>();
    for (const userId of this.#mutes.server) muted.set(userId, "server");
    for (const userId of this.#mutes.room) muted.set(userId, "room");
    this.muted.value = muted;
  }

  /** Everybody in the list of mutes that were made there. */
  async #listed(api: ModerationApi, scope: ModerationScope): Promise<string[]> {
    const userIds: string[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < MUTE_PAGES_MAX; page++) {
      const { items, nextCursor }: Page<Sanction> = await api.mutes(this.#parts.roomId, scope, cursor);
      userIds.push(...items.map(({ userId }) => userId));
      if (nextCursor === null) break;
      cursor = nextCursor;
    }
    return userIds;
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

function replace(set: Set<string>, by: readonly string[]): void {
  set.clear();
  for (const one of by) set.add(one);
}
