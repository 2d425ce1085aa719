import { HEIGHT_M, LEFT_M, TOP_M, WIDTH_M } from "../src/map/plan";
import { flatLook } from "../src/ui/looks";
import type { Guest } from "./support/Guest";
import { Operator } from "./support/Operator";
import { newIdentity } from "./support/people";
import { setClockFast } from "./support/readersClock";
import { expect, test } from "./support/test";
import { SERVER_GONE } from "./support/Troubles";
import { expectAccessible, expectWholeLetters } from "./support/wellMade";

const DESKTOP = { deviceScaleFactor: 1, viewport: { width: 1100, height: 760 } } as const;
const PHONE = { deviceScaleFactor: 1, viewport: { width: 390, height: 780 } } as const;

test("only moderators and admins come in, and nobody's token is left lying about", async ({
  server,
  newGuest,
}) => {
  const guest = await newGuest(DESKTOP);
  guest.troubles.expect(/status of 401/);
  const operator = new Operator(guest.page, server);
  const { page } = operator;
  await operator.arrive();
  await expectAccessible(page);
  await operator.paste("hunter2");
  await expect(page.getByRole("alert")).toContainText("That is not a token");
  const admin = await server.identity({ userId: "root", role: "admin" });
  await operator.paste(`${admin.slice(0, -6)}AAAAAA`);
  await expect(page.getByRole("alert")).toContainText("The server does not know that token");
  await operator.paste((await newIdentity(server)).token);
  await expect(page.getByRole("alert")).toContainText("belongs to a guest");
  await expectAccessible(page);
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);

  await operator.paste(admin);
  await expect(page.getByRole("heading", { name: "Live rooms" })).toBeVisible();
  await expect(page.getByRole("banner")).toContainText("root");
  await expect(page.getByRole("banner")).toContainText("admin");
  expect(page.url()).not.toContain(admin.slice(0, 8));
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(admin);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Live rooms" })).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Operator's page" })).toBeVisible();
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});

test("the identity that the bar has in this browser will do", async ({ server, newGuest }) => {
  const identityToken = await server.identity({ userId: "mo", role: "moderator" });
  const { page } = await newGuest({ ...DESKTOP, identityToken });
  const operator = new Operator(page, server);
  await operator.arrive();
  await page.getByRole("button", { name: /Use the identity/ }).click();
  await expect(page.getByRole("banner")).toContainText("mo");
});

test("a room moves and speaks; a ban from there holds until it is lifted", async ({ server, newGuest }) => {
  const [ada, staff] = await Promise.all([newGuest(), newGuest(DESKTOP)]);
  ada.troubles.expect(/status of 403/);
  await ada.enter("Ada");
  await setClockFast(staff.context, 3 * 3_600_000);
  const operator = new Operator(staff.page, server);
  const { page } = operator;
  await operator.signIn("admin");
  await page.getByRole("link", { name: "Lobby" }).click();
  await expect(page.getByRole("heading", { name: "Lobby" })).toBeVisible();
  await ada.say("Good <b>evening</b>!");
  const log = page.getByRole("log", { name: "What is said" });
  await expect(log).toContainText("Ada Good <b>evening</b>!");

  await expectOnMap(operator, ada);
  await ada.walk(["w"], 2);
  await ada.rest();
  await expectOnMap(operator, ada);
  const row = page.getByRole("row").filter({ hasText: "Ada" });
  await row.getByRole("button", { name: "Ada", exact: true }).click();
  await expect(row.getByRole("button", { name: "Ada", exact: true })).toHaveAttribute("aria-pressed", "true");
  await expectAccessible(page);
  await expectWholeLetters(page);
  await operator.shoot("admin-room");

  await row.getByRole("button", { name: "Ban Ada" }).click();
  const dialog = page.getByRole("dialog", { name: "Ban Ada" });
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Selling watches.");
  await dialog.getByRole("radio", { name: "1 day" }).check();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(dialog).toContainText("cannot enter Lobby for 1 day");
  await dialog.getByRole("button", { name: "Ban Ada" }).click();
  await expect(page.getByText(/Ada is banned until .*\(24 h\)/)).toBeVisible();
  await expect(ada.page.getByRole("alert")).toContainText("This room is closed to you");
  await expect(page.getByRole("main")).toContainText("Nobody is in this room right now");

  await operator.go("Bans and mutes");
  const ban = page.getByRole("row").filter({ hasText: "Selling watches." });
  await expect(ban).toContainText("root");
  await expect(ban).toContainText("(24 h)");
  await expectAccessible(page);
  await ban.getByRole("button", { name: /^Lift/ }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Lift the ban/ })
    .click();
  await expect(page.getByRole("main")).toContainText("Nobody is banned here.");
  await ada.page.reload();
  await ada.page.getByRole("button", { name: "Walk in" }).click();
  await ada.inside();
});

