import { SEATS } from "../src/scene/layout";
import { HEIGHT_M, LEFT_M, TOP_M, WIDTH_M } from "../src/map/plan";
import { distance, SAME_PLACE_M, type Guest } from "./support/Guest";
import { expect, test } from "./support/test";

/** As large as the whole room is drawn beside the chat, by MapView's figures. */
const PAGE = { width: 1440, height: 900 };
const INSETS = { top: 68, right: 8, bottom: 84, left: 384 };
const FREE_X = PAGE.width - INSETS.left - INSETS.right;
const FREE_Y = PAGE.height - INSETS.top - INSETS.bottom;
const PX_PER_M = Math.min(FREE_X / WIDTH_M, FREE_Y / HEIGHT_M);
const LEFT_PX = INSETS.left + (FREE_X - WIDTH_M * PX_PER_M) / 2;
const TOP_PX = INSETS.top + (FREE_Y - HEIGHT_M * PX_PER_M) / 2;
const MAP = { viewport: PAGE, reducedMotion: "reduce" } as const;

/** Where a place in the room is on the page. */
function onPage(x: number, z: number): readonly [x: number, y: number] {
  return [LEFT_PX + (x - LEFT_M) * PX_PER_M, TOP_PX + (z - TOP_M) * PX_PER_M];
}

async function enterMap(guest: Guest, name: string, query = ""): Promise<void> {
  await guest.arrive("/map", query);
  await guest.page.getByRole("textbox", { name: "Your name" }).fill(name);
  await guest.page.getByRole("button", { name: "Walk in" }).click();
  await guest.inside();
}

test("the bar from above is the same room, with the same things to do", async ({ newGuest, shoot }) => {
  const [ada, grace] = await Promise.all([newGuest(MAP), newGuest()]);
  await enterMap(ada, "Ada");
  await grace.enter("Grace");
  await expect.poll(() => ada.names()).toEqual(["Ada", "Grace"]);

  await ada.page.mouse.click(...onPage(5, 0));
  await expect
    .poll(async () => distance({ x: 5, z: 0 }, await ada.me()), { timeout: 30_000 })
    .toBeLessThan(0.3);
  const at = await ada.rest();
  await expect
    .poll(async () => distance(at, (await grace.sees("Ada")) ?? { x: Infinity, z: 0 }))
    .toBeLessThan(SAME_PLACE_M);

  await ada.say("From above");
  await expect(grace.line("From above")).toBeVisible();
  await expect(ada.page.locator(".bubble")).toHaveText("From above");
  await grace.say("From the side");
  await expect(ada.line("From the side")).toBeVisible();
  await shoot(ada, "map");

  const seat = SEATS.find(({ id }) => id === "counter-8")!;
  await ada.page.mouse.click(...onPage(seat.x, seat.z));
  await expect.poll(async () => distance(seat, await ada.me()), { timeout: 30_000 }).toBe(0);
  await ada.walk(["s"], 0.5);
  await ada.walk(["a"], 0.5);

  const other = await ada.sees("Grace");
  await ada.page.mouse.click(...onPage(other!.x, other!.z));
  await expect(ada.page.getByRole("menu")).toContainText("Walk over");
});

test("who looks from above fetches nothing of the room in three dimensions", async ({ newGuest }) => {
  const ada = await newGuest(MAP);
  const fetched: string[] = [];
  ada.page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
  await enterMap(ada, "Ada");
  expect(fetched.some((path) => path.includes("MapWorld"))).toBe(true);
  expect(fetched.filter((path) => /three|\/World-|Turntable/.test(path))).toEqual([]);
});

test("a room that there is not leads to the lobby's map", async ({ newGuest }) => {
  const ada = await newGuest(MAP);
  ada.troubles.expect(/404/);
  await ada.arrive("/map", "&room=nowhere");
  await ada.page.getByRole("button", { name: "Go to the lobby" }).click();
  await ada.page.waitForURL((url) => url.pathname === "/map" && !url.searchParams.has("room"));
});
