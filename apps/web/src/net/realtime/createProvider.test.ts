// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import { createProvider, providerKind } from "./createProvider";
import { SimProvider } from "./SimProvider";
import { WsProvider } from "./WsProvider";

describe("providerKind", () => {
  it.each([
    ["", undefined, "sim"],
    ["", "ws", "ws"],
    ["", "nonsense", "sim"],
    ["?realtime=ws", undefined, "ws"],
    ["?realtime=sim", "ws", "sim"],
    ["?realtime=nonsense", "ws", "ws"],
  ])("of %j, built for %s, is %s", (search, built, kind) => {
    expect(providerKind(search, built)).toBe(kind);
  });
});

describe("createProvider", () => {
  it("makes what was asked for", () => {
    expect(createProvider("?realtime=sim")).toBeInstanceOf(SimProvider);
    expect(createProvider("?realtime=ws", "mobile")).toBeInstanceOf(WsProvider);
  });

  it("tries to be where the browser's own timers, network and storage are", async () => {
    const fetch = vi.fn(() => Promise.reject(new TypeError("no network in a unit test")));
    vi.stubGlobal("fetch", fetch);
    const provider = createProvider("?realtime=ws");
    const entered = provider.connect({ roomId: "lobby", displayName: "Ada", avatarId: "amber" });
    expect(provider.status.state).toBe("connecting");
    expect(fetch).toHaveBeenCalledOnce();
    provider.disconnect();
    await expect(entered).rejects.toMatchObject({ code: "left" });
  });
});