test("the audit has every look and act, and can be narrowed", async ({ server, newGuest }) => {
  const [ada, staff] = await Promise.all([newGuest(), newGuest(DESKTOP)]);
  await ada.enter("Ada");
  const { userId } = await ada.me();
  const operator = new Operator(staff.page, server);
  const { page } = operator;
  await operator.signIn("admin");
  await page.getByRole("link", { name: "Lobby" }).click();
  await page.getByRole("button", { name: "Mute Ada" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByRole("button", { name: "Mute Ada" }).click();
  await expect(page.getByRole("row").filter({ hasText: "Ada" })).toContainText("muted until");

  await operator.go("Audit");
  const rows = page.getByRole("row");
  await expect(rows.filter({ hasText: "looked into the room" })).toHaveCount(1);
  const muted = rows.filter({ hasText: "muted" });
  await expect(muted).toContainText("muted Ada");
  await expect(muted.getByText(userId)).toBeHidden();
  await muted.getByText("id", { exact: true }).click();
  await expect(muted.getByText(userId)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("textbox", { name: "About whom" }).fill(userId);
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(rows.filter({ hasText: "looked into the room" })).toHaveCount(0);
  await expect(rows.filter({ hasText: "muted" })).toHaveCount(1);
  // The filter is in the address: it can be sent to a colleague, and loaded anew.
  await page.reload();
  await expect(page.getByRole("textbox", { name: "About whom" })).toHaveValue(userId);
  await expect(rows.filter({ hasText: "muted" })).toHaveCount(1);

  await operator.go("Bans and mutes");
  await page.getByRole("link", { name: "Mutes", exact: true }).click();
  await expect(page.getByRole("rowheader")).toContainText("Ada");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Unmute Ada" }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Unmute/ })
    .click();
  await expect(page.getByRole("main")).toContainText("Nobody is muted here.");
});

test("every view reads well on a phone", async ({ server, newGuest }) => {
  const [ada, staff] = await Promise.all([newGuest(), newGuest(PHONE)]);
  await ada.enter("A name of thirty-two characters!");
  const operator = new Operator(staff.page, server);
  const { page } = operator;
  await operator.arrive();
  await operator.expectFits();
  await operator.signIn("admin");
  for (const [hash, heading] of [
    ["#/rooms", "Live rooms"],
    ["#/rooms/lobby", "Lobby"],
    ["#/reports/open", "Reports"],
    ["#/sanctions/bans?room=lobby", "Bans"],
    ["#/sanctions/mutes", "Mutes"],
    ["#/audit", "Audit"],
  ] as const) {
    await page.goto(`${server.url}/admin${hash}`);
    await expect(page.getByRole("heading", { name: heading, level: 1 })).toBeVisible();
    if (heading === "Lobby") await expect(page.getByRole("row").filter({ hasText: "A name" })).toBeVisible();
    if (heading === "Audit") await expect(page.getByText("looked into the room").last()).toBeVisible();
    await operator.expectFits();
    await expectAccessible(page);
    await operator.shoot(`admin-phone-${heading.toLowerCase().replace(" ", "-")}`);
  }
});

test("a moderator has no say on the whole server", async ({ server, newGuest }) => {
  const [ada, staff] = await Promise.all([newGuest(), newGuest(DESKTOP)]);
  staff.troubles.expect(/status of 403/);
  await ada.enter("Ada");
  const operator = new Operator(staff.page, server);
  const { page } = operator;
  await operator.signIn("moderator");
  await page.getByRole("link", { name: "Lobby" }).click();
  await page.getByRole("button", { name: "Ban Ada" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expect(page.getByText("On the whole server")).toHaveCount(0);
  await page.getByRole("button", { name: "Cancel" }).click();
  await operator.go("Audit");
  await expect(page.getByRole("main")).toContainText("in lobby, newest first");
  await operator.arrive("#/sanctions/bans");
  await expect(page.getByRole("alert").filter({ hasText: "not for you to see" })).toBeVisible();
});

test.describe("with a database that outlives the server", () => {
  test.use({
    serverSettings: async ({ browserName: _ }, use, info) => {
      await use({ VIRTUBAR_DATABASE_URL: `sqlite:///${info.outputPath("bar.db")}` });
    },
  });

  test("a server that goes away is missed, and seen again by itself, with what was said", async ({
    server,
    newGuest,
  }) => {
    const [ada, staff] = await Promise.all([newGuest(), newGuest(DESKTOP)]);
    staff.troubles.expect(...SERVER_GONE, /status of 503/);
    const operator = new Operator(staff.page, server);
    const { page } = operator;
    const banner = page.getByRole("alert").filter({ hasText: "No answer from the server" });
    await operator.signIn("admin");
    await expect(page.getByRole("main")).toContainText("Nobody is in any room right now.");

    await ada.enter("Ada");
    await ada.say("Good <b>evening</b>!");
    await operator.arrive("#/rooms/lobby");
    const said = page.getByText("Good <b>evening</b>!");
    await expect(page.getByRole("log", { name: "What is said" })).toContainText("Ada Good <b>evening</b>!");
    const back = page.getByRole("button", { name: "Earlier messages" });
    await back.click();
    await expect(page.getByText("Nothing earlier is stored.")).toBeVisible();
    await expect(said).toHaveCount(1);
    await ada.context.close();

    await operator.go("Rooms");
    await server.stop("SIGKILL");
    await expect(banner).toBeVisible();
    await expectAccessible(page);
    // Pressed while nobody is there: once the server is back, the banner may be gone before the click.
    const asked = page.waitForEvent("requestfailed");
    await banner.getByRole("button", { name: "Try now" }).click();
    await asked;
    await expect(banner).toBeVisible();
    await server.start();
    await expect(banner).toHaveCount(0);
    await expect(page.getByRole("main")).toContainText("Nobody is in any room right now.");

    // Nobody is there to be heard; what was said can still be read, by keyboard too.
    await operator.arrive("#/rooms/lobby");
    await expect(page.getByText("Nothing has been said lately.")).toBeVisible();
    await back.press("Enter");
    await expect(page.getByRole("group", { name: "Earlier messages" })).toContainText(
      "Ada Good <b>evening</b>!",
    );
    await expect(said).toBeInViewport();
    await expect(back).toBeFocused();
    await expectAccessible(page);
    await operator.shoot("admin-earlier");
  });
});

/** The map has somebody's colour where they stand. */
async function expectOnMap(operator: Operator, guest: Guest): Promise<void> {
  const { x, z } = await guest.me();
  const avatarId = await guest.page.evaluate(
    () => (JSON.parse(localStorage.getItem("virtubar.person") ?? "{}") as { avatarId: string }).avatarId,
  );
  const place = { x: (x - LEFT_M) / WIDTH_M, y: (z - TOP_M) / HEIGHT_M };
  await expect
    .poll(() =>
      operator.page.locator("canvas.map").evaluate((canvas: HTMLCanvasElement, { x, y }) => {
        const pixel = canvas
          .getContext("2d")!
          .getImageData(Math.round(canvas.width * x), Math.round(canvas.height * y), 1, 1).data;
        return `#${[...pixel.slice(0, 3)].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
      }, place),
    )
    .toBe(flatLook(avatarId).top);
}
