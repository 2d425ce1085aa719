/**
 * How a body is held: one number a joint. Radians but for `RISE` and `SWAY` (metres); limbs swing
 * forward and elbows bend forward by positive angles, knees bend back. Left is +x. Pure.
 */
export const Joint = {
  /** Of the hips, over where they are when standing. */
  RISE: 0,
  SWAY: 1,
  /** Of the whole body about its feet: a turn on the dance floor. */
  TURN: 2,
  LEAN: 3,
  ROLL: 4,
  TWIST: 5,
  NOD: 6,
  LOOK: 7,
  TILT: 8,
  ARM_LEFT: 9,
  ARM_RIGHT: 10,
  /** Away from the body. */
  SPREAD_LEFT: 11,
  SPREAD_RIGHT: 12,
  ELBOW_LEFT: 13,
  ELBOW_RIGHT: 14,
  LEG_LEFT: 15,
  LEG_RIGHT: 16,
  KNEE_LEFT: 17,
  KNEE_RIGHT: 18,
  BREATH: 19,
} as const;
export const JOINTS = 20;

export type Joints = Float32Array;

export function makeJoints(): Joints {
  return new Float32Array(JOINTS);
}

export function addJoints(target: Joints, source: Joints, weight: number): void {
  for (let joint = 0; joint < JOINTS; joint++) {
    target[joint] = target[joint]! + source[joint]! * weight;
  }
}
