import { expect, type BrowserContext, type Locator, type Page } from "@playwright/test";
import type { DebugState } from "../../src/app/debug";
import type { WorldStats } from "../../src/scene/types";
import { Troubles } from "./Troubles";

/** Below this two places are the same: what the specification allows. */
export const SAME_PLACE_M = 0.05;
/** Longer than a frame that is drawn in software. */
const STILL_MS = 400;
const STILL_COUNT = 3;

/** Somebody as a page draws them. */
export type Drawn = ReturnType<DebugState["members"]>[number];

/** One person at one page: what they do, and what they see. */
export class Guest {
  readonly page: Page;
  readonly troubles: Troubles;
  readonly #url: string;

  constructor(page: Page, url: string) {
    this.page = page;
    this.#url = url;
    this.troubles = new Troubles(page);
  }

  get context(): BrowserContext {
    return this.page.context();
  }

  /** The messages of the chat. */
  get log(): Locator {
    return this.page.getByRole("log", { name: "Messages" });
  }

  get chatField(): Locator {
    return this.page.getByRole("textbox", { name: "Say something" });
  }

  get canvas(): Locator {
    return this.page.locator("canvas.room");
  }

  /** Up to the door. */
  async arrive(path = "/", query = ""): Promise<void> {
    await this.page.goto(`${this.#url}${path}?debug${query}`);
    await expect(this.page.getByRole("heading", { level: 1 })).toBeVisible();
  }

  /** Through the door, until they are inside. */
  async enter(name: string, query = ""): Promise<void> {
    await this.arrive("/", query);
    await this.knock(name);
    await this.inside();
  }

  /** At the door: give a name and walk in, whatever comes then. */
  async knock(name: string): Promise<void> {
    await this.page.getByRole("textbox", { name: "Your name" }).fill(name);
    await this.page.getByRole("button", { name: "Walk in" }).click();
  }

  async inside(): Promise<void> {
    await expect.poll(() => this.state(), { timeout: 60_000 }).toBe("joined");
    await expect(this.page.locator(".veil")).toHaveCount(0, { timeout: 60_000 });
    await expect.poll(() => this.page.evaluate(() => window.__virtubar?.me() != null)).toBe(true);
  }

  state(): Promise<string> {
    return this.page.evaluate(() => {
      const status = window.__virtubar?.status() as { state?: string } | undefined;
      return status?.state ?? "absent";
    });
  }

  async me(): Promise<Drawn> {
    const me = await this.page.evaluate(() => window.__virtubar?.me() ?? null);
    if (me === null) throw new Error("Nobody is drawn here.");
    return me;
  }

  members(): Promise<readonly Drawn[]> {
    return this.page.evaluate(() => window.__virtubar?.members() ?? []);
  }

  /** Somebody as this page draws them, by name. */
  async sees(name: string): Promise<Drawn | null> {
    return (await this.members()).find(({ displayName }) => displayName === name) ?? null;
  }

  async names(): Promise<string[]> {
    return (await this.members()).map(({ displayName }) => displayName).sort();
  }

  /** What drawing costs. */
  async stats(): Promise<WorldStats> {
    const stats = await this.page.evaluate(() => window.__virtubar?.stats() ?? null);
    if (stats === null) throw new Error("Nothing is drawn here.");
    return stats as WorldStats;
  }

  /** Hold keys until the avatar is so far from where it was, then let go. */
  async walk(keys: readonly string[], distanceM: number): Promise<void> {
    await this.canvas.focus();
    const from = await this.me();
    for (const key of keys) await this.page.keyboard.down(key);
    try {
      await expect
        .poll(async () => distance(from, await this.me()), { timeout: 30_000, intervals: [100] })
        .toBeGreaterThan(distanceM);
    } finally {
      for (const key of keys) await this.page.keyboard.up(key);
    }
  }

  /** The own place once the avatar stands still: idle, and unmoved over several frames. */
  async rest(): Promise<Drawn> {
    let last = await this.me();
    let stillCount = 0;
    await expect
      .poll(
        async () => {
          const before = last;
          last = await this.me();
          const isStill = last.anim !== "walk" && distance(before, last) === 0;
          stillCount = isStill ? stillCount + 1 : 0;
          return stillCount;
        },
        { intervals: [STILL_MS] },
      )
      .toBeGreaterThanOrEqual(STILL_COUNT);
    return last;
  }

  async say(text: string): Promise<void> {
    await this.chatField.fill(text);
    await this.chatField.press("Enter");
  }

  /** One message of the log, by its whole text. */
  line(text: string): Locator {
    return this.log.locator(".line-text").filter({ hasText: new RegExp(`^${escape(text)}$`) });
  }
}

/** On the ground, metres. */
export function distance(a: Spot, b: Spot): number {
  return Math.hypot(a.x - b.x, a.z - b.z);
}

interface Spot {
  readonly x: number;
  readonly z: number;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
