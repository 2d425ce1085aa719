import { describe, expect, it } from "vitest";
import { makePose } from "../motion/Pose";
import { Avatar } from "./avatar/Avatar";
import { Marks } from "./Marks";

/** The marks of two people at different places: x, z and radius of each. */
function lie(marks: Marks): number[][] {
  const ada = new Avatar("ada", "amber", true, { ...makePose(), x: 1, z: 2 });
  const grace = new Avatar("grace", "amber", false, { ...makePose(), x: -3, z: 4 });
  for (const avatar of [ada, grace]) avatar.advance(avatar.pose, 1, 1, 1);
  marks.update([ada, grace], 0);
  const { geometry } = marks.mesh;
  const mark = geometry.getAttribute("mark");
  return Array.from({ length: geometry.instanceCount }, (_none, at) => [
    mark.getX(at),
    mark.getZ(at),
    mark.getW(at),
  ]);
}

describe("Marks", () => {
  it("draws how far one is heard around the own avatar alone, for as long as it is told", () => {
    const marks = new Marks();
    const before = lie(marks);
    marks.setHearing(7.5);
    const during = lie(marks);
    expect(during).toHaveLength(before.length + 1);
    expect(during.filter(([, , radiusM]) => radiusM === 7.5)).toEqual([[1, 2, 7.5]]);
    marks.setHearing(null);
    expect(lie(marks)).toEqual(before);
  });
});
