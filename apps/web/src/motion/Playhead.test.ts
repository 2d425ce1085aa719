import { describe, expect, it } from "vitest";
import { BUFFER_MAX_MS, BUFFER_MIN_MS } from "../net/realtime/constants";
import { PLAYHEAD_JUMP_MS, SLEW_MAX, SPARSE_SLEW_MAX } from "../net/realtime/constants";
import { Playhead } from "./Playhead";

const FRAME_MS = 1000 / 60;

/** One frame at full rate; how long it was. */
function frame(playhead: Playhead, nowMs: number, dtMs: number, wantedMs: number): number {
  const stepMs = playhead.step(nowMs, dtMs);
  if (stepMs > 0) playhead.advance(stepMs, wantedMs);
  return stepMs;
}

/** A playhead that has run for so long on a steady clock; the server's time then. */
function run(playhead: Playhead, fromMs: number, forMs: number, wantedMs: number): number {
  let nowMs = fromMs;
  for (const endMs = fromMs + forMs; nowMs < endMs; nowMs += FRAME_MS) {
    frame(playhead, nowMs, FRAME_MS, wantedMs);
  }
  return nowMs;
}

describe("Playhead", () => {
  it("begins the least delay in the past", () => {
    const playhead = new Playhead();
    expect(frame(playhead, 5_000, FRAME_MS, 0)).toBe(0);
    expect(playhead.ms).toBe(5_000 - BUFFER_MIN_MS);
  });

  it("runs as fast as time does", () => {
    const playhead = new Playhead();
    const endMs = run(playhead, 0, 2_000, 0);
    expect(playhead.ms).toBeCloseTo(endMs - FRAME_MS - BUFFER_MIN_MS, 6);
  });

  it("keeps the delay within 100 to 200 ms", () => {
    const [thin, deep] = [new Playhead(), new Playhead()];
    run(thin, 0, 10_000, 3);
    run(deep, 0, 10_000, 3_000);
    expect(thin.delayMs).toBeCloseTo(BUFFER_MIN_MS);
    expect(deep.delayMs).toBeCloseTo(BUFFER_MAX_MS);
  });

  it("deepens faster than it thins", () => {
    const playhead = new Playhead();
    const risenMs = run(playhead, 0, 1_000, BUFFER_MAX_MS);
    expect(playhead.delayMs).toBeGreaterThan(190);
    run(playhead, risenMs, 4_000, 0);
    expect(playhead.delayMs).toBeGreaterThan(140);
  });

  it("makes up for a shift of the clock by 8 % at most", () => {
    const playhead = new Playhead();
    let nowMs = run(playhead, 0, 1_000, 0) + 60;
    for (let count = 0; count < 200; count++, nowMs += FRAME_MS) {
      const beforeMs = playhead.ms;
      frame(playhead, nowMs, FRAME_MS, 0);
      expect(playhead.ms - beforeMs).toBeLessThanOrEqual(FRAME_MS * (1 + SLEW_MAX) + 1e-9);
    }
    expect(playhead.ms).toBeCloseTo(nowMs - FRAME_MS - BUFFER_MIN_MS, 3);
  });

  it("jumps where it is too far behind", () => {
    const playhead = new Playhead();
    const nowMs = run(playhead, 0, 1_000, 0) + PLAYHEAD_JUMP_MS + 100;
    frame(playhead, nowMs, FRAME_MS, 0);
    expect(playhead.ms).toBe(nowMs - BUFFER_MIN_MS);
  });

  it("waits where it is too far ahead, and never goes back", () => {
    const playhead = new Playhead();
    const nowMs = run(playhead, 0, 1_000, 0);
    const beforeMs = playhead.ms;
    frame(playhead, nowMs - 2 * PLAYHEAD_JUMP_MS, FRAME_MS, 0);
    expect(playhead.ms).toBe(beforeMs);
  });

  it("believes the clock where the frame loop has capped a long frame", () => {
    const playhead = new Playhead();
    const nowMs = run(playhead, 0, 1_000, 0);
    frame(playhead, nowMs + 100 - FRAME_MS, 1000 / 30, 0);
    expect(playhead.ms).toBeCloseTo(nowMs + 100 - FRAME_MS - BUFFER_MIN_MS, 6);
  });

  it("begins anew after a reset, and keeps what it has learnt of the line", () => {
    const playhead = new Playhead();
    run(playhead, 0, 5_000, BUFFER_MAX_MS);
    playhead.reset();
    frame(playhead, 90_000, FRAME_MS, BUFFER_MAX_MS);
    expect(playhead.ms).toBeCloseTo(90_000 - BUFFER_MAX_MS, 0);
  });

  it("gets as deep as sparse samples need, at half its speed at worst", () => {
    const playhead = new Playhead();
    let nowMs = run(playhead, 0, 1_000, 0);
    for (const endMs = nowMs + 4_000; nowMs < endMs; nowMs += FRAME_MS) {
      const beforeMs = playhead.ms;
      playhead.advance(playhead.step(nowMs, FRAME_MS), 450, true);
      expect(playhead.ms - beforeMs).toBeGreaterThanOrEqual(FRAME_MS * (1 - SPARSE_SLEW_MAX) - 1e-9);
    }
    expect(nowMs - FRAME_MS - playhead.ms).toBeCloseTo(450, 0);
  });

  it("walks to a moment at the speed that is there in time, and waits there", () => {
    const playhead = new Playhead();
    const nowMs = run(playhead, 0, 1_000, 0);
    const fromMs = playhead.ms;
    for (let leftMs = 1_000; leftMs > 0; leftMs -= 10) {
      playhead.walk(playhead.step(nowMs + 1_000 - leftMs + 10, 10), fromMs + 500, leftMs);
      expect(playhead.ms).toBeCloseTo(fromMs + (500 * (1_010 - leftMs)) / 1_000, 6);
    }
    playhead.walk(10, fromMs + 500, -10);
    expect(playhead.ms).toBe(fromMs + 500);
  });
});
