import { distance, type Guest } from "./support/Guest";
import { ask, enterRoom, newIdentity } from "./support/people";
import { expect, test } from "./support/test";
import { changed, PICTURE_SCALE, View, type Box } from "./support/View";

const RADIUS_M = 3;
/** As pictures are compared, and nothing in it that moves by itself. */
const STILL = {
  isDrawn: true,
  deviceScaleFactor: PICTURE_SCALE,
  reducedMotion: "reduce",
  viewport: { width: 900, height: 600 },
} as const;
const ASIDE_RAD = 0.45;
const BOX_PX = 16;
/** Of a box that the light covers more than this changes, and less of one that it does not reach. */
const LIT_PART = 0.9;
const DARK_PART = 0.1;

/** Around a point of the floor. */
function boxAt(view: View, x: number, z: number): Box {
  const at = view.at(x, 0.02, z);
  const corner = { x: Math.round(at.x - BOX_PX / 2), y: Math.round(at.y - BOX_PX / 2) };
  return { ...corner, width: BOX_PX, height: BOX_PX };
}

async function awayFrom(guest: Guest, name: string): Promise<number> {
  const other = await guest.sees(name);
  return other === null ? Infinity : distance(await guest.me(), other);
}

test("who types in a room with a hearing radius sees on the floor how far they are heard", async ({
  browser,
  server,
  newGuest,
  shoot,
}) => {
  const { token } = await newIdentity(server);
  await ask(server, token, "POST", "/rooms", { roomId: "snug", hearingRadiusM: RADIUS_M });
  const ada = await newGuest(STILL);
  await enterRoom(ada, "snug", "Ada");
  await ada.walk(["w"], 4.5);
  const view = await View.of(ada);
  const { x, z } = await ada.me();
  // Before the eye and a little to the side: nothing but the floor is there to be seen.
  const [across, ahead] = [Math.sin(ASIDE_RAD), -Math.cos(ASIDE_RAD)];
  const at = (awayM: number): Box => boxAt(view, x + awayM * across, z + awayM * ahead);
  const [within, beyond] = [at(0.85 * RADIUS_M), at(1.15 * RADIUS_M)];
  const silent = await ada.page.screenshot();
  const now = async (box: Box): Promise<number> => changed(browser, silent, await ada.page.screenshot(), box);

  await ada.chatField.pressSequentially("Is anybody there?");
  await expect(async () => expect(await now(within)).toBeGreaterThan(LIT_PART)).toPass();
  expect(await now(beyond)).toBeLessThan(DARK_PART);
  await shoot(ada, "hearing");
  await ada.chatField.press("Enter");
  await expect(async () => expect(await now(within)).toBeLessThan(DARK_PART)).toPass();
});

test("under what one says in a room with a hearing radius stands by how many it was heard", async ({
  server,
  newGuest,
  shoot,
}) => {
  const { token } = await newIdentity(server);
  await ask(server, token, "POST", "/rooms", { roomId: "snug", hearingRadiusM: RADIUS_M });
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  await enterRoom(ada, "snug", "Ada");
  await enterRoom(grace, "snug", "Grace");
  await expect.poll(() => awayFrom(ada, "Grace")).toBeLessThan(RADIUS_M);
  await ada.say("Hello, Grace");
  await expect(grace.line("Hello, Grace")).toBeVisible();
  await expect(ada.log.locator(".line", { hasText: "Hello, Grace" })).toContainText("Heard by 1");
  await expect(grace.log).not.toContainText("Heard by");

  await grace.walk(["w"], RADIUS_M + 3);
  await grace.rest();
  await expect.poll(() => awayFrom(ada, "Grace")).toBeGreaterThan(RADIUS_M + 1);
  await ada.say("Are you still there?");
  const lost = ada.log.locator(".line", { hasText: "Are you still there?" });
  await expect(lost).toContainText("Nobody was near enough to hear it");
  await expect(grace.log).not.toContainText("Are you still there?");
  await shoot(ada, "heard");
});
