import { PerspectiveCamera } from "three";
import type { Pose } from "../motion/Pose";
import { clearDistance, type Vector } from "./occlusion";

const FOV_DEG = 52;
/** Portrait screens see too little of a room at that: more, up to this. */
const FOV_TALL_DEG = 68;
const DISTANCE_M = 4.6;
const DISTANCE_MIN_M = 1.4;
const DISTANCE_MAX_M = 9;
const PITCH_RAD = 0.25;
const PITCH_MIN_RAD = -0.12;
const PITCH_MAX_RAD = 1.2;
/** What the camera looks at: a little over the own head, so that the room is seen past it. */
const AIM_Y_M = 1.8;
const MARGIN_M = 0.25;
const FOLLOW_TAU_S = 0.09;
const TURN_TAU_S = 0.06;
const BACK_OFF_TAU_S = 0.25;
/** Nearer than this the own body is in the way. */
export const TOO_NEAR_M = 0.8;

/** Third person: follows the own avatar, turned and zoomed by the person, never through walls. */
export class CameraRig {
  readonly camera = new PerspectiveCamera(FOV_DEG, 1, 0.08, 60);
  /** Where it looks: radians about +y, forward is (sin, 0, cos). At first from the door inward. */
  yaw = Math.PI;
  pitch = PITCH_RAD;
  distanceM = DISTANCE_M;
  /** Without delays; the person asked for less motion. */
  isCalm = false;
  /** How far it is from what it looks at, once walls have had their say. */
  actualM = DISTANCE_M;
  readonly #aim: Vector = { x: 0, y: AIM_Y_M, z: 7 };
  readonly #back: Vector = { x: 0, y: 0, z: 1 };
  #hasArrived = false;
  #drawnYaw = Math.PI;
  #drawnPitch = PITCH_RAD;
  #drawnDistanceM = DISTANCE_M;

  resize(width: number, height: number): void {
    const aspect = width / Math.max(1, height);
    this.camera.aspect = aspect;
    this.camera.fov = aspect >= 1.2 ? FOV_DEG : Math.min(FOV_TALL_DEG, FOV_DEG + (1.2 - aspect) * 26);
    this.camera.updateProjectionMatrix();
  }

  orbit(yawRad: number, pitchRad: number): void {
    this.yaw += yawRad;
    this.pitch = Math.min(PITCH_MAX_RAD, Math.max(PITCH_MIN_RAD, this.pitch + pitchRad));
  }

  /** Over 1 is further away. */
  zoom(factor: number): void {
    this.distanceM = Math.min(DISTANCE_MAX_M, Math.max(DISTANCE_MIN_M, this.distanceM * factor));
  }

  /** Behind the own avatar where it comes in; at first looking where it looks, later as one has turned. */
  arrive({ x, y, z, rotY }: Pick<Pose, "x" | "y" | "z" | "rotY">): void {
    if (!this.#hasArrived) this.yaw = rotY;
    this.#hasArrived = true;
    this.jump(x, y, z);
  }

  /** Be behind (x, z) at once: the own avatar was put there. */
  jump(x: number, y: number, z: number): void {
    this.#aim.x = x;
    this.#aim.y = y + AIM_Y_M;
    this.#aim.z = z;
    this.#drawnYaw = this.yaw;
    this.#drawnPitch = this.pitch;
    this.actualM = this.distanceM;
  }

  update(x: number, y: number, z: number, dtS: number): void {
    const follow = this.isCalm ? 1 : -Math.expm1(-dtS / FOLLOW_TAU_S);
    const turn = this.isCalm ? 1 : -Math.expm1(-dtS / TURN_TAU_S);
    const aim = this.#aim;
    aim.x += (x - aim.x) * follow;
    aim.y += (y + AIM_Y_M - aim.y) * follow;
    aim.z += (z - aim.z) * follow;
    this.#drawnYaw += (this.yaw - this.#drawnYaw) * turn;
    this.#drawnPitch += (this.pitch - this.#drawnPitch) * turn;
    this.#drawnDistanceM += (this.distanceM - this.#drawnDistanceM) * turn;
    this.#keepClear(dtS);
    const back = this.#back;
    const reach = this.actualM;
    this.camera.position.set(aim.x + back.x * reach, aim.y + back.y * reach, aim.z + back.z * reach);
    this.camera.lookAt(aim.x, aim.y, aim.z);
    // Now, not as it is drawn: tags and fading go by where it is in this very frame.
    this.camera.updateMatrixWorld();
  }

  /** In at once, out again gently: a post that passes by should not pump the view. */
  #keepClear(dtS: number): void {
    const back = this.#back;
    const flat = Math.cos(this.#drawnPitch);
    back.x = -Math.sin(this.#drawnYaw) * flat;
    back.y = Math.sin(this.#drawnPitch);
    back.z = -Math.cos(this.#drawnYaw) * flat;
    const clearM = clearDistance(this.#aim, back, this.#drawnDistanceM, MARGIN_M);
    if (clearM < this.actualM || this.isCalm) this.actualM = clearM;
    else this.actualM += (clearM - this.actualM) * -Math.expm1(-dtS / BACK_OFF_TAU_S);
  }
}
