/** The bar's ground plan, drawn from above onto a canvas. Metres; nothing here knows of people. */
import {
  BENCH,
  BOOTH,
  COUNTER,
  DANCE_FLOOR,
  HALF_DEPTH_M,
  HALF_WIDTH_M,
  JUKEBOX,
  PLANTS,
  PORCH_DEPTH_M,
  PORCH_HALF_WIDTH_M,
  SEATS,
  TABLE_RADIUS_M,
  TABLES,
} from "../scene/layout";
import { INK } from "../scene/stage/palette";
import type { Block } from "../venue/Venue";

const MARGIN_M = 0.4;
/** What of the world a map shows. */
export const LEFT_M = -HALF_WIDTH_M - MARGIN_M;
export const TOP_M = -HALF_DEPTH_M - MARGIN_M;
export const WIDTH_M = 2 * (HALF_WIDTH_M + MARGIN_M);
export const HEIGHT_M = 2 * HALF_DEPTH_M + PORCH_DEPTH_M + 2 * MARGIN_M;
const SEAT_RADIUS_M = 0.28;
const PLANT_RADIUS_M = 0.42;

export function css(colour: number): string {
  return `#${colour.toString(16).padStart(6, "0")}`;
}

/** Draws the empty room; the context's units are metres already. */
export function drawPlan(ctx: CanvasRenderingContext2D): void {
  floor(ctx);
  ctx.fillStyle = "rgb(217 164 65 / 0.13)";
  disc(ctx, DANCE_FLOOR.x, DANCE_FLOOR.z, DANCE_FLOOR.radiusM);
  ctx.strokeStyle = "rgb(217 164 65 / 0.4)";
  ctx.lineWidth = 0.06;
  ctx.stroke();
  ctx.fillStyle = css(INK.walnutDeep);
  fill(ctx, { ...COUNTER, minZ: -HALF_DEPTH_M });
  ctx.fillStyle = css(INK.oak);
  fill(ctx, COUNTER);
  for (const [box, colour] of [
    [BENCH, INK.terracotta],
    [BOOTH, INK.walnut],
    [JUKEBOX, INK.wine],
  ] as const) {
    ctx.fillStyle = css(colour);
    fill(ctx, box);
  }
  ctx.fillStyle = css(INK.walnut);
  for (const { kind, x, z } of SEATS) if (kind !== "bench") disc(ctx, x, z, SEAT_RADIUS_M);
  ctx.fillStyle = css(INK.oak);
  for (const { x, z } of TABLES) disc(ctx, x, z, TABLE_RADIUS_M);
  ctx.fillStyle = css(INK.leaf);
  for (const { x, z } of PLANTS) disc(ctx, x, z, PLANT_RADIUS_M);
}

function fill(ctx: CanvasRenderingContext2D, { minX, maxX, minZ, maxZ }: Block): void {
  ctx.fillRect(minX, minZ, maxX - minX, maxZ - minZ);
}

function floor(ctx: CanvasRenderingContext2D): void {
  ctx.fillStyle = css(INK.petrolDeep);
  ctx.strokeStyle = css(INK.petrolLight);
  ctx.lineWidth = 0.16;
  ctx.beginPath();
  const [w, d, p] = [HALF_WIDTH_M, HALF_DEPTH_M, PORCH_HALF_WIDTH_M];
  ctx.moveTo(-w, -d);
  for (const [x, z] of [
    [w, -d],
    [w, d],
    [p, d],
    [p, d + PORCH_DEPTH_M],
    [-p, d + PORCH_DEPTH_M],
    [-p, d],
    [-w, d],
  ] as const) {
    ctx.lineTo(x, z);
  }
  ctx.closePath();
  ctx.fill();
  ctx.stroke();
}

function disc(ctx: CanvasRenderingContext2D, x: number, z: number, radiusM: number): void {
  ctx.beginPath();
  ctx.arc(x, z, radiusM, 0, 2 * Math.PI);
  ctx.fill();
}
