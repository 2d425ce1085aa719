import { describe, expect, it } from "vitest";
import { makePose } from "../motion/Pose";
import { Avatar } from "./avatar/Avatar";
import { CameraRig } from "./CameraRig";
import { Hover } from "./Hover";
import { SEATS } from "./layout";
import type { PickHit } from "./types";
import { Vector3 } from "three";

const NO_NAMES = { tagOf: () => false };

/** A camera at the door, and a pointer that a test puts over places of the room. */
function look(others: readonly Avatar[] = []) {
  const rig = new CameraRig();
  rig.isCalm = true;
  rig.resize(1280, 720);
  rig.jump(0, 0, 6);
  rig.update(0, 0, 6, 1);
  const canvas: { dataset: DOMStringMap } = { dataset: {} };
  const marked: (PickHit | null)[] = [];
  const hover = new Hover(canvas, { setHovered: (hit) => marked.push(hit) });
  let nowMs = 0;
  const point = (x: number, y: number, z: number): void => {
    const { x: across, y: up } = new Vector3(x, y, z).project(rig.camera);
    nowMs += 1_000;
    hover.update(nowMs, { x: across, y: up }, rig.camera, others, NO_NAMES);
  };
  const away = (): void => hover.update(nowMs, null, rig.camera, others, NO_NAMES);
  return { canvas, marked, point, away };
}

describe("Hover", () => {
  it("marks the seat under the pointer, and tells the page", () => {
    const { canvas, marked, point } = look();
    const stool = SEATS.find(({ id }) => id === "counter-5")!;
    point(stool.x, stool.heightM, stool.z);
    expect(marked.at(-1)).toMatchObject({ kind: "seat", seatId: stool.id });
    expect(canvas.dataset["over"]).toBe("seat");
  });

  it("marks the person under the pointer", () => {
    const pose = { ...makePose(), x: 3, z: 3 };
    const { canvas, marked, point } = look([new Avatar("grace", "amber", false, pose)]);
    point(3, 1.2, 3);
    expect(marked.at(-1)).toEqual({ kind: "member", userId: "grace" });
    expect(canvas.dataset["over"]).toBe("member");
  });

  it("marks nothing on the bare floor, and nothing once the pointer has gone", () => {
    const { canvas, marked, point, away } = look();
    point(2.2, 0, 3.4);
    expect(marked.at(-1)).toBeNull();
    const stool = SEATS.find(({ id }) => id === "counter-5")!;
    point(stool.x, stool.heightM, stool.z);
    away();
    expect(marked.at(-1)).toBeNull();
    expect(canvas.dataset["over"]).toBeUndefined();
  });
});
