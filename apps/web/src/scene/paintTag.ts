/** How a name tag looks: a pill with the name, and what somebody is behind it, in the middle of a tile. */
import type { Badge } from "../room/badges";
import { SANS } from "../type/Lettering";
import { TILE_H, TILE_W } from "./nameTags";

export const TAG_FONT = `600 30px ${SANS}`;
export const BADGE_FONT = `700 21px ${SANS}`;
/** Between the pill's ends and what is in it. */
const PILL_PAD = 20;
const MARGIN = 2;
const GAP = 9;
const BADGE_PAD = 9;
const BADGE_H = 30;
/** A badge ends nearer to the pill's end than letters do: both are round. */
const BADGE_INSET = 8;

const NAME_LOOK = { paper: "rgba(20, 18, 34, 0.7)", ink: "#fff3dc" } as const;
const OWN_LOOK = { paper: "rgba(255, 200, 120, 0.96)", ink: "#241a1c" } as const;
/** As in the lists (`marks.css`), but solid: behind a tag anything may be. */
const BADGE_LOOKS = {
  staff: { paper: "#6fe0e0", ink: "#10262c" },
  bot: { paper: "#4a4560", ink: "#fff3dc" },
} as const;

/** What of a canvas's context tags are painted with. */
export type TagContext = Pick<
  CanvasRenderingContext2D,
  | "font"
  | "fillStyle"
  | "textAlign"
  | "textBaseline"
  | "measureText"
  | "clearRect"
  | "beginPath"
  | "roundRect"
  | "fill"
  | "fillText"
  | "save"
  | "restore"
  | "clip"
>;

export interface TagContent {
  readonly text: string;
  readonly badges: readonly Badge[];
  readonly isOwn: boolean;
}

/**
 * Paints one tile of the atlas, whose upper left corner is (x, y), texels.
 *
 * Badges are whole always; the name gives way.
 *
 * @returns how much of the tile's width the tag takes, 0 to 1.
 */
export function paintTag(ctx: TagContext, x: number, y: number, { text, badges, isOwn }: TagContent): number {
  ctx.clearRect(x, y, TILE_W, TILE_H);
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  ctx.font = BADGE_FONT;
  const widths = badges.map((badge) => ctx.measureText(badge.text).width + 2 * BADGE_PAD);
  const badgesWide = widths.reduce((sum, width) => sum + width + GAP, 0);
  const padsWide = 2 * PILL_PAD - (badges.length > 0 ? PILL_PAD - BADGE_INSET : 0);
  ctx.font = TAG_FONT;
  const name = fitted(ctx, text, TILE_W - 2 * MARGIN - padsWide - badgesWide);
  const nameWide = ctx.measureText(name).width;
  const wide = Math.min(TILE_W - 2 * MARGIN, nameWide + badgesWide + padsWide);
  const left = x + (TILE_W - wide) / 2;
  const middle = y + TILE_H / 2;
  const look = isOwn ? OWN_LOOK : NAME_LOOK;
  ctx.save();
  pill(ctx, left, y + 5, wide, TILE_H - 10, look.paper);
  ctx.clip();
  ctx.fillStyle = look.ink;
  ctx.fillText(name, left + PILL_PAD, middle + 1);
  ctx.restore();
  paintBadges(ctx, badges, widths, left + PILL_PAD + nameWide, middle);
  return Math.min(1, (wide + 2 * MARGIN) / TILE_W);
}

function paintBadges(
  ctx: TagContext,
  badges: readonly Badge[],
  widths: readonly number[],
  from: number,
  middle: number,
): void {
  ctx.font = BADGE_FONT;
  let left = from;
  badges.forEach(({ text, kind }, at) => {
    left += GAP;
    pill(ctx, left, middle - BADGE_H / 2, widths[at]!, BADGE_H, BADGE_LOOKS[kind].paper);
    ctx.fillStyle = BADGE_LOOKS[kind].ink;
    ctx.fillText(text, left + BADGE_PAD, middle + 1);
    left += widths[at]!;
  });
}

function pill(ctx: TagContext, x: number, y: number, wide: number, tall: number, paper: string): void {
  ctx.fillStyle = paper;
  ctx.beginPath();
  ctx.roundRect(x, y, wide, tall, tall / 2);
  ctx.fill();
}

/** The text, cut at a character that people would call one, so that it fits. */
function fitted(ctx: TagContext, text: string, widthPx: number): string {
  if (ctx.measureText(text).width <= widthPx) return text;
  const letters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  while (letters.length > 1 && ctx.measureText(`${letters.join("")}…`).width > widthPx) letters.pop();
  return `${letters.join("")}…`;
}
