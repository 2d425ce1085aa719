import type { Page } from "@playwright/test";
import { translatePage } from "../src/testing/translator";
import { expect, test } from "./support/test";

/** Has the browser translate a page from now on: into capitals. */
async function translate(page: Page): Promise<void> {
  await page.evaluate(`void (${translatePage.toString()})(document.body)`);
}

test("what changes on a page that a browser translates can be read, in its place", async ({ newGuest }) => {
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  const { page } = ada;
  await ada.arrive();
  await translate(page);
  const name = page.getByRole("textbox", { name: /your name/i });
  await expect(page.getByText("YOUR NAME", { exact: true })).toBeVisible();
  await name.fill("a".repeat(33));
  await expect(page.getByText("1 TOO MANY", { exact: true })).toBeVisible();
  await name.fill("Ada");
  await expect(page.getByText(/TOO MANY/)).toHaveCount(0);
  await page.getByRole("button", { name: /walk in/i }).click();
  await ada.inside();

  const counter = page.locator("#chat-count");
  await ada.chatField.fill("a".repeat(200));
  await expect(counter).toHaveText("200/240");
  await ada.chatField.fill("a".repeat(241));
  await expect(counter).toHaveText("1 TOO MANY · 241/240");
  await ada.chatField.fill("");
  await expect(counter).toBeEmpty();

  await page.getByRole("button", { name: /who is here/i }).click();
  const people = page.locator(".people");
  await expect(people.getByRole("heading")).toHaveText("1 PERSON HERE");
  await grace.enter("Grace");
  await expect(people.getByRole("heading")).toHaveText("2 PEOPLE HERE");
  await expect(people.getByRole("listitem")).toHaveCount(2);
  // Names are nobody's to translate.
  await expect(people.locator(".person-name bdi").last()).toHaveText("Grace");
  await grace.say("Good evening!");
  await expect(page.locator(".line-text")).toHaveText("GOOD EVENING!");
  await grace.page.getByRole("button", { name: "Leave the bar" }).click();
  await expect(people.getByRole("heading")).toHaveText("1 PERSON HERE");
  await expect(people.getByRole("listitem")).toHaveCount(1);
  // An exception would be among the troubles, with which no test passes.
});
