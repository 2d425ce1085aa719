import type { ReadonlySignal } from "@preact/signals";
import type { Person } from "./settings";

/** What is known of the room before one enters it. */
export type RoomIntro =
  | { readonly type: "loading" }
  | {
      readonly type: "known";
      readonly name: string;
      /** Places that are taken, by people and bots. */
      readonly memberCount: number;
      readonly personCount: number;
      /** Why strangers are not let in now, null where they are. */
      readonly closed: "locked" | "members" | "full" | null;
    }
  | { readonly type: "missing" }
  /** No answer; entering may still work. */
  | { readonly type: "unknown" };

/** A look from all sides. */
export interface AvatarPreview {
  show(avatarId: string): void;
  dispose(): void;
}

/** What the door shows, and what one can do there. */
export interface DoorModel {
  readonly roomId: string;
  readonly isSimulated: boolean;
  readonly intro: ReadonlySignal<RoomIntro>;
  readonly person: Person;
  enter(person: Person): void;
  /** Somebody is about to enter: what they will need can be loaded. */
  prepare(): void;
  /** Draws a look on a canvas; null where the browser has no graphics for it. Never rejects. */
  preview(canvas: HTMLCanvasElement, avatarId: string): Promise<AvatarPreview | null>;
  goToLobby(): void;
}
