import type { ReadonlySignal } from "@preact/signals";
import type { ModerationScope } from "../net/realtime/types";
import type { ActDone, ActRequest, RoomSettings, SettingsChange } from "../api/moderation";

/** What one can do about others, and about the room one is in. Promises reject with `ApiError`. */
export interface RoomControlsModel {
  /** What one counts as here; undefined before it is known. */
  readonly role: ReadonlySignal<string | undefined>;
  /**
   * Who may not chat, by user id, and where they are to be unmuted: in this room, or where only that
   * silences them, on the whole server. Null where it is not known, or not for oneself to know.
   */
  readonly muted: ReadonlySignal<ReadonlyMap<string, ModerationScope> | null>;
  /** Whether newcomers are kept out; told to those who may oversee. */
  readonly isLocked: ReadonlySignal<boolean>;
  /** False in a simulated evening: no server, no rules, no map. */
  readonly hasSettings: boolean;
  /** Somebody is about to look at people: find out who is muted. */
  look(): void;
  act(request: ActRequest): Promise<ActDone>;
  report(userId: string, reason: string): Promise<void>;
  settings(): Promise<RoomSettings>;
  change(change: SettingsChange): Promise<RoomSettings>;
}
