import { Euler, Matrix4 } from "three";
import { LEG_M } from "./curves";
import { Joint, type Joints } from "./joints";

export const SHOULDER_X_M = 0.235;
export const SHOULDER_Y_M = 0.42;
export const NECK_Y_M = 0.56;
const ARM_M = 0.24;
export const THIGH_M = 0.35;
export const HIP_X_M = 0.095;

const local = new Matrix4();
const euler = new Euler();

/** Where a body's parts are in the room, made anew for each body in turn. +x is its left. */
export class Skeleton {
  readonly root = new Matrix4();
  readonly hips = new Matrix4();
  readonly chest = new Matrix4();
  readonly head = new Matrix4();
  readonly upperArm = [new Matrix4(), new Matrix4()] as const;
  readonly foreArm = [new Matrix4(), new Matrix4()] as const;
  readonly thigh = [new Matrix4(), new Matrix4()] as const;
  readonly shin = [new Matrix4(), new Matrix4()] as const;

  hold(x: number, y: number, z: number, rotY: number, size: number, joints: Joints): void {
    const { root, hips, chest } = this;
    root.makeRotationY(rotY + joints[Joint.TURN]!);
    root.elements[12] = x;
    root.elements[13] = y;
    root.elements[14] = z;
    const scale = root.elements;
    for (let at = 0; at < 11; at++) scale[at] = scale[at]! * size;
    const rise = LEG_M + joints[Joint.RISE]!;
    turn(0, joints[Joint.TWIST]! * 0.4, joints[Joint.ROLL]!);
    place(hips, root, joints[Joint.SWAY]!, rise, 0);
    turn(joints[Joint.LEAN]!, joints[Joint.TWIST]! * 0.6, -1.4 * joints[Joint.ROLL]!);
    const breath = 1 + 0.012 * joints[Joint.BREATH]!;
    place(chest, hips, 0, 0, 0);
    for (let at = 0; at < 11; at++) if (at % 4 !== 3) chest.elements[at]! *= breath;
    turn(joints[Joint.NOD]! - joints[Joint.LEAN]! * 0.8, joints[Joint.LOOK]!, joints[Joint.TILT]!);
    place(this.head, chest, 0, NECK_Y_M, 0);
    this.#limbs(joints, 0, 1);
    this.#limbs(joints, 1, -1);
  }

  #limbs(joints: Joints, side: 0 | 1, sign: number): void {
    turn(-joints[Joint.ARM_LEFT + side]!, 0, sign * joints[Joint.SPREAD_LEFT + side]!);
    place(this.upperArm[side], this.chest, sign * SHOULDER_X_M, SHOULDER_Y_M, 0);
    turn(-joints[Joint.ELBOW_LEFT + side]!, 0, 0);
    place(this.foreArm[side], this.upperArm[side], 0, -ARM_M, 0);
    turn(-joints[Joint.LEG_LEFT + side]!, 0, 0);
    place(this.thigh[side], this.hips, sign * HIP_X_M, 0, 0);
    turn(joints[Joint.KNEE_LEFT + side]!, 0, 0);
    place(this.shin[side], this.thigh[side], 0, -THIGH_M, 0);
  }
}

function turn(x: number, y: number, z: number): void {
  local.makeRotationFromEuler(euler.set(x, y, z, "YZX"));
}

function place(target: Matrix4, parent: Matrix4, x: number, y: number, z: number): void {
  local.elements[12] = x;
  local.elements[13] = y;
  local.elements[14] = z;
  target.multiplyMatrices(parent, local);
}
