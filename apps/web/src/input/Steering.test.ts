import { describe, expect, it } from "vitest";
import type { Intent } from "../motion/OwnMotion";
import { Steering } from "./Steering";

function directionOf(steering: Steering, yaw: number): Intent {
  const intent: Intent = { x: 9, z: 9, run: false, gesture: null };
  steering.direction(yaw, intent);
  return intent;
}

describe("Steering", () => {
  it("walks where the camera looks", () => {
    const steering = new Steering();
    steering.press("forward");
    expect(directionOf(steering, 0)).toMatchObject({ x: 0, z: 1 });
    const inward = directionOf(steering, Math.PI);
    expect(inward.x).toBeCloseTo(0);
    expect(inward.z).toBeCloseTo(-1);
  });

  it("has right at the right hand of whoever looks", () => {
    const steering = new Steering();
    steering.press("right");
    // From the door inward, toward smaller z, the right hand is toward greater x.
    const { x, z } = directionOf(steering, Math.PI);
    expect(x).toBeCloseTo(1);
    expect(z).toBeCloseTo(0);
  });

  it("is no faster along a diagonal", () => {
    const steering = new Steering();
    steering.press("forward");
    steering.press("left");
    const { x, z } = directionOf(steering, 1.2);
    expect(Math.hypot(x, z)).toBeCloseTo(1);
  });

  it("stands still with two keys against each other", () => {
    const steering = new Steering();
    steering.press("left");
    steering.press("right");
    expect(steering.isMoving).toBe(false);
  });

  it("walks slowly with a stick a little out, not at all within its dead zone, and runs at its rim", () => {
    const steering = new Steering();
    steering.stick(0, 0.5);
    expect(directionOf(steering, 0).z).toBeCloseTo(0.5);
    steering.stick(0.1, 0.05);
    expect(steering.isMoving).toBe(false);
    steering.stick(0, 1);
    expect(directionOf(steering, 0).run).toBe(true);
  });

  it("turns left by positive angles, and lets everything go at once", () => {
    const steering = new Steering();
    steering.press("lookLeft");
    steering.press("forward");
    steering.press("run");
    expect(steering.lookRad(0.1)).toBeGreaterThan(0);
    steering.clear();
    expect(steering.lookRad(0.1)).toBe(0);
    expect(directionOf(steering, 0)).toMatchObject({ x: 0, z: 0, run: false });
  });
});
