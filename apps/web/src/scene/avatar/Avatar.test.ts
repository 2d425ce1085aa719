import { describe, expect, it } from "vitest";
import { makePose, type Pose } from "../../motion/Pose";
import { SEATS } from "../layout";
import { Avatar } from "./Avatar";
import { Joint } from "./joints";
import { LOOKS, lookOf } from "./looks";

const FRAME_S = 1 / 60;

function at(fields: Partial<Pose>): Pose {
  return { ...makePose(), ...fields };
}

function run(avatar: Avatar, pose: Pose, frames = 90, awayM = 2): boolean {
  let hasChanged = false;
  for (let frame = 0; frame < frames; frame++) {
    hasChanged = avatar.advance(pose, frame * FRAME_S, FRAME_S, awayM);
  }
  return hasChanged;
}

describe("Avatar", () => {
  it("sits down on the seat that it has, looking where the seat looks, and gets up to walk", () => {
    const seat = SEATS[3]!;
    const avatar = new Avatar("guest-1", "fern", false, at({ x: seat.x, z: seat.z }));
    avatar.seatId = seat.id;
    run(avatar, at({ x: seat.x, z: seat.z, rotY: 0.3, y: 0.4 }));
    expect(avatar.isSitting).toBe(true);
    expect(avatar.rotY).toBeCloseTo(seat.rotY, 2);
    expect(avatar.y).toBeCloseTo(0, 2);
    expect(avatar.joints[Joint.LEG_LEFT]).toBeGreaterThan(1);
    run(avatar, at({ x: seat.x, z: seat.z, anim: "walk", speedMps: 2 }));
    expect(avatar.isSitting).toBe(false);
  });

  it("stands where a seat is another's, until it is its own", () => {
    const seat = SEATS[3]!;
    const pose = at({ x: seat.x, z: seat.z });
    const avatar = new Avatar("guest-1", "fern", false, pose);
    run(avatar, pose);
    expect(avatar.isSitting).toBe(false);
    avatar.seatId = SEATS[4]!.id;
    run(avatar, pose);
    expect(avatar.isSitting).toBe(false);
    avatar.seatId = seat.id;
    run(avatar, pose);
    expect(avatar.isSitting).toBe(true);
  });

  it("stands where there is no seat", () => {
    const avatar = new Avatar("guest-1", "fern", false, at({ z: 7 }));
    run(avatar, at({ z: 7 }));
    expect(avatar.isSitting).toBe(false);
    expect(Math.abs(avatar.joints[Joint.LEG_LEFT]!)).toBeLessThan(0.05);
  });

  it("moves its legs with what is drawn, not with what is claimed", () => {
    const avatar = new Avatar("guest-1", "fern", false, at({}));
    run(avatar, at({ anim: "walk", speedMps: 0 }));
    expect(Math.abs(avatar.joints[Joint.LEG_LEFT]!)).toBeLessThan(0.05);
    const pose = at({ anim: "walk", speedMps: 3 });
    let most = 0;
    for (let frame = 0; frame < 90; frame++) {
      pose.z += 3 * FRAME_S;
      avatar.advance(pose, frame * FRAME_S, FRAME_S, 2);
      most = Math.max(most, Math.abs(avatar.joints[Joint.LEG_LEFT]!));
    }
    expect(most).toBeGreaterThan(0.4);
  });

  it("waves and dances as it is told", () => {
    const avatar = new Avatar("guest-1", "fern", false, at({}));
    run(avatar, at({ anim: "wave" }));
    expect(avatar.joints[Joint.ARM_RIGHT]).toBeGreaterThan(2.5);
    run(avatar, at({ anim: "dance" }));
    expect(avatar.joints[Joint.BREATH]).toBeCloseTo(0, 1);
    expect(avatar.joints[Joint.RISE]).toBeLessThan(0.01);
    expect(Math.abs(avatar.joints[Joint.TWIST]!)).toBeGreaterThan(0.01);
  });

  it("rests between poses when it is far and still", () => {
    const avatar = new Avatar("guest-1", "fern", false, at({}));
    const pose = at({});
    let poses = 0;
    for (let frame = 0; frame < 60; frame++) {
      if (avatar.advance(pose, frame * FRAME_S, FRAME_S, 60)) poses++;
    }
    expect(poses).toBeGreaterThanOrEqual(4);
    expect(poses).toBeLessThanOrEqual(6);
  });
});

describe("lookOf", () => {
  it("knows eight looks, and gives unknown ids always the same one of them", () => {
    expect(new Set(LOOKS.map(({ id }) => id)).size).toBe(8);
    for (const look of LOOKS) expect(lookOf(look.id)).toBe(look);
    expect(lookOf("default")).toBe(lookOf("default"));
    expect(LOOKS).toContain(lookOf("someone else's 🎩"));
  });
});
