import { expectAgreement } from "./support/agreement";
import { distance } from "./support/Guest";
import { expect, test } from "./support/test";

test("two guests see each other walk, and agree on where everybody stands", async ({ newGuest }) => {
  const [ada, grace] = await Promise.all([newGuest({ isDrawn: true }), newGuest()]);
  await ada.enter("Ada");
  await grace.enter("Grace");
  await expect.poll(() => ada.names()).toEqual(["Ada", "Grace"]);
  await expect.poll(() => grace.names()).toEqual(["Ada", "Grace"]);

  const door = await ada.me();
  await ada.walk(["w"], 1.5);
  await expectAgreement(ada, grace, "Ada");
  expect(distance(door, await ada.me())).toBeGreaterThan(1.5);
  await grace.walk(["ArrowUp", "ArrowRight"], 1);
  await expectAgreement(grace, ada, "Grace");
});

test("what one says the other reads, both ways", async ({ newGuest }) => {
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  await ada.enter("Ada");
  await grace.enter("Grace");
  await expect.poll(() => ada.names()).toEqual(["Ada", "Grace"]);

  await ada.say("Good evening!");
  await expect(grace.line("Good evening!")).toBeVisible();
  await grace.say("Привет, 你好 👋");
  await expect(ada.line("Привет, 你好 👋")).toBeVisible();
  await expect(ada.log.locator(".line-name")).toHaveText(["You", "Grace"]);
  await expect(grace.log.locator(".line-name")).toHaveText(["Ada", "You"]);
});

test("an emote and a dance of one are seen by the other", async ({ newGuest }) => {
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  const seen: string[] = [];
  grace.page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => {
      const { t, payload: body } = JSON.parse(String(payload)) as { t: string; payload: unknown };
      if (t === "emote_broadcast") seen.push((body as { emoteId: string }).emoteId);
    });
  });
  await ada.enter("Ada");
  await grace.enter("Grace");
  await ada.canvas.focus();
  await ada.page.keyboard.press("1");
  await expect.poll(() => seen).toEqual(["cheers"]);
  await ada.page.getByRole("button", { name: "Emote" }).click();
  await ada.page.getByRole("menuitem", { name: /Heart/ }).click();
  await expect.poll(() => seen).toEqual(["cheers", "heart"]);
  await ada.page.keyboard.press("f");
  await expect.poll(async () => (await grace.sees("Ada"))?.anim).toBe("dance");
  await ada.walk(["w"], 0.3);
  await expect.poll(async () => (await grace.sees("Ada"))?.anim).toBe("idle");
});
