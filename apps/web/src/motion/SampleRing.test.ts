import { beforeEach, expect, it } from "vitest";
import { EXTRAPOLATION_MAX_MS } from "../net/realtime/constants";
import { SAMPLES_MAX } from "../net/realtime/constants";
import { SampleRing, type Place } from "./SampleRing";

const place: Place = { x: 0, y: 0, z: 0, rotY: 0, anim: "idle" };
let ring: SampleRing;

function at(ms: number): Place {
  ring.at(ms, place);
  return place;
}

beforeEach(() => {
  ring = new SampleRing();
});

it("knows no time while it is empty", () => {
  expect(ring.isEmpty).toBe(true);
  expect(ring.newestMs).toBe(-Infinity);
});

it("lies on the line between two samples", () => {
  ring.push(100, 1, 0.1, -1, 0, "idle");
  ring.push(200, 2, 0.5, -2, 1, "idle");
  expect(at(125)).toEqual({ x: 1.25, y: 0.2, z: -1.25, rotY: 0.25, anim: "idle" });
});

it("is at the first sample before it, and at the last after it", () => {
  ring.push(100, 1, 0, 0, 0, "idle");
  ring.push(200, 2, 0, 0, 0, "dance");
  expect(at(-5).x).toBe(1);
  expect(at(9_000)).toMatchObject({ x: 2, anim: "dance" });
});

it("walks on the way to a step, and stops with the sample that says so", () => {
  ring.push(0, 0, 0, 0, 0, "idle");
  ring.push(100, 1, 0, 0, 0, "walk");
  ring.push(200, 2, 0, 0, 0, "idle");
  expect([50, 150, 200].map((ms) => at(ms).anim)).toEqual(["walk", "walk", "idle"]);
});

it("goes on with a walk as far as 175 ms of its speed, and no further", () => {
  ring.push(0, 0, 0, 0, 0, "walk");
  ring.push(100, 0.3, 0, 0, 0, "walk");
  expect(at(100 + EXTRAPOLATION_MAX_MS).x).toBeCloseTo(0.3 + 0.003 * 175);
  expect(at(200).x).toBeCloseTo(0.3 + 0.003 * 100);
  expect(at(9_000).x).toBe(at(100 + EXTRAPOLATION_MAX_MS).x);
});

it("reads no wild speed out of two samples that lie close together", () => {
  ring.push(0, 0, 0, 0, 0, "walk");
  ring.push(1, 0.2, 0, 0, 0, "walk");
  expect(at(1 + EXTRAPOLATION_MAX_MS).x).toBeLessThan(1.4);
});

it("stays on this side of a step over 3 m until it is taken", () => {
  ring.push(0, 0, 0, 0, 0, "walk");
  ring.push(100, 3.01, 0, 0, 0, "walk");
  expect(at(99).x).toBe(0);
  expect(at(100).x).toBe(3.01);
  expect(at(200).x).toBe(3.01);
});

it("takes a step of just under 3 m", () => {
  ring.push(0, 0, 0, 0, 0, "walk");
  ring.push(100, 2.99, 0, 0, 0, "walk");
  expect(at(50).x).toBeCloseTo(1.495);
});

it("holds the newest sample until what follows begins", () => {
  ring.push(0, 1, 0, 0, 0, "idle");
  ring.hold(900);
  ring.push(1_000, 2, 0, 0, 0, "walk");
  expect(at(900).x).toBe(1);
  expect(at(950).x).toBeCloseTo(1.5);
});

it("gives a sample without a time the time until which it holds", () => {
  ring.push(-Infinity, 1, 0, 0, 0, "idle");
  ring.hold(900);
  ring.push(1_000, 2, 0, 0, 0, "walk");
  expect(at(0).x).toBe(1);
  expect(at(950).x).toBeCloseTo(1.5);
});

it("drops the oldest of more than 32", () => {
  for (let index = 0; index <= SAMPLES_MAX; index++) ring.push(index * 10, index, 0, 0, 0, "idle");
  expect(at(0).x).toBe(1);
  expect(at(15).x).toBeCloseTo(1.5);
});
