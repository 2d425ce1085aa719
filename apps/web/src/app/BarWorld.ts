import type { LoadPart } from "../loading/PartLoader";
import type { World } from "../scene/World";
import type { WorldOptions } from "../scene/types";
import type { AvatarPreview } from "../ui/DoorModel";
import { openTurntable } from "./openTurntable";

/** What a visit asks of the drawn room. */
export type BarWorld = Pick<
  World,
  | "start"
  | "dispose"
  | "addMember"
  | "removeMember"
  | "setPoseSource"
  | "showBubble"
  | "showEmote"
  | "setSpeaking"
  | "setSeat"
  | "changeTag"
  | "setWalkTarget"
  | "setHearing"
  | "onPick"
  | "cameraYaw"
  | "setQuality"
  | "setReducedMotion"
  | "setShowNames"
  | "stats"
>;

export type MakeWorld = (canvas: HTMLCanvasElement, options: WorldOptions) => BarWorld;

/** How a page shows the room, and a look before one goes in. */
export interface Drawing {
  /** For those who go in; `loading` is what failed where it does not come. */
  readonly loadWorld: (load: LoadPart) => Promise<MakeWorld>;
  /** Null where there is none: then the flat figure stays. */
  readonly preview: (
    canvas: HTMLCanvasElement,
    avatarId: string,
    isCalm: boolean,
  ) => Promise<AvatarPreview | null>;
  /** Where the same room is drawn from above; null where that is what one sees. */
  readonly mapPath: string | null;
}

/** In three dimensions. Loaded when somebody enters: three.js is most of the page. */
export const ROOM_DRAWING: Drawing = {
  loadWorld: async (load) => {
    const { World } = await load(() => import("../scene/World"));
    return (canvas, options) => new World(canvas, options);
  },
  preview: openTurntable,
  mapPath: "/map",
};
