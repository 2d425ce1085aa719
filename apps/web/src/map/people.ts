/** People on a map. Sizes are CSS pixels: they read as well on a small map as on a large one. */
import { INK } from "../scene/stage/palette";
import { SANS } from "../type/Lettering";
import { css } from "./plan";

/** Somebody to draw; metres. */
export interface Dot {
  readonly x: number;
  readonly z: number;
  /** Where they look, radians about +y; null where that is not known. */
  readonly rotY: number | null;
  readonly name: string;
  readonly colour: string;
  readonly isMuted: boolean;
  /** Their connection is lost, and their place is kept. */
  readonly isAway: boolean;
  readonly isSpeaking: boolean;
  readonly ring: "none" | "chosen" | "reported" | "reporter";
}

/** A place in the room, metres, as CSS pixels of the canvas. */
type ToPx = (x: number, z: number) => readonly [x: number, y: number];

const RADIUS_PX = 7;
/** Of the ring around who speaks. */
const SPEAKING_PX = 11;
export const NAME_FONT = `600 11px ${SANS}`;
const NAME_MOST_PX = 110;
const RINGS: Readonly<Record<Dot["ring"], string | null>> = {
  none: null,
  chosen: css(INK.lampGlow),
  reported: css(INK.neonCoral),
  reporter: css(INK.neonAqua),
};

/** Bodies first, so that no name is hidden under one. */
export function drawPeople(
  ctx: CanvasRenderingContext2D,
  dots: readonly Dot[],
  widthPx: number,
  toPx: ToPx,
): void {
  drawBodies(ctx, dots, toPx);
  drawNames(ctx, dots, widthPx, toPx);
}

export function drawBodies(ctx: CanvasRenderingContext2D, dots: readonly Dot[], toPx: ToPx): void {
  for (const dot of dots) drawBody(ctx, dot, ...toPx(dot.x, dot.z));
}

export function drawNames(
  ctx: CanvasRenderingContext2D,
  dots: readonly Dot[],
  widthPx: number,
  toPx: ToPx,
): void {
  ctx.font = NAME_FONT;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (const dot of dots) drawName(ctx, dot, widthPx, ...toPx(dot.x, dot.z));
}

function drawBody(ctx: CanvasRenderingContext2D, dot: Dot, x: number, y: number): void {
  ctx.globalAlpha = dot.isAway ? 0.55 : 1;
  if (dot.rotY !== null) {
    // Forward is (sin, cos) of the map's own axes: right and down.
    const [aheadX, aheadY] = [Math.sin(dot.rotY), Math.cos(dot.rotY)];
    ctx.fillStyle = css(INK.cream);
    ctx.beginPath();
    ctx.moveTo(x + aheadX * (RADIUS_PX + 5), y + aheadY * (RADIUS_PX + 5));
    ctx.lineTo(x + aheadY * 5 + aheadX * 4, y - aheadX * 5 + aheadY * 4);
    ctx.lineTo(x - aheadY * 5 + aheadX * 4, y + aheadX * 5 + aheadY * 4);
    ctx.fill();
  }
  ctx.beginPath();
  ctx.arc(x, y, RADIUS_PX, 0, 2 * Math.PI);
  ctx.fillStyle = dot.isAway ? css(INK.petrolDeep) : dot.colour;
  ctx.fill();
  ctx.setLineDash(dot.isAway ? [3, 3] : []);
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = css(dot.isMuted ? INK.neonCoral : INK.cream);
  ctx.stroke();
  ctx.setLineDash([]);
  if (dot.isMuted) {
    // Not by colour alone.
    ctx.beginPath();
    ctx.moveTo(x - 5, y - 5);
    ctx.lineTo(x + 5, y + 5);
    ctx.lineWidth = 2.5;
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
  if (dot.isSpeaking) {
    ctx.beginPath();
    ctx.arc(x, y, SPEAKING_PX + 3, 0, 2 * Math.PI);
    ctx.strokeStyle = css(INK.neonAqua);
    ctx.lineWidth = 2;
    ctx.stroke();
  }
  const ring = RINGS[dot.ring];
  if (ring === null) return;
  ctx.beginPath();
  ctx.arc(x, y, RADIUS_PX + 4.5, 0, 2 * Math.PI);
  ctx.strokeStyle = ring;
  ctx.lineWidth = 2.5;
  ctx.stroke();
}

function drawName(ctx: CanvasRenderingContext2D, dot: Dot, widthPx: number, x: number, y: number): void {
  if (x < 0 || x > widthPx) return; // the name of somebody who is not in sight would hang at the edge
  const text = fitted(ctx, dot.name);
  const wide = ctx.measureText(text).width + 10;
  // At the edges a name moves inward rather than being cut.
  const top = Math.max(1, y - RADIUS_PX - 20);
  x = Math.min(Math.max(x, wide / 2 + 1), widthPx - wide / 2 - 1);
  ctx.fillStyle = dot.ring === "chosen" ? css(INK.lampGlow) : "rgb(15 22 34 / 0.78)";
  ctx.beginPath();
  ctx.roundRect(x - wide / 2, top, wide, 15, 7.5);
  ctx.fill();
  ctx.fillStyle = dot.ring === "chosen" ? "#241a1c" : "#fff3dc";
  ctx.fillText(text, x, top + 8);
}

function fitted(ctx: CanvasRenderingContext2D, text: string): string {
  if (ctx.measureText(text).width <= NAME_MOST_PX) return text;
  const letters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  while (letters.length > 1 && ctx.measureText(`${letters.join("")}…`).width > NAME_MOST_PX) letters.pop();
  return `${letters.join("")}…`;
}
