import { describe, expect, it, vi } from "vitest";
import { PartLoader, type TabStorage } from "./PartLoader";

const GONE = new TypeError("Failed to fetch dynamically imported module");

/** A tab, through reloads: what it keeps, and which version the server has. */
class Tab {
  readonly reload = vi.fn();
  readonly left: string[] = [];
  newest: string | null | Error = "b";
  storage: TabStorage | null;

  constructor() {
    const kept = new Map<string, string>();
    this.storage = {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
    };
  }

  /** The page of a version, as it opens. */
  page(version: string): PartLoader {
    const loader = new PartLoader({
      storage: this.storage,
      version,
      newestVersion: () =>
        this.newest instanceof Error ? Promise.reject(this.newest) : Promise.resolve(this.newest),
      reload: this.reload,
    });
    loader.onReload = () => this.left.push(version);
    return loader;
  }

  /** Have a page fail to load a part. Answers what it throws; null where it goes instead. */
  async fail(version: string): Promise<unknown> {
    const { length } = this.reload.mock.calls;
    const loading = this.page(version).load(() => Promise.reject(GONE));
    const thrown = await Promise.race([loading.catch((error: unknown) => error), settled()]);
    return this.reload.mock.calls.length > length ? null : thrown;
  }
}

/** After everything that needs no time. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

describe("PartLoader", () => {
  it("brings what comes, and looks for no version", async () => {
    const tab = new Tab();
    tab.newest = new Error("nobody asks");
    expect(await tab.page("a").load(() => Promise.resolve("the room"))).toBe("the room");
    expect(tab.reload).not.toHaveBeenCalled();
  });

  it("reloads a page whose parts a deploy has taken away, and lets a note be left before", async () => {
    const tab = new Tab();
    expect(await tab.fail("a")).toBeNull();
    expect(tab.left).toEqual(["a"]);
  });

  it("reloads once for a version, whatever comes then", async () => {
    const tab = new Tab();
    await tab.fail("a");
    expect(await tab.fail("a")).toBe(GONE);
    expect(tab.reload).toHaveBeenCalledOnce();
  });

  it("reloads again for the next version", async () => {
    const tab = new Tab();
    await tab.fail("a");
    tab.newest = "c";
    expect(await tab.fail("b")).toBeNull();
  });

  it("ends where two servers of different versions answer in turns", async () => {
    const tab = new Tab();
    for (const [version, newest] of [
      ["a", "b"],
      ["b", "a"],
      ["a", "b"],
      ["b", "a"],
    ] as const) {
      tab.newest = newest;
      await tab.fail(version);
    }
    expect(tab.reload).toHaveBeenCalledTimes(2);
  });

  it.each([
    ["the server has the same version: it is the network's fault", "a"],
    ["what answers is no page of ours", null],
    ["the server cannot be reached", new TypeError("Failed to fetch")],
  ])("does not reload where %s", async (_why, newest) => {
    const tab = new Tab();
    tab.newest = newest;
    expect(await tab.fail("a")).toBe(GONE);
    expect(tab.reload).not.toHaveBeenCalled();
  });

  it.each([
    ["has no storage", null],
    [
      "forbids to write it",
      {
        getItem: () => null,
        setItem: () => {
          throw new DOMException("no", "QuotaExceededError");
        },
      },
    ],
  ])("does not reload in a browser that %s: it could not know when to stop", async (_why, storage) => {
    const tab = new Tab();
    tab.storage = storage;
    expect(await tab.fail("a")).toBe(GONE);
    expect(tab.reload).not.toHaveBeenCalled();
  });

  it("remembers sixteen versions", async () => {
    const tab = new Tab();
    const versions = Array.from({ length: 17 }, (_, at) => `v${at}`);
    for (const version of versions) {
      tab.newest = version;
      await tab.fail("a");
    }
    expect(tab.reload).toHaveBeenCalledTimes(17);
    tab.newest = "v1";
    expect(await tab.fail("a")).toBe(GONE);
    tab.newest = "v0";
    expect(await tab.fail("a")).toBeNull();
  });
});
