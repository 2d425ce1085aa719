import {
  Color,
  DynamicDrawUsage,
  Group,
  InstancedMesh,
  MeshLambertMaterial,
  type BufferGeometry,
  type Matrix4,
  type Texture,
} from "three";
import type { Pose } from "../motion/Pose";
import { Avatar } from "./avatar/Avatar";
import type { Look } from "./avatar/looks";
import { Figures } from "./avatar/Figures";
import { PARTS, type Part } from "./avatar/parts";
import { Skeleton } from "./avatar/Skeleton";
import { Detail, DETAILED_MAX, type Eye } from "./Detail";
import { addBodyLight } from "./stage/materials";
import type { SeeThrough } from "./stage/seeThrough";

const WHITE = 0xffffff;
const colour = new Color();

type Pool = InstancedMesh<BufferGeometry, MeshLambertMaterial>;

/** All bodies: near ones of one instanced mesh a part, whoever wears it; in a crowd the far ones as figures. */
export class Avatars {
  readonly group = new Group();
  /** In the order of their coming, but for who took the place of someone who left. */
  readonly list: Avatar[] = [];
  readonly #byId = new Map<string, Avatar>();
  readonly #skeleton = new Skeleton();
  readonly #material = new MeshLambertMaterial({ vertexColors: true });
  readonly #geometries = PARTS.map((part) => part.make());
  /** Those who are drawn in full. */
  readonly #near: Avatar[] = [];
  readonly #detail = new Detail();
  readonly #figures: Figures;
  readonly #pools: readonly Pool[];
  #own: Avatar | null = null;
  #isStale = false;

  constructor(bodyMap: Texture, seeThrough: SeeThrough) {
    addBodyLight(this.#material, bodyMap);
    seeThrough.addToBodies(this.#material);
    this.#figures = new Figures(bodyMap, seeThrough);
    this.#pools = PARTS.map((part, at) => this.#makePool(part, this.#geometries[at]!));
    this.group.add(...this.#pools, this.#figures.group);
  }

  get(userId: string): Avatar | undefined {
    return this.#byId.get(userId);
  }

  /** Of the person at this screen; null while there is none. */
  get own(): Avatar | null {
    return this.#own;
  }

  /** So many are drawn in full. */
  get detailedCount(): number {
    return this.#near.length;
  }

  /** Nothing for who is not there. */
  change(userId: string, change: Partial<Pick<Avatar, "isSpeaking" | "seatId">>): void {
    const avatar = this.#byId.get(userId);
    if (avatar !== undefined) Object.assign(avatar, change);
  }

  /** Who is there already comes anew: another look, another place. */
  add(userId: string, avatarId: string, isLocal: boolean, pose: Readonly<Pose>): Avatar {
    this.remove(userId);
    const avatar = new Avatar(userId, avatarId, isLocal, pose);
    this.list.push(avatar);
    this.#byId.set(userId, avatar);
    if (isLocal) this.#own = avatar;
    this.#isStale = true;
    return avatar;
  }

  remove(userId: string): void {
    const avatar = this.#byId.get(userId);
    if (avatar === undefined) return;
    this.#byId.delete(userId);
    if (this.#own === avatar) this.#own = null;
    const at = this.list.indexOf(avatar);
    const last = this.list.pop()!;
    if (last !== avatar) this.list[at] = last;
    this.#isStale = true;
  }

  /** Give everybody the matrices of where they are. Call before `draw`, once a frame. */
  begin(eye: Eye, nowMs: number): void {
    // Whoever came or went changes who the nearest are, at once.
    if (this.#detail.update(this.list, eye, nowMs, this.#isStale)) this.#isStale = true;
    if (this.#isStale) this.#assign();
    this.#isStale = false;
  }

  /** Put a body where its pose and joints say. */
  draw(avatar: Avatar): void {
    if (avatar.figureSlot >= 0) {
      this.#figures.draw(avatar);
      return;
    }
    const { pose, slots } = avatar;
    const bones = this.#skeleton;
    bones.hold(pose.x, avatar.y, pose.z, avatar.rotY, avatar.size, avatar.joints);
    avatar.headY = bones.head.elements[13]!;
    for (let at = 0; at < PARTS.length; at++) {
      const slot = slots[at]!;
      if (slot < 0) continue;
      const into = this.#pools[at]!.instanceMatrix.array as Float32Array;
      const bone = bones[PARTS[at]!.bone];
      if (isPair(bone)) {
        into.set(bone[0].elements, slot * 16);
        into.set(bone[1].elements, slot * 16 + 16);
      } else into.set(bone.elements, slot * 16);
    }
  }

  /** Hand what was drawn to the GPU. */
  end(): void {
    for (const pool of this.#pools) if (pool.count > 0) pool.instanceMatrix.needsUpdate = true;
    this.#figures.end();
  }

  dispose(): void {
    this.#figures.dispose();
    for (const pool of this.#pools) pool.dispose();
    for (const geometry of this.#geometries) geometry.dispose();
    this.#material.dispose();
  }

  /** Slots without gaps, so that nothing is drawn for who is gone; colours go with them. */
  #assign(): void {
    const near = this.#near;
    near.length = 0;
    for (const avatar of this.list) if (avatar.isDetailed) near.push(avatar);
    this.#figures.assign(this.list);
    PARTS.forEach((part, at) => {
      const pool = this.#pools[at]!;
      const step = isTwofold(part) ? 2 : 1;
      let next = 0;
      for (const avatar of near) {
        const isWorn = isEverybodys(part) || avatar.look.extras.some((one) => one === part.name);
        avatar.slots[at] = isWorn ? next : -1;
        if (!isWorn) continue;
        colour.setHex(colourOf(part, avatar.look));
        for (let copy = 0; copy < step; copy++) pool.setColorAt(next + copy, colour);
        next += step;
      }
      pool.count = next;
      pool.visible = next > 0;
      if (pool.instanceColor !== null) pool.instanceColor.needsUpdate = true;
    });
    for (const avatar of near) this.draw(avatar);
  }

  #makePool(part: Part, geometry: BufferGeometry): Pool {
    const pool = new InstancedMesh(geometry, this.#material, DETAILED_MAX * (isTwofold(part) ? 2 : 1));
    pool.instanceMatrix.setUsage(DynamicDrawUsage);
    pool.setColorAt(0, colour.setHex(WHITE));
    // Bodies are all over the room; a bounding sphere of all would be computed anew each time.
    pool.frustumCulled = false;
    pool.castShadow = part.casts;
    pool.receiveShadow = true;
    pool.count = 0;
    return pool;
  }
}

type Limbs = readonly [Matrix4, Matrix4];

function isPair(bone: Matrix4 | Limbs): bone is Limbs {
  return Array.isArray(bone);
}

function isTwofold({ bone }: Part): boolean {
  return bone === "upperArm" || bone === "foreArm" || bone === "thigh" || bone === "shin";
}

const FIRST_EXTRA = PARTS.findIndex(({ name }) => name === "crop");

function isEverybodys(part: Part): boolean {
  return PARTS.indexOf(part) < FIRST_EXTRA;
}

function colourOf(part: Part, look: Look): number {
  return part.tint === "own" ? WHITE : look[part.tint];
}
