import { expect, it } from "vitest";
import { seldom } from "./seldom";

const truth = { ms: [], x: [], z: [], jumpsMs: [] };

it("leaves the newest transform of each interval", () => {
  const arrivals = [0, 67, 301, 367, 433, 700].map((ts) => {
    return { arrivalMs: ts + 60, ts, x: ts, z: 0, rotY: 0, anim: "walk" } as const;
  });
  const left = seldom({ truth, arrivals }, 300).arrivals;
  expect(left.map(({ ts }) => ts)).toEqual([67, 433, 700]);
  expect(left[0]).toBe(arrivals[1]);
});
