import type { ReadonlySignal } from "@preact/signals";
import type { KeyAct } from "../input/keys";
import type { MicrophoneState } from "../input/Microphone";
import type { JoinFailure, ProviderStatus } from "../net/realtime/types";
import type { Ended, RoomState } from "../room/RoomState";
import type { ChatQueueModel } from "./ChatQueueModel";
import type { FirstStepsModel } from "./FirstStepsModel";
import type { RoomControlsModel } from "./RoomControlsModel";
import type { Settings } from "./settings";

/** How far the way into the bar is. */
export type Arrival =
  | { readonly type: "joining" }
  /** In the room; the scene is still being built. */
  | { readonly type: "building" }
  | { readonly type: "inside" }
  /** There is no drawing the room here: chat and people work, once one has joined. */
  | { readonly type: "blind"; readonly reason: BlindReason; readonly isJoined: boolean };

/** A browser without WebGL, or a part of the page that did not arrive. */
export type BlindReason = "graphics" | "loading";

/** A notice that goes by itself. */
export interface Notice {
  readonly id: number;
  readonly text: string;
}

/** What of a visit the UI shows, and what it can ask for. */
export interface BarModel {
  readonly roomName: ReadonlySignal<string>;
  readonly emotes: ReadonlySignal<readonly string[]>;
  readonly arrival: ReadonlySignal<Arrival>;
  readonly room: ReadonlySignal<RoomState>;
  readonly status: ReadonlySignal<ProviderStatus>;
  /** Why it is over, null while it is not. */
  readonly ended: ReadonlySignal<Ended | JoinFailure | null>;
  readonly notices: ReadonlySignal<readonly Notice[]>;
  readonly microphone: ReadonlySignal<MicrophoneState>;
  readonly isSpeaking: ReadonlySignal<boolean>;
  readonly isDancing: ReadonlySignal<boolean>;
  readonly settings: ReadonlySignal<Settings>;
  readonly chatQueue: ChatQueueModel;
  readonly firstSteps: FirstStepsModel;
  /** Where the same room is drawn from above; null where that is what one sees. */
  readonly mapPath: string | null;
  readonly controls: RoomControlsModel;
  /** Called with whomever is clicked in the room; the UI sets it. */
  onPerson: (userId: string) => void;
  /** Called with the keys that the UI answers; the UI sets it. */
  onAct: (act: KeyAct) => void;
  /** Say something in passing. */
  notify(text: string): void;
  /** Something is being written, or no longer. */
  typing(isTyping: boolean): void;
  emote(emoteId: string): void;
  gesture(gesture: "dance" | "wave"): void;
  walkTo(userId: string): void;
  toggleMicrophone(): void;
  change(settings: Partial<Settings>): void;
  copyLink(): void;
  /** Load the page anew, and go on in the room. */
  reload(): void;
  retryNow(): void;
  leave(): void;
  /** Draw the room into a canvas; returns how to stop. */
  show(canvas: HTMLCanvasElement, overlay: HTMLElement): () => void;
  /** Walk with a stick in this zone; returns how to stop. */
  openStick(zone: HTMLElement): () => void;
}
