import { createHmac } from "node:crypto";
import type { Page } from "@playwright/test";
import { distance, SAME_PLACE_M } from "./support/Guest";
import { expect, test } from "./support/test";

/** Shorter than its own leeway of 5 s, so that nobody waits long for it to end. */
test.use({ serverSettings: { VIRTUBAR_TOKEN_LIFE_SECONDS: "3" } });

/** Names of the events that came over a page's sockets, and how many sockets there were. */
function listen(page: Page): { events: string[]; sockets: number } {
  const heard = { events: [] as string[], sockets: 0 };
  page.on("websocket", (socket) => {
    heard.sockets += 1;
    socket.on("framereceived", ({ payload }) => {
      heard.events.push((JSON.parse(String(payload)) as { t: string }).t);
    });
  });
  return heard;
}

test("a token is renewed before it ends, and nobody notices", async ({ newGuest }) => {
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  const heard = listen(ada.page);
  const others = listen(grace.page);
  await ada.enter("Ada");
  await grace.enter("Grace");
  await ada.walk(["w"], 1);
  const place = await ada.rest();
  const count = (): number => heard.events.filter((name) => name === "token_renewed").length;
  const before = count();
  await expect.poll(count, { timeout: 30_000 }).toBeGreaterThan(before + 2);

  expect(heard.sockets).toBe(1);
  expect(heard.events).not.toContain("auth_error");
  expect(heard.events.filter((name) => name === "room_state")).toHaveLength(1);
  expect(others.events).not.toContain("member_left");
  expect(others.events).not.toContain("member_joined");
  expect(distance(place, await ada.me())).toBeLessThan(SAME_PLACE_M);
  await ada.say("Still here");
  await expect(grace.line("Still here")).toBeVisible();
});

test("a token that ended is replaced on the same socket, at the same place", async ({ newGuest }) => {
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  ada.troubles.expect(/net::ERR_FAILED/, /net::ERR_BLOCKED_BY_CLIENT/);
  const heard = listen(ada.page);
  await ada.enter("Ada");
  await grace.enter("Grace");
  await ada.walk(["w"], 1);
  const place = await ada.rest();
  await ada.page.route("**/rooms/join", (route) => route.abort());
  await expect.poll(() => heard.events.includes("auth_error"), { timeout: 30_000 }).toBe(true);
  const renewed = heard.events.length;
  await ada.page.unroute("**/rooms/join");
  await expect
    .poll(() => heard.events.slice(renewed).includes("token_renewed"), { timeout: 30_000 })
    .toBe(true);

  expect(heard.sockets).toBe(1);
  expect(await ada.state()).toBe("joined");
  expect(await grace.names()).toEqual(["Ada", "Grace"]);
  expect(distance(place, await ada.me())).toBeLessThan(SAME_PLACE_M);
  await ada.say("Still here");
  await expect(grace.line("Still here")).toBeVisible();
});

test.describe("in a page of one's own", () => {
  const secret = "shared with the identity provider, over 32 bytes";
  test.use({ serverSettings: { VIRTUBAR_EXTERNAL_JWT_SECRET: secret } });

  /** A token of the provider's for Ada. */
  function token(expiresInS: number): string {
    const nowS = Math.floor(Date.now() / 1000);
    const claims = { sub: "ada", name: "Ada Lovelace", iat: nowS - 3600, exp: nowS + expiresInS };
    const parts = [{ alg: "HS256", typ: "JWT" }, claims];
    const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
  }

  test("who is known to it stays known when their token has ended", async ({ newGuest }) => {
    const ada = await newGuest();
    ada.troubles.expect(/status of 401/);
    let asked = 0;
    await ada.page.exposeFunction("freshToken", () => token(asked++ === 0 ? -60 : 600));
    await ada.page.addInitScript("window.virtubar = { identityToken: () => window.freshToken() }");
    await ada.enter("Somebody");
    expect(asked).toBe(2);
    expect(await ada.names()).toEqual(["Ada Lovelace"]);
    expect(await ada.page.evaluate(() => JSON.stringify(Object.entries(localStorage)))).not.toContain("eyJ");
  });
});
