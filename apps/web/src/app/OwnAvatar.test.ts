import { describe, expect, it } from "vitest";
import { PathFinder } from "../input/PathFinder";
import { Steering } from "../input/Steering";
import type { Spot } from "../motion/OwnMotion";
import { collide, WALKER_RADIUS_M } from "../scene/collision";
import { BENCH, SEATS, seatAt } from "../scene/layout";
import { BAR } from "../venue/bar";
import { obstaclesOf } from "../venue/obstacles";
import { Walkable } from "../venue/Walkable";
import { OwnAvatar } from "./OwnAvatar";

const FRAME_S = 1 / 60;
const INWARD = Math.PI;

/** One in the bar, at the door, and one whom others can walk to. */
function arrive(other: Spot = { x: 5, z: 0 }) {
  const steering = new Steering();
  const ways = new PathFinder(new Walkable(obstaclesOf(BAR), WALKER_RADIUS_M));
  const avatar = new OwnAvatar(steering, collide, ways, (userId, out) => {
    if (userId !== "other") return false;
    Object.assign(out, other);
    return true;
  });
  avatar.motion.place(0, 0, 6, INWARD);
  const run = (seconds: number): void => {
    for (let passed = 0; passed < seconds; passed += FRAME_S) avatar.step(INWARD, FRAME_S);
  };
  return { steering, avatar, other, run };
}

