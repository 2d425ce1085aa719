import { distance, SAME_PLACE_M, type Guest } from "./support/Guest";
import { expect, test } from "./support/test";
import { SERVER_GONE } from "./support/Troubles";
import { Wire } from "./support/Wire";

/** The button, unless the client itself was quicker and has taken it away. */
async function retryNow({ page }: Guest): Promise<void> {
  await page.getByRole("button", { name: "Retry now" }).evaluateAll((buttons: HTMLElement[]) => {
    for (const button of buttons) button.click();
  });
}

test("a lost connection says so without standing in the way, and everything is as it was", async ({
  newGuest,
}) => {
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  const wire = await Wire.lay(ada.page);
  await ada.enter("Ada");
  await grace.enter("Grace");
  await ada.say("Before");
  // Both have heard it: what is lost on the wire comes again, but is not what this is about.
  for (const guest of [ada, grace]) await expect(guest.line("Before")).toBeVisible();
  await wire.cut();
  const banner = ada.page.getByText(/Connection lost/);
  await expect(banner).toBeVisible();
  await expect(ada.page.getByRole("button", { name: "Retry now" })).toBeVisible();

  // One can walk, read and look around all the same, and the others go on talking.
  await ada.walk(["w"], 1);
  await ada.page.getByRole("button", { name: /Who is here: 2/ }).click();
  await expect(ada.page.getByRole("heading", { name: "2 people here" })).toBeVisible();
  await grace.say("Did you hear that?");
  await expect(grace.line("Did you hear that?")).toBeVisible();
  const place = await ada.rest();

  wire.mend();
  await retryNow(ada);
  await expect(banner).toBeHidden();
  await expect.poll(() => ada.state()).toBe("joined");
  await expect(ada.line("Did you hear that?")).toBeVisible();
  await expect(ada.log.locator(".line")).toHaveCount(2);
  expect(distance(place, await ada.rest())).toBeLessThan(SAME_PLACE_M);
  await expect
    .poll(async () => distance(place, (await grace.sees("Ada")) ?? { x: Infinity, z: 0 }))
    .toBeLessThan(SAME_PLACE_M);
  expect(await grace.names()).toEqual(["Ada", "Grace"]);
});

test("who has heard nothing yet hears what was said while the connection was lost", async ({ newGuest }) => {
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  const wire = await Wire.lay(ada.page);
  await ada.enter("Ada");
  await grace.enter("Grace");
  await wire.cut();
  await expect(ada.page.getByText(/Connection lost/)).toBeVisible();
  await grace.say("Anybody here?");
  await expect(grace.line("Anybody here?")).toBeVisible();
  wire.mend();
  await retryNow(ada);
  await expect(ada.line("Anybody here?")).toBeVisible();
});

for (const [signal, how] of [
  ["SIGTERM", "restarts"],
  ["SIGKILL", "crashes and comes back"],
] as const) {
  test(`when the server ${how} everybody is back where they were`, async ({ server, newGuest }) => {
    const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
    for (const { troubles } of [ada, grace]) troubles.expect(...SERVER_GONE, /status of 503/);
    await ada.enter("Ada");
    await grace.enter("Grace");
    await ada.walk(["w"], 1.5);
    const place = await ada.rest();
    const { userId } = place;

    await server.stop(signal);
    await expect(ada.page.getByText(/Connection lost/)).toBeVisible();
    expect(await ada.state()).toBe("reconnecting");
    await ada.chatField.fill("Is anybody there?");
    await server.start();

    for (const guest of [ada, grace]) {
      await expect.poll(() => guest.state(), { timeout: 30_000 }).toBe("joined");
      await expect(guest.page.getByText(/Connection lost/)).toBeHidden();
      await expect.poll(() => guest.names()).toEqual(["Ada", "Grace"]);
    }
    const back = await ada.rest();
    expect(back.userId).toBe(userId);
    expect(distance(place, back)).toBeLessThan(SAME_PLACE_M);
    await expect
      .poll(async () => distance(place, (await grace.sees("Ada")) ?? { x: Infinity, z: 0 }))
      .toBeLessThan(SAME_PLACE_M);
    await ada.chatField.press("Enter");
    await expect(grace.line("Is anybody there?")).toBeVisible();
  });
}

test("who leaves is gone at once, and comes back as the same guest", async ({ newGuest }) => {
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  await ada.enter("Ada");
  await grace.enter("Grace");
  await expect.poll(() => grace.names()).toEqual(["Ada", "Grace"]);
  const { userId } = await ada.me();
  await ada.page.getByRole("button", { name: "Leave the bar" }).click();
  await expect(ada.page.getByRole("button", { name: "Walk in" })).toBeVisible();
  await expect.poll(() => grace.names()).toEqual(["Grace"]);

  await ada.page.reload();
  await expect(ada.page.getByRole("textbox", { name: "Your name" })).toHaveValue("Ada");
  await ada.page.getByRole("button", { name: "Walk in" }).click();
  await ada.inside();
  expect((await ada.me()).userId).toBe(userId);
});
