import type { Page } from "@playwright/test";
import type { Guest } from "./support/Guest";
import { expect, test } from "./support/test";
import { settle } from "./support/wellMade";

const SIZE = { deviceScaleFactor: 1, viewport: { width: 1000, height: 760 } } as const;

/** Graphics in software count as good ones here: there are no others on machines that test. */
async function withGraphics({ page }: Guest): Promise<void> {
  await page.addInitScript(() => {
    const original = Reflect.get(HTMLCanvasElement.prototype, "getContext") as (
      ...words: unknown[]
    ) => unknown;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, wish?: object) {
      return original.call(this, kind, { ...wish, failIfMajorPerformanceCaveat: false });
    } as typeof HTMLCanvasElement.prototype.getContext;
  });
}

function stage(page: Page) {
  return page.locator(".picker-stage");
}

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole("radio", { name }).check({ force: true });
}

/** What it looks like once nothing changes any more. */
async function atRest(page: Page): Promise<Buffer> {
  let last: Buffer = Buffer.alloc(0);
  await expect(async () => {
    await settle(page);
    const before = last;
    last = await stage(page).screenshot();
    expect(last.equals(before)).toBe(true);
  }).toPass();
  return last;
}

test("the look is shown from all sides, still where motion is not wanted", async ({ newGuest, shoot }) => {
  const ada = await newGuest({ isDrawn: true, reducedMotion: "reduce", ...SIZE });
  const { page } = ada;
  await withGraphics(ada);
  await ada.arrive();
  await expect(stage(page).locator("canvas")).toHaveAttribute("data-drawn", "true", { timeout: 60_000 });
  await expect(stage(page).locator("svg")).toHaveCount(0);
  await choose(page, "Dahlia");
  const dahlia = await atRest(page);
  await choose(page, "Cedar");
  expect((await atRest(page)).equals(dahlia)).toBe(false);
  await shoot(ada, "door-turntable");
});

test("the look turns by itself where motion is wanted", async ({ newGuest }) => {
  const ada = await newGuest({ isDrawn: true, reducedMotion: "no-preference", ...SIZE });
  await withGraphics(ada);
  await ada.arrive();
  const drawn = stage(ada.page).locator("canvas");
  await expect(drawn).toHaveAttribute("data-drawn", "true", { timeout: 60_000 });
  await settle(ada.page);
  const first = await drawn.screenshot();
  await expect(async () => expect((await drawn.screenshot()).equals(first)).toBe(false)).toPass();
});

test("the look is shown flat where there are no graphics", async ({ newGuest }) => {
  const ada = await newGuest(SIZE);
  await ada.arrive();
  await ada.page.waitForLoadState("networkidle");
  await expect(stage(ada.page).locator("svg")).toBeVisible();
  await choose(ada.page, "Fern");
  await expect(stage(ada.page)).toContainText("Fern");
  await expect(stage(ada.page).locator("canvas")).toHaveAttribute("data-drawn", "false");
});
