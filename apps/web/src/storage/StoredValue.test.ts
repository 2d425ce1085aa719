import { describe, expect, it } from "vitest";
import { StoredValue, type ValueStorage } from "./StoredValue";

const read = (kept: unknown): string => (typeof kept === "string" ? kept : "default");

class Shelf implements ValueStorage {
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

describe("StoredValue", () => {
  it("gives back what it was given", () => {
    const stored = new StoredValue("key", new Shelf(), read);
    stored.save("value");
    expect(stored.load()).toBe("value");
  });

  it("gives the default where nothing is kept, or nonsense", () => {
    const shelf = new Shelf();
    const stored = new StoredValue("key", shelf, read);
    expect(stored.load()).toBe("default");
    shelf.kept.set("key", "{");
    expect(stored.load()).toBe("default");
  });

  it("does without a storage, and with one that is forbidden", () => {
    const forbidden = new Shelf();
    forbidden.isForbidden = true;
    for (const storage of [null, forbidden]) {
      const stored = new StoredValue("key", storage, read);
      expect(() => stored.save("value")).not.toThrow();
      expect(stored.load()).toBe("default");
    }
  });
});
