import { expect, it } from "vitest";
import { BLEND_MS } from "../net/realtime/constants";
import { Blend } from "./Blend";

const ORIGIN = { x: 0, y: 0, z: 0, rotY: -3 };

it("falls from all of the difference to nothing, headings by the shortest arc", () => {
  const blend = new Blend();
  blend.begin({ x: 3, y: 0, z: 4, rotY: 3 }, ORIGIN);
  expect(blend.lengthM).toBe(5);
  expect([blend.x, blend.z]).toEqual([3, 4]);
  expect(blend.rotY).toBeCloseTo(6 - 2 * Math.PI, 9);
  blend.advance(BLEND_MS / 2);
  expect(blend.x).toBeCloseTo(1.5, 9);
  blend.advance(BLEND_MS);
  expect([blend.x, blend.y, blend.z].map(Math.abs)).toEqual([0, 0, 0]);
});

it("is at the other picture when it is cleared", () => {
  const blend = new Blend();
  blend.begin({ x: 3, y: 0, z: 4, rotY: 3 }, ORIGIN);
  blend.clear();
  expect([blend.x, blend.y, blend.z].map(Math.abs)).toEqual([0, 0, 0]);
});
