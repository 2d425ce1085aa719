import { describe, expect, it } from "vitest";
import { BLEND_MAX_M, INTERVAL_MAX_MS, SNAP_DISTANCE_M } from "../net/realtime/constants";
import type { Anim } from "../net/realtime/types";
import { shortestArc } from "./angles";
import { makePose, type Pose } from "./Pose";
import { SnapshotBuffer } from "./SnapshotBuffer";

const INTERVAL_MS = 1000 / 15;
const FRAME_MS = 1000 / 60;

interface Sample {
  readonly ts: number;
  readonly x: number;
  readonly z?: number;
  readonly rotY?: number;
  readonly anim?: Anim;
  readonly latenessMs?: number;
}

/** Draws a buffer frame after frame on a server time that just runs. */
class Screen {
  readonly buffer = new SnapshotBuffer();
  nowMs = 0;

  push({ ts, x, z = 0, rotY = 0, anim = "walk", latenessMs = 0 }: Sample): void {
    this.buffer.push(ts, x, 0, z, rotY, anim, latenessMs);
  }

  draw(forMs: number): Pose[] {
    const frames: Pose[] = [];
    for (const endMs = this.nowMs + forMs; endMs - this.nowMs > 1e-6;) {
      const beforeMs = this.nowMs;
      this.nowMs = Math.min(endMs, beforeMs + FRAME_MS);
      frames.push(this.buffer.sample(this.nowMs, (this.nowMs - beforeMs) / 1000, makePose()));
    }
    return frames;
  }

  /** A steady walk along x at 3 m/s, as it comes over a punctual line. */
  walk(seconds: number): Pose[] {
    const frames: Pose[] = [];
    for (let index = 0; index < seconds * 15; index++) {
      this.push({ ts: this.nowMs, x: (3 * this.nowMs) / 1000 });
      frames.push(...this.draw(INTERVAL_MS));
    }
    return frames;
  }
}

function last(frames: readonly Pose[]): Pose {
  return frames.at(-1)!;
}

/** Metres from frame to frame along x. */
function stepsOf(frames: readonly Pose[]): number[] {
  return frames.slice(1).map((frame, index) => frame.x - frames[index]!.x);
}

describe("between samples", () => {
  it("draws nothing before the first sample", () => {
    const target = { ...makePose(), x: 42 };
    expect(new SnapshotBuffer().sample(0, 0.016, target)).toBe(target);
    expect(target.x).toBe(42);
  });

  it("draws a steady walk steadily", () => {
    const steps = stepsOf(new Screen().walk(4).slice(60));
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(0.005);
  });

  it("runs the buffer behind, the spring included", () => {
    const screen = new Screen();
    const { x } = last(screen.walk(6));
    const lagMs = screen.nowMs - (x / 3) * 1000;
    expect(lagMs).toBeCloseTo(screen.buffer.delayMs - FRAME_MS / 2, -1);
  });

  it("turns by the shortest arc, and says where in ±π", () => {
    const screen = new Screen();
    screen.push({ ts: 0, x: 0, rotY: Math.PI - 0.2 });
    screen.push({ ts: 100, x: 0, rotY: -Math.PI + 0.2 });
    for (const { rotY } of screen.draw(500)) {
      expect(Math.abs(shortestArc(Math.PI, rotY))).toBeLessThanOrEqual(0.2 + 1e-9);
      expect(Math.abs(rotY)).toBeLessThanOrEqual(Math.PI);
    }
  });

  it("drops a sample that is not newer than the last", () => {
    const screen = new Screen();
    screen.push({ ts: 100, x: 1, anim: "idle" });
    screen.push({ ts: 100, x: 2, anim: "idle" });
    screen.push({ ts: 50, x: 2.5, anim: "idle" });
    expect(last(screen.draw(1_000)).x).toBe(1);
  });

  it("begins a walk when it began, not when the pause did", () => {
    const screen = new Screen();
    screen.push({ ts: 0, x: 0, anim: "idle" });
    screen.draw(1_000);
    screen.push({ ts: 1_100, x: 0.2 });
    screen.push({ ts: 1_166, x: 0.4 });
    for (const { x } of screen.draw(30)) expect(x).toBeCloseTo(0, 9);
  });
});

