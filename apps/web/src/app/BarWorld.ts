import type { LoadPart } from "../loading/PartLoader";
import type { World } from "../scene/World";
import type { WorldOptions } from "../scene/types";

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

/** Loaded when somebody enters: three.js is most of the page, and the door needs none of it. */
export async function loadWorld(load: LoadPart): Promise<MakeWorld> {
  const { World } = await load(() => import("../scene/World"));
  return (canvas, options) => new World(canvas, options);
}
