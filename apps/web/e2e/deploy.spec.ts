import type { Page } from "@playwright/test";
import { expect, test } from "./support/test";

/** The part of the page that is fetched when somebody walks in. */
const ROOM = /\/assets\/World-[\w-]+\.js$/;
const GONE = /status of 404/;

/** From now on the server has another version: the page's name for the room's file leads nowhere. */
async function deploy(page: Page): Promise<void> {
  await page.route(ROOM, (route) => route.fulfill({ status: 404, body: "" }));
  await page.route(
    (url) => url.pathname === "/",
    async (route) => {
      if (route.request().resourceType() === "document") return route.fallback();
      const answer = await route.fetch();
      const body = (await answer.text()).replace(/\/assets\/index-[\w-]+\.js/, "/assets/index-newer.js");
      return route.fulfill({ response: answer, body });
    },
  );
}

/** Counts how often a page was loaded, from now on. */
function countLoads(page: Page): () => number {
  let count = 0;
  page.on("domcontentloaded", () => (count += 1));
  return () => count;
}

test("a page that was open during a deploy loads itself anew, and goes on inside", async ({ newGuest }) => {
  const ada = await newGuest();
  ada.troubles.expect(GONE);
  await ada.arrive();
  await deploy(ada.page);
  const loads = countLoads(ada.page);
  // The page that comes is of the new version, and has its files.
  ada.page.once("domcontentloaded", () => void ada.page.unroute(ROOM));
  await ada.page.getByRole("textbox", { name: "Your name" }).fill("Ada");
  await ada.page.getByRole("button", { name: "Walk in" }).click();
  await expect.poll(loads).toBe(1);
  await ada.inside();
  expect(await ada.names()).toEqual(["Ada"]);
  await expect(ada.page.locator(".blind")).not.toContainText("could not be loaded");
  expect(loads()).toBe(1);
});

test("where that did not help, it says so and offers it, and chat works all the same", async ({
  newGuest,
}) => {
  const ada = await newGuest();
  ada.troubles.expect(GONE);
  await ada.arrive();
  await deploy(ada.page);
  const loads = countLoads(ada.page);
  await ada.page.getByRole("textbox", { name: "Your name" }).fill("Ada");
  await ada.page.getByRole("button", { name: "Walk in" }).click();
  const again = ada.page.getByRole("button", { name: "Load the page again" });
  await expect(again).toBeVisible();
  await ada.inside();
  await ada.say("Still here.");
  await expect(ada.line("Still here.")).toBeVisible();
  expect(loads()).toBe(1);

  await ada.page.unroute(ROOM);
  await again.click();
  await expect(again).toHaveCount(0);
  await ada.inside();
  expect(await ada.names()).toEqual(["Ada"]);
});

test("a network that loses a file is no deploy, and nobody is said to be inside who is not", async ({
  newGuest,
}) => {
  const ada = await newGuest();
  ada.troubles.expect(/net::ERR_FAILED/);
  await ada.arrive();
  await ada.page.route(ROOM, (route) => route.abort());
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  await ada.page.route("**/rooms/join", async (route) => {
    await opened;
    await route.continue();
  });
  const loads = countLoads(ada.page);
  await ada.page.getByRole("button", { name: "Walk in" }).click();
  const blind = ada.page.locator(".blind");
  await expect(blind.getByRole("button", { name: "Load the page again" })).toBeVisible();
  await expect(blind.getByRole("status")).toContainText("Walking up to the door");
  await expect(blind).not.toContainText("inside");
  open();
  await expect(blind.getByRole("status")).toContainText("You are inside all the same");
  expect(loads()).toBe(0);
});
