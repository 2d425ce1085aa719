import { describe, expect, it } from "vitest";
import type { ValueStorage } from "../storage/StoredValue";
import { RETURN_MAX_MS, ReloadMark } from "./ReloadMark";

/** A tab's storage, and its pages one after another. */
function tab() {
  const kept = new Map<string, string>();
  const storage: ValueStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  };
  const clock = { nowMs: 1_710_000_000_000 };
  const page = (): ReloadMark => new ReloadMark(storage, () => clock.nowMs);
  return { kept, clock, page };
}

describe("ReloadMark", () => {
  it("knows whoever was inside as the page went, once", () => {
    const { clock, page } = tab();
    expect(page().take("lobby")).toBe(false);
    page().leave("lobby");
    clock.nowMs += RETURN_MAX_MS - 1;
    expect(page().take("lobby")).toBe(true);
    expect(page().take("lobby")).toBe(false);
  });

  it("takes nobody into another room", () => {
    const { page } = tab();
    page().leave("lobby");
    expect(page().take("cellar")).toBe(false);
  });

  it.each([
    ["too late", RETURN_MAX_MS],
    ["by a clock that was set back", -1],
  ])("does not count %s", (_how, ms) => {
    const { clock, page } = tab();
    page().leave("lobby");
    clock.nowMs += ms;
    expect(page().take("lobby")).toBe(false);
  });

  it("does without storage, and without sense in it", () => {
    const { kept, page } = tab();
    kept.set("virtubar.inside", '{"roomId":7}');
    expect(page().take("lobby")).toBe(false);
    const none = new ReloadMark(null, () => 0);
    none.leave("lobby");
    expect(none.take("lobby")).toBe(false);
  });
});
