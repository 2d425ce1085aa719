import type { Page } from "@playwright/test";
import { LEAVE_GRACE_MS } from "../src/net/realtime/constants";
import { distance, SAME_PLACE_M } from "./support/Guest";
import { expect, test } from "./support/test";

/** An event as it came over a page's socket; `ts` is the server's clock in ms. */
interface Heard {
  readonly t: string;
  readonly ts: number;
  readonly payload: { readonly userId?: string };
}

/** Everything that the server says to a page from now on. */
function listen(page: Page): Heard[] {
  const heard: Heard[] = [];
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => heard.push(JSON.parse(String(payload)) as Heard));
  });
  return heard;
}

/** When the server last said this about somebody. */
function lastMs(heard: readonly Heard[], name: string, userId: string): number {
  const last = heard.findLast(({ t, payload }) => t === name && payload.userId === userId);
  if (last === undefined) throw new Error(`No ${name} of ${userId} was heard.`);
  return last.ts;
}

test("who loads the page again is inside again, where they were, and nobody has seen them go", async ({
  newGuest,
}) => {
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  await ada.enter("Ada");
  await grace.enter("Grace");
  await grace.say("Mind the step");
  await expect(ada.line("Mind the step")).toBeVisible();
  await ada.walk(["w"], 1.5);
  const place = await ada.rest();
  await expect
    .poll(async () => distance(place, (await grace.sees("Ada")) ?? { x: Infinity, z: 0 }))
    .toBeLessThan(SAME_PLACE_M);
  await grace.page.evaluate(() => {
    const seen: number[] = [];
    Reflect.set(window, "seen", seen);
    setInterval(() => seen.push(window.__virtubar?.members().length ?? 0), 20);
  });

  await ada.page.reload();
  await ada.inside();
  const again = await ada.rest();
  expect(again.userId).toBe(place.userId);
  expect(distance(place, again)).toBeLessThan(SAME_PLACE_M);
  await expect(ada.line("Mind the step")).toBeVisible();
  await grace.say("Back already?");
  await expect(ada.line("Back already?")).toBeVisible();
  const seen = await grace.page.evaluate(() => Reflect.get(window, "seen") as number[]);
  expect(new Set(seen)).toEqual(new Set([2]));
});

test("a page that is left says so in its last moment: nobody stands about for the whole grace", async ({
  newGuest,
}) => {
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  const heard = listen(grace.page);
  await ada.enter("Ada");
  await grace.enter("Grace");
  const { userId } = await ada.me();
  await expect.poll(() => grace.names()).toEqual(["Ada", "Grace"]);
  await ada.canvas.focus();
  await ada.page.keyboard.down("a");
  await expect.poll(async () => (await grace.sees("Ada"))?.anim).toBe("walk");
  await ada.page.goto("about:blank");
  await expect.poll(() => grace.names(), { timeout: 60_000 }).toEqual(["Grace"]);
  // On the server's clock, from where she came to rest.
  const keptMs = lastMs(heard, "member_left", userId) - lastMs(heard, "avatar_transform_broadcast", userId);
  expect(keptMs).toBeLessThan(LEAVE_GRACE_MS);
});

test("who has left by the door finds the door after a reload", async ({ newGuest }) => {
  const ada = await newGuest();
  await ada.enter("Ada");
  await ada.page.getByRole("button", { name: "Leave the bar" }).click();
  await expect(ada.page.getByRole("button", { name: "Walk in" })).toBeVisible();
  await ada.page.reload();
  await expect(ada.page.getByRole("button", { name: "Walk in" })).toBeVisible();
  expect(await ada.state()).toBe("idle");
});
