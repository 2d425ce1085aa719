import type { Pose } from "../motion/Pose";
import type { Badge } from "../room/badges";

/** Who to draw. `local` is the person at this screen: the camera follows that one. */
export interface SceneMember {
  readonly userId: string;
  readonly displayName: string;
  readonly avatarId: string;
  /** What somebody is, on their tag. */
  readonly badges: readonly Badge[];
  readonly local: boolean;
}

/** What a tap or click on the scene met first. */
export type PickHit =
  | { readonly kind: "floor"; readonly x: number; readonly z: number }
  | { readonly kind: "member"; readonly userId: string }
  | {
      readonly kind: "seat";
      readonly seatId: string;
      readonly x: number;
      readonly z: number;
      readonly rotY: number;
    };

/** A place to sit. Who has it, is at (x, z) and does not walk is drawn sitting, for everyone. */
export interface Seat {
  readonly id: string;
  /** What one sits at or on. */
  readonly kind: string;
  readonly x: number;
  readonly z: number;
  /** Where one looks who sits there, radians about +y. */
  readonly rotY: number;
  /** The cushion's height, metres. */
  readonly heightM: number;
  /** Where one can stand who wants to sit down there. */
  readonly approachX: number;
  readonly approachZ: number;
}

/** `auto` starts high and lowers the pixel ratio for as long as frames are late. */
export type Quality = "auto" | "low" | "medium" | "high";

/**
 * Fills `target` with what to draw of a member in this frame; false where nothing is known, and
 * the member stays as drawn. `dtS` is the time since it was asked of this member last: in a crowd
 * those far away are not asked for in every frame.
 */
export type PoseSource = (userId: string, target: Pose, nowMs: number, dtS: number) => boolean;

export interface WorldOptions {
  /** Lies over the canvas, same size; speech bubbles go into it. It should let pointers through. */
  readonly overlay: HTMLElement;
  readonly quality?: Quality;
  readonly reducedMotion?: boolean;
  readonly showNames?: boolean;
  /** First in every frame, before poses are sampled: input and own motion go here. */
  readonly onStep?: (nowMs: number, dtS: number) => void;
  /** The GPU took the scene away (true), or gave it back (false). */
  readonly onContextLost?: (isLost: boolean) => void;
}

export interface WorldStats {
  readonly drawCalls: number;
  readonly triangles: number;
  /** Milliseconds of the whole tick on the CPU, smoothed over about a second. */
  readonly cpuMs: number;
  readonly fps: number;
  readonly pixelRatio: number;
  readonly members: number;
  /** So many of them are drawn in full. */
  readonly detailed: number;
  /** So many names are drawn, and whether the own one is among them. */
  readonly names: number;
  readonly isOwnNamed: boolean;
  /** What the GPU holds; back at its level once everybody who came has left. */
  readonly geometries: number;
  readonly textures: number;
}
