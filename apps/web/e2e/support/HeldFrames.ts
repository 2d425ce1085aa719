import { expect, type Page } from "@playwright/test";
import type { Guest } from "./Guest";

declare global {
  interface Window {
    __frames: { isRoomWanted(): boolean; release(): void };
  }
}

/** Keeps a page's frames back until it is let draw: on a slow machine the first one takes seconds. */
export class HeldFrames {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  static async of({ page }: Guest): Promise<HeldFrames> {
    await page.evaluate(() => {
      const wanted: [FrameRequestCallback, isRoom: boolean][] = [];
      const request = window.requestAnimationFrame.bind(window);
      window.requestAnimationFrame = (callback) =>
        wanted.push([callback, /three/.test(new Error().stack ?? "")]);
      window.__frames = {
        isRoomWanted: () => wanted.some(([, isRoom]) => isRoom),
        release: () => {
          window.requestAnimationFrame = request;
          for (const [callback] of wanted) request(callback);
        },
      };
    });
    return new HeldFrames(page);
  }

  /** The room is ready, and waits for its first frame. */
  async areWanted(): Promise<void> {
    await expect
      .poll(() => this.#page.evaluate(() => window.__frames.isRoomWanted()), { timeout: 60_000 })
      .toBe(true);
  }

  async release(): Promise<void> {
    await this.#page.evaluate(() => window.__frames.release());
  }
}
