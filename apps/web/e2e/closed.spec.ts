import type { BarServer } from "./support/BarServer";
import type { Guest } from "./support/Guest";
import { ask, enterRoom, newIdentity } from "./support/people";
import { expect, test } from "./support/test";
import { expectAccessible, expectFits, expectWholeLetters } from "./support/wellMade";

const SIZES = {
  desktop: { viewport: { width: 1280, height: 800 } },
  upright: { viewport: { width: 360, height: 560 }, isMobile: true, hasTouch: true },
  lying: { viewport: { width: 667, height: 320 }, isMobile: true, hasTouch: true },
} as const;
const TRY = "Try the door all the same";
const LOBBY = "Go to the lobby";

/** A room of a guest's own; how to change it. */
async function newRoom(server: BarServer, wish: object): Promise<(change: object) => Promise<unknown>> {
  const { token } = await newIdentity(server);
  await ask(server, token, "POST", "/rooms", { roomId: "club", name: "The Club", ...wish });
  return (change) => ask(server, token, "PATCH", "/rooms/club", change);
}

/** Both ways from the door can be touched: in sight, and neither lies on the other. */
async function expectBothWays({ page }: Guest): Promise<void> {
  for (const name of [LOBBY, TRY]) {
    const button = page.getByRole("button", { name });
    await expect(button).toBeInViewport({ ratio: 1 });
    await button.click({ trial: true });
  }
  await expectWholeLetters(page);
}

for (const [kind, size] of Object.entries(SIZES)) {
  test(`the door of a full room says so at once, and leads to the lobby (${kind})`, async ({
    server,
    newGuest,
    shoot,
  }) => {
    await newRoom(server, { capacity: 1 });
    const [ada, grace] = [await newGuest(), await newGuest({ ...size, deviceScaleFactor: 1 })];
    await enterRoom(ada, "club", "Ada");
    await grace.arrive("/r/club");
    await expect(grace.page.locator(".door-count")).toHaveText("Full right now: 1 person inside");
    await expectBothWays(grace);
    await expectFits(grace.page);
    await expectAccessible(grace.page);
    await shoot(grace, `closed-full-${kind}`);
    await grace.page.getByRole("button", { name: LOBBY }).click();
    await expect(grace.page.getByRole("heading", { level: 1 })).toHaveText("Lobby");
    await grace.page.getByRole("button", { name: "Walk in" }).click();
    await grace.inside();
  });
}

test("the door of a locked room says so at once, refuses who tries, and opens again", async ({
  server,
  newGuest,
  shoot,
}) => {
  const change = await newRoom(server, {});
  await change({ locked: true });
  const ada = await newGuest({ ...SIZES.desktop, deviceScaleFactor: 1 });
  ada.troubles.expect(/status of 403/);
  await ada.arrive("/r/club");
  await expect(ada.page.locator(".door-count")).toHaveText(
    "Locked for now, nobody new is let in: 0 people inside",
  );
  await expectBothWays(ada);
  await expectAccessible(ada.page);
  await shoot(ada, "closed-locked");
  await ada.page.getByRole("button", { name: TRY }).click();
  await expect(ada.page.getByRole("alert")).toHaveText("The door is locked");
  await expectAccessible(ada.page);
  await ada.page.getByRole("button", { name: "Back to the door" }).click();
  await expect(ada.page.getByRole("button", { name: TRY })).toBeVisible();
  await change({ locked: false });
  await ada.page.reload();
  await expect(ada.page.locator(".door-count")).toHaveText("Nobody inside yet: be the first");
  await ada.page.getByRole("button", { name: "Walk in" }).click();
  await ada.inside();
});
