import { CircleGeometry, RingGeometry } from "three";
import {
  BENCH,
  BOOTH,
  CEILING_M,
  DANCE_FLOOR,
  JUKEBOX,
  PLANTS,
  SEATS,
  TABLE_HEIGHT_M,
  TABLE_RADIUS_M,
  TABLES,
} from "../layout";
import type { Seat } from "../types";
import type { Batch } from "./Batch";
import { beer, tumbler, type Batches } from "./counter";
import { SCONCE_Y_M, SCONCES, SHADE_Y_M, SHADES } from "./lamps";
import { chance } from "./paint";
import { INK } from "./palette";
import { ball, cutBox, post, ring, rod, softBox, spike, turned } from "./shapes";

/** Everything that stands on the floor or hangs over it, but for the counter. */
export function buildFurniture(batches: Batches): void {
  const { matte, brass, gloss, glow } = batches;
  TABLES.forEach((table, index) => roundTable(batches, table.x, table.z, index));
  for (const seat of SEATS) {
    if (seat.kind === "counter") barStool(matte, brass, seat);
    else if (seat.kind === "table") chair(matte, seat);
  }
  bench(matte);
  for (const { x, z, turnY } of SCONCES) {
    const at = (out: number) => ({ x: x + out * Math.sin(turnY), z: z + out * Math.cos(turnY) });
    brass.add(post(0.06, 0.03, 14), INK.brass, { ...at(0), y: SCONCE_Y_M - 0.12, turnX: Math.PI / 2, turnY });
    brass.add(post(0.014, 0.16, 6), INK.brass, {
      ...at(0.08),
      y: SCONCE_Y_M - 0.12,
      turnX: Math.PI / 2,
      turnY,
    });
    glow.add(turned([0.05, -0.1, 0.085, 0.1, 0, 0.1], 14), 0xffbb66, { ...at(0.15), y: SCONCE_Y_M }, 1.4);
  }
  SHADES.forEach(({ x, z }) => bigShade(matte, brass, glow, x, z));
  PLANTS.forEach(({ x, z }, index) => plant(matte, x, z, index));
  rugs(matte);
  booth(batches);
  jukebox(batches);
  pictures(matte, brass);
  brass.add(ring(DANCE_FLOOR.radiusM + 0.06, 0.05, 56), INK.brass, {
    x: DANCE_FLOOR.x,
    y: 0.01,
    z: DANCE_FLOOR.z,
  });
  gloss.add(post(0.35, 0.02, 20), INK.charcoal, { x: DANCE_FLOOR.x, y: CEILING_M - 0.02, z: DANCE_FLOOR.z });
}

function roundTable({ matte, brass, gloss, glow }: Batches, x: number, z: number, seed: number) {
  gloss.add(turned([0, -0.05, 0.66, -0.05, 0.7, -0.025, 0.68, 0, 0.3, 0, 0, 0], 28), INK.oak, {
    x,
    y: TABLE_HEIGHT_M,
    z,
  });
  brass.add(ring(TABLE_RADIUS_M - 0.005, 0.014, 28), INK.brass, { x, y: TABLE_HEIGHT_M - 0.025, z });
  matte.add(turned([0.36, 0, 0.34, 0.05, 0.1, 0.1, 0.06, 0.3, 0.06, 0.74], 16), INK.charcoal, { x, z });
  brass.add(turned([0.09, 0, 0.08, 0.02, 0.018, 0.04, 0.018, 0.24], 12), INK.brass, {
    x,
    y: TABLE_HEIGHT_M,
    z,
  });
  glow.add(turned([0.13, 0, 0.07, 0.15, 0, 0.15], 16), 0xffbb66, { x, y: TABLE_HEIGHT_M + 0.22, z }, 1.35);
  for (let glass = 0; glass < 3; glass++) {
    const angle = seed * 1.3 + glass * 2.1;
    const place = [x + 0.42 * Math.sin(angle), TABLE_HEIGHT_M, z + 0.42 * Math.cos(angle)] as const;
    if ((glass + seed) % 3 === 0) beer(gloss, ...place);
    else tumbler(gloss, ...place, glass + seed);
  }
}

function barStool(matte: Batch, brass: Batch, seat: Seat): void {
  const { x, z, heightM } = seat;
  const cushion = [0, 0, 0.17, 0, 0.2, 0.04, 0.18, 0.08, 0, 0.09] as const;
  matte.add(turned(cushion, 18), INK.terracotta, { x, y: heightM - 0.09, z });
  brass.add(ring(0.19, 0.012, 20), INK.brass, { x, y: heightM - 0.085, z });
  for (let leg = 0; leg < 4; leg++) {
    const angle = Math.PI * (leg / 2 + 0.25);
    matte.add(rod(0.022, heightM - 0.08, 5), INK.walnutDeep, {
      x: x + 0.17 * Math.sin(angle),
      y: (heightM - 0.08) / 2,
      z: z + 0.17 * Math.cos(angle),
      turnX: -0.09 * Math.cos(angle),
      turnZ: 0.09 * Math.sin(angle),
    });
  }
  brass.add(ring(0.18, 0.014, 18), INK.brass, { x, y: 0.26, z });
}

