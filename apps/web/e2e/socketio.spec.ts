import type { Page } from "@playwright/test";
import { expectAgreement } from "./support/agreement";
import { distance, SAME_PLACE_M, type Guest } from "./support/Guest";
import { moderate } from "./support/moderate";
import { expect, test } from "./support/test";
import { SERVER_GONE } from "./support/Troubles";

const OVER_SOCKETIO = "&realtime=socketio";
/** Chromium notes every refused request. */
const REFUSED = /status of 403/;

/** How a page talks to the server. */
class Traffic {
  /** The paths of its sockets, oldest first. */
  readonly sockets: string[] = [];
  /** How often it has asked for packets over HTTP. */
  polls = 0;
  /** Whether it has fetched Socket.IO's client. */
  hasLibrary = false;

  constructor(page: Page) {
    page.on("websocket", (socket) => this.sockets.push(new URL(socket.url()).pathname));
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (pathname === "/socket.io/" && request.method() === "GET") this.polls += 1;
      if (pathname.startsWith("/assets/socketio-")) this.hasLibrary = true;
    });
  }
}

function closeCode({ page }: Guest): Promise<number | undefined> {
  return page.evaluate(() => {
    const status = window.__virtubar?.status() as { closeCode?: number } | undefined;
    return status?.closeCode;
  });
}

async function expectKicked(guest: Guest, why: string): Promise<void> {
  await expect(guest.page.getByRole("alert")).toContainText("You were asked to leave");
  await expect(guest.page.getByRole("main")).toContainText(`Why: ${why}`);
  expect(await guest.state()).toBe("closed");
  expect(await closeCode(guest)).toBe(4001);
}

test("a page over Socket.IO and one over the raw socket share a room", async ({ server, newGuest }) => {
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  ada.troubles.expect(REFUSED, /net::ERR_INTERNET_DISCONNECTED/, ...SERVER_GONE);
  const [overSocketIo, raw] = [new Traffic(ada.page), new Traffic(grace.page)];
  await ada.enter("Ada", OVER_SOCKETIO);
  await grace.enter("Grace");
  for (const guest of [ada, grace]) await expect.poll(() => guest.names()).toEqual(["Ada", "Grace"]);
  await expect.poll(() => overSocketIo.sockets).toEqual(["/socket.io/"]);
  expect(overSocketIo.polls).toBeGreaterThan(0);
  expect(raw).toMatchObject({ sockets: ["/ws"], polls: 0, hasLibrary: false });
  expect(overSocketIo.hasLibrary).toBe(true);

  await ada.walk(["w"], 1);
  await expectAgreement(ada, grace, "Ada");
  await grace.walk(["ArrowUp", "ArrowRight"], 1);
  await expectAgreement(grace, ada, "Grace");
  await ada.say("Good evening!");
  await expect(grace.line("Good evening!")).toBeVisible();
  await grace.say("Привет, 你好 👋");
  await expect(ada.line("Привет, 你好 👋")).toBeVisible();

  // The network goes away and comes back: the place is kept, and nothing that was said is lost.
  const place = await ada.rest();
  await ada.context.setOffline(true);
  await expect(ada.page.getByText(/Connection lost/)).toBeVisible();
  await grace.say("Did you hear that?");
  await expect(grace.line("Did you hear that?")).toBeVisible();
  expect(await grace.names()).toEqual(["Ada", "Grace"]);
  await ada.context.setOffline(false);
  await expect.poll(() => ada.state()).toBe("joined");
  await expect(ada.line("Did you hear that?")).toBeVisible();
  expect(distance(place, await ada.rest())).toBeLessThan(SAME_PLACE_M);
  await expectAgreement(ada, grace, "Ada");
  await expect(ada.log.locator(".line")).toHaveCount(3);

  const { userId } = await ada.me();
  await moderate(server, grace.page, { action: "kick", userId, reason: "Juggling glasses." });
  await expectKicked(ada, "Juggling glasses.");
  await expect.poll(() => grace.names()).toEqual(["Grace"]);
});

test("where no WebSocket gets through, polling does, and tells why it ends", async ({ server, newGuest }) => {
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  ada.troubles.expect(REFUSED);
  await ada.page.routeWebSocket(/\/socket\.io\//, (socket) => void socket.close());
  const traffic = new Traffic(ada.page);
  await ada.enter("Ada", OVER_SOCKETIO);
  await grace.enter("Grace");
  for (const guest of [ada, grace]) await expect.poll(() => guest.names()).toEqual(["Ada", "Grace"]);
  await ada.walk(["w"], 1);
  await expectAgreement(ada, grace, "Ada");
  await grace.say("Anybody there?");
  await expect(ada.line("Anybody there?")).toBeVisible();
  expect(traffic.polls).toBeGreaterThan(2);

  const { userId } = await ada.me();
  await moderate(server, grace.page, { action: "kick", userId, reason: "Whistling." });
  await expectKicked(ada, "Whistling.");
  await expect.poll(() => grace.names()).toEqual(["Grace"]);
});

test("who leaves over Socket.IO is gone at once", async ({ newGuest }) => {
  const [ada, grace] = await Promise.all([newGuest(), newGuest()]);
  await ada.enter("Ada", OVER_SOCKETIO);
  await grace.enter("Grace");
  await expect.poll(() => grace.names()).toEqual(["Ada", "Grace"]);
  await ada.page.getByRole("button", { name: "Leave the bar" }).click();
  // Well within the 20 s that a lost connection's place is kept.
  await expect.poll(() => grace.names(), { timeout: 10_000 }).toEqual(["Grace"]);
});
