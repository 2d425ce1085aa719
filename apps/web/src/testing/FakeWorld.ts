import type { BarWorld } from "../app/BarWorld";
import { makePose } from "../motion/Pose";
import type { Badge } from "../room/badges";
import type { TagChange } from "../scene/nameTags";
import type { PickHit, PoseSource, SceneMember, WorldStats } from "../scene/types";

/** A world that draws nothing: it asks for everybody's pose in every frame, and can be clicked. */
export class FakeWorld implements BarWorld {
  cameraYaw = Math.PI;
  readonly #members = new Set<string>();
  #source: PoseSource = () => false;

  onPick: (hit: PickHit) => void = () => undefined;

  /** What a frame of the real one does with poses. */
  frame(nowMs: number, dtS: number): void {
    for (const userId of this.#members) this.#source(userId, makePose(), nowMs, dtS);
  }

  /** What stands on whose tag. */
  readonly badges = new Map<string, readonly Badge[]>();

  addMember({ userId, badges }: SceneMember): void {
    this.#members.add(userId);
    this.badges.set(userId, badges);
  }

  removeMember(userId: string): void {
    this.#members.delete(userId);
    this.seats.delete(userId);
    this.badges.delete(userId);
  }

  changeTag(userId: string, { badges }: TagChange): void {
    if (badges !== undefined) this.badges.set(userId, badges);
  }

  setPoseSource(source: PoseSource): void {
    this.#source = source;
  }

  stats(): WorldStats {
    const nothing = {
      drawCalls: 0,
      triangles: 0,
      cpuMs: 0,
      fps: 0,
      pixelRatio: 1,
      geometries: 0,
      textures: 0,
      detailed: 0,
      names: 0,
      isOwnNamed: false,
    };
    return { ...nothing, members: this.#members.size };
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    this.#members.clear();
  }

  showBubble(): void {
    // drawn, and nothing else
  }

  showEmote(): void {
    // drawn, and nothing else
  }

  /** Who is drawn on which seat: userId → seatId. */
  readonly seats = new Map<string, string>();

  setSeat(userId: string, seatId: string | null): void {
    if (seatId === null) this.seats.delete(userId);
    else this.seats.set(userId, seatId);
  }

  setSpeaking(): void {
    // drawn, and nothing else
  }

  /** How far the circle around the own avatar reaches, metres; null where none is drawn. */
  hearingM: number | null = null;

  setHearing(radiusM: number | null): void {
    this.hearingM = radiusM;
  }

  setWalkTarget(): void {
    // drawn, and nothing else
  }

  setQuality(): void {
    // drawn, and nothing else
  }

  setReducedMotion(): void {
    // drawn, and nothing else
  }

  setShowNames(): void {
    // drawn, and nothing else
  }
}