describe("OwnAvatar", () => {
  it("walks inward from the door with the forward key, and stands when it is let go", () => {
    const { steering, avatar, run } = arrive();
    steering.press("forward");
    run(1);
    expect(avatar.pose.anim).toBe("walk");
    expect(avatar.pose.z).toBeLessThan(3.5);
    steering.release("forward");
    run(0.3);
    expect(avatar.pose.anim).toBe("idle");
  });

  it("walks to a place that was clicked, until a key says otherwise", () => {
    const { steering, avatar, run } = arrive();
    avatar.walkTo(6, 6);
    expect(avatar.target).toEqual({ x: 6, z: 6 });
    run(4);
    expect(Math.hypot(avatar.pose.x - 6, avatar.pose.z - 6)).toBeLessThan(0.25);
    avatar.walkTo(-6, 7);
    steering.press("left");
    run(0.1);
    expect(avatar.target).toBeNull();
  });

  it("sits down on a seat, looks where it looks, and stands up with any move key", () => {
    const { steering, avatar, run } = arrive();
    const seat = SEATS[0]!;
    avatar.sit(seat);
    run(12);
    expect(avatar.seat).toBeNull();
    expect(avatar.seatWanted).toBe(seat);
    avatar.give(seat.id);
    run(0.1);
    expect(avatar.seat?.id).toBe(seat.id);
    expect(avatar.pose).toMatchObject({ x: seat.x, z: seat.z, anim: "idle" });
    expect(Math.cos(avatar.pose.rotY - seat.rotY)).toBeCloseTo(1);
    steering.press("right");
    run(0.5);
    expect(avatar.seat).toBeNull();
    expect(avatar.pose.anim).toBe("walk");
  });

  it("sits still where it comes back to a seat, and gets up from there to dance", () => {
    const { avatar, run } = arrive();
    const bench = SEATS.find(({ id }) => id === "bench-3")!;
    avatar.arrive(bench.x, 0, bench.z, bench.rotY);
    expect(avatar.seat?.id).toBe(bench.id);
    avatar.gesture("dance");
    run(0.1);
    expect(avatar.seat).toBeNull();
    expect(avatar.pose.x).toBeGreaterThan(BENCH.maxX);
  });

  it.each([
    ["wave", "wave"],
    ["dance", "dance"],
  ])("does with its body what the emote %s says, for some seconds", (emoteId, anim) => {
    const { avatar, run } = arrive();
    avatar.emote(emoteId);
    run(1);
    expect(avatar.pose.anim).toBe(anim);
    run(10);
    expect(avatar.pose.anim).toBe("idle");
  });

  it("goes on dancing for as long as it wants where the emote comes in between", () => {
    const { avatar, run } = arrive();
    avatar.gesture("dance");
    avatar.emote("dance");
    run(30);
    expect(avatar.pose.anim).toBe("dance");
  });

  it("does nothing with its body for an emote that only a face shows", () => {
    const { avatar, run } = arrive();
    avatar.emote("heart");
    run(0.1);
    expect(avatar.pose.anim).toBe("idle");
  });

  it.each(SEATS.map((seat) => [seat.id, seat] as const))(
    "gets up from %s to where nobody is drawn sitting",
    (_id, seat) => {
      const { avatar, run } = arrive();
      avatar.arrive(seat.x, 0, seat.z, seat.rotY);
      avatar.leaveSeat();
      run(3);
      expect(avatar.seat).toBeNull();
      expect(seatAt(avatar.pose.x, avatar.pose.z)).toBeNull();
    },
  );

  it("can wave from a seat, and stands up to dance", () => {
    const { avatar, run } = arrive();
    avatar.give(SEATS[0]!.id);
    avatar.sit(SEATS[0]!);
    run(12);
    avatar.gesture("wave");
    run(0.1);
    expect(avatar.pose.anim).toBe("wave");
    expect(avatar.seat).not.toBeNull();
    avatar.gesture("dance");
    run(0.1);
    expect(avatar.pose.anim).toBe("dance");
    expect(avatar.seat).toBeNull();
  });

  it("dances until it moves or is asked not to, and waves only for a while", () => {
    const { steering, avatar, run } = arrive();
    avatar.gesture("dance");
    run(20);
    expect(avatar.isDancing).toBe(true);
    avatar.gesture("dance");
    expect(avatar.isDancing).toBe(false);
    avatar.gesture("dance");
    steering.press("back");
    run(0.1);
    expect(avatar.isDancing).toBe(false);
    steering.release("back");
    avatar.gesture("wave");
    run(0.5);
    expect(avatar.pose.anim).toBe("wave");
    run(3);
    expect(avatar.pose.anim).toBe("idle");
  });

  it("walks to somebody's side and looks at them", () => {
    const { avatar, other, run } = arrive();
    expect(avatar.walkToMember("other")).toBe(true);
    run(6);
    const away = Math.hypot(other.x - avatar.pose.x, other.z - avatar.pose.z);
    expect(away).toBeGreaterThan(0.6);
    expect(away).toBeLessThan(1.4);
    const heading = Math.atan2(other.x - avatar.pose.x, other.z - avatar.pose.z);
    expect(Math.cos(avatar.pose.rotY - heading)).toBeGreaterThan(0.98);
  });

  it("follows somebody who walks on", () => {
    const { avatar, other, run } = arrive();
    avatar.walkToMember("other");
    run(1);
    other.x = 8;
    other.z = 6;
    run(7);
    expect(Math.hypot(other.x - avatar.pose.x, other.z - avatar.pose.z)).toBeLessThan(1.6);
  });

  it("goes nowhere for somebody whom nobody sees", () => {
    const { avatar } = arrive();
    expect(avatar.walkToMember("stranger")).toBe(false);
    expect(avatar.target).toBeNull();
  });

  it.each([30, 60, 144])("gets to every seat from where one comes in, in %i steps a second", (rateHz) => {
    const spawns = BAR.spawns.filter((_, index) => index % 5 === 0);
    expect(spawns.length * SEATS.length).toBeGreaterThan(100);
    for (const { x, z, rotY } of spawns) {
      for (const seat of SEATS) {
        const { avatar } = arrive();
        avatar.arrive(x, 0, z, rotY);
        avatar.give(seat.id);
        avatar.sit(seat);
        for (let step = 0; step < 15 * rateHz && avatar.seat === null; step++) {
          avatar.step(INWARD, 1 / rateHz);
        }
        expect(avatar.seat?.id, `from ${String(x)}, ${String(z)}`).toBe(seat.id);
      }
    }
  });
});