function chair(matte: Batch, seat: Seat): void {
  const { x, z, heightM, rotY } = seat;
  const sin = Math.sin(rotY);
  const cos = Math.cos(rotY);
  const at = (side: number, out: number) => {
    return { x: x + side * cos + out * sin, z: z - side * sin + out * cos, turnY: rotY };
  };
  matte.add(softBox(0.44, 0.08, 0.42, 0.04), INK.wine, { ...at(0, 0), y: heightM - 0.04 });
  matte.add(softBox(0.46, 0.05, 0.44, 0.02, 1), INK.walnut, { ...at(0, 0), y: heightM - 0.1 });
  for (const side of [-0.18, 0.18]) {
    for (const out of [-0.17, 0.17]) {
      matte.add(rod(0.022, heightM - 0.1, 5), INK.walnutDeep, {
        ...at(side, out),
        y: (heightM - 0.1) / 2,
      });
    }
    matte.add(rod(0.02, 0.4, 5), INK.walnut, { ...at(side, -0.2), y: heightM + 0.14 });
  }
  matte.add(softBox(0.44, 0.17, 0.05, 0.025), INK.walnut, { ...at(0, -0.21), y: heightM + 0.3 });
}

/** Cushions, one for each who sits there. */
const BENCH_PARTS = SEATS.filter(({ kind }) => kind === "bench").length;

function bench(matte: Batch): void {
  const length = BENCH.maxZ - BENCH.minZ;
  const x = (BENCH.minX + BENCH.maxX) / 2;
  matte.add(cutBox(0.8, 0.3, length, 0.4), INK.walnutDeep, { x, y: 0.16 });
  for (let part = 0; part < BENCH_PARTS; part++) {
    const z = BENCH.minZ + (part + 0.5) * (length / BENCH_PARTS);
    const size = length / BENCH_PARTS - 0.03;
    matte.add(softBox(0.8, 0.18, size, 0.07, 2), INK.terracotta, { x: x + 0.02, y: 0.39, z });
    matte.add(softBox(0.2, 0.5, size, 0.08, 2), INK.terracotta, { x: BENCH.minX + 0.18, y: 0.72, z });
    if (part % 3 === 1) {
      matte.add(softBox(0.14, 0.36, 0.36, 0.07, 2), part % 2 === 0 ? INK.brass : INK.petrolLight, {
        x: BENCH.minX + 0.38,
        y: 0.64,
        z: z + 0.3,
        turnZ: 0.25,
        turnX: 0.2,
      });
    }
  }
}

function bigShade(matte: Batch, brass: Batch, glow: Batch, x: number, z: number): void {
  matte.add(post(0.014, CEILING_M - SHADE_Y_M, 6), INK.charcoal, { x, y: (CEILING_M + SHADE_Y_M) / 2, z });
  const dome = [0.5, 0, 0.47, 0.1, 0.34, 0.25, 0.14, 0.34, 0, 0.36] as const;
  matte.add(turned(dome, 24), INK.petrolLight, { x, y: SHADE_Y_M, z });
  brass.add(ring(0.5, 0.018, 28), INK.brass, { x, y: SHADE_Y_M, z });
  glow.add(new CircleGeometry(0.47, 24).rotateX(Math.PI / 2), 0xffb864, { x, y: SHADE_Y_M + 0.03, z }, 1.3);
  glow.add(ball(0.13, 14), INK.lampGlow, { x, y: SHADE_Y_M + 0.02, z }, 2.4);
}

function plant(matte: Batch, x: number, z: number, seed: number): void {
  const pot = [0, 0, 0.22, 0, 0.32, 0.42, 0.34, 0.5, 0.29, 0.5, 0.28, 0.44, 0, 0.44] as const;
  matte.add(turned(pot, 16), seed % 2 === 0 ? INK.clay : INK.cream, { x, z });
  for (let leaf = 0; leaf < 15; leaf++) {
    const turnY = leaf * 2.4 + seed;
    const tilt = 0.15 + (leaf / 15) * 0.95;
    const long = 0.95 + chance(leaf + seed * 7) * 0.5 - tilt * 0.2;
    const blade = ball(0.5, 6)
      .scale(0.22, long, 0.05)
      .translate(0, long / 2, 0)
      .rotateX(tilt);
    const hex = leaf % 3 === 0 ? INK.leafLight : INK.leaf;
    matte.add(blade, hex, { x, y: 0.42, z, turnY });
  }
}

