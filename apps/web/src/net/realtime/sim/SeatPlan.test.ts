import { describe, expect, it } from "vitest";
import { SEAT_REACH_M } from "../constants";
import { SeatPlan } from "./SeatPlan";

const HERE = { x: 2, y: 0, z: -1 };

/** Ada has the chair, and sat down here. */
function seated(): SeatPlan {
  const plan = new SeatPlan();
  expect(plan.take("ada", "chair", HERE)).toBe(true);
  return plan;
}

describe("SeatPlan", () => {
  it("gives a seat to one alone, and one seat to each", () => {
    const plan = seated();
    expect(plan.take("grace", "chair", HERE)).toBe(false);
    expect(plan.take("ada", "stool", HERE)).toBe(true);
    expect(plan.taken()).toEqual([["stool", "ada"]]);
    expect(plan.holder("chair")).toBeNull();
    expect(plan.seatOf("ada")).toBe("stool");
  });

  it("frees a seat that is given up, once", () => {
    const plan = seated();
    expect(plan.giveUp("ada")).toBe(true);
    expect(plan.giveUp("ada")).toBe(false);
    expect(plan.taken()).toEqual([]);
  });

  it("keeps the seat within reach of where one sat down, and frees it beyond", () => {
    const plan = seated();
    expect(plan.move("ada", { ...HERE, x: HERE.x + SEAT_REACH_M })).toBe(false);
    expect(plan.move("ada", { ...HERE, x: HERE.x + SEAT_REACH_M + 0.001 })).toBe(true);
    expect(plan.seatOf("ada")).toBeNull();
    expect(plan.move("grace", { x: 99, y: 0, z: 0 })).toBe(false);
  });
});
