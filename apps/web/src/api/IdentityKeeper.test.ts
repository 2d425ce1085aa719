import { describe, expect, it } from "vitest";
import { IdentityKeeper, type TokenStorage } from "./IdentityKeeper";

function storage(): TokenStorage {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

const forbidden: TokenStorage = {
  getItem: () => {
    throw new Error("forbidden");
  },
  setItem: () => {
    throw new Error("forbidden");
  },
  removeItem: () => {
    throw new Error("forbidden");
  },
};

describe("IdentityKeeper", () => {
  it("keeps the token for the next page", () => {
    const shared = storage();
    new IdentityKeeper(shared).keep("token");
    expect(new IdentityKeeper(shared).token).toBe("token");
  });

  it("forgets it, for the next page as well", () => {
    const shared = storage();
    const keeper = new IdentityKeeper(shared);
    keeper.keep("token");
    keeper.forget();
    expect(keeper.token).toBeNull();
    expect(new IdentityKeeper(shared).token).toBeNull();
  });

  it("keeps a provider's token as long as the page only, and takes no guest's for it", async () => {
    const shared = storage();
    new IdentityKeeper(shared).keep("guest");
    const keeper = new IdentityKeeper(shared, () => "jwt");
    expect(keeper.token).toBeNull();
    expect(await keeper.renew()).toBe("jwt");
    expect(keeper.token).toBe("jwt");
    expect(new IdentityKeeper(shared).token).toBe("guest");
  });

  it("cannot renew a guest's", async () => {
    const keeper = new IdentityKeeper(storage());
    expect(keeper.isRenewable).toBe(false);
    await expect(keeper.renew()).rejects.toThrow();
  });

  it.each([
    ["there is no storage", null],
    ["storage is forbidden", forbidden],
  ])("keeps it as long as the page where %s", (_, kept) => {
    const keeper = new IdentityKeeper(kept);
    expect(keeper.token).toBeNull();
    keeper.keep("token");
    expect(keeper.token).toBe("token");
    keeper.forget();
    expect(keeper.token).toBeNull();
  });
});
