// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import { IdentityKeeper } from "../../api/IdentityKeeper";
import { createProvider, providerKind, socketUrl } from "./createProvider";
import { SimProvider } from "./SimProvider";
import { ServerProvider } from "./ServerProvider";

const identity = new IdentityKeeper(null);

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
    expect(createProvider("?realtime=sim", identity)).toBeInstanceOf(SimProvider);
    expect(createProvider("?realtime=ws", identity, "mobile")).toBeInstanceOf(ServerProvider);
  });

  it("tries to be where the browser's own timers, network and storage are", async () => {
    const fetch = vi.fn(() => Promise.reject(new TypeError("no network in a unit test")));
    vi.stubGlobal("fetch", fetch);
    const provider = createProvider("?realtime=ws", identity);
    const entered = provider.connect({ roomId: "lobby", displayName: "Ada", avatarId: "amber" });
    expect(provider.status.state).toBe("connecting");
    expect(fetch).toHaveBeenCalledOnce();
    provider.disconnect();
    await expect(entered).rejects.toMatchObject({ code: "left" });
  });
});

describe("the address of the socket", () => {
  const page = { protocol: "https:", host: "bar.example" };

  it.each([
    ["ws://bar.example/ws", "wss://bar.example/ws"],
    ["wss://bar.example/ws", "wss://bar.example/ws"],
    ["ws://other.example/ws", "ws://other.example/ws"],
    ["ws://bar.example:8000/ws", "ws://bar.example:8000/ws"],
  ])("is %s → %s for a page of https", (given, opened) => {
    expect(socketUrl(given, page)).toBe(opened);
  });

  it("stays as it is for a page of http", () => {
    const url = "ws://bar.example/ws";
    expect(socketUrl(url, { ...page, protocol: "http:" })).toBe(url);
  });
});
