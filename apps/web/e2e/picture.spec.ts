import { distance, SAME_PLACE_M, type Guest } from "./support/Guest";
import { HeldFrames } from "./support/HeldFrames";
import { expect, test } from "./support/test";
import { changed, PICTURE_SCALE, View } from "./support/View";

/** As pictures are compared, and nothing in it that moves by itself. */
const WIDTH = 640;
const STILL = {
  isDrawn: true,
  deviceScaleFactor: PICTURE_SCALE,
  reducedMotion: "reduce",
  viewport: { width: WIDTH, height: 400 },
} as const;
/** A body fills more of its box than this, and what changes beside it is less. */
const BODY_PART = 0.25;
const NOISE_PART = 0.1;

test("two drawn pages see each other in the picture", async ({ browser, newGuest, shoot }) => {
  const ada = await newGuest(STILL);
  await ada.enter("Ada");
  const adaView = await View.of(ada);
  const adaAlone = await ada.page.screenshot();

  // Into the room and to the side, so that neither stands behind the other's back.
  const grace = await newGuest(STILL);
  await grace.enter("Grace");
  await grace.walk(["w", "d"], 2.2);
  const graceView = await View.of(grace);
  const graceBox = adaView.around(await grace.me());
  await expect(async () => {
    expect(await changed(browser, adaAlone, await ada.page.screenshot(), graceBox)).toBeGreaterThan(
      BODY_PART,
    );
  }).toPass();
  await shoot(ada, "two-ada");

  const graceAlone = await grace.page.screenshot();
  await ada.walk(["w"], 4);
  const adaBox = graceView.around(await ada.rest());
  await expect(async () => {
    expect(await changed(browser, graceAlone, await grace.page.screenshot(), adaBox)).toBeGreaterThan(
      BODY_PART,
    );
  }).toPass();
  await shoot(grace, "two-grace");
  // Beside her nothing has changed.
  const elsewhere = { ...adaBox, x: WIDTH - adaBox.x - adaBox.width };
  expect(await changed(browser, graceAlone, await grace.page.screenshot(), elsewhere)).toBeLessThan(
    NOISE_PART,
  );
});

/** A chair in the picture with nothing lying over it, and where it is. */
async function freeSeat(guest: Guest) {
  for (const found of (await View.of(guest)).seats()) {
    const isOpen = await guest.page.evaluate(
      ({ x, y }) => document.elementFromPoint(x, y)?.matches("canvas.room") === true,
      found,
    );
    if (isOpen) return found;
  }
  throw new Error("No chair can be clicked from here.");
}

test("a click on a chair in the picture sits down on it, for everybody, and a step stands up", async ({
  newGuest,
  shoot,
}) => {
  const [ada, grace] = await Promise.all([newGuest(STILL), newGuest()]);
  await ada.arrive();
  const frames = await HeldFrames.of(ada);
  await ada.knock("Ada");
  await frames.areWanted();
  await expect(ada.page.locator(".veil"), "what is not drawn yet cannot be clicked in").toBeVisible();
  await frames.release();
  await ada.inside();
  await grace.enter("Grace");
  const { seat, x, y } = await freeSeat(ada);
  await ada.page.mouse.click(x, y);
  await expect.poll(async () => distance(seat, await ada.me()), { timeout: 60_000 }).toBe(0);
  const seated = await ada.rest();
  expect(Math.cos(seated.rotY - seat.rotY)).toBeCloseTo(1);
  await expect
    .poll(async () => distance(seat, (await grace.sees("Ada")) ?? { x: Infinity, z: 0 }))
    .toBeLessThan(SAME_PLACE_M);
  await shoot(ada, "seated");

  await ada.walk(["s"], 0.5);
  await expect.poll(async () => distance(seat, (await grace.sees("Ada")) ?? seat)).toBeGreaterThan(0.4);
});

test("a browser without graphics is shown the way to the bar from above", async ({ newGuest }) => {
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  await ada.enter("Ada");
  await grace.enter("Grace");
  await ada.page.getByRole("link", { name: "See the bar from above" }).click();
  await ada.page.waitForURL("**/map?room=lobby");
  await expect.poll(() => grace.names()).toEqual(["Grace"]);
});

test("a desktop is told how to walk, sit and talk until it has done so, and never again", async ({
  newGuest,
  shoot,
}) => {
  const ada = await newGuest({ ...STILL, viewport: { width: 1440, height: 700 }, deviceScaleFactor: 0.5 });
  await ada.enter("Ada");
  const { page } = ada;
  const hints = page.getByRole("complementary", { name: "First steps" }).getByRole("listitem");
  await expect(hints).toHaveCount(3);
  await shoot(ada, "first-steps");
  await ada.walk(["w"], 1.5);
  await expect(hints).toHaveCount(2);
  await page.keyboard.press("x");
  await expect(hints).toHaveCount(1);
  await ada.say("Hello");
  await expect(hints).toHaveCount(0);
  await page.reload();
  await ada.inside();
  await expect(hints).toHaveCount(0);
});
