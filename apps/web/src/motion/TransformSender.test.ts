import { beforeEach, describe, expect, it } from "vitest";
import type { Anim, Transform } from "../net/realtime/types";
import { makePose, type Pose } from "./Pose";
import { TransformSender } from "./TransformSender";

function pose(x = 0, anim: Anim = "walk", rotY = 0): Pose {
  return { ...makePose(), x, anim, rotY };
}

/** The times at which someone who moves steadily sends, at that many frames a second. */
function walk(sender: TransformSender, framesPerS: number, seconds: number): number[] {
  const times: number[] = [];
  for (let frame = 0; frame < framesPerS * seconds; frame++) {
    const ms = (1000 * frame) / framesPerS;
    if (sender.update(ms, pose(ms / 300), false) !== null) times.push(ms);
  }
  return times;
}

let sender: TransformSender;

beforeEach(() => {
  sender = new TransformSender();
});

describe("while moving", () => {
  it("sends the first pose at once", () => {
    expect(sender.update(0, pose(1), true)).toEqual<Transform>({
      x: 1,
      y: 0,
      z: 0,
      rotY: 0,
      anim: "walk",
      speaking: true,
    });
  });

  it.each([60, 75, 90, 144, 240])("sends 15 times a second at %i frames a second", (framesPerS) => {
    const sent = walk(sender, framesPerS, 10).length;
    expect(sent).toBeGreaterThanOrEqual(148);
    expect(sent).toBeLessThanOrEqual(151);
  });

  it("never sends more often than the session allows", () => {
    sender.setRate(5);
    expect(walk(sender, 60, 10).length).toBeLessThanOrEqual(51);
  });

  it("sends no more often than 15 Hz, whatever the session allows", () => {
    sender.setRate(20);
    expect(walk(sender, 60, 10).length).toBeLessThanOrEqual(151);
  });

  it("says nothing of a twitch", () => {
    sender.update(0, pose(), false);
    expect(sender.update(500, pose(0.0099, "walk", (0.99 * Math.PI) / 180), false)).toBeNull();
  });

  it("says it when it moved over a centimetre", () => {
    sender.update(0, pose(), false);
    expect(sender.update(500, pose(0.0101), false)).not.toBeNull();
  });

  it("says it when it turned over a degree, by the shortest arc", () => {
    sender.update(0, pose(0, "walk", Math.PI), false);
    expect(sender.update(500, pose(0, "walk", -Math.PI), false)).toBeNull();
    expect(sender.update(510, pose(0, "walk", -Math.PI + 0.018), false)).not.toBeNull();
  });
});

describe("at once", () => {
  it("says a start and a stop, beside the rate", () => {
    sender.update(0, pose(0, "idle"), false);
    expect(sender.update(10, pose(0.1, "walk"), false)).not.toBeNull();
    expect(sender.update(20, pose(0.2, "idle"), false)).toMatchObject({ x: 0.2, anim: "idle" });
  });

  it("says who speaks", () => {
    sender.update(0, pose(0, "idle"), false);
    expect(sender.update(5, pose(0, "idle"), true)).toMatchObject({ speaking: true });
  });

  it("says who sat down", () => {
    sender.update(0, pose(0, "idle"), false);
    expect(sender.update(5, pose(0.5, "idle"), false)).not.toBeNull();
  });

  it("leaves the rate as it is after a start", () => {
    sender.update(0, pose(0, "idle"), false);
    sender.update(30, pose(0.1, "walk"), false);
    expect(sender.update(80, pose(0.2, "walk"), false)).toBeNull();
    expect(sender.update(97, pose(0.3, "walk"), false)).not.toBeNull();
  });

  it("stays within the server's burst of 5 whatever nervous fingers do", () => {
    const times: number[] = [];
    for (let ms = 0; ms < 5_000; ms += 5) {
      const isOdd = ms % 10 === 5;
      if (sender.update(ms, pose(ms, isOdd ? "walk" : "idle"), isOdd) !== null) times.push(ms);
    }
    // The server's bucket for phones (§5): 15 a second after a burst of 5.
    let tokens = 5;
    times.forEach((ms, index) => {
      tokens = Math.min(5, tokens + ((ms - (times[index - 1] ?? 0)) * 15) / 1000) - 1;
      expect(tokens).toBeGreaterThanOrEqual(0);
    });
  });
});

describe("while still", () => {
  it("sends once a second", () => {
    sender.update(0, pose(0, "idle"), false);
    const times: number[] = [];
    for (let ms = 10; ms <= 5_000; ms += 10) {
      if (sender.update(ms, pose(0, "idle"), false) !== null) times.push(ms);
    }
    expect(times).toEqual([1_000, 2_000, 3_000, 4_000, 5_000]);
  });

  it("sends the last millimetres too", () => {
    sender.update(0, pose(0, "idle"), false);
    sender.update(500, pose(0.009, "idle"), false);
    expect(sender.update(1_000, pose(0.009, "idle"), false)).toMatchObject({ x: 0.009 });
  });
});

describe("after one that did not go out", () => {
  it("sends the newest pose as soon as the rate allows", () => {
    sender.update(0, pose(0, "idle"), false);
    sender.resend();
    expect(sender.update(10, pose(0, "idle"), false)).toBeNull();
    expect(sender.update(67, pose(0.004, "idle"), false)).toMatchObject({ x: 0.004 });
    expect(sender.update(140, pose(0.004, "idle"), false)).toBeNull();
  });
});