describe("beyond the last sample", () => {
  it("lets a walker go on, ever slower, for 250 ms", () => {
    const screen = new Screen();
    screen.walk(2);
    const lastM = (3 * (screen.nowMs - INTERVAL_MS)) / 1000;
    const frames = screen.draw(2_000);
    expect(last(frames).x).toBeCloseTo(lastM + 3 * 0.175, 2);
    const steps = stepsOf(frames);
    for (let index = 1; index < steps.length; index++) {
      expect(steps[index]!).toBeLessThanOrEqual(steps[index - 1]! + 1e-3);
    }
    expect(last(frames).anim).toBe("idle");
  });

  it.each(["idle", "dance", "wave"] as const)("guesses nothing of who is in %s", (anim) => {
    const screen = new Screen();
    screen.push({ ts: 0, x: 0, anim });
    screen.push({ ts: 66, x: 0.2, anim });
    expect(last(screen.draw(1_000)).x).toBeCloseTo(0.2, 6);
  });

  it("does not go on with a teleport", () => {
    const screen = new Screen();
    screen.push({ ts: 0, x: 0 });
    screen.push({ ts: 66, x: 10 });
    expect(last(screen.draw(1_000)).x).toBe(10);
  });

  it("lets a wrong guess fade", () => {
    const screen = new Screen();
    screen.walk(2);
    const guess = last(screen.draw(400));
    const stopM = (3 * (screen.nowMs - 400 - INTERVAL_MS)) / 1000;
    screen.push({ ts: screen.nowMs - 390, x: stopM, anim: "idle", latenessMs: 300 });
    const frames = screen.draw(1_500);
    for (const step of stepsOf([guess, ...frames])) expect(Math.abs(step)).toBeLessThan(0.06);
    expect(last(frames).x).toBeCloseTo(stopM, 2);
    expect(frames.some(({ snapped }) => snapped)).toBe(false);
  });
});

describe("snapping", () => {
  it("jumps to a truth over 3 m away", () => {
    const screen = new Screen();
    screen.walk(2);
    screen.draw(600);
    screen.push({ ts: screen.nowMs - 100, x: 100, anim: "idle" });
    const [frame] = screen.draw(FRAME_MS);
    expect(frame).toMatchObject({ x: 100, snapped: true, speedMps: 0 });
  });

  it("fades a truth just under 3 m away", () => {
    const screen = new Screen();
    screen.push({ ts: 0, x: 0, anim: "idle" });
    screen.draw(500);
    screen.push({ ts: 100, x: SNAP_DISTANCE_M - 0.01, anim: "idle" });
    expect(screen.draw(FRAME_MS)[0]).toMatchObject({ snapped: false });
    expect(last(screen.draw(2_000)).x).toBeCloseTo(SNAP_DISTANCE_M - 0.01, 3);
  });

  it("shows a teleport at one place or the other", () => {
    const screen = new Screen();
    screen.push({ ts: 0, x: 0, anim: "idle" });
    screen.push({ ts: 66, x: 10, anim: "idle" });
    const frames = screen.draw(600);
    expect(new Set(frames.map(({ x }) => x))).toEqual(new Set([0, 10]));
    expect(frames.filter(({ snapped }) => snapped)).toHaveLength(2);
  });

  it("sweeps nobody through a long frame", () => {
    const screen = new Screen();
    screen.push({ ts: 0, x: 0, anim: "idle" });
    screen.draw(500);
    screen.push({ ts: 550, x: 4, anim: "idle" });
    const pose = makePose();
    for (let frame = 1; frame <= 5; frame++) {
      screen.buffer.sample(screen.nowMs + 100 * frame, 1 / 30, pose);
      expect([0, 4]).toContain(pose.x);
    }
    expect(pose.x).toBe(4);
  });

  it("is there at once after a reset", () => {
    const screen = new Screen();
    screen.walk(1);
    screen.buffer.reset(-5, 0, 2, 1, "idle");
    expect(screen.draw(FRAME_MS)[0]).toMatchObject({ x: -5, z: 2, rotY: 1, snapped: true });
    expect(screen.draw(FRAME_MS)[0]).toMatchObject({ x: -5, snapped: false });
  });

  it("walks off from where a reset without a time put it", () => {
    const screen = new Screen();
    screen.nowMs = 5_000;
    screen.buffer.reset(1, 0, 0, 0, "walk");
    screen.draw(500);
    screen.push({ ts: screen.nowMs, x: 1.2 });
    const frames = screen.draw(1_000);
    for (const { x } of frames) expect(x).toBeGreaterThanOrEqual(1);
    expect(last(frames).x).toBeGreaterThan(1.19);
  });
});

