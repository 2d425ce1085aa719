import { PlaneGeometry } from "three";
import {
  CEILING_M,
  COUNTER,
  HALF_DEPTH_M,
  HALF_WIDTH_M,
  PORCH_CEILING_M,
  PORCH_DEPTH_M,
  PORCH_HALF_WIDTH_M,
} from "../layout";
import type { Batch } from "./Batch";
import { WINDOWS_Z } from "./lamps";
import { INK } from "./palette";
import { cutBox, post, ring, softBox } from "./shapes";

const W = HALF_WIDTH_M;
const D = HALF_DEPTH_M;
const P = PORCH_HALF_WIDTH_M;
const WAINSCOT_M = 1.05;
export const WINDOW = { width: 3.1, sill: 1.15, top: 3.35 } as const;

/** Walls, ceiling, wainscot, windows and the porch. */
export function buildShell(matte: Batch, brass: Batch): void {
  northWall(matte);
  for (const side of [-1, 1]) sideWall(matte, brass, side);
  southWall(matte);
  porch(matte, brass);
  ceiling(matte);
}

/** A wall from (x, z) along `turnY`, seen from its front only. */
function wall(
  matte: Batch,
  hex: number,
  width: number,
  height: number,
  x: number,
  y: number,
  z: number,
  turnY: number,
): void {
  const cuts = (length: number) => Math.max(1, Math.round(length / 0.4));
  const plane = new PlaneGeometry(width, height, cuts(width), cuts(height));
  matte.add(plane, hex, { x, y: y + height / 2, z, turnY });
}

/** Panels in a frame, with a rail on top. `at` maps along and out of the wall to the room. */
function wainscot(
  matte: Batch,
  length: number,
  at: (along: number, out: number) => { x: number; z: number; turnY: number },
): void {
  matte.add(cutBox(length, WAINSCOT_M, 0.04), INK.walnutDeep, { ...at(0, 0.02), y: WAINSCOT_M / 2 });
  const panels = Math.max(1, Math.round(length / 0.9));
  const each = length / panels;
  for (let panel = 0; panel < panels; panel++) {
    const place = at(-length / 2 + each * (panel + 0.5), 0.05);
    matte.add(softBox(each - 0.14, WAINSCOT_M - 0.34, 0.05, 0.03, 1), INK.walnut, {
      ...place,
      y: WAINSCOT_M / 2 + 0.04,
    });
  }
  matte.add(cutBox(length, 0.07, 0.12), INK.walnut, { ...at(0, 0.06), y: WAINSCOT_M + 0.03 });
  matte.add(cutBox(length, 0.14, 0.08), INK.walnutDeep, { ...at(0, 0.04), y: 0.07 });
  matte.add(cutBox(length, 0.12, 0.14), INK.walnut, { ...at(0, 0.07), y: CEILING_M - 0.06 });
}

function northWall(matte: Batch): void {
  wall(matte, INK.petrol, 2 * W, CEILING_M, 0, 0, -D, 0);
  for (const side of [-1, 1]) {
    wainscot(matte, W - COUNTER.maxX, (along, out) => {
      return { x: side * ((COUNTER.maxX + W) / 2) + along, z: -D + out, turnY: 0 };
    });
  }
}

function southWall(matte: Batch): void {
  const length = W - P;
  for (const side of [-1, 1]) {
    const middle = side * (P + length / 2);
    wall(matte, INK.petrol, length, CEILING_M, middle, 0, D, Math.PI);
    wainscot(matte, length, (along, out) => ({ x: middle + along, z: D - out, turnY: Math.PI }));
  }
  wall(matte, INK.petrol, 2 * P, CEILING_M - PORCH_CEILING_M, 0, PORCH_CEILING_M, D, Math.PI);
}

function sideWall(matte: Batch, brass: Batch, side: number): void {
  const turnY = -side * (Math.PI / 2);
  const x = side * W;
  const { width, sill, top } = WINDOW;
  wall(matte, INK.petrol, 2 * D, sill, x, 0, 0, turnY);
  wall(matte, INK.petrol, 2 * D, CEILING_M - top, x, top, 0, turnY);
  const edges = [-D, ...WINDOWS_Z.flatMap((z) => [z - width / 2, z + width / 2]), D];
  for (let pier = 0; pier < edges.length; pier += 2) {
    const [from, to] = [edges[pier]!, edges[pier + 1]!];
    wall(matte, INK.petrol, to - from, top - sill, x, sill, (from + to) / 2, turnY);
  }
  wainscot(matte, 2 * D, (along, out) => ({ x: x - side * out, z: -side * along, turnY }));
  for (const z of WINDOWS_Z) windowFrame(matte, brass, side, z);
}

