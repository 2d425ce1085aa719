import { describe, expect, it } from "vitest";
import { MapView } from "./MapView";
import { HEIGHT_M, LEFT_M, TOP_M, WIDTH_M } from "./plan";

const INSETS = { top: 60, right: 20, bottom: 80, left: 300 };

function view(widthPx: number, heightPx: number): MapView {
  const map = new MapView();
  map.resize(widthPx, heightPx, INSETS);
  return map;
}

describe("MapView", () => {
  it("shows the whole room between what lies over its edges, in the middle", () => {
    const map = view(1600, 900);
    for (const [x, z] of [
      [0, 0],
      [-11, -7],
      [11, 10],
    ] as const) {
      map.follow(x, z);
      const [left, top] = map.toPx(LEFT_M, TOP_M);
      const [right, bottom] = map.toPx(LEFT_M + WIDTH_M, TOP_M + HEIGHT_M);
      expect(left).toBeGreaterThanOrEqual(INSETS.left - 1e-9);
      expect(top).toBeGreaterThanOrEqual(INSETS.top - 1e-9);
      expect(right).toBeLessThanOrEqual(1600 - INSETS.right + 1e-9);
      expect(bottom).toBeLessThanOrEqual(900 - INSETS.bottom + 1e-9);
      expect(left - INSETS.left).toBeCloseTo(1600 - INSETS.right - right);
    }
  });

  it("follows who looks at it where the whole room would be too small, and not beyond its walls", () => {
    const map = view(620, 500);
    expect(map.pxPerM).toBe(24);
    map.follow(0, 0);
    expect(map.toPx(0, 0)).toEqual([450, 240]);
    map.follow(-12, -8);
    expect(map.toPx(LEFT_M, TOP_M)).toEqual([INSETS.left, INSETS.top]);
    map.follow(12, 11);
    const corner = map.toPx(LEFT_M + WIDTH_M, TOP_M + HEIGHT_M);
    expect(corner[0]).toBeCloseTo(620 - INSETS.right);
    expect(corner[1]).toBeCloseTo(500 - INSETS.bottom);
  });

  it("leads from a pixel to the place that is drawn there", () => {
    const map = view(620, 500);
    map.follow(3, -4);
    const place = map.toPlace(...map.toPx(7.5, 2.25));
    expect(place.x).toBeCloseTo(7.5);
    expect(place.z).toBeCloseTo(2.25);
  });
});
