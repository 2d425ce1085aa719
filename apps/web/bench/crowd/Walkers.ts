import type { Anim, MemberInfo } from "../../src/net/realtime/types";
import { LOOKS } from "../../src/scene/avatar/looks";
import { Random } from "../random";

/** Of the bar's floor, what people walk on; furniture is no matter here. */
const HALF_WIDTH_M = 11;
const NORTH_M = -5;
const SOUTH_M = 7;
const WALK_MPS = 1.4;
/** As near as this is there. */
const THERE_M = 0.3;
/** How often one who is there stands about for a while. */
const STANDING = 0.25;

/** One of the crowd. */
export interface Walker {
  readonly info: MemberInfo;
  readonly index: number;
  x: number;
  z: number;
  rotY: number;
  anim: Anim;
  seq: number;
  goalX: number;
  goalZ: number;
  /** Stands until then, ms. */
  untilMs: number;
  /** When they were told of last, ms. */
  toldMs: number;
}

/** A crowd that walks about; the same one from the same seed. */
export class Walkers {
  readonly list: Walker[] = [];
  readonly #random: Random;
  #made = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  /** Somebody who comes in. */
  admit(nowMs: number): Walker {
    const index = ++this.#made;
    const random = this.#random;
    const x = random.between(-HALF_WIDTH_M, HALF_WIDTH_M);
    const z = random.between(NORTH_M, SOUTH_M);
    const info: MemberInfo = {
      userId: `guest-${String(index).padStart(4, "0")}`,
      displayName: `Guest ${String(index)}`,
      avatarId: LOOKS[index % LOOKS.length]!.id,
      ...{ x, y: 0, z, rotY: 0, anim: "idle" },
    };
    const motion = { x, z, rotY: 0, anim: "idle", seq: 0, goalX: x, goalZ: z } as const;
    const walker: Walker = { info, index, ...motion, untilMs: nowMs, toldMs: nowMs };
    this.list.push(walker);
    return walker;
  }

  /** The first who came goes. */
  dismiss(): Walker | undefined {
    return this.list.shift();
  }

  /** Everybody on by so many seconds. */
  step(nowMs: number, dtS: number): void {
    for (const walker of this.list) {
      if (nowMs < walker.untilMs) continue;
      const [dx, dz] = [walker.goalX - walker.x, walker.goalZ - walker.z];
      const awayM = Math.hypot(dx, dz);
      if (awayM < THERE_M) {
        this.#aim(walker, nowMs);
        continue;
      }
      walker.x += (dx / awayM) * WALK_MPS * dtS;
      walker.z += (dz / awayM) * WALK_MPS * dtS;
      walker.rotY = Math.atan2(dx, dz);
      walker.anim = "walk";
    }
  }

  #aim(walker: Walker, nowMs: number): void {
    const random = this.#random;
    walker.goalX = random.between(-HALF_WIDTH_M, HALF_WIDTH_M);
    walker.goalZ = random.between(NORTH_M, SOUTH_M);
    walker.anim = "idle";
    if (random.chance(STANDING)) walker.untilMs = nowMs + 3000 * random.unit();
  }
}
