import type { Pose } from "../motion/Pose";
import type { Collide } from "../motion/OwnMotion";
import type {
  PickHit,
  PoseSource,
  Quality,
  SceneMember,
  Seat,
  WorldOptions,
  WorldStats,
} from "../scene/types";

/** What a visit asks of the drawn room. */
export interface BarWorld {
  start(): unknown;
  dispose(): void;
  addMember(member: SceneMember, pose: Pose): void;
  removeMember(userId: string): void;
  setPoseSource(source: PoseSource): void;
  showBubble(userId: string, text: string): void;
  showEmote(userId: string, emoteId: string): void;
  setSpeaking(userId: string, on: boolean): void;
  setMuted(userId: string, on: boolean): void;
  onPick: (hit: PickHit) => void;
  readonly collide: Collide;
  readonly seats: readonly Seat[];
  cameraYaw: number;
  setQuality(quality: Quality): void;
  setReducedMotion(on: boolean): void;
  setShowNames(on: boolean): void;
  stats(): WorldStats;
}

/** Loaded when somebody enters: three.js is most of the page, and the door needs none of it. */
export async function loadWorld(): Promise<
  (canvas: HTMLCanvasElement, options: WorldOptions) => BarWorld
> {
  const { StandInWorld } = await import("./StandInWorld");
  return (canvas, options) => new StandInWorld(canvas, options);
}
