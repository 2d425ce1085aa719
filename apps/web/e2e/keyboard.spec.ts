import type { Page } from "@playwright/test";
import { seatAt } from "../src/scene/layout";
import { distance } from "./support/Guest";
import { expect, test } from "./support/test";

/** The focus can be seen wherever it is. */
async function expectVisibleFocus(page: Page): Promise<void> {
  const look = await page.evaluate(() => {
    const focused = document.activeElement;
    if (focused === null || focused === document.body) return "nothing has the focus";
    // A radio button shows it around the face that it stands for, the room on what lies over it.
    const next = focused.nextElementSibling;
    const styles = [getComputedStyle(focused)];
    if (next !== null) styles.push(getComputedStyle(next), getComputedStyle(next, "::after"));
    const seen = styles.some(
      ({ content, outlineStyle, outlineWidth, boxShadow, borderStyle, borderWidth }) =>
        (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) ||
        boxShadow !== "none" ||
        (content === '""' && borderStyle !== "none" && parseFloat(borderWidth) >= 1),
    );
    return seen ? "seen" : `${focused.tagName} ${focused.className}: no visible focus`;
  });
  expect(look).toBe("seen");
}

test("keys alone lead from the address into the bar, to a chat line and out again", async ({ newGuest }) => {
  const ada = await newGuest();
  const { page } = ada;
  const { keyboard } = page;
  await ada.arrive();

  await expect(page.getByRole("textbox", { name: "Your name" })).toBeFocused();
  await expectVisibleFocus(page);
  await keyboard.type("Ada");
  await keyboard.press("Tab");
  await expectVisibleFocus(page);
  const chosen = await page.getByRole("radio", { checked: true }).getAttribute("value");
  await keyboard.press("ArrowRight");
  expect(await page.getByRole("radio", { checked: true }).getAttribute("value")).not.toBe(chosen);
  await keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Walk in" })).toBeFocused();
  await expectVisibleFocus(page);
  await keyboard.press("Enter");
  await ada.inside();

  await expect(ada.canvas).toBeFocused();
  await expectVisibleFocus(page);
  const hints = page.getByRole("complementary", { name: "First steps" });
  await expect(hints).toHaveCount(0); // nothing is drawn here
  await ada.walk(["w"], 0.5);
  const place = await ada.rest();
  await keyboard.press("Enter");
  await expect(ada.chatField).toBeFocused();
  await expectVisibleFocus(page);
  // Words made of movement keys, emote keys and gesture keys stay words.
  await keyboard.type("was wads 12345678 ? rfvgp");
  await keyboard.press("Enter");
  await expect(ada.line("was wads 12345678 ? rfvgp")).toBeVisible();
  expect(distance(place, await ada.rest())).toBe(0);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await keyboard.press("Escape");
  await expect(ada.canvas).toBeFocused();

  await keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "How to get around" })).toBeVisible();
  await keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(ada.canvas).toBeFocused();

  await keyboard.press("r");
  await expect(page.getByRole("menu", { name: "Emotes" })).toBeVisible();
  await expect(page.getByRole("menuitem").first()).toBeFocused();
  await keyboard.press("ArrowRight");
  await expectVisibleFocus(page);
  await keyboard.press("Enter");
  await expect(page.getByRole("menu")).toHaveCount(0);

  await keyboard.press("p");
  const people = page.getByRole("complementary", { name: /here/ });
  await expect(people.getByRole("heading")).toBeFocused();
  await keyboard.press("Tab");
  await expect(people.getByRole("button", { name: "Close the list" })).toBeFocused();
  await keyboard.press("Escape");
  await expect(people).toHaveCount(0);
  await expect(ada.canvas).toBeFocused();

  await keyboard.press("x");
  await expect.poll(async () => seatAt((await ada.me()).x, (await ada.me()).z) !== null).toBe(true);
  await ada.rest();
  await keyboard.press("x");
  await expect.poll(async () => seatAt((await ada.me()).x, (await ada.me()).z)).toBeNull();
  await keyboard.press("6");
  await expect.poll(async () => (await ada.me()).anim).toBe("dance");
  await expect.poll(async () => (await ada.me()).anim).toBe("idle");

  const leave = page.getByRole("button", { name: "Leave the bar" });
  for (let tabs = 0; tabs < 12; tabs += 1) {
    if (await leave.evaluate((button) => button === document.activeElement)) break;
    await keyboard.press("Tab");
    await expectVisibleFocus(page);
  }
  await expect(leave).toBeFocused();
  await keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Walk in" })).toBeVisible();
});
