import { describe, expect, it, vi } from "vitest";
import { runFrames, type FrameSource } from "./runFrames";

/** A renderer whose frames come when a test says so. */
class ManualFrames implements FrameSource {
  #callback: (() => void) | null = null;

  get isRunning(): boolean {
    return this.#callback !== null;
  }

  setAnimationLoop(callback: (() => void) | null): void {
    this.#callback = callback;
  }

  frame(): void {
    this.#callback?.();
  }
}

/** Whether it is done by now: everything that has been decided is told first. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await new Promise((told) => setTimeout(told));
  return done;
}

describe("runFrames", () => {
  it("is done once the first frame has been drawn, and not before", async () => {
    const frames = new ManualFrames();
    const draw = vi.fn();
    const first = runFrames(frames, draw);
    expect(await isDone(first)).toBe(false);
    frames.frame();
    expect(await isDone(first)).toBe(true);
    expect(draw).toHaveBeenCalledTimes(1);
  });

  it("draws every frame once", () => {
    const frames = new ManualFrames();
    const draw = vi.fn();
    void runFrames(frames, draw);
    for (let frame = 1; frame <= 3; frame += 1) {
      frames.frame();
      expect(draw).toHaveBeenCalledTimes(frame);
    }
  });

  it("says what the first frame failed at, and draws no other", async () => {
    const frames = new ManualFrames();
    const first = runFrames(frames, () => {
      throw new Error("no such shader");
    });
    frames.frame();
    await expect(first).rejects.toThrow("no such shader");
    expect(frames.isRunning).toBe(false);
  });
});
