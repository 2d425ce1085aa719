import { expect, test } from "./support/test";
import { expectAccessible, expectFits, settle } from "./support/wellMade";

test("nothing stands in anybody's way: at the door", async ({ newGuest, shoot }) => {
  const ada = await newGuest({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 });
  await ada.arrive();
  await expect(ada.page.getByText("Nobody inside yet: be the first")).toBeVisible();
  await expectAccessible(ada.page);
  await expectFits(ada.page);
  await settle(ada.page);
  await shoot(ada, "door");
  await ada.page.getByRole("textbox", { name: "Your name" }).fill("a".repeat(33));
  await expect(ada.page.getByText("1 too many")).toBeVisible();
  await expectAccessible(ada.page);
});

test("nothing stands in anybody's way: at the door of a room that is none", async ({ newGuest }) => {
  const ada = await newGuest();
  ada.troubles.expect(/status of 404/);
  await ada.arrive("/r/nowhere");
  await expect(ada.page.getByRole("heading", { name: "There is no such room" })).toBeVisible();
  await expectAccessible(ada.page);
  await ada.page.getByRole("button", { name: "Go to the lobby" }).click();
  await expect(ada.page.getByRole("button", { name: "Walk in" })).toBeVisible();
});

test("nothing stands in anybody's way: in the bar", async ({ newGuest, shoot }) => {
  const ada = await newGuest({
    isDrawn: true,
    deviceScaleFactor: 0.5,
    viewport: { width: 1024, height: 640 },
  });
  const { page } = ada;
  await ada.enter("Ada");
  await ada.say("Good evening!");
  await expect(ada.line("Good evening!")).toBeVisible();
  await expectAccessible(page);
  await expectFits(page);
  await shoot(ada, "bar");
});

test("nothing stands in anybody's way: in what lies over the bar", async ({ newGuest }) => {
  const ada = await newGuest({ viewport: { width: 1024, height: 640 } });
  const { page } = ada;
  await ada.enter("Ada");
  await page.getByRole("button", { name: /Who is here/ }).click();
  await expect(page.getByRole("heading", { name: "1 person here" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Close the list" }).click();

  for (const [button, dialog] of [
    ["Settings", "Settings"],
    ["Help", "How to get around"],
    ["Talk ring", "Show when you speak?"],
  ] as const) {
    await page.getByRole("button", { name: button }).click();
    await expect(page.getByRole("dialog", { name: dialog })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
  await page.getByRole("button", { name: "Emote" }).click();
  await expect(page.getByRole("menu", { name: "Emotes" })).toBeVisible();
  await expectAccessible(page);
});

test("the system's own colours mark what is chosen, and what is on", async ({ newGuest, shoot }) => {
  const ada = await newGuest({ forcedColors: "active" });
  const { page } = ada;
  await ada.arrive();
  const outlineOf = (selector: string): Promise<string> =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(await outlineOf(".picker-choice input:checked + .picker-face")).toBe("solid");
  expect(await outlineOf(".picker-choice input:not(:checked) + .picker-face")).toBe("none");
  await expectAccessible(page);
  await shoot(ada, "forced-door");
  await ada.enter("Ada");
  await page.getByRole("button", { name: "Dance" }).click();
  expect(await outlineOf(".act[aria-pressed='true']")).toBe("solid");
  expect(await outlineOf(".act:not([aria-pressed='true'])")).toBe("none");
  await shoot(ada, "forced-bar");
});
