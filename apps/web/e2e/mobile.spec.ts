import type { Page } from "@playwright/test";
import { distance, SAME_PLACE_M } from "./support/Guest";
import { expect, test } from "./support/test";
import { expectAccessible, expectFits } from "./support/wellMade";

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 1 };

/** One finger that comes down, moves, and is lifted once `done` is. */
async function drag(
  page: Page,
  from: readonly [x: number, y: number],
  to: readonly [x: number, y: number],
  done: () => Promise<void>,
): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const touch = async (type: "touchStart" | "touchMove" | "touchEnd", at?: readonly [number, number]) =>
    session.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: at === undefined ? [] : [{ x: at[0], y: at[1] }],
    });
  await touch("touchStart", from);
  await touch("touchMove", [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]);
  await touch("touchMove", to);
  await done();
  await touch("touchEnd");
}

test("a phone shows the room, and what one needs around it", async ({ newGuest, shoot }) => {
  const ada = await newGuest({ ...PHONE, isDrawn: true });
  await ada.enter("Ada");
  await expectFits(ada.page);
  await shoot(ada, "mobile");
});

test("a phone has a stick for the thumb, and a chat that folds", async ({ newGuest, shoot }) => {
  const [ada, grace] = await Promise.all([newGuest(PHONE), newGuest()]);
  const { page } = ada;
  await ada.arrive();
  await expectAccessible(page);
  await shoot(ada, "mobile-door");
  await ada.enter("Ada");
  await grace.enter("Grace");

  // The room is what one sees; the chat is folded, and counts what comes meanwhile.
  await expect(ada.log).toHaveCount(0);
  await expectFits(page);
  await grace.say("Nice phone!");
  const chat = page.getByRole("button", { name: /^Chat/ });
  await expect(chat).toContainText("1 unread");
  await expectAccessible(page);

  const from = await ada.me();
  await drag(page, [90, 600], [90, 520], async () => {
    await expect.poll(async () => distance(from, await ada.me()), { timeout: 30_000 }).toBeGreaterThan(1);
  });
  const own = await ada.rest();
  await expect
    .poll(async () => distance(own, (await grace.sees("Ada")) ?? { x: Infinity, z: 0 }))
    .toBeLessThan(SAME_PLACE_M);

  await chat.tap();
  await expect(ada.line("Nice phone!")).toBeVisible();
  await expectFits(page);
  await ada.say("Thank you!");
  await expect(grace.line("Thank you!")).toBeVisible();
  await shoot(ada, "mobile-chat");
  await page.getByRole("button", { name: "Fold the chat" }).tap();
  await expect(ada.log).toHaveCount(0);

  // A finger needs 44 px.
  const small = await page.locator(".hud button:visible").evaluateAll((buttons) =>
    buttons
      .map((button) => ({ button, box: button.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 44 || box.height < 44)
      .map(({ button, box }) => `${button.getAttribute("class") ?? ""} ${box.width}×${box.height}`),
  );
  expect(small).toEqual([]);
});
