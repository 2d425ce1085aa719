import { describe, expect, it } from "vitest";
import { GAP_PX, layOut, LIFT_MAX_PX, type Placed } from "./bubbleLayout";

const PAGE_PX = 800;
const TOP_PX = 60;

function bubble(x: number, y: number, width = 100, height = 30): Placed {
  return { x, y, width, height, isCrowdedOut: false };
}

function meet(a: Placed, b: Placed): boolean {
  return Math.abs(a.x - b.x) < (a.width + b.width) / 2 && a.y > b.y - b.height && b.y > a.y - a.height;
}

describe("layOut", () => {
  it("leaves bubbles alone that do not meet", () => {
    const bubbles = [bubble(200, 300), bubble(400, 300), bubble(200, 200)];
    layOut(bubbles, PAGE_PX, TOP_PX);
    expect(bubbles).toEqual([bubble(200, 300), bubble(400, 300), bubble(200, 200)]);
  });

  it("leaves the nearest where it is, and puts who is behind over it", () => {
    const bubbles = [bubble(200, 300), bubble(220, 290)];
    layOut(bubbles, PAGE_PX, TOP_PX);
    expect(bubbles[0]).toMatchObject({ x: 200, y: 300 });
    expect(bubbles[1]).toMatchObject({ x: 220, y: 300 - 30 - GAP_PX, isCrowdedOut: false });
  });

  it("puts the third over the second where that one was put in its way", () => {
    const bubbles = [bubble(200, 300), bubble(220, 290), bubble(240, 255)];
    layOut(bubbles, PAGE_PX, TOP_PX);
    expect(bubbles[2]!.y).toBe(300 - 2 * (30 + GAP_PX));
  });

  it("hides who would have to go too far up from the own head, and who finds no room under the top", () => {
    const tall = LIFT_MAX_PX + 20;
    const far = [bubble(200, 400, 100, tall), bubble(200, 395)];
    layOut(far, PAGE_PX, TOP_PX);
    expect(far.map(({ isCrowdedOut }) => isCrowdedOut)).toEqual([false, true]);
    const high = [bubble(200, 100), bubble(200, 100), bubble(200, 100, 20)];
    layOut(high, PAGE_PX, TOP_PX);
    expect(high.map(({ isCrowdedOut }) => isCrowdedOut)).toEqual([false, true, true]);
  });

  it("gives the room of who is hidden to the next", () => {
    const bubbles = [bubble(200, 400, 100, LIFT_MAX_PX + 20), bubble(280, 395, 100), bubble(360, 395)];
    layOut(bubbles, PAGE_PX, TOP_PX);
    expect(bubbles[1]!.isCrowdedOut).toBe(true);
    expect(bubbles[2]).toEqual(bubble(360, 395));
  });

  it("cuts none off at the sides or the top", () => {
    const bubbles = [bubble(10, 300), bubble(795, 300), bubble(400, 20)];
    layOut(bubbles, PAGE_PX, TOP_PX);
    expect(bubbles.map(({ x, y }) => [x, y])).toEqual([
      [50, 300],
      [750, 300],
      [400, TOP_PX + 30],
    ]);
  });

  it("leaves no two over one another, however many there are", () => {
    const bubbles = Array.from({ length: 8 }, (_, at) =>
      bubble(300 + ((at * 67) % 160), 350 + ((at * 31) % 70)),
    );
    layOut(bubbles, PAGE_PX, TOP_PX);
    const shown = bubbles.filter(({ isCrowdedOut }) => !isCrowdedOut);
    expect(shown.length).toBeGreaterThanOrEqual(4);
    for (const one of shown) {
      for (const other of shown) if (one !== other) expect(meet(one, other)).toBe(false);
    }
  });
});
