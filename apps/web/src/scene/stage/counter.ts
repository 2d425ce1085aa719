import { CEILING_M, COUNTER } from "../layout";
import type { Batch } from "./Batch";
import { COUNTER_PENDANT_Z, COUNTER_PENDANTS_X, PENDANT_Y_M } from "./lamps";
import { chance } from "./paint";
import { INK } from "./palette";
import { ball, cutBox, post, ring, rod, softBox, turned } from "./shapes";

/** As wide to the left as to the right. */
const HALF = COUNTER.maxX;
const FRONT_Z = COUNTER.maxZ;
const MIDDLE_Z = (COUNTER.minZ + COUNTER.maxZ) / 2;
const BACK_Z = -7.72;
const SHELVES_Y = [1.3, 1.85, 2.4];
const GLASS = [0x2f7a4a, 0xb5651d, 0xd9a441, 0x7a2a38, 0x3b6ea5, 0xe8d8b0, 0x8c3f6b, 0x4f9a8c];

export interface Batches {
  readonly matte: Batch;
  readonly brass: Batch;
  readonly gloss: Batch;
  readonly glow: Batch;
}

/** The counter with its taps, and the shelves behind it. */
export function buildCounter({ matte, brass, gloss, glow }: Batches): void {
  front(matte, brass, gloss);
  for (const x of [-3.6, 1.2]) taps(brass, gloss, x);
  backBar(matte, brass, glow);
  SHELVES_Y.forEach((y, row) => {
    for (let x = -5.7; x < 5.75; x += 0.19 + chance(x * 9 + row) * 0.09) {
      bottle(gloss, x, y, row);
    }
  });
  clutter(matte, gloss, brass);
  COUNTER_PENDANTS_X.forEach((x) => pendant(matte, brass, glow, x));
}

function front(matte: Batch, brass: Batch, gloss: Batch): void {
  const deep = 0.66;
  matte.add(cutBox(2 * HALF - 0.1, COUNTER.heightM, deep, 0.35), INK.walnutDeep, {
    y: COUNTER.heightM / 2,
    z: MIDDLE_Z,
  });
  for (let panel = 0; panel < 14; panel++) {
    const x = -HALF + 0.5 + panel;
    matte.add(softBox(0.84, 0.68, 0.08, 0.04), INK.petrol, { x, y: 0.6, z: FRONT_Z - 0.06 });
    matte.add(softBox(0.6, 0.44, 0.06, 0.03), INK.petrolLight, { x, y: 0.6, z: FRONT_Z - 0.03 });
  }
  gloss.add(cutBox(2 * HALF + 0.1, 0.08, 0.98, 0.25), INK.oak, { y: COUNTER.heightM, z: MIDDLE_Z + 0.02 });
  gloss.add(post(0.05, 2 * HALF + 0.1, 10), INK.walnut, {
    y: COUNTER.heightM + 0.03,
    z: FRONT_Z + 0.11,
    turnZ: Math.PI / 2,
  });
  brass.add(post(0.032, 2 * HALF, 10), INK.brass, { y: 0.2, z: FRONT_Z + 0.14, turnZ: Math.PI / 2 });
  for (let foot = -6; foot <= 6; foot += 3) {
    brass.add(post(0.02, 0.2, 8), INK.brass, { x: foot, y: 0.2, z: FRONT_Z + 0.05, turnX: Math.PI / 2 });
  }
  for (const side of [-1, 1]) {
    const x = side * (HALF - 0.3);
    matte.add(cutBox(0.5, COUNTER.heightM, 1.6, 0.35), INK.walnutDeep, {
      x,
      y: COUNTER.heightM / 2,
      z: -7.15,
    });
    gloss.add(cutBox(0.62, 0.07, 1.6, 0.3), INK.oak, { x, y: COUNTER.heightM, z: -7.15 });
  }
}

function taps(brass: Batch, gloss: Batch, x: number): void {
  brass.add(post(0.07, 0.34, 14), INK.brass, { x, y: 1.3, z: -6 });
  brass.add(post(0.065, 0.9, 12), INK.brass, { x, y: 1.5, z: MIDDLE_Z, turnZ: Math.PI / 2 });
  for (const end of [-1, 1]) brass.add(ball(0.075), INK.brass, { x: x + end * 0.45, y: 1.5, z: -6 });
  [INK.wine, INK.cream, INK.petrolLight].forEach((hex, tap) => {
    const at = x + (tap - 1) * 0.28;
    brass.add(post(0.022, 0.16, 8), INK.brass, { x: at, y: 1.43, z: MIDDLE_Z + 0.12, turnX: 0.5 });
    gloss.add(turned([0, 0, 0.028, 0, 0.04, 0.2, 0.03, 0.25, 0, 0.26], 10), hex, {
      x: at,
      y: 1.53,
      z: -5.96,
      turnX: 0.15,
    });
  });
}