describe("legs", () => {
  it("walk while the body does", () => {
    const screen = new Screen();
    screen.push({ ts: 0, x: 0, anim: "idle" });
    const before = screen.draw(500);
    const walking = screen.walk(1);
    screen.push({ ts: screen.nowMs, x: 4.5, anim: "idle" });
    const after = screen.draw(2_000);
    expect(new Set(before.map(({ anim }) => anim))).toEqual(new Set(["idle"]));
    expect(last(walking).anim).toBe("walk");
    expect(last(after).anim).toBe("idle");
    for (const { anim, speedMps } of [...walking, ...after]) {
      if (speedMps > 0.3) expect(anim).toBe("walk");
      if (speedMps < 0.15) expect(anim).toBe("idle");
    }
  });

  it.each(["dance", "wave"] as const)("keep to the %s whatever the body does", (anim) => {
    const screen = new Screen();
    for (let ts = 0; ts < 1_000; ts += 66) screen.push({ ts, x: ts / 1_000, anim });
    for (const frame of screen.draw(900)) expect(frame.anim).toBe(anim);
  });
});

/** mulberry32: the same wild members in every run. */
function randomFrom(seed: number): (least: number, most: number) => number {
  let state = seed;
  return (least, most) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return least + (most - least) * (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32);
  };
}

/** Pushes of every kind: late, far, reversed, from before; and clocks that jump. */
function torment(seed: number, gapMaxMs: number, check: (pose: Pose, buffer: SnapshotBuffer) => void): void {
  const random = randomFrom(seed);
  const screen = new Screen();
  const reachM = random(0, 1) < 0.5 ? 10_000 : 2;
  const pose = makePose();
  for (let act = 0, ts = 0; act < 200; act++) {
    const kind = random(0, 1);
    const anim = (["idle", "walk", "dance", "wave"] as const)[Math.floor(random(0, 4))]!;
    const x = random(-reachM, reachM);
    if (kind < 0.45) {
      ts += random(-100, gapMaxMs);
      screen.push({ ts, x, z: -x, rotY: random(-1e6, 1e6), anim, latenessMs: random(0, 3_000) });
    } else if (kind < 0.97) {
      screen.nowMs += random(-20, 400);
      screen.buffer.sample(screen.nowMs, random(0, 1 / 30), pose);
      if (act > 20) check(pose, screen.buffer);
    } else screen.buffer.reset(x, 0, x, 0, anim, kind < 0.98 ? ts : undefined);
  }
}

describe("whatever comes", () => {
  it("draws numbers, and never walks backwards in time but for a reset", () => {
    for (let seed = 1; seed <= 80; seed++) {
      let beforeMs = -Infinity;
      torment(seed, INTERVAL_MAX_MS, (pose, buffer) => {
        const { x, y, z, rotY, speedMps } = pose;
        for (const value of [x, y, z, rotY, speedMps]) expect(Number.isFinite(value)).toBe(true);
        if (!pose.snapped) expect(buffer.playheadMs).toBeGreaterThanOrEqual(beforeMs);
        beforeMs = buffer.playheadMs;
        expect(buffer.delayMs).toBeGreaterThanOrEqual(100);
        expect(buffer.delayMs).toBeLessThanOrEqual(200);
      });
    }
  });

  it("moves no more than the threshold in a frame that is no snap", () => {
    for (let seed = 1; seed <= 80; seed++) {
      const before = makePose();
      let isFirst = true;
      torment(seed, INTERVAL_MAX_MS, (pose) => {
        const stepM = Math.hypot(pose.x - before.x, pose.z - before.z);
        // Both ends are within the threshold of what the samples say, which moves no more than that.
        if (!isFirst && !pose.snapped) expect(stepM).toBeLessThanOrEqual(3 * SNAP_DISTANCE_M);
        isFirst = false;
        Object.assign(before, pose);
      });
    }
  });

  it("draws numbers where samples are sparse too, and sweeps nobody through the room", () => {
    for (let seed = 1; seed <= 80; seed++) {
      const before = makePose();
      let isFirst = true;
      torment(seed, 2_500, (pose, buffer) => {
        const { x, y, z, rotY, speedMps } = pose;
        for (const value of [x, y, z, rotY, speedMps]) expect(Number.isFinite(value)).toBe(true);
        expect(buffer.delayMs).toBeGreaterThanOrEqual(100);
        const stepM = Math.hypot(x - before.x, z - before.z);
        if (!isFirst && !pose.snapped) expect(stepM).toBeLessThanOrEqual(BLEND_MAX_M + 3 * SNAP_DISTANCE_M);
        isFirst = false;
        Object.assign(before, pose);
      });
    }
  });
});

