import { InstancedMesh, Matrix4, Texture, Vector3, type Object3D } from "three";
import { describe, expect, it } from "vitest";
import { makePose } from "../motion/Pose";
import type { Avatar } from "./avatar/Avatar";
import { Avatars } from "./Avatars";
import { DETAILED_MAX } from "./Detail";
import { SeeThrough } from "./stage/seeThrough";

const EYE = { x: 0, z: 0, aheadX: 0, aheadZ: 1 } as const;
const MANY = 1_000;

function isInstanced(one: Object3D): one is InstancedMesh {
  return one instanceof InstancedMesh;
}

/** The one mesh of all figures; bodies in full are beside its group. */
function figuresOf(avatars: Avatars): InstancedMesh {
  const meshes = avatars.group.children.flatMap(({ children }) => children).filter(isInstanced);
  expect(meshes).toHaveLength(1);
  return meshes[0]!;
}

/** Of bodies in full, the instances of the part that has most of them. */
function mostOfPart(avatars: Avatars): number {
  return Math.max(...avatars.group.children.filter(isInstanced).map(({ count }) => count));
}

/** One behind the other before the eye, half a metre apart from one metre on; oneself last. */
function crowd(count: number): Avatars {
  const avatars = new Avatars(new Texture(), new SeeThrough());
  for (let at = 0; at < count; at++) {
    const pose = { ...makePose(), x: 0, z: 1 + at * 0.5 };
    avatars.add(`guest-${at}`, "amber", at === count - 1, pose);
  }
  return avatars;
}

function figures(avatars: Avatars): Avatar[] {
  return avatars.list.filter(({ figureSlot }) => figureSlot >= 0);
}

describe("Avatars", () => {
  it("draws everybody in full, and no figure, where there are few", () => {
    const avatars = crowd(DETAILED_MAX);
    avatars.begin(EYE, 0);
    expect(avatars.detailedCount).toBe(DETAILED_MAX);
    expect(figures(avatars)).toEqual([]);
    expect(figuresOf(avatars).visible).toBe(false);
    avatars.dispose();
  });

  it("draws everybody once in a crowd: the nearest and oneself in full, each other as one figure", () => {
    const avatars = crowd(MANY);
    avatars.begin(EYE, 0);
    expect(avatars.detailedCount).toBe(DETAILED_MAX);
    expect(avatars.own!.figureSlot).toBe(-1);
    const full = avatars.list.filter(({ figureSlot }) => figureSlot < 0);
    expect(full.map(({ userId }) => userId)).toEqual([
      ...Array.from({ length: DETAILED_MAX - 1 }, (_none, at) => `guest-${at}`),
      `guest-${MANY - 1}`,
    ]);
    const slots = figures(avatars).map(({ figureSlot }) => figureSlot);
    expect(slots).toEqual(Array.from({ length: MANY - DETAILED_MAX }, (_none, at) => at));
    expect(figuresOf(avatars).count).toBe(MANY - DETAILED_MAX);
    // Of limbs everybody has two.
    expect(mostOfPart(avatars)).toBe(2 * DETAILED_MAX);
    avatars.dispose();
  });

  it("puts a figure where the person stands, as tall as they are", () => {
    const avatars = crowd(MANY);
    avatars.begin(EYE, 0);
    const mesh = figuresOf(avatars);
    const last = figures(avatars).at(-1)!;
    last.pose.x = 3;
    avatars.draw(last);
    const matrix = new Matrix4();
    mesh.getMatrixAt(last.figureSlot, matrix);
    const place = new Vector3().setFromMatrixPosition(matrix);
    expect([place.x, place.z]).toEqual([3, last.pose.z]);
    expect(new Vector3().setFromMatrixScale(matrix).y).toBeCloseTo(last.size);
    expect(place.y).toBeGreaterThan(0.3);
    expect(last.headY).toBeGreaterThan(place.y);
    avatars.dispose();
  });

  it("makes a figure a body in full once it is nearer by far, not by a little", () => {
    const avatars = crowd(MANY);
    avatars.begin(EYE, 0);
    const comes = avatars.get(`guest-${DETAILED_MAX}`)!;
    const goes = avatars.get(`guest-${DETAILED_MAX - 2}`)!;
    // Past the one who is the last in full, but by less than it takes.
    comes.pose.z = goes.pose.z - 1;
    avatars.begin(EYE, 1_000);
    expect([comes.figureSlot, goes.figureSlot]).toEqual([expect.any(Number), -1]);
    expect(comes.isDetailed).toBe(false);
    comes.pose.z = goes.pose.z * 0.8;
    avatars.begin(EYE, 2_000);
    expect([comes.figureSlot, goes.isDetailed]).toEqual([-1, false]);
    // And back by a little: it stays.
    comes.pose.z = goes.pose.z + 1;
    avatars.begin(EYE, 3_000);
    expect([comes.isDetailed, goes.isDetailed]).toEqual([true, false]);
    expect(avatars.detailedCount).toBe(DETAILED_MAX);
    avatars.dispose();
  });

  it("leaves no figure behind when the crowd has gone", () => {
    const avatars = crowd(MANY);
    avatars.begin(EYE, 0);
    for (let at = 10; at < MANY; at++) avatars.remove(`guest-${at}`);
    avatars.begin(EYE, 1);
    expect(avatars.detailedCount).toBe(10);
    expect(figures(avatars)).toEqual([]);
    expect(figuresOf(avatars).count).toBe(0);
    expect(figuresOf(avatars).visible).toBe(false);
    avatars.dispose();
  });
});
