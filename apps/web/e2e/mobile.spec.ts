import type { Page } from "@playwright/test";
import { distance, SAME_PLACE_M } from "./support/Guest";
import { expect, test } from "./support/test";
import { expectAccessible, expectFits, settle } from "./support/wellMade";

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
  const ada = await newGuest({ ...PHONE, isDrawn: true, deviceScaleFactor: 0.5 });
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

/** Phones that lie down. */
const LYING = [
  { width: 844, height: 390 },
  { width: 667, height: 320 },
] as const;

/** Of all that `selector` finds, what cannot be touched in its middle. */
async function covered(page: Page, selector: string): Promise<readonly string[]> {
  return page.locator(selector).evaluateAll((elements) =>
    elements
      .filter((element) => {
        const { left, top, width, height } = element.getBoundingClientRect();
        const met = document.elementFromPoint(left + width / 2, top + height / 2);
        return met === null || !element.contains(met);
      })
      .map((element) => element.textContent),
  );
}

for (const viewport of LYING) {
  const name = `${viewport.width} × ${viewport.height}`;

  test(`a phone that lies down (${name}) has the door's button and every emote in reach`, async ({
    newGuest,
    shoot,
  }) => {
    const ada = await newGuest({ ...PHONE, viewport });
    const { page } = ada;
    await ada.arrive();
    await expect(page.getByRole("button", { name: "Walk in" })).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole("textbox", { name: "Your name" })).not.toBeFocused();
    await expectFits(page);
    await expectAccessible(page);
    await shoot(ada, `lying-door-${viewport.height}`);
    await ada.enter("Ada");
    await page.getByRole("button", { name: "Emote" }).tap();
    await expect(page.getByRole("menuitem")).toHaveCount(8);
    await settle(page);
    expect(await covered(page, ".wheel-item")).toEqual([]);
    await expectFits(page);
    await shoot(ada, `lying-wheel-${viewport.height}`);
  });
}

test("a phone that lies down shows what is written while its keyboard is out", async ({
  newGuest,
  shoot,
}) => {
  const ada = await newGuest({ ...PHONE, viewport: LYING[0] });
  const { page } = ada;
  await ada.enter("Ada");
  await page.getByRole("button", { name: /^Chat/ }).tap();
  await ada.say("Anybody here?");
  await ada.chatField.tap();
  // What Android's keyboard leaves of the page.
  await page.setViewportSize({ width: 750, height: 150 });
  for (const part of [ada.chatField, page.getByRole("button", { name: "Send" })]) {
    await expect(part).toBeInViewport({ ratio: 1 });
  }
  await expect(ada.line("Anybody here?")).toBeInViewport();
  expect(await covered(page, ".chat-row input, .chat-row button")).toEqual([]);
  await expectFits(page);
  await shoot(ada, "lying-keyboard");
});
