/** How bodies move: each function fills joints for a moment. Seconds, metres, radians. Pure. */
import { Joint, type Joints } from "./joints";

/** From the hip to the sole. */
export const LEG_M = 0.7;
const BEAT_RAD = (2 * Math.PI * 116) / 60;

/** Walking starts over the one and ends under the other, or legs would flutter in between. */
export const WALK_ON_MPS = 0.3;
export const WALK_OFF_MPS = 0.15;

export function isWalking(was: boolean, speedMps: number): boolean {
  return was ? speedMps > WALK_OFF_MPS : speedMps > WALK_ON_MPS;
}

/** How far one gets in two steps. */
export function strideM(speedMps: number): number {
  return 0.75 + 0.3 * Math.min(Math.max(speedMps, 0), 5);
}

/** What to add to the phase of the walk for the way that was made: feet stay where they tread. */
export function phaseFor(distanceM: number, speedMps: number): number {
  return (2 * Math.PI * distanceM) / strideM(speedMps);
}

/** How far legs swing to each side, so that two steps make a stride. */
export function swingRad(speedMps: number): number {
  return Math.asin(Math.min(0.75, strideM(speedMps) / (4 * LEG_M)));
}

export function stand(timeS: number, seed: number, out: Joints): void {
  out.fill(0);
  const breath = Math.sin(timeS * 1.7 + seed);
  const slow = Math.sin(timeS * 0.43 + seed * 3.1);
  out[Joint.BREATH] = breath;
  out[Joint.RISE] = 0.004 * breath;
  out[Joint.SWAY] = 0.012 * slow;
  out[Joint.ROLL] = 0.02 * slow;
  out[Joint.NOD] = 0.03 * Math.sin(timeS * 0.9 + seed);
  out[Joint.LOOK] = 0.22 * Math.sin(timeS * 0.37 + seed * 5) * Math.sin(timeS * 0.21 + seed);
  out[Joint.ARM_LEFT] = 0.06 + 0.03 * breath;
  out[Joint.ARM_RIGHT] = 0.06 - 0.03 * breath;
  out[Joint.SPREAD_LEFT] = out[Joint.SPREAD_RIGHT] = 0.14 + 0.015 * breath;
  out[Joint.ELBOW_LEFT] = out[Joint.ELBOW_RIGHT] = 0.25;
}

/** `phase` grows by a full turn every two steps. */
export function walk(phase: number, speedMps: number, out: Joints): void {
  out.fill(0);
  const swing = swingRad(speedMps);
  const sin = Math.sin(phase);
  const cos = Math.cos(phase);
  const run = Math.min(1, Math.max(0, (speedMps - 3) / 2));
  out[Joint.LEG_LEFT] = swing * sin;
  out[Joint.LEG_RIGHT] = -swing * sin;
  // The leg that comes forward is lifted; the one that carries is straight.
  const lift = 0.75 + 0.5 * run;
  out[Joint.KNEE_LEFT] = 0.06 + lift * Math.max(0, cos) ** 1.5;
  out[Joint.KNEE_RIGHT] = 0.06 + lift * Math.max(0, -cos) ** 1.5;
  // Hips are lowest with both feet on the ground.
  out[Joint.RISE] = LEG_M * (Math.cos(swing * sin) - 1) * 0.8 + 0.012;
  out[Joint.SWAY] = 0.018 * cos;
  out[Joint.ROLL] = -0.045 * cos;
  out[Joint.TWIST] = -0.16 * sin;
  out[Joint.LEAN] = 0.05 + 0.03 * Math.min(speedMps, 5) * (0.5 + run * 0.5);
  out[Joint.NOD] = -0.05;
  out[Joint.LOOK] = 0.12 * sin;
  out[Joint.ARM_LEFT] = -0.95 * swing * sin;
  out[Joint.ARM_RIGHT] = 0.95 * swing * sin;
  out[Joint.SPREAD_LEFT] = out[Joint.SPREAD_RIGHT] = 0.13;
  out[Joint.ELBOW_LEFT] = 0.45 + 0.8 * run - 0.25 * sin;
  out[Joint.ELBOW_RIGHT] = 0.45 + 0.8 * run + 0.25 * sin;
}

