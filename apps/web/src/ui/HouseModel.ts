import type { ReadonlySignal } from "@preact/signals";
import type { ActDone, ActRequest, RoomSettings, SettingsChange } from "../api/moderation";

/** What one can do about others, and about the room one is in. Promises reject with `ApiError`. */
export interface HouseModel {
  /** What one counts as here; undefined before it is known. */
  readonly role: ReadonlySignal<string | undefined>;
  /** Who may not chat, by user id; null where that is not known, or not for oneself to know. */
  readonly muted: ReadonlySignal<ReadonlySet<string> | null>;
  /** Whether newcomers are kept out; told to those who may oversee. */
  readonly isLocked: ReadonlySignal<boolean>;
  /** False in a simulated evening. */
  readonly hasSettings: boolean;
  /** Somebody is about to look at people: find out who is muted. */
  look(): void;
  act(request: ActRequest): Promise<ActDone>;
  report(userId: string, reason: string): Promise<void>;
  settings(): Promise<RoomSettings>;
  change(change: SettingsChange): Promise<RoomSettings>;
}
