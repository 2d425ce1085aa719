import { expect, it } from "vitest";
import { Lateness } from "./Lateness";

it("knows of no lateness before the first sample", () => {
  expect(new Lateness().p95Ms).toBe(0);
});

it("answers the only sample there is", () => {
  const lateness = new Lateness();
  lateness.push(40);
  expect(lateness.p95Ms).toBe(40);
});

it("leaves out the worst twentieth", () => {
  const lateness = new Lateness();
  for (let index = 0; index < 30; index++) lateness.push(index);
  lateness.push(30);
  lateness.push(9_000);
  expect(lateness.p95Ms).toBe(30);
});

it("forgets what is older than 32 samples", () => {
  const lateness = new Lateness();
  for (let index = 0; index < 32; index++) lateness.push(500);
  for (let index = 0; index < 32; index++) lateness.push(7);
  expect(lateness.p95Ms).toBe(7);
});