/** Three dances, by seed; all on one beat. */
export function dance(timeS: number, seed: number, out: Joints): void {
  out.fill(0);
  const beat = timeS * BEAT_RAD;
  const sin = Math.sin(beat / 2 + (seed % 1) * 0.4);
  const bounce = Math.abs(Math.cos(beat / 2));
  const step = Math.floor(seed) % 3;
  out[Joint.RISE] = -0.05 + 0.06 * bounce;
  out[Joint.SWAY] = 0.06 * sin;
  out[Joint.ROLL] = 0.13 * sin;
  out[Joint.TWIST] = 0.3 * sin;
  out[Joint.NOD] = 0.14 * bounce - 0.05;
  out[Joint.TILT] = -0.12 * sin;
  out[Joint.TURN] = 0.35 * Math.sin(timeS * 0.8 + seed);
  const bend = 0.4 * (1 - bounce);
  out[Joint.LEG_LEFT] = bend + 0.18 * Math.max(0, sin);
  out[Joint.LEG_RIGHT] = bend + 0.18 * Math.max(0, -sin);
  out[Joint.KNEE_LEFT] = 1.9 * bend + 0.5 * Math.max(0, sin);
  out[Joint.KNEE_RIGHT] = 1.9 * bend + 0.5 * Math.max(0, -sin);
  if (step === 0) {
    out[Joint.ARM_LEFT] = 2.5 + 0.35 * sin;
    out[Joint.ARM_RIGHT] = 2.5 - 0.35 * sin;
    out[Joint.SPREAD_LEFT] = out[Joint.SPREAD_RIGHT] = 0.35;
    out[Joint.ELBOW_LEFT] = out[Joint.ELBOW_RIGHT] = 0.5 + 0.3 * bounce;
  } else if (step === 1) {
    out[Joint.ARM_LEFT] = 0.7 + 0.9 * sin;
    out[Joint.ARM_RIGHT] = 0.7 - 0.9 * sin;
    out[Joint.SPREAD_LEFT] = out[Joint.SPREAD_RIGHT] = 0.4;
    out[Joint.ELBOW_LEFT] = out[Joint.ELBOW_RIGHT] = 1.5;
  } else {
    out[Joint.ARM_LEFT] = 0.4;
    out[Joint.ARM_RIGHT] = 2.6 + 0.4 * sin;
    out[Joint.SPREAD_LEFT] = 0.9;
    out[Joint.SPREAD_RIGHT] = 0.3;
    out[Joint.ELBOW_LEFT] = 1.3 + 0.3 * sin;
    out[Joint.ELBOW_RIGHT] = 0.3 + 0.4 * bounce;
  }
}

/** Waves with the right hand, whatever the rest of the body does; `weight` is 0 to 1. */
export function raiseHand(timeS: number, weight: number, joints: Joints): void {
  const swing = Math.sin(timeS * 8.5);
  const toward = (joint: number, to: number) => {
    joints[joint] = joints[joint]! + (to - joints[joint]!) * weight;
  };
  toward(Joint.ARM_RIGHT, 2.75);
  toward(Joint.SPREAD_RIGHT, 0.35 + 0.3 * swing);
  toward(Joint.ELBOW_RIGHT, 0.35);
  toward(Joint.TILT, 0.1);
  toward(Joint.ROLL, 0.05 + 0.02 * swing);
}

/** On a seat whose cushion is at `seatM`; hips come down to it. */
export function sit(timeS: number, seed: number, seatM: number, out: Joints): void {
  stand(timeS, seed, out);
  const sip = Math.max(0, Math.sin(timeS * 0.31 + seed * 7) - 0.8) * 5;
  out[Joint.RISE] = seatM + 0.1 - LEG_M + out[Joint.RISE]!;
  out[Joint.SWAY] = 0;
  const isHigh = seatM > 0.65;
  out[Joint.LEG_LEFT] = isHigh ? 1.2 : 1.45;
  out[Joint.LEG_RIGHT] = isHigh ? 1.28 : 1.4;
  out[Joint.KNEE_LEFT] = isHigh ? 1.45 : 1.42;
  out[Joint.KNEE_RIGHT] = isHigh ? 1.2 : 1.5;
  out[Joint.LEAN] = 0.07;
  out[Joint.LOOK] = 2 * out[Joint.LOOK]!;
  out[Joint.ARM_LEFT] = 0.62;
  out[Joint.ARM_RIGHT] = 0.6 + 0.5 * sip;
  out[Joint.ELBOW_LEFT] = 0.95;
  out[Joint.ELBOW_RIGHT] = 0.95 + 0.95 * sip;
  out[Joint.SPREAD_LEFT] = out[Joint.SPREAD_RIGHT] = 0.1;
}

/** Heads and hands of those who talk; on top of whatever else they do. */
export function talk(timeS: number, seed: number, out: Joints): void {
  out.fill(0);
  out[Joint.NOD] = 0.07 * Math.sin(timeS * 6.1 + seed) * Math.sin(timeS * 2.3);
  out[Joint.TILT] = 0.06 * Math.sin(timeS * 3.3 + seed);
  out[Joint.ELBOW_RIGHT] = 0.35 + 0.3 * Math.sin(timeS * 4.1 + seed);
  out[Joint.ARM_RIGHT] = 0.2 + 0.12 * Math.sin(timeS * 3.1 + seed);
}

/** Seconds between two poses of a body that far from the eye: 60 a second at 5 m, 5 at 60 m. */
export function poseIntervalS(awayM: number): number {
  return Math.min(0.2, Math.max(0, (awayM - 5) * (0.2 / 55)));
}
