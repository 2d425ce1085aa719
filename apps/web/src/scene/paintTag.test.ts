import { describe, expect, it } from "vitest";
import type { Badge } from "../room/badges";
import { TILE_W } from "./nameTags";
import { paintTag, type TagContext } from "./paintTag";

const LETTER_PX = 15;
const STAFF: Badge = { text: "moderator", kind: "staff" };
const BOT: Badge = { text: "bot", kind: "bot" };

interface Stroke {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly ink: string;
}

/** A context whose letters are all as wide, and which keeps what was written and where pills lie. */
function paper() {
  const texts: Stroke[] = [];
  const pills: { from: number; to: number; paper: string }[] = [];
  const nothing = (): void => undefined;
  const widthOf = (text: string): number => text.length * LETTER_PX;
  const ctx = {
    font: "",
    fillStyle: "",
    textAlign: "start",
    textBaseline: "alphabetic",
    measureText: (text: string) => ({ width: widthOf(text) }),
    roundRect: (x: number, _y: number, wide: number) =>
      pills.push({ from: x, to: x + wide, paper: ctx.fillStyle }),
    fillText: (text: string, x: number) =>
      texts.push({ text, from: x, to: x + widthOf(text), ink: ctx.fillStyle }),
    clearRect: nothing,
    beginPath: nothing,
    fill: nothing,
    save: nothing,
    restore: nothing,
    clip: nothing,
  };
  return { ctx: ctx as unknown as TagContext, texts, pills };
}

describe("paintTag", () => {
  it("writes the name alone for who is nothing but a guest", () => {
    const { ctx, texts, pills } = paper();
    const part = paintTag(ctx, 0, 0, { text: "Ada", badges: [], isOwn: false });
    expect(texts.map(({ text }) => text)).toEqual(["Ada"]);
    expect(pills).toHaveLength(1);
    expect(part).toBeCloseTo((3 * LETTER_PX + 44) / TILE_W);
  });

  it("writes badges behind the name, each in a pill of its own within the tag", () => {
    const { ctx, texts, pills } = paper();
    paintTag(ctx, TILE_W, 0, { text: "Ada", badges: [STAFF, BOT], isOwn: false });
    expect(texts.map(({ text }) => text)).toEqual(["Ada", "moderator", "bot"]);
    const [tag, staff, bot] = pills;
    expect(staff!.from).toBeGreaterThan(texts[0]!.to);
    expect(bot!.from).toBeGreaterThan(staff!.to);
    expect(bot!.to).toBeLessThan(tag!.to);
    expect(staff!.paper).not.toBe(bot!.paper);
  });

  it("shortens a long name, never what its bearer is", () => {
    const { ctx, texts, pills } = paper();
    const text = "Moderator of the whole wide world";
    const part = paintTag(ctx, 0, 0, { text, badges: [STAFF, BOT], isOwn: false });
    expect(texts[0]!.text).toMatch(/^M.*…$/);
    expect(texts.slice(1).map((stroke) => stroke.text)).toEqual(["moderator", "bot"]);
    expect(pills[0]!.from).toBeGreaterThanOrEqual(0);
    expect(pills[0]!.to).toBeLessThanOrEqual(TILE_W);
    expect(pills[2]!.to).toBeLessThan(pills[0]!.to);
    expect(part).toBeLessThanOrEqual(1);
  });

  it("cuts no character in two", () => {
    const { ctx, texts } = paper();
    paintTag(ctx, 0, 0, { text: "👩‍🚀".repeat(16), badges: [], isOwn: true });
    expect(texts[0]!.text).toMatch(/^(👩‍🚀)+…$/u);
  });
});
