import { Operator } from "./support/Operator";
import { choose } from "./support/people";
import { expect, test } from "./support/test";
import { expectAccessible } from "./support/wellMade";

test("a report arrives with what was seen and heard, and is closed", async ({ server, newGuest }) => {
  const [rudi, nina, staff] = await Promise.all([newGuest(), newGuest(), newGuest()]);
  await rudi.enter("Rudi");
  await nina.enter("Nina");
  await rudi.say("Buy my <i>watches</i>!");
  await expect(nina.line("Buy my <i>watches</i>!")).toBeVisible();
  const dialog = await choose(nina, "Rudi", "Report");
  await expect(dialog).toContainText("what you could see and hear in the last 5 minutes");
  await expect(dialog).toContainText("the moderators of this server");
  await expect(dialog).toContainText("30 days");
  await expect(dialog.getByRole("button", { name: "Send the report" })).toBeDisabled();
  await expectAccessible(nina.page);
  await dialog.getByRole("textbox", { name: "What happened?" }).fill("Sells <b>watches</b>.");
  await dialog.getByRole("button", { name: "Send the report" }).click();
  const thanks = nina.page.getByRole("dialog", { name: "Thank you" });
  await expect(thanks).toBeVisible();
  await expectAccessible(nina.page);
  await thanks.getByRole("button", { name: "Back to the bar" }).click();
  await expect(nina.page.getByRole("dialog")).toHaveCount(0);

  const operator = new Operator(staff.page, server);
  await operator.signIn("moderator");
  await operator.go("Reports");
  await expect(operator.page.getByRole("listitem")).toContainText(/about Rudi.* by Nina/);
  await expectAccessible(operator.page);
  await operator.shoot("admin-reports");
  await operator.page.getByRole("link", { name: "Sells <b>watches</b>." }).click();
  const main = operator.page.getByRole("main");
  await expect(main.getByRole("heading", { name: "About Rudi" })).toBeVisible();
  const said = main.getByRole("listitem").filter({ hasText: "Buy my <i>watches</i>!" });
  await expect(said).toContainText("Rudi");
  await expect(said).toContainText("reported");
  await said.getByRole("button").click();
  await expect(said.getByRole("button")).toHaveAttribute("aria-pressed", "true");
  await expectAccessible(operator.page);
  await operator.shoot("admin-report");

  await main.getByRole("textbox", { name: "Note" }).fill("Talked to both.");
  await main.getByRole("button", { name: "Close the report" }).click();
  await expect(main).toContainText("by mo");
  await operator.go("Reports");
  await expect(main).toContainText("No open reports.");
  await main.getByRole("link", { name: "Closed" }).click();
  await expect(main.getByRole("listitem")).toContainText("Talked to both.");
  await expectAccessible(operator.page);
  // Nobody has told the one whom it is about.
  await expect(rudi.page.getByRole("main")).not.toContainText("report");
});

test("who reports too much is asked to wait, and keeps what was written", async ({ newGuest }) => {
  const [rudi, nina] = await Promise.all([newGuest(), newGuest()]);
  nina.troubles.expect(/status of 429/);
  await rudi.enter("Rudi");
  await nina.enter("Nina");
  for (const count of [1, 2, 3]) {
    const dialog = await choose(nina, "Rudi", "Report");
    await dialog.getByRole("textbox").fill(`Number ${count}`);
    await dialog.getByRole("button", { name: "Send the report" }).click();
    await nina.page.getByRole("button", { name: "Back to the bar" }).click();
  }
  const dialog = await choose(nina, "Rudi", "Report");
  await dialog.getByRole("textbox").fill("Number 4");
  await dialog.getByRole("button", { name: "Send the report" }).click();
  await expect(dialog.getByRole("alert")).toContainText(/The next one can go in \d+ s/);
  await expect(dialog.getByRole("textbox")).toHaveValue("Number 4");
});
