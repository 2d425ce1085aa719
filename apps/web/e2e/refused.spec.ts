import { ask, knock } from "./support/people";
import { expect, test } from "./support/test";
import { expectAccessible } from "./support/wellMade";

const REFUSED = /status of 403/;

test("a room for people who are signed in says so to guests", async ({ server, newGuest }) => {
  const admin = await server.identity({ userId: "root", role: "admin" });
  await ask(server, admin, "PATCH", "/rooms/lobby", {
    allowedRoles: ["member", "owner", "moderator", "admin"],
  });
  const ada = await newGuest();
  ada.troubles.expect(REFUSED);
  await ada.arrive();
  await expect(ada.page.getByRole("button", { name: "Try the door all the same" })).toBeVisible();
  await knock(ada, "lobby", "Ada");
  await expect(ada.page.getByRole("alert")).toContainText("This room is for people who are signed in");
  await expectAccessible(ada.page);
  await ask(server, admin, "PATCH", "/rooms/lobby", { allowedRoles: null });
  await ada.page.getByRole("button", { name: "Try again" }).click();
  await ada.inside();
});

test("slow mode counts down, and what was typed goes out by itself", async ({ server, newGuest }) => {
  const admin = await server.identity({ userId: "root", role: "admin" });
  await ask(server, admin, "PATCH", "/rooms/lobby", { slowModeSeconds: 3 });
  const ada = await newGuest();
  await ada.enter("Ada");
  await ada.say("One");
  await expect(ada.line("One")).toBeVisible();
  await ada.say("Two");
  await expect(ada.page.getByText(/Goes out by itself in \d s\./)).toBeVisible();
  await expect(ada.page.getByText("This room is in slow mode")).toBeVisible();
  await expect(ada.chatField).toHaveValue("");
  await expect(ada.line("Two")).toBeVisible();
});

test("a word that is not said here is given back with the reason", async ({ server, newGuest }) => {
  const admin = await server.identity({ userId: "root", role: "admin" });
  await ask(server, admin, "PATCH", "/rooms/lobby", { words: ["watches"] });
  const ada = await newGuest();
  await ada.enter("Ada");
  await ada.say("Buy my WATCHES");
  await expect(ada.page.getByText(/^Not sent: /).first()).toBeVisible();
  await expect(ada.chatField).toHaveValue("Buy my WATCHES");
  await expect(ada.log).not.toContainText("WATCHES");
});
