import {
  DynamicDrawUsage,
  Group,
  InstancedBufferAttribute,
  InstancedMesh,
  type BufferGeometry,
  type MeshLambertMaterial,
  type Texture,
} from "three";
import type { SeeThrough } from "../stage/seeThrough";
import type { Avatar } from "./Avatar";
import { LEG_M } from "./curves";
import { figureMaterial } from "./figureMaterial";
import { figureShape } from "./figureShape";
import { Joint } from "./joints";
import { LOOKS } from "./looks";
import { NECK_Y_M } from "./Skeleton";

const CAPACITY_FIRST = 128;

/** Those of the far who are drawn, each as one instance of one mesh; no shadows but those under feet. */
export class Figures {
  readonly group = new Group();
  readonly #shape: BufferGeometry = figureShape();
  readonly #material: MeshLambertMaterial;
  #limbs = vectors(CAPACITY_FIRST, 4);
  #bends = vectors(CAPACITY_FIRST, 4);
  #looks = vectors(CAPACITY_FIRST, 1);
  #mesh: InstancedMesh;
  #isDirty = false;

  constructor(bodyMap: Texture, seeThrough: SeeThrough) {
    this.#material = figureMaterial(bodyMap, seeThrough);
    this.#mesh = this.#make(CAPACITY_FIRST);
  }

  /** Of these so many are drawn; their slots are theirs, from 0 up without gaps. */
  assign(avatars: readonly Avatar[]): void {
    if (avatars.length > this.#mesh.instanceMatrix.count) this.#grow(avatars.length);
    let next = 0;
    for (const avatar of avatars) {
      avatar.figureSlot = avatar.isDetailed ? -1 : next++;
      if (avatar.isDetailed) continue;
      this.#looks.setX(avatar.figureSlot, LOOKS.indexOf(avatar.look));
      this.draw(avatar);
    }
    this.#looks.needsUpdate = true;
    this.#mesh.count = next;
    this.#mesh.visible = next > 0;
  }

  /** Put a figure where its pose and joints say. */
  draw(avatar: Avatar): void {
    const { pose, joints, figureSlot, size } = avatar;
    const riseM = LEG_M + joints[Joint.RISE]!;
    const turn = avatar.rotY + joints[Joint.TURN]!;
    const [cos, sin] = [Math.cos(turn) * size, Math.sin(turn) * size];
    const into = this.#mesh.instanceMatrix.array as Float32Array;
    const at = figureSlot * 16;
    into[at] = into[at + 10] = cos;
    into[at + 2] = -sin;
    into[at + 8] = sin;
    into[at + 5] = size;
    const swayM = joints[Joint.SWAY]!;
    into[at + 12] = pose.x + cos * swayM;
    into[at + 13] = avatar.y + riseM * size;
    into[at + 14] = pose.z - sin * swayM;
    into[at + 15] = 1;
    this.#bend(figureSlot, joints);
    avatar.headY = avatar.y + (riseM + NECK_Y_M) * size;
    this.#isDirty = true;
  }

  /** Hand what was drawn to the GPU. */
  end(): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    for (const one of [this.#mesh.instanceMatrix, this.#limbs, this.#bends]) one.needsUpdate = true;
  }

  dispose(): void {
    this.#mesh.dispose();
    this.#shape.dispose();
    this.#material.dispose();
  }

  #bend(slot: number, joints: Avatar["joints"]): void {
    const limbs = this.#limbs.array;
    const bends = this.#bends.array;
    const at = slot * 4;
    limbs[at] = joints[Joint.ARM_LEFT]!;
    limbs[at + 1] = joints[Joint.ARM_RIGHT]!;
    limbs[at + 2] = joints[Joint.LEG_LEFT]!;
    limbs[at + 3] = joints[Joint.LEG_RIGHT]!;
    bends[at] = joints[Joint.SPREAD_LEFT]!;
    bends[at + 1] = joints[Joint.SPREAD_RIGHT]!;
    bends[at + 2] = joints[Joint.KNEE_LEFT]!;
    bends[at + 3] = joints[Joint.KNEE_RIGHT]!;
  }

  #grow(least: number): void {
    this.group.remove(this.#mesh);
    this.#mesh.dispose();
    // What hung on the shape is of the old size, and so are its copies on the card.
    this.#shape.dispose();
    this.#mesh = this.#make(2 ** Math.ceil(Math.log2(least)));
  }

  #make(capacity: number): InstancedMesh {
    this.#limbs = vectors(capacity, 4);
    this.#bends = vectors(capacity, 4);
    this.#looks = vectors(capacity, 1);
    this.#shape.setAttribute("limbs", this.#limbs);
    this.#shape.setAttribute("bends", this.#bends);
    this.#shape.setAttribute("look", this.#looks);
    const mesh = new InstancedMesh(this.#shape, this.#material, capacity);
    mesh.instanceMatrix.setUsage(DynamicDrawUsage);
    mesh.frustumCulled = false;
    mesh.receiveShadow = true;
    mesh.visible = false;
    mesh.count = 0;
    this.group.add(mesh);
    return mesh;
  }
}

function vectors(count: number, size: number): InstancedBufferAttribute {
  const made = new InstancedBufferAttribute(new Float32Array(count * size), size);
  return made.setUsage(DynamicDrawUsage);
}
