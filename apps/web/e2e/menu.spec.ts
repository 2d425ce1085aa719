import { ask, choose, enterRoom, knock, newIdentity, openMenu } from "./support/people";
import { expect, test } from "./support/test";
import { expectAccessible } from "./support/wellMade";

/** Chromium notes every refused request. */
const REFUSED = /status of 403/;

test("a guest finds walking over and reporting in the menu, and nothing else", async ({ newGuest }) => {
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  await ada.enter("Ada");
  await grace.enter("Grace");
  const { keyboard } = ada.page;
  await ada.canvas.focus();
  await keyboard.press("p");
  const more = ada.page.getByRole("button", { name: "More about Grace" });
  await more.focus();
  await keyboard.press("Enter");
  const items = ada.page.getByRole("menuitem");
  await expect(items).toHaveText(["Walk over", "Report …"]);
  await expect(items.first()).toBeFocused();
  await expectAccessible(ada.page);
  await keyboard.press("ArrowDown");
  await expect(items.last()).toBeFocused();
  await keyboard.press("Escape");
  await expect(items).toHaveCount(0);
  await expect(more).toBeFocused();
  await expect(ada.page.getByRole("button", { name: /^This room/ })).toHaveCount(0);
});

test("a moderator kicks from the menu, and the person reads why", async ({ server, newGuest }) => {
  const identityToken = await server.identity({ userId: "mo", role: "moderator" });
  const [mo, ada] = await Promise.all([newGuest({ identityToken }), newGuest()]);
  await mo.enter("Mo");
  await ada.enter("Ada");
  const dialog = await choose(mo, "Ada", "Kick");
  await dialog.getByRole("textbox", { name: "Reason" }).fill("x".repeat(501));
  await expect(dialog.getByText("1 too many")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Continue" })).toBeDisabled();
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Dancing on the <b>counter</b>.");
  await expectAccessible(mo.page);
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(dialog).toContainText("Ada is shown out of Lobby now, and cannot come back for 30 seconds.");
  await expect(dialog).toContainText("Dancing on the <b>counter</b>.");
  const go = dialog.getByRole("button", { name: "Kick Ada" });
  await expect(go).toBeFocused();
  await expectAccessible(mo.page);
  await go.click();
  await expect(dialog).toHaveCount(0);
  await expect(mo.page.getByRole("status").getByText("Ada was shown out.")).toBeVisible();
  await expect(ada.page.getByRole("alert")).toContainText("You were asked to leave");
  await expect(ada.page.getByRole("main")).toContainText("Why: Dancing on the <b>counter</b>.");
  await expect.poll(() => mo.names()).toEqual(["Mo"]);
});

test("a moderator mutes and unmutes from the menu", async ({ server, newGuest }) => {
  const identityToken = await server.identity({ userId: "mo", role: "moderator" });
  const [mo, ada] = await Promise.all([newGuest({ identityToken }), newGuest()]);
  await mo.enter("Mo");
  await ada.enter("Ada");
  const mute = await choose(mo, "Ada", "Mute");
  await expect(mute.getByText("On the whole server")).toHaveCount(0);
  await mute.getByRole("radio", { name: "1 hour" }).check();
  await mute.getByRole("button", { name: "Continue" }).click();
  await expect(mute).toContainText("Ada cannot chat in Lobby for 1 hour");
  await mute.getByRole("button", { name: "Mute Ada" }).click();
  await expect(ada.page.locator(".chat .mute")).toContainText("A moderator has muted you until");
  const row = mo.page.getByRole("listitem").filter({ hasText: "Ada" });
  await expect(row).toContainText("muted");

  const unmute = await choose(mo, "Ada", "Unmute");
  await unmute.getByRole("button", { name: "Unmute Ada" }).click();
  await expect(ada.page.getByText("You can chat again.")).toBeVisible();
  await expect(row).not.toContainText("muted");
  await ada.say("Sorry!");
  await expect(mo.line("Sorry!")).toBeVisible();
});

test("a moderator bans for a time of their own, and the door says why and until when", async ({
  server,
  newGuest,
}) => {
  const identityToken = await server.identity({ userId: "mo", role: "moderator" });
  const [mo, ada] = await Promise.all([newGuest({ identityToken }), newGuest()]);
  ada.troubles.expect(REFUSED);
  await mo.enter("Mo");
  await ada.enter("Ada");
  const dialog = await choose(mo, "Ada", "Ban");
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Selling watches.");
  await dialog.getByRole("radio", { name: "Other …" }).check();
  await dialog.getByRole("textbox", { name: "How many" }).fill("soon");
  await expect(dialog.getByText("Give a whole number")).toBeVisible();
  await dialog.getByRole("textbox", { name: "How many" }).fill("3");
  await dialog.getByRole("combobox").selectOption("hours");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(dialog).toContainText("cannot enter Lobby for 3 hours");
  await dialog.getByRole("button", { name: "Ban Ada" }).click();
  await expect(mo.page.getByText(/Ada is banned until .*\(3 h\)\./)).toBeVisible();
  await expect(ada.page.getByRole("alert")).toContainText("This room is closed to you");

  // The door has it from the server's refusal, where no event has told it.
  await ada.page.reload();
  await ada.page.getByRole("button", { name: "Walk in" }).click();
  const main = ada.page.getByRole("main");
  await expect(main).toContainText("Why: Selling watches.");
  await expect(main).toContainText(/until .*\(3 h\)/);
});

test("an owner keeps order in their own room, and locks it", async ({ server, newGuest }) => {
  const owner = await newIdentity(server);
  await ask(server, owner.token, "POST", "/rooms", { roomId: "garden", name: "Garden" });
  const [olga, ada, late] = await Promise.all([
    newGuest({ identityToken: owner.token }),
    newGuest(),
    newGuest(),
  ]);
  late.troubles.expect(REFUSED);
  await enterRoom(olga, "garden", "Olga");
  await enterRoom(ada, "garden", "Ada");

  await olga.page.getByRole("button", { name: "This room", exact: true }).click();
  const settings = olga.page.getByRole("dialog", { name: "This room" });
  await settings.getByRole("checkbox", { name: /^Locked/ }).check();
  await settings.getByRole("textbox", { name: "Name" }).fill("Secret Garden");
  await expectAccessible(olga.page);
  await settings.getByRole("button", { name: "Save" }).click();
  await expect(settings).toHaveCount(0);
  await expect(olga.page.getByRole("button", { name: "This room: locked" })).toBeVisible();
  await knock(late, "garden", "Late");
  await expect(late.page.getByRole("alert")).toContainText("The door is locked");
  await expectAccessible(late.page);

  const dialog = await choose(olga, "Ada", "Kick");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByRole("button", { name: "Kick Ada" }).click();
  await expect(ada.page.getByRole("alert")).toContainText("You were asked to leave");
});

test("who may not act on somebody is told so, and goes on", async ({ server, newGuest }) => {
  const [moderator, admin] = await Promise.all([
    server.identity({ userId: "mo", role: "moderator" }),
    server.identity({ userId: "root", role: "admin" }),
  ]);
  const [mo, root] = await Promise.all([
    newGuest({ identityToken: moderator }),
    newGuest({ identityToken: admin }),
  ]);
  await mo.enter("Mo");
  await root.enter("Root");
  const dialog = await choose(mo, "Root", "Ban");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByRole("button", { name: "Ban Root" }).click();
  await expect(dialog.getByRole("alert")).toContainText("You may not do this to this person");
  await expectAccessible(mo.page);
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(dialog).toHaveCount(0);
  await expect.poll(() => root.state()).toBe("joined");

  // An admin can, and on the whole server.
  const other = await choose(root, "Mo", "Ban");
  await other.getByRole("checkbox", { name: /On the whole server/ }).check();
  await other.getByRole("radio", { name: "For good" }).check();
  await other.getByRole("button", { name: "Continue" }).click();
  await expect(other).toContainText("cannot enter any room of this server for good");
  await other.getByRole("button", { name: "Ban Mo" }).click();
  await expect(mo.page.getByRole("main")).toContainText(
    "banned you from this bar, all of its rooms, for good",
  );
  await expect(mo.page.getByRole("main")).not.toContainText("Other rooms are open");
});

test("a click on somebody in the room opens their menu", async ({ server, newGuest }) => {
  const identityToken = await server.identity({ userId: "mo", role: "moderator" });
  const [mo, ada] = await Promise.all([newGuest({ isDrawn: true, identityToken }), newGuest()]);
  await ada.enter("Ada");
  await mo.enter("Mo");
  await (await openMenu(mo, "Ada")).getByRole("menuitem", { name: "Walk over" }).click();
  await expect(mo.page.getByText("Walking over to Ada.")).toBeVisible();
  await mo.page.getByRole("button", { name: "Close the list" }).click();
  await mo.rest();
  const menu = mo.page.getByRole("menu", { name: "What to do about Ada" });
  const box = (await mo.canvas.boundingBox())!;
  // Somewhere near the middle: whoever one has walked over to stands before oneself.
  const spots = [0.5, 0.46, 0.54, 0.42, 0.58].flatMap((x) => [0.5, 0.42, 0.34, 0.58].map((y) => ({ x, y })));
  for (const { x, y } of spots) {
    if (await menu.isVisible()) break;
    await mo.page.mouse.click(box.x + box.width * x, box.y + box.height * y);
    await mo.rest();
  }
  await expect(menu.getByRole("menuitem")).toHaveText(["Walk over", "Report …", "Mute …", "Kick …", "Ban …"]);
});
