import { makePose } from "../motion/Pose";
import type { Avatar } from "./avatar/Avatar";
import type { Avatars } from "./Avatars";
import type { CameraRig } from "./CameraRig";
import type { PoseSource } from "./types";

/** Figures are moved in one of so many frames: far away nobody sees the difference. */
const FIGURES_EVERY = 2;

const eye = { x: 0, z: 0, aheadX: 0, aheadZ: 0 };
const sampled = makePose();
const NOT_SNAPPED = { snapped: false };

/** Puts everybody where they are in each frame. */
export class BodyMover {
  source: PoseSource = () => false;
  readonly #avatars: Avatars;
  readonly #rig: CameraRig;
  #frame = 0;

  constructor(avatars: Avatars, rig: CameraRig) {
    this.#avatars = avatars;
    this.#rig = rig;
  }

  /** @param showS seconds for what goes on by itself: breath, a dance. */
  move(nowMs: number, dtS: number, showS: number): void {
    const avatars = this.#avatars;
    const { position, matrixWorld } = this.#rig.camera;
    eye.x = position.x;
    eye.z = position.z;
    eye.aheadX = -matrixWorld.elements[8];
    eye.aheadZ = -matrixWorld.elements[10];
    avatars.begin(eye, nowMs);
    this.#frame += 1;
    for (let at = 0; at < avatars.list.length; at++) {
      const avatar = avatars.list[at]!;
      avatar.waitedS += dtS;
      const isDue = avatar.isDetailed || (at + this.#frame) % FIGURES_EVERY === 0;
      if (isDue) this.#moveOne(avatar, nowMs, showS);
    }
    avatars.end();
  }

  #moveOne(avatar: Avatar, nowMs: number, showS: number): void {
    const { waitedS } = avatar;
    avatar.waitedS = 0;
    Object.assign(sampled, avatar.pose, NOT_SNAPPED);
    if (!this.source(avatar.userId, sampled, nowMs, waitedS)) sampled.speedMps = 0;
    const awayM = Math.hypot(sampled.x - eye.x, sampled.z - eye.z);
    if (avatar.advance(sampled, showS, waitedS, awayM)) this.#avatars.draw(avatar);
    if (avatar.isLocal && sampled.snapped) this.#rig.jump(sampled.x, sampled.y, sampled.z);
  }
}
