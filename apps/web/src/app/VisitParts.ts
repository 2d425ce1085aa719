import type { ReadonlySignal } from "@preact/signals";
import type { ModerationApi } from "../api/moderation";
import type { LoadPart } from "../loading/PartLoader";
import type { RealtimeProvider } from "../net/realtime/types";
import type { Person, Settings } from "../ui/settings";
import type { Drawing } from "./BarWorld";
import type { FirstSteps } from "./FirstSteps";

/** What a visit is given. */
export interface VisitParts {
  readonly provider: RealtimeProvider;
  /** Null in a simulated evening. */
  readonly api: ModerationApi | null;
  readonly person: Person;
  readonly roomId: string;
  readonly roomName: ReadonlySignal<string>;
  readonly emotes: ReadonlySignal<readonly string[]>;
  /** How far chat carries, metres; null for the whole room. */
  readonly hearingRadiusM: ReadonlySignal<number | null>;
  readonly settings: Settings;
  readonly firstSteps: FirstSteps;
  readonly saveSettings: (settings: Settings) => void;
  readonly drawing: Drawing;
  /** Brings the parts of the page that only a visit needs. */
  readonly load: LoadPart;
  /** The person wants the page anew, and to go on where they are. */
  readonly onReload: () => void;
  /** The person has gone back to the door. */
  readonly onLeft: () => void;
  /** Was inside just now, before the page was loaded again. */
  readonly isReturning: boolean;
  /** The page goes while the person is inside. */
  readonly onUnload: () => void;
}
