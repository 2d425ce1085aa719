import { describe, expect, it } from "vitest";
import { CameraRig } from "./CameraRig";
import { settle } from "./collision";
import { CEILING_M, WALLS } from "./layout";

const FRAME_S = 1 / 60;

describe("CameraRig", () => {
  it("begins behind who comes in at the door, looking to the counter", () => {
    const rig = new CameraRig();
    rig.jump(0, 0, 7);
    rig.update(0, 0, 7, FRAME_S);
    expect(rig.actualM).toBeGreaterThan(3.5);
    expect(rig.camera.position.z).toBeGreaterThan(10);
    expect(rig.camera.position.x).toBeCloseTo(0);
  });

  it("is never in a wall or over the ceiling, wherever one stands and looks", () => {
    const rig = new CameraRig();
    rig.zoom(9);
    for (let step = 0; step < 3000; step++) {
      const place = { x: -12 + ((step * 7.3) % 24), z: -8 + ((step * 3.1) % 19) };
      settle(place);
      rig.yaw = step * 0.77;
      rig.pitch = -0.12 + (step % 9) * 0.16;
      rig.jump(place.x, 0, place.z);
      rig.update(place.x, 0, place.z, FRAME_S);
      const { x, y, z } = rig.camera.position;
      expect(y).toBeGreaterThan(0.1);
      expect(y).toBeLessThan(CEILING_M);
      for (const wall of WALLS) {
        const isIn = x > wall.minX && x < wall.maxX && z > wall.minZ && z < wall.maxZ;
        expect(isIn, `${x} ${z}`).toBe(false);
      }
    }
  });

  it("follows and turns without delay when motion is reduced", () => {
    const rig = new CameraRig();
    rig.isCalm = true;
    rig.jump(0, 0, 2);
    rig.orbit(0.5, 0);
    rig.update(1, 0, 2, FRAME_S);
    const settled = rig.camera.position.clone();
    rig.update(1, 0, 2, FRAME_S);
    expect(rig.camera.position.distanceTo(settled)).toBeLessThan(1e-9);
  });

  it("comes in at once and goes out again gently", () => {
    const rig = new CameraRig();
    rig.jump(-4, 0, 7.6);
    rig.update(-4, 0, 7.6, FRAME_S);
    const nearM = rig.actualM;
    expect(nearM).toBeLessThan(0.3);
    rig.jump(-4, 0, 3);
    rig.actualM = nearM;
    rig.update(-4, 0, 3, FRAME_S);
    expect(rig.actualM).toBeLessThan(1);
    for (let frame = 0; frame < 120; frame++) rig.update(-4, 0, 3, FRAME_S);
    expect(rig.actualM).toBeGreaterThan(3.5);
  });

  it("looks at first where the newcomer looks, and later where one has turned it", () => {
    const rig = new CameraRig();
    rig.arrive({ x: 1, y: 0, z: 5, rotY: 2.9 });
    expect(rig.yaw).toBe(2.9);
    rig.orbit(0.5, 0);
    rig.arrive({ x: 1, y: 0, z: 5, rotY: 2.9 });
    expect(rig.yaw).toBeCloseTo(3.4);
  });

  it("shows more of the room on a tall screen", () => {
    const rig = new CameraRig();
    rig.resize(1280, 800);
    const wide = rig.camera.fov;
    rig.resize(390, 844);
    expect(rig.camera.fov).toBeGreaterThan(wide);
    expect(rig.camera.fov).toBeLessThanOrEqual(68);
  });
});
