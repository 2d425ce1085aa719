import { describe, expect, it } from "vitest";
import { Keeper, type KeeperStorage } from "./Keeper";

const read = (kept: unknown): string => (typeof kept === "string" ? kept : "default");

class Shelf implements KeeperStorage {
  readonly kept = new Map<string, string>();
  isForbidden = false;

  getItem(key: string): string | null {
    if (this.isForbidden) throw new Error("forbidden");
    return this.kept.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    if (this.isForbidden) throw new Error("forbidden");
    this.kept.set(key, value);
  }
}

describe("Keeper", () => {
  it("gives back what it was given", () => {
    const keeper = new Keeper("key", new Shelf(), read);
    keeper.save("value");
    expect(keeper.load()).toBe("value");
  });

  it("gives the default where nothing is kept, or nonsense", () => {
    const shelf = new Shelf();
    const keeper = new Keeper("key", shelf, read);
    expect(keeper.load()).toBe("default");
    shelf.kept.set("key", "{");
    expect(keeper.load()).toBe("default");
  });

  it("does without a storage, and with one that is forbidden", () => {
    const forbidden = new Shelf();
    forbidden.isForbidden = true;
    for (const storage of [null, forbidden]) {
      const keeper = new Keeper("key", storage, read);
      expect(() => keeper.save("value")).not.toThrow();
      expect(keeper.load()).toBe("default");
    }
  });
});
