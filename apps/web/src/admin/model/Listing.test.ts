import { describe, expect, it } from "vitest";
import { ApiError } from "../../api/http";
import type { Page } from "../../api/moderation";
import { Listing } from "./Listing";

const PAGES: Readonly<Record<string, Page<string>>> = {
  first: { items: ["e", "d"], nextCursor: "c2" },
  c2: { items: ["c"], nextCursor: null },
};

describe("Listing", () => {
  it("begins with the newest, goes on to older ones, and ends", async () => {
    const listing = new Listing((cursor) => Promise.resolve(PAGES[cursor ?? "first"]!));
    expect(listing.items.value).toBeNull();
    await listing.refresh();
    expect([listing.items.value, listing.hasMore.value]).toEqual([["e", "d"], true]);
    await listing.more();
    expect([listing.items.value, listing.hasMore.value]).toEqual([["e", "d", "c"], false]);
    await listing.more();
    expect(listing.items.value).toHaveLength(3);
  });

  it("keeps what it has where the server fails, and says so until it works again", async () => {
    let isDown = false;
    const error = new ApiError(503, "not_stored", "No.");
    const listing = new Listing(() => (isDown ? Promise.reject(error) : Promise.resolve(PAGES["c2"]!)));
    await listing.refresh();
    isDown = true;
    await listing.refresh();
    expect([listing.items.value, listing.error.value]).toEqual([["c"], error]);
    isDown = false;
    await listing.refresh();
    expect(listing.error.value).toBeNull();
  });

  it("lets the newest asking win", async () => {
    const answers: ((page: Page<string>) => void)[] = [];
    const listing = new Listing<string>(() => new Promise((resolve) => answers.push(resolve)));
    const asked = [listing.refresh(), listing.refresh()];
    answers[1]!({ items: ["new"], nextCursor: null });
    answers[0]!({ items: ["old"], nextCursor: null });
    await Promise.all(asked);
    expect(listing.items.value).toEqual(["new"]);
    expect(listing.isBusy.value).toBe(false);
  });
});
