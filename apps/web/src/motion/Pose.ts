import type { Anim } from "../net/realtime/types";

/** What to draw of a member in one frame. Metres; radians about +y, forward is (sin, 0, cos). */
export interface Pose {
  x: number;
  y: number;
  z: number;
  rotY: number;
  anim: Anim;
  /** Over the ground, of what is drawn: legs follow it, or feet slide. */
  speedMps: number;
  /** It did not move here, it was put here: nothing should be swung or swept after it. */
  snapped: boolean;
}

/** A pose to be filled; one is made a member, and then used in every frame. */
export function makePose(): Pose {
  return { x: 0, y: 0, z: 0, rotY: 0, anim: "idle", speedMps: 0, snapped: false };
}