function windowFrame(matte: Batch, brass: Batch, side: number, z: number): void {
  const { width, sill, top } = WINDOW;
  const x = side * (W - 0.02);
  const height = top - sill;
  const y = sill + height / 2;
  for (const end of [-1, 1]) {
    matte.add(cutBox(0.2, height + 0.2, 0.12), INK.walnut, { x, y, z: z + (end * width) / 2 });
    curtain(matte, side, z + end * (width / 2 + 0.12), y);
  }
  matte.add(cutBox(0.2, 0.14, width), INK.walnut, { x, y: top, z });
  matte.add(cutBox(0.36, 0.08, width + 0.3), INK.oak, { x: x - side * 0.06, y: sill, z });
  for (const bar of [-1, 0, 1]) {
    matte.add(cutBox(0.06, height, 0.05), INK.walnutDeep, { x, y, z: z + (bar * width) / 4 });
  }
  matte.add(cutBox(0.06, 0.05, width), INK.walnutDeep, { x, y: sill + height * 0.68, z });
  const rail = x - side * 0.2;
  brass.add(post(0.025, width + 1, 8), INK.brass, { x: rail, y: top + 0.2, z, turnX: Math.PI / 2 });
}

/** Heavy cloth, tied in at the middle. */
function curtain(matte: Batch, side: number, z: number, y: number): void {
  const height = WINDOW.top - WINDOW.sill + 0.7;
  for (let fold = 0; fold < 4; fold++) {
    matte.add(post(0.085, height, 8, 0.06), fold % 2 === 0 ? INK.wine : 0x692433, {
      x: side * (W - 0.2),
      y: y - 0.1,
      z: z + (fold - 1.5) * 0.11,
    });
  }
}

function porch(matte: Batch, brass: Batch): void {
  const end = D + PORCH_DEPTH_M;
  const middle = D + PORCH_DEPTH_M / 2;
  for (const side of [-1, 1]) {
    const turnY = -side * (Math.PI / 2);
    wall(matte, INK.petrolDeep, PORCH_DEPTH_M, PORCH_CEILING_M, side * P, 0, middle, turnY);
    wainscot(matte, PORCH_DEPTH_M, (along, out) => {
      return { x: side * (P - out), z: middle + along, turnY };
    });
    matte.add(cutBox(0.22, PORCH_CEILING_M, 0.3, 0.3), INK.walnut, {
      x: side * (P - 0.02),
      y: PORCH_CEILING_M / 2,
      z: D - 0.02,
    });
  }
  matte.add(cutBox(2 * P, 0.26, 0.3, 0.3), INK.walnut, { y: PORCH_CEILING_M, z: D - 0.02 });
  wall(matte, INK.walnutDeep, 2 * P, PORCH_CEILING_M, 0, 0, end, Math.PI);
  const roof = new PlaneGeometry(2 * P, PORCH_DEPTH_M, 10, 8).rotateX(Math.PI / 2);
  matte.add(roof, INK.petrolDeep, { y: PORCH_CEILING_M, z: middle });
  for (const leaf of [-1, 1]) {
    matte.add(softBox(0.98, 2.5, 0.1, 0.04), INK.walnut, { x: leaf * 0.51, y: 1.25, z: end - 0.06 });
    matte.add(softBox(0.66, 1.1, 0.06, 0.03), INK.dusk, { x: leaf * 0.51, y: 1.7, z: end - 0.1 });
    brass.add(post(0.025, 0.5, 8), INK.brass, { x: leaf * 0.1, y: 1.15, z: end - 0.18 });
    brass.add(ring(0.09, 0.02), INK.brass, {
      x: leaf * 0.5,
      y: 0.55,
      z: end - 0.12,
      turnX: Math.PI / 2,
    });
  }
}

function ceiling(matte: Batch): void {
  const plane = new PlaneGeometry(2 * W, 2 * D, 32, 22).rotateX(Math.PI / 2);
  matte.add(plane, INK.petrolDeep, { y: CEILING_M });
  for (const x of [-9, -6, -3, 0, 3, 6, 9]) {
    matte.add(cutBox(0.26, 0.28, 2 * D, 1), INK.walnutDeep, { x, y: CEILING_M - 0.14 });
  }
  for (const z of [-4, 2.2]) {
    matte.add(cutBox(2 * W, 0.34, 0.32, 1), INK.walnutDeep, { z, y: CEILING_M - 0.17 });
  }
}