/** Somebody who walks along x at 3 m/s, told of every so often, from one motion time to another. */
function stroll(screen: Screen, everyMs: number, forMs: number): Pose[] {
  const frames: Pose[] = [];
  for (const endMs = screen.nowMs + forMs; screen.nowMs < endMs - 1;) {
    screen.push({ ts: screen.nowMs, x: (3 * screen.nowMs) / 1000 });
    frames.push(...screen.draw(everyMs));
  }
  return frames;
}

describe("sparse samples", () => {
  it.each([1000 / 3, 500, 2_000])("are drawn as an even walk where they come every %f ms", (everyMs) => {
    const screen = new Screen();
    stroll(screen, everyMs, 6 * everyMs);
    for (const step of stepsOf(stroll(screen, everyMs, 12_000))) {
      expect(step / FRAME_MS).toBeCloseTo(0.003, 4);
    }
  });

  it.each([1000 / 3, 2_000])("cost little more than the interval in delay, %f ms", (everyMs) => {
    const screen = new Screen();
    stroll(screen, everyMs, 16_000);
    expect(screen.buffer.delayMs).toBeGreaterThan(everyMs - 1);
    const { x } = last(screen.draw(FRAME_MS));
    expect(screen.nowMs - (x / 3) * 1000).toBeLessThan(everyMs + 100);
  });

  it.each([1000 / 3, 2_000])("slow nobody down below half when full rate becomes %f ms", (everyMs) => {
    const screen = new Screen();
    stroll(screen, INTERVAL_MS, 4_000);
    // Until it is known that no more come, the guess ends as any does.
    stroll(screen, everyMs, everyMs);
    const steps = stepsOf(stroll(screen, everyMs, 8_000));
    expect(Math.min(...steps) / FRAME_MS).toBeGreaterThan(0.0013);
    expect(Math.max(...steps) / FRAME_MS).toBeLessThan(0.0045);
  });

  it.each([1000 / 3, 2_000])("go over into full rate without a jump, 150 ms long, from %f ms", (everyMs) => {
    const [screen, near] = [new Screen(), new Screen()];
    stroll(screen, everyMs, 12_000);
    stroll(near, INTERVAL_MS, 12_000);
    const behindM = last(near.draw(1)).x - last(screen.draw(1)).x;
    // Three samples say that it is full rate: two gaps between them.
    const waiting = stroll(screen, INTERVAL_MS, 2 * INTERVAL_MS);
    stroll(near, INTERVAL_MS, 2 * INTERVAL_MS);
    const over = [...waiting.slice(-1), ...stroll(screen, INTERVAL_MS, 150)];
    const there = stroll(near, INTERVAL_MS, 150);
    expect(over.every(({ snapped }) => !snapped)).toBe(true);
    const most = ((behindM + 0.5) / 150) * 1.5 + 0.006;
    for (const step of stepsOf(over)) expect(step).toBeLessThan(most * FRAME_MS);
    expect(Math.abs(last(over).x - last(there).x)).toBeLessThan(0.05);
  });

  it("snap to somebody who was put elsewhere meanwhile", () => {
    const screen = new Screen();
    stroll(screen, 2_000, 12_000);
    screen.push({ ts: screen.nowMs, x: 100, anim: "idle" });
    expect(last(screen.draw(FRAME_MS))).toMatchObject({ x: 100, snapped: true });
  });
});
