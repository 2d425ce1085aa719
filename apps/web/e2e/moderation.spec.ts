import { moderate } from "./support/moderate";
import { setClockFast } from "./support/readersClock";
import { expect, test } from "./support/test";
import { expectAccessible } from "./support/wellMade";

/** Chromium notes every refused request. */
const REFUSED = /status of 403/;

test("who is kicked reads why and until when, and the others see them leave", async ({
  server,
  newGuest,
  shoot,
}) => {
  const [ada, grace] = await Promise.all([newGuest({ deviceScaleFactor: 1 }), newGuest()]);
  ada.troubles.expect(REFUSED);
  await ada.enter("Ada");
  await grace.arrive();
  const { userId } = await ada.me();
  await moderate(server, grace.page, { action: "kick", userId, reason: "Dancing on the <b>counter</b>." });

  const alert = ada.page.getByRole("alert");
  await expect(alert).toContainText("You were asked to leave");
  await expect(alert.getByRole("heading")).toBeFocused();
  const page = ada.page.getByRole("main");
  await expect(page).toContainText("Why: Dancing on the <b>counter</b>.");
  await expect(page).toContainText(/for \d+ s more/);
  await expect(page.getByRole("button", { name: /Walk back in · \d+ s/ })).toBeDisabled();
  await expect(page.getByRole("button", { name: "Back to the door" })).toBeEnabled();
  expect(await ada.state()).toBe("closed");
  await expectAccessible(ada.page);
  await shoot(ada, "kicked");

  // Whoever tries at once is told the same again.
  await page.getByRole("button", { name: "Back to the door" }).click();
  await ada.page.getByRole("button", { name: "Walk in" }).click();
  await expect(ada.page.getByRole("alert")).toContainText("You were asked to leave");
});

test("who is banned reads until when", async ({ server, newGuest }) => {
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  ada.troubles.expect(REFUSED);
  await ada.enter("Ada");
  await grace.enter("Grace");
  await expect.poll(() => grace.names()).toEqual(["Ada", "Grace"]);
  const { userId } = await ada.me();
  await moderate(server, grace.page, {
    action: "ban",
    userId,
    reason: "Selling watches.",
    durationSeconds: 3 * 3600,
  });
  await expect(ada.page.getByRole("alert")).toContainText("This room is closed to you");
  await expect(ada.page.getByRole("main")).toContainText("Why: Selling watches.");
  await expect(ada.page.getByRole("main")).toContainText(/until .*\d\d:\d\d \(3 h\)/);
  await expect.poll(() => grace.names()).toEqual(["Grace"]);
});

test("who is muted is told in the chat, and told when it is over", async ({ server, newGuest }) => {
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  await ada.enter("Ada");
  await grace.enter("Grace");
  const { userId } = await ada.me();
  await moderate(server, grace.page, {
    action: "mute",
    userId,
    reason: "Singing.",
    durationSeconds: 600,
  });
  const notice = ada.page.locator(".chat .mute");
  await expect(notice).toContainText(/A moderator has muted you until .*\(10 min\)\. .* Reason: Singing\./);
  await expect(ada.page.getByRole("button", { name: "Send" })).toBeDisabled();
  await ada.say("La la la");
  await ada.page.getByRole("button", { name: /Who is here/ }).click();
  await expect(ada.page.getByRole("listitem").filter({ hasText: "Ada" })).toContainText("muted");
  await expectAccessible(ada.page);

  await moderate(server, grace.page, { action: "unmute", userId });
  await expect(notice).toHaveCount(0);
  await ada.say("Sorry!");
  await expect(grace.line("Sorry!")).toBeVisible();
  await expect(grace.line("La la la")).toHaveCount(0);
});

test("the second tab of a person takes over from the first, and gives back", async ({ newGuest, newTab }) => {
  const [first, grace] = await Promise.all([newGuest(), newGuest()]);
  await first.enter("Ada");
  await grace.enter("Grace");
  const second = await newTab(first);
  await second.enter("Ada");
  await expect(first.page.getByRole("alert")).toContainText("You are in here twice");
  await expectAccessible(first.page);
  await expect.poll(() => second.names()).toEqual(["Ada", "Grace"]);
  await expect.poll(() => grace.names()).toEqual(["Ada", "Grace"]);

  await first.page.getByRole("button", { name: "Continue here instead" }).click();
  await first.inside();
  await expect(second.page.getByRole("alert")).toContainText("You are in here twice");
});

test("a reader's clock that is half an hour fast changes no time that is left", async ({
  server,
  newGuest,
}) => {
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  await setClockFast(ada.context, 30 * 60_000);
  ada.troubles.expect(REFUSED);
  await ada.enter("Ada");
  await grace.enter("Grace");
  const { userId } = await ada.me();
  // Shortly before midnight the end is another day's, and the day is said.
  await moderate(server, grace.page, { action: "mute", userId, reason: "Singing.", durationSeconds: 600 });
  await expect(ada.page.locator(".chat .mute")).toContainText(/until (\w+ \d+ \w+ at )?\d\d:\d\d \(10 min\)/);
  await moderate(server, grace.page, { action: "ban", userId, reason: "Again.", durationSeconds: 900 });
  await expect(ada.page.getByRole("main")).toContainText(/until (\w+ \d+ \w+ at )?\d\d:\d\d \(15 min\)/);

  // A page that knows the time only from the answer that refuses it.
  await ada.page.reload();
  await ada.page.getByRole("button", { name: "Walk in" }).click();
  await expect(ada.page.getByRole("main")).toContainText(/until (\w+ \d+ \w+ at )?\d\d:\d\d \(15 min\)/);
});
