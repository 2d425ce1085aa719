import { makePose, type Pose } from "../motion/Pose";
import type { Badge } from "../room/badges";
import { emoteFace } from "../scene/emoteFaces";
import type { TagChange } from "../scene/nameTags";
import type { PoseSource, SceneMember } from "../scene/types";
import { flatLook } from "../ui/looks";
import type { Dot } from "./people";

/** Feelings of one person at once; the oldest makes room. */
const FEELINGS_MAX = 4;

export interface Feeling {
  readonly glyph: string;
  readonly atMs: number;
}

/** Somebody on the map: what is drawn of them, written into in every frame. */
export interface MapPerson {
  readonly userId: string;
  readonly isLocal: boolean;
  readonly pose: Pose;
  readonly dot: { -readonly [Key in keyof Dot]: Dot[Key] };
  readonly feelings: Feeling[];
  /** Without what stands beside it. */
  readonly displayName: string;
}

/** Who is on the map. */
export class MapPeople {
  readonly #people = new Map<string, MapPerson>();
  /** The own one last, over all others. */
  readonly dots: Dot[] = [];
  local: MapPerson | null = null;

  get list(): IterableIterator<MapPerson> {
    return this.#people.values();
  }

  get count(): number {
    return this.#people.size;
  }

  get(userId: string): MapPerson | undefined {
    return this.#people.get(userId);
  }

  add({ userId, displayName, avatarId, badges, local }: SceneMember, at: Pose): void {
    this.remove(userId);
    const dot: MapPerson["dot"] = {
      x: at.x,
      z: at.z,
      rotY: at.rotY,
      name: named(displayName, badges),
      colour: flatLook(avatarId).top,
      isMuted: false,
      isAway: false,
      isSpeaking: false,
      ring: local ? "chosen" : "none",
    };
    const pose = Object.assign(makePose(), at);
    const person = { userId, isLocal: local, pose, dot, feelings: [], displayName };
    this.#people.set(userId, person);
    if (local) this.local = person;
    if (local || this.local === null) this.dots.push(dot);
    else this.dots.splice(-1, 0, dot);
  }

  remove(userId: string): void {
    const person = this.#people.get(userId);
    if (person === undefined) return;
    this.#people.delete(userId);
    this.dots.splice(this.dots.indexOf(person.dot), 1);
    if (person.isLocal) this.local = null;
  }

  changeTag(userId: string, { badges, isMuted }: TagChange): void {
    const person = this.#people.get(userId);
    if (person === undefined) return;
    if (badges !== undefined) person.dot.name = named(person.displayName, badges);
    if (isMuted !== undefined) person.dot.isMuted = isMuted;
  }

  feel(userId: string, emoteId: string, nowMs: number): void {
    const feelings = this.#people.get(userId)?.feelings;
    if (feelings === undefined) return;
    if (feelings.length >= FEELINGS_MAX) feelings.shift();
    feelings.push({ glyph: emoteFace(emoteId).glyph, atMs: nowMs });
  }

  /** Everybody where they are in this frame. */
  move(source: PoseSource, nowMs: number, dtS: number): void {
    for (const { userId, pose, dot } of this.#people.values()) {
      if (!source(userId, pose, nowMs, dtS)) continue;
      dot.x = pose.x;
      dot.z = pose.z;
      dot.rotY = pose.rotY;
    }
  }
}

function named(displayName: string, badges: readonly Badge[]): string {
  return [displayName, ...badges.map(({ text }) => text)].join(" · ");
}
