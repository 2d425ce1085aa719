import {
  test as base,
  expect,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
} from "@playwright/test";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { BarServer, type ServerSettings } from "./BarServer";
import { drawSeldom } from "./drawSeldom";
import { Guest } from "./Guest";

const ARTIFACTS = fileURLToPath(new URL("../artifacts/", import.meta.url));

/** Frames drawn in software: no more of a picture than a test needs. */
const LOW = { quality: "low", reducedMotion: null, names: true, sound: false, volume: 0.5 };

export interface GuestOptions extends BrowserContextOptions {
  /**
   * Whether this browser has 3D graphics. Drawn in software they take ten seconds of a core to come
   * up, and half a core as long as the page is open, so that only tests of what is seen in the room
   * have them; the others test a page that cannot draw it, and in which everything else works all
   * the same, what is drawn in two dimensions too.
   */
  readonly isDrawn?: boolean;
  readonly quality?: "low" | "medium" | "high";
  /** Who they are already; absent, a new guest. */
  readonly identityToken?: string;
}

interface Fixtures {
  /** `VIRTUBAR_*` variables of this file's servers. */
  serverSettings: ServerSettings;
  /** A server of the test's own. */
  server: BarServer;
  /** Somebody with a browser of their own: they share nothing with the others. */
  newGuest: (options?: GuestOptions) => Promise<Guest>;
  /** The same person once more, in another tab. */
  newTab: (guest: Guest) => Promise<Guest>;
  /** Keeps a picture of a page, to be looked at. */
  shoot: (guest: Guest, name: string) => Promise<void>;
}

/** From frame to frame: a page in software draws more only to take a whole core for it. */
const FRAME_MS = 200;

/** What three.js says of a browser without WebGL. */
export const NO_GRAPHICS = /Error creating WebGL context|A WebGL context could not be created/;

/** Runs in the page, before anything of its own. */
export function withoutGraphics(): void {
  const original = Reflect.get(HTMLCanvasElement.prototype, "getContext") as (...words: unknown[]) => unknown;
  HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, wish?: object) {
    return kind.startsWith("webgl") ? null : original.call(this, kind, wish);
  } as typeof HTMLCanvasElement.prototype.getContext;
}

/** Whose pages have no 3D graphics. */
const undrawn = new WeakSet<BrowserContext>();

interface WorkerFixtures {
  /** The browser with 3D graphics, started for the first who needs it. */
  drawing: () => Promise<Browser>;
}

/**
 * The browser of all the others puts its pages together without graphics. Where those are drawn in
 * software, that spares a quarter of its work, but makes more of it for whoever draws in 3D.
 */
const NOT_FOR_GRAPHICS = ["--disable-gpu-compositing"];

export const test = base.extend<Fixtures, WorkerFixtures>({
  drawing: [
    async ({ playwright, launchOptions }, use) => {
      let started: Promise<Browser> | null = null;
      const args = (launchOptions.args ?? []).filter((flag) => !NOT_FOR_GRAPHICS.includes(flag));
      await use(() => (started ??= playwright.chromium.launch({ ...launchOptions, args })));
      await (started as Promise<Browser> | null)?.then((browser) => browser.close());
    },
    { scope: "worker" },
  ],
  serverSettings: [{}, { option: true }],
  server: async ({ serverSettings }, use, info) => {
    const server = new BarServer(serverSettings);
    await server.start();
    await use(server);
    await server.dispose();
    if (info.status !== info.expectedStatus) {
      await info.attach("server.log", { body: server.log, contentType: "text/plain" });
    }
  },
  newGuest: async ({ browser, drawing, contextOptions, server }, use) => {
    const guests: Guest[] = [];
    await use(async ({ isDrawn = false, quality = "low", identityToken, ...options } = {}) => {
      const settings = JSON.stringify({ ...LOW, quality });
      const localStorage = [{ name: "virtubar.settings", value: settings }];
      if (identityToken !== undefined) {
        localStorage.push({ name: "virtubar.identityToken", value: identityToken });
      }
      const context = await (isDrawn ? await drawing() : browser).newContext({
        ...contextOptions,
        ...options,
        storageState: {
          cookies: [],
          origins: [{ origin: server.url, localStorage }],
        },
      });
      // A violation of the page's policy is an error like any other.
      await context.addInitScript(() => {
        document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
          reportError(new Error(`policy violated: ${violatedDirective} ${blockedURI}`));
        });
      });
      await context.addInitScript(drawSeldom, FRAME_MS);
      if (!isDrawn) await context.addInitScript(withoutGraphics);
      const guest = new Guest(await context.newPage(), server.url);
      if (!isDrawn) {
        undrawn.add(context);
        guest.troubles.expect(NO_GRAPHICS);
      }
      guests.push(guest);
      return guest;
    });
    for (const guest of guests) await guest.context.close();
    for (const guest of guests) expect(guest.troubles.unexpected).toEqual([]);
  },
  newTab: async ({ server }, use) => {
    const tabs: Guest[] = [];
    await use(async ({ context }) => {
      const tab = new Guest(await context.newPage(), server.url);
      if (undrawn.has(context)) tab.troubles.expect(NO_GRAPHICS);
      tabs.push(tab);
      return tab;
    });
    for (const tab of tabs) expect(tab.troubles.unexpected).toEqual([]);
  },
  shoot: async ({ browserName: _ }, use) => {
    mkdirSync(ARTIFACTS, { recursive: true });
    await use(async ({ page }, name) => {
      await page.screenshot({ path: `${ARTIFACTS}${name}.png` });
    });
  },
});

export { expect };
