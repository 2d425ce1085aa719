/** What lies on the map beside people and furniture. CSS pixels; colours are the room's. */
import { SEATS } from "../scene/layout";
import { INK } from "../scene/stage/palette";
import type { Point } from "../venue/Venue";
import type { MapPerson } from "./MapPeople";
import type { MapView } from "./MapView";
import { css } from "./plan";

const SEAT_M = 0.34;
const TARGET_M = 0.22;
const FEELING_MS = 2_400;
const FEELING_FONT = '24px "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif';
const FEELING_RISE_PX = 38;
/** Over the head and the name. */
const OVER_PX = 40;

const SEAT_OF = new Map(SEATS.map((seat) => [seat.id, seat]));

/** A ring around every seat that somebody has. */
export function drawSeats(ctx: CanvasRenderingContext2D, view: MapView, taken: Iterable<string>): void {
  for (const seatId of taken) {
    const seat = SEAT_OF.get(seatId);
    if (seat !== undefined) ring(ctx, view, seat, SEAT_M, css(INK.brass), 2);
  }
}

/** Where one walks to. */
export function drawTarget(ctx: CanvasRenderingContext2D, view: MapView, at: Point): void {
  ring(ctx, view, at, TARGET_M, css(INK.lampGlow), 2);
}

/** How far one is heard. */
export function drawHearing(ctx: CanvasRenderingContext2D, view: MapView, at: Point, radiusM: number): void {
  ctx.setLineDash([6, 6]);
  ring(ctx, view, at, radiusM, css(INK.cream), 1.5);
  ctx.setLineDash([]);
}

/** What somebody shows, rising from over their head, and what is over forgotten. */
export function drawFeelings(
  ctx: CanvasRenderingContext2D,
  view: MapView,
  { dot, feelings }: MapPerson,
  nowMs: number,
  isCalm: boolean,
): void {
  while (feelings.length > 0 && nowMs - feelings[0]!.atMs > FEELING_MS) feelings.shift();
  if (feelings.length === 0) return;
  const [x, y] = view.toPx(dot.x, dot.z);
  ctx.font = FEELING_FONT;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (const { glyph, atMs } of feelings) {
    const age = Math.max(0, (nowMs - atMs) / FEELING_MS);
    ctx.globalAlpha = 1 - age ** 3;
    ctx.fillText(glyph, x, y - OVER_PX - (isCalm ? 0 : age * FEELING_RISE_PX));
  }
  ctx.globalAlpha = 1;
}

function ring(
  ctx: CanvasRenderingContext2D,
  view: MapView,
  at: Point,
  radiusM: number,
  colour: string,
  lineWidth: number,
): void {
  ctx.beginPath();
  ctx.arc(...view.toPx(at.x, at.z), radiusM * view.pxPerM, 0, 2 * Math.PI);
  ctx.strokeStyle = colour;
  ctx.lineWidth = lineWidth;
  ctx.stroke();
}
