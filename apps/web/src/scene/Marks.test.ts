import { describe, expect, it } from "vitest";
import { makePose } from "../motion/Pose";
import { Avatar } from "./avatar/Avatar";
import { Marks } from "./Marks";

/** What the shader tells marks apart by. */
const SHADOW = 0;
const OWN = 2;
const TARGET = 3;

function standing(userId: string, isLocal: boolean, x: number, z: number): Avatar {
  const avatar = new Avatar(userId, "amber", isLocal, { ...makePose(), x, z });
  avatar.advance(avatar.pose, 1, 1, 1);
  return avatar;
}

/** Which marks lie at a place. */
function kindsAt(marks: Marks, x: number, z: number): number[] {
  const { geometry } = marks.mesh;
  const mark = geometry.getAttribute("mark");
  const kind = geometry.getAttribute("kind");
  return Array.from({ length: geometry.instanceCount }, (_none, at) => at)
    .filter((at) => mark.getX(at) === x && mark.getZ(at) === z)
    .map((at) => kind.getX(at));
}

/** The marks of two people at different places: x, z and radius of each. */
function lie(marks: Marks): number[][] {
  marks.update([standing("ada", true, 1, 2), standing("grace", false, -3, 4)], 0);
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

  it("leaves the own ring out of no crowd, however many come before oneself, and overflows for nobody", () => {
    const marks = new Marks();
    const crowd = Array.from({ length: 1_500 }, (_none, at) => standing(`guest-${at}`, false, -9, -9));
    const own = standing("ada", true, 1, 2);
    marks.update([...crowd, own], 0);
    expect(kindsAt(marks, 1, 2)).toEqual([SHADOW, OWN]);
    const { geometry } = marks.mesh;
    expect(geometry.instanceCount).toBeGreaterThan(1_000);
    expect(geometry.instanceCount).toBeLessThanOrEqual(geometry.getAttribute("mark").count);
  });

  it("has room for what is marked once where the crowd has all the rest", () => {
    const marks = new Marks();
    const crowd = Array.from({ length: 1_500 }, (_none, at) => {
      const avatar = standing(`guest-${at}`, false, -9, -9);
      avatar.isSpeaking = true;
      return avatar;
    });
    marks.setTarget({ x: 5, z: 6 });
    marks.update(crowd, 0);
    expect(kindsAt(marks, 5, 6)).toEqual([TARGET]);
    const { geometry } = marks.mesh;
    expect(geometry.instanceCount).toBeLessThanOrEqual(geometry.getAttribute("mark").count);
  });
});
