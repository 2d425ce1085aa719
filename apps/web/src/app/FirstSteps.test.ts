import { describe, expect, it } from "vitest";
import { FIRST_STEPS, type FirstStep } from "../ui/FirstStepsModel";
import { FirstSteps, readFirstSteps } from "./FirstSteps";

/** Somebody who has taken some of the steps before, and what is kept of it. */
function begin(left: readonly FirstStep[] = FIRST_STEPS) {
  const kept: (readonly FirstStep[])[] = [];
  const steps = new FirstSteps({ load: () => left, save: (one) => kept.push(one) });
  return { steps, kept };
}

describe("FirstSteps", () => {
  it("takes a step off the list once it is taken, and keeps that", () => {
    const { steps, kept } = begin();
    steps.see(0, 5, false);
    expect(steps.left.value).toEqual(FIRST_STEPS);
    steps.see(0, 3.7, false);
    expect(steps.left.value).toEqual(["sit", "talk"]);
    expect(kept).toEqual([["sit", "talk"]]);
  });

  it("takes nobody for one who knows how to sit who has come back onto a seat", () => {
    const { steps } = begin();
    steps.see(0, 5, true);
    expect(steps.left.value).toContain("sit");
    steps.see(0, 5, false);
    steps.see(0, 5, true);
    expect(steps.left.value).not.toContain("sit");
  });

  it("is over with the last step, or for whoever wants no hints", () => {
    const one = begin(["talk"]);
    one.steps.done("talk");
    expect(one.kept).toEqual([[]]);
    const other = begin();
    other.steps.dismiss();
    expect(other.steps.left.value).toEqual([]);
  });

  it("writes nothing for a step that was taken before", () => {
    const { steps, kept } = begin(["talk"]);
    steps.done("walk");
    expect(kept).toEqual([]);
  });

  it.each([
    [undefined, FIRST_STEPS],
    [[], []],
    [["talk", "fly", 7], ["talk"]],
    ["sit", FIRST_STEPS],
  ])("reads %o as what is left", (kept, left) => {
    expect(readFirstSteps(kept)).toEqual(left);
  });
});