function backBar(matte: Batch, brass: Batch, glow: Batch): void {
  matte.add(cutBox(12.4, 0.95, 0.5, 0.4), INK.walnutDeep, { y: 0.47, z: BACK_Z });
  matte.add(cutBox(12.6, 0.07, 0.6, 0.3), INK.oak, { y: 0.97, z: BACK_Z + 0.03 });
  for (const y of SHELVES_Y) {
    matte.add(cutBox(11.9, 0.045, 0.3, 0.3), INK.walnut, { y: y - 0.02, z: BACK_Z });
    glow.add(softBox(11.7, 0.02, 0.02, 0.01, 1), 0xffb45e, { y: y - 0.055, z: BACK_Z + 0.12 }, 1.5);
    brass.add(post(0.012, 11.9, 6), INK.brass, { y: y + 0.06, z: BACK_Z + 0.15, turnZ: Math.PI / 2 });
  }
  for (let pillar = 0; pillar < 5; pillar++) {
    const x = -6 + pillar * 3;
    matte.add(cutBox(0.2, 2.05, 0.36, 0.3), INK.walnut, { x, y: 1.98, z: BACK_Z });
    brass.add(softBox(0.26, 0.07, 0.42, 0.02, 1), INK.brass, { x, y: 2.98, z: BACK_Z });
  }
  matte.add(cutBox(12.6, 0.2, 0.5, 0.3), INK.walnutDeep, { y: 3.05, z: BACK_Z });
}

/** Bottles in a handful of shapes; those that would stand in a pillar are left out. */
function bottle(gloss: Batch, x: number, y: number, row: number): void {
  if (Math.abs(((((x + 7.5) % 3) + 3) % 3) - 1.5) < 0.19) return;
  const seed = x * 13 + row * 71;
  const tall = 0.26 + chance(seed) * 0.14;
  const wide = 0.042 + chance(seed + 2) * 0.026;
  const neck = 0.016 + chance(seed + 3) * 0.006;
  const shoulder = tall * (0.5 + chance(seed + 4) * 0.2);
  const hex = GLASS[Math.floor(chance(seed + 5) * GLASS.length)]!;
  const place = { x, y, z: BACK_Z + (chance(seed + 6) - 0.5) * 0.08 };
  const outline = [0, 0, wide, 0.005, wide, shoulder, neck, shoulder + 0.06] as const;
  gloss.add(turned([...outline, neck, tall, 0, tall], 7), hex, place, 0.85);
  const label = chance(seed + 7) > 0.4 ? INK.cream : INK.brass;
  gloss.add(rod(wide * 1.04, shoulder * 0.42, 7), label, { ...place, y: y + shoulder * 0.5 }, 0.75);
}

/** What stands about on a counter. */
function clutter(matte: Batch, gloss: Batch, brass: Batch): void {
  for (const [at, x] of [-5.9, -4.6, -1.9, -0.6, 2.7, 4.1, 5.4, 6.2].entries()) {
    const z = -5.78 - chance(at) * 0.25;
    matte.add(post(0.08, 0.01, 14), INK.wine, { x, y: 1.145, z });
    if (at % 2 === 0) beer(gloss, x, 1.15, z);
    else tumbler(gloss, x, 1.15, z, at);
  }
  for (let glass = 0; glass < 10; glass++) {
    gloss.add(turned([0, 0, 0.035, 0, 0.045, 0.12], 10), 0xbfd4d8, {
      x: -1.6 + (glass % 5) * 0.11,
      y: 1.14,
      z: -6.28 + Math.floor(glass / 5) * 0.11,
    });
  }
  matte.add(turned([0, 0, 0.09, 0, 0.14, 0.1, 0.12, 0.1], 14), INK.clay, { x: 3.5, y: 1.14, z: -6.1 });
  for (let fruit = 0; fruit < 6; fruit++) {
    matte.add(ball(0.045, 10), fruit % 2 === 0 ? 0xe0b23a : 0x8db24a, {
      x: 3.5 + 0.06 * Math.cos(fruit),
      y: 1.25 + (fruit % 3) * 0.02,
      z: -6.1 + 0.06 * Math.sin(fruit),
    });
  }
  brass.add(post(0.05, 0.2, 12, 0.06), INK.brass, { x: 4.9, y: 1.24, z: -6.15 });
  brass.add(softBox(0.4, 0.26, 0.3, 0.04), INK.brass, { x: -5.3, y: 1.28, z: -6.2 });
}

export function beer(gloss: Batch, x: number, y: number, z: number): void {
  gloss.add(post(0.038, 0.15, 10, 0.048), 0xd9902c, { x, y: y + 0.075, z }, 1.3);
  gloss.add(post(0.049, 0.035, 10, 0.045), INK.cream, { x, y: y + 0.165, z });
}

export function tumbler(gloss: Batch, x: number, y: number, z: number, seed: number): void {
  const hex = [0xb9402f, 0x4f9a8c, 0xe2a93b, 0xa94a7c][seed % 4]!;
  gloss.add(post(0.036, 0.09, 10, 0.046), hex, { x, y: y + 0.045, z }, 1.2);
  gloss.add(ring(0.046, 0.006, 12), 0xcfdadc, { x, y: y + 0.095, z });
}

function pendant(matte: Batch, brass: Batch, glow: Batch, x: number): void {
  const z = COUNTER_PENDANT_Z;
  matte.add(post(0.012, CEILING_M - PENDANT_Y_M, 6), INK.charcoal, {
    x,
    y: (CEILING_M + PENDANT_Y_M) / 2,
    z,
  });
  brass.add(turned([0.24, 0, 0.22, 0.07, 0.13, 0.2, 0.05, 0.27, 0, 0.28], 20), INK.brass, {
    x,
    y: PENDANT_Y_M,
    z,
  });
  glow.add(ball(0.1, 14), INK.lampGlow, { x, y: PENDANT_Y_M + 0.04, z }, 2.2);
}
