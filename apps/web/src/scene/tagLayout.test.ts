import { describe, expect, it } from "vitest";
import { layOutTags, LIFT_MAX_HEIGHTS, TAGS_MAX, type PlacedTag } from "./tagLayout";

function tag(x: number, y = 100, width = 60): PlacedTag {
  return { x, y, halfWidth: width / 2, halfHeight: 9, lift: 0, isCrowdedOut: false };
}

function shown(tags: readonly PlacedTag[]): PlacedTag[] {
  return tags.filter(({ isCrowdedOut }) => !isCrowdedOut);
}

function overlaps(tags: readonly PlacedTag[]): number {
  let count = 0;
  const all = shown(tags);
  for (const [index, a] of all.entries()) {
    for (const b of all.slice(index + 1)) {
      const isBeside = Math.abs(a.x - b.x) >= a.halfWidth + b.halfWidth;
      const isOver = Math.abs(a.y - a.lift - b.y + b.lift) >= a.halfHeight + b.halfHeight;
      if (!isBeside && !isOver) count += 1;
    }
  }
  return count;
}

/** People who stand about, the same every time. */
function crowd(count: number, widthPx = 800): PlacedTag[] {
  let chance = 7;
  const random = (): number => (chance = (chance * 16807) % 2147483647) / 2147483647;
  return Array.from({ length: count }, () =>
    tag(widthPx * random(), 200 + 60 * random(), 30 + 60 * random()),
  );
}

describe("layOutTags", () => {
  it("leaves tags that are beside each other where they are", () => {
    const tags = [tag(0), tag(70)];
    layOutTags(tags, 2);
    expect(tags.map(({ lift, isCrowdedOut }) => [lift, isCrowdedOut])).toEqual([
      [0, false],
      [0, false],
    ]);
  });

  it("moves the later one up over the one before it", () => {
    const tags = [tag(0), tag(20)];
    layOutTags(tags, 2);
    expect(tags[0]!.lift).toBe(0);
    expect(tags[1]!.lift).toBeGreaterThanOrEqual(18);
    expect(overlaps(tags)).toBe(0);
  });

  it("leaves out what would be too far from its own head", () => {
    const tags = [tag(0), tag(2), tag(4), tag(6), tag(8)];
    layOutTags(tags, tags.length);
    expect(overlaps(tags)).toBe(0);
    expect(shown(tags)).toHaveLength(3);
    for (const { lift, halfHeight } of tags) {
      expect(lift).toBeLessThanOrEqual(LIFT_MAX_HEIGHTS * 2 * halfHeight);
    }
  });

  it.each([10, 40, TAGS_MAX, TAGS_MAX + 1, 300])("never lets two of %d lie over one another", (count) => {
    const tags = crowd(count);
    layOutTags(tags, count);
    expect(overlaps(tags)).toBe(0);
    expect(shown(tags).length).toBeGreaterThan(Math.min(count, 20) / 2);
  });

  it("places as many as it may, and leaves the next one out even where there is room", () => {
    const tags = Array.from({ length: TAGS_MAX + 1 }, (_, index) => tag(index * 100));
    layOutTags(tags, tags.length);
    expect(shown(tags)).toHaveLength(TAGS_MAX);
    expect(tags[TAGS_MAX]!.isCrowdedOut).toBe(true);
  });

  it("does not flicker where people sway by a pixel at the limit", () => {
    const tags = [tag(0), tag(61.5), tag(30)];
    const seen = new Set<string>();
    for (let frame = 0; frame < 200; frame++) {
      tags[1]!.x = 61.5 + Math.sin(frame);
      tags[1]!.y = 100 + Math.cos(frame * 0.7);
      layOutTags(tags, 3);
      if (frame >= 10) seen.add(tags.map((one) => `${one.lift > 0} ${one.isCrowdedOut}`).join());
    }
    expect(seen.size).toBe(1);
  });

  it("brings a tag home once there is room to spare", () => {
    const tags = [tag(0), tag(20)];
    layOutTags(tags, 2);
    tags[1]!.x = 63;
    layOutTags(tags, 2);
    expect(tags[1]!.lift).toBeGreaterThan(0);
    tags[1]!.x = 80;
    layOutTags(tags, 2);
    expect(tags[1]!.lift).toBe(0);
  });
});
