/**
 * What a crowd costs the page: `npm run bench:crowd -- [--members 1000] [--shoot picture.png]`.
 *
 * The client as it is built, in a real Chromium, in a crowd that is the same in every run
 * (`crowd/`); figures as Markdown. Exits with 1 where a goal is missed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium, type CDPSession, type Page } from "@playwright/test";
import { build, preview } from "vite";
import preact from "@preact/preset-vite";
import type { PageFigures } from "./crowd/page";
import { tasksOf } from "./crowd/tasks";
import { Phase, table, type Costs } from "./crowd/figures";

const WEB = fileURLToPath(new URL("..", import.meta.url));
const PAGE = "bench/crowd/crowd.html";
const FLAGS = [
  ...["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
];
const PICTURE = { viewport: { width: 1280, height: 720 } } as const;
/** Pixels that nothing is drawn into are put on the screen all the same, in software. */
const FEW_PIXELS = 0.25;
/** Tasks, and by which names threads go. */
const TRACED = ["toplevel", "disabled-by-default-devtools.timeline", "__metadata"];
const STEADY_MS = 10_000;
const SETTLE_MS = 4_000;
/** Those who come in while one looks, and in how many flushes. */
const JOINING = 300;
const JOIN_FLUSHES = 20;
const FLUSH_MS = 50;

const { values } = parseArgs({
  options: { members: { type: "string", default: "1000" }, shoot: { type: "string" } },
});
const members = Number(values.members);

/** One page in the crowd, and what Chromium says of its main thread. */
class Measured {
  readonly page: Page;
  readonly #metrics: CDPSession;

  constructor(page: Page, metrics: CDPSession) {
    this.page = page;
    this.#metrics = metrics;
  }

  static async open(url: string, count: number, isDrawn: boolean): Promise<Measured> {
    const browser = await chromium.launch({
      executablePath: process.env["VIRTUBAR_CHROMIUM"] ?? "/usr/bin/chromium",
      args: FLAGS,
    });
    const page = await browser.newPage({ ...PICTURE, deviceScaleFactor: isDrawn ? 1 : FEW_PIXELS });
    page.on("pageerror", (error) => console.error(error));
    const metrics = await page.context().newCDPSession(page);
    // Of the processor's time, not the clock's: other programs do not count.
    await metrics.send("Performance.enable", { timeDomain: "threadTicks" });
    const measured = new Measured(page, metrics);
    await page.goto(`${url}/${PAGE}?debug&members=${String(count)}${isDrawn ? "&draw" : ""}`);
    return measured;
  }

  /** What it cost while `act` was going on. */
  async during(act: (page: Page) => Promise<void>): Promise<Costs> {
    const browser = this.page.context().browser();
    if (browser === null) throw new Error("The browser is gone.");
    await browser.startTracing(this.page, { categories: TRACED });
    await this.#take();
    const before = await this.#costs();
    await act(this.page);
    const after = await this.#costs();
    const figures = await this.#take();
    const tasksMs = tasksOf((await browser.stopTracing()).toString());
    return costsOf(figures, tasksMs, before, after);
  }

  async close(): Promise<void> {
    await this.page.context().browser()?.close();
  }

  #take(): Promise<PageFigures> {
    return this.page.evaluate(() => {
      if (window.crowd === undefined) throw new Error("This is no page of a crowd.");
      return window.crowd.take();
    });
  }

  async #costs(): Promise<Map<string, number>> {
    const { metrics } = await this.#metrics.send("Performance.getMetrics");
    return new Map(metrics.map(({ name, value }) => [name, value]));
  }
}

function costsOf(
  figures: PageFigures,
  tasksMs: readonly number[],
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Costs {
  const spentMs = (name: string): number => 1000 * ((after.get(name) ?? 0) - (before.get(name) ?? 0));
  const layoutMs = spentMs("LayoutDuration") + spentMs("RecalcStyleDuration");
  return { figures, tasksMs, scriptMs: spentMs("ScriptDuration"), layoutMs };
}

/** Through the door, until the room is drawn. */
async function walkIn(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Walk in" }).click();
  await page.waitForFunction(() => document.querySelector(".veil") === null, null, { timeout: 120_000 });
}

async function joinEvenly(page: Page): Promise<void> {
  await page.evaluate(
    async ({ flushes, each, everyMs }) => {
      for (let flush = 0; flush < flushes; flush++) {
        window.crowd?.join(each);
        await new Promise((done) => setTimeout(done, everyMs));
      }
    },
    { flushes: JOIN_FLUSHES, each: JOINING / JOIN_FLUSHES, everyMs: FLUSH_MS },
  );
  await page.waitForTimeout(1_000);
}

async function measure(url: string): Promise<Phase[]> {
  const measured = await Measured.open(url, members - JOINING, false);
  const phases: Phase[] = [];
  const add = async (name: string, act: (page: Page) => Promise<void>, isJudged = true): Promise<void> => {
    phases.push(new Phase(name, await measured.during(act), isJudged));
  };
  await add(`one comes in where ${String(members - JOINING)} are`, walkIn, false);
  await measured.page.waitForTimeout(SETTLE_MS);
  await add(`${String(JOINING)} join within a second`, joinEvenly);
  await measured.page.waitForTimeout(SETTLE_MS);
  await add(`${String(members)} walk`, (page) => page.waitForTimeout(STEADY_MS));
  await measured.close();
  return phases;
}

async function shoot(url: string, path: string): Promise<void> {
  const drawn = await Measured.open(url, members, true);
  await walkIn(drawn.page);
  await drawn.page.waitForTimeout(SETTLE_MS);
  // Frames in software are seconds apart: those who stand still are all drawn where they are.
  await drawn.page.evaluate(() => window.crowd?.rest());
  await drawn.page.waitForTimeout(2 * SETTLE_MS);
  await drawn.page.screenshot({ path, timeout: 120_000 });
  await drawn.close();
}

const outDir = mkdtempSync(join(tmpdir(), "crowd-"));
const root = { root: WEB, configFile: false, logLevel: "error" } as const;
await build({
  ...root,
  mode: "served",
  plugins: [preact()],
  build: { outDir, target: "es2022", assetsInlineLimit: 0, rolldownOptions: { input: join(WEB, PAGE) } },
});
const files = await preview({ ...root, build: { outDir }, preview: { port: 0 } });
try {
  const url = (files.resolvedUrls?.local[0] ?? "").replace(/\/$/, "");
  if (values.shoot !== undefined) await shoot(url, values.shoot);
  else {
    const phases = await measure(url);
    console.log(table(phases));
    if (phases.some(({ isGood }) => !isGood)) process.exitCode = 1;
  }
} finally {
  await files.close();
  rmSync(outDir, { recursive: true });
}
