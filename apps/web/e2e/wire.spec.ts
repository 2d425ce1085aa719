import type { Page } from "@playwright/test";
import { expectAgreement } from "./support/agreement";
import { expect, test } from "./support/test";

test.use({ serverSettings: { VIRTUBAR_CROWD_THRESHOLD: "1" } });

/** What a page's socket has brought: texts that say moves, and binary messages. */
class Arrivals {
  moves = 0;
  binary = 0;

  constructor(page: Page) {
    page.on("websocket", (socket) =>
      socket.on("framereceived", ({ payload }) => {
        if (typeof payload !== "string") this.binary += 1;
        else if (payload.includes('"t":"avatar_transform_broadcast"')) this.moves += 1;
      }),
    );
  }
}

test("whoever comes into a crowd sees it move by short messages, and the same as the others", async ({
  newGuest,
}) => {
  const [ada, grace, alan] = [await newGuest(), await newGuest(), await newGuest()];
  const [early, late] = [new Arrivals(ada.page), new Arrivals(alan.page)];
  await ada.enter("Ada");
  await grace.enter("Grace");
  await alan.enter("Alan");
  for (const guest of [ada, alan]) {
    await expect.poll(() => guest.names()).toEqual(["Ada", "Alan", "Grace"]);
  }
  await grace.walk(["w"], 1);
  await expectAgreement(grace, ada, "Grace");
  await expectAgreement(grace, alan, "Grace");
  await ada.walk(["s"], 1);
  await expectAgreement(ada, alan, "Ada");
  await ada.say("Good evening!");
  await expect(alan.line("Good evening!")).toBeVisible();
  expect(early.moves).toBeGreaterThan(0);
  expect(early.binary).toBe(0);
  expect(late.binary).toBeGreaterThan(0);
  expect(late.moves).toBe(0);
});