function rugs(matte: Batch): void {
  const rug = (x: number, z: number, radius: number, hexes: readonly number[]) => {
    hexes.forEach((hex, band) => {
      const outer = radius * (1 - band / (hexes.length + 0.6));
      const inner = band === hexes.length - 1 ? 0 : radius * (1 - (band + 1) / (hexes.length + 0.6));
      const shape = new RingGeometry(inner, outer, 56, 4).rotateX(-Math.PI / 2);
      matte.add(shape, hex, { x, y: 0.012, z });
    });
  };
  rug(-7, 0.2, 2.5, [INK.walnutDeep, INK.wine, INK.terracotta, INK.wine, INK.brass, INK.wine]);
  rug(0, 6.75, 1.15, [INK.petrolDeep, INK.petrolLight, INK.cream, INK.petrolLight]);
}

function booth({ matte, brass, gloss, glow }: Batches): void {
  const x = (BOOTH.minX + BOOTH.maxX - 0.6) / 2;
  const z = (BOOTH.minZ + BOOTH.maxZ) / 2;
  matte.add(softBox(0.7, 1.05, 2.6, 0.06), INK.walnutDeep, { x, y: 0.53, z });
  gloss.add(softBox(0.8, 0.06, 2.7, 0.03), INK.oak, { x, y: 1.08, z });
  for (let strip = 0; strip < 6; strip++) {
    const hex = strip % 2 === 0 ? INK.neonCoral : INK.neonAqua;
    glow.add(softBox(0.03, 0.62, 0.06, 0.015, 1), hex, { x: x - 0.36, y: 0.52, z: z - 1 + strip * 0.4 }, 1.1);
  }
  for (const side of [-0.65, 0.65]) {
    matte.add(post(0.24, 0.05, 24), INK.charcoal, { x, y: 1.14, z: z + side });
    brass.add(ring(0.2, 0.008, 24), INK.brass, { x, y: 1.17, z: z + side });
    matte.add(softBox(0.5, 1.5, 0.55, 0.05), INK.charcoal, { x: x + 0.2, y: 0.75, z: z + side * 2.6 });
    brass.add(ring(0.17, 0.02, 20), INK.brass, {
      x: x - 0.06,
      y: 1.1,
      z: z + side * 2.6,
      turnZ: Math.PI / 2,
    });
  }
  gloss.add(softBox(0.4, 0.08, 0.4, 0.02), INK.stone, { x, y: 1.15, z });
}

function jukebox({ matte, brass, gloss, glow }: Batches): void {
  const x = JUKEBOX.maxX - 0.5;
  const z = (JUKEBOX.minZ + JUKEBOX.maxZ) / 2;
  matte.add(softBox(0.75, 1.2, 1, 0.08, 2), INK.walnut, { x, y: 0.6, z });
  const arch = post(0.5, 0.75, 28).rotateZ(Math.PI / 2);
  matte.add(arch, INK.walnut, { x, y: 1.2, z });
  for (let tube = 0; tube < 2; tube++) {
    const hex = tube === 0 ? INK.neonCoral : INK.lampGlow;
    const hoop = ring(0.44 - tube * 0.1, 0.028, 32).rotateZ(Math.PI / 2);
    glow.add(hoop, hex, { x: x - 0.39, y: 1.2, z }, 1.4);
  }
  gloss.add(softBox(0.06, 0.5, 0.62, 0.02), INK.petrolLight, { x: x - 0.38, y: 0.55, z });
  for (let bar = 0; bar < 5; bar++) {
    brass.add(softBox(0.05, 0.5, 0.025, 0.01, 1), INK.brass, {
      x: x - 0.41,
      y: 0.55,
      z: z - 0.22 + bar * 0.11,
    });
  }
}

/** Framed prints on the walls that have no windows. */
function pictures(matte: Batch, brass: Batch): void {
  const prints = [INK.terracotta, INK.brass, INK.petrolLight, INK.cream, INK.wine];
  for (const [index, x] of [-10.6, -9.2, -7.9, 8.2, 9.7, 10.9].entries()) {
    const tall = 0.7 + chance(index) * 0.5;
    const wide = 0.6 + chance(index + 9) * 0.3;
    const y = 2.1 + (chance(index + 4) - 0.5) * 0.4;
    brass.add(softBox(wide + 0.1, tall + 0.1, 0.05, 0.015, 1), INK.brass, { x, y, z: -7.97 });
    matte.add(softBox(wide, tall, 0.06, 0.01, 1), INK.cream, { x, y, z: -7.96 });
    const hex = prints[index % prints.length]!;
    matte.add(post(wide * 0.3, 0.02, 20), hex, { x, y: y + 0.08, z: -7.92, turnX: Math.PI / 2 });
    matte.add(spike(wide * 0.32, tall * 0.4, 3), prints[(index + 2) % 5]!, {
      x,
      y: y - tall * 0.22,
      z: -7.93,
      scale: [1, 1, 0.05],
    });
  }
}
