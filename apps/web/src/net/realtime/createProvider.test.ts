// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { createProvider, providerKind, ownAddress, wireChoice, type LoadIo } from "./createProvider";
import type { TicketSource } from "./session/tickets";
import { SimProvider } from "./SimProvider";
import { SocketIoProvider } from "./SocketIoProvider";
import { WsProvider } from "./WsProvider";

const REFUSAL = { status: 0, code: "unreachable", message: "no network in a unit test", retryAfterMs: null };
const loadIo: LoadIo = () => import("socket.io-client");

/** A source of tickets that has none. */
function refusing(asked: string[] = []): TicketSource {
  return {
    request: (roomId) => {
      asked.push(roomId);
      return Promise.resolve({ type: "ticketRefused", refusal: REFUSAL });
    },
    forgetIdentity: () => undefined,
  };
}

describe("providerKind", () => {
  it.each([
    ["", undefined, "sim"],
    ["", "ws", "ws"],
    ["", "nonsense", "sim"],
    ["?realtime=ws", undefined, "ws"],
    ["?realtime=sim", "ws", "sim"],
    ["", "socketio", "socketio"],
    ["?realtime=socketio", "ws", "socketio"],
    ["?realtime=ws", "socketio", "ws"],
    ["?realtime=nonsense", "ws", "ws"],
  ])("of %j, built for %s, is %s", (search, built, kind) => {
    expect(providerKind(search, built)).toBe(kind);
  });
});

describe("the wire", () => {
  it.each([
    [undefined, "auto"],
    ["json", "json"],
    ["compact", "compact"],
    ["nonsense", "auto"],
  ])("of a build for %s is %s", (built, wire) => {
    expect(wireChoice(built)).toBe(wire);
  });
});

describe("createProvider", () => {
  it("makes what was asked for", () => {
    expect(createProvider("?realtime=sim", refusing(), loadIo)).toBeInstanceOf(SimProvider);
    expect(createProvider("?realtime=ws", refusing(), loadIo)).toBeInstanceOf(WsProvider);
    expect(createProvider("?realtime=socketio", refusing(), loadIo)).toBeInstanceOf(SocketIoProvider);
  });

  it("tries to be where the browser's own timers, network and storage are", async () => {
    const asked: string[] = [];
    const provider = createProvider("?realtime=ws", refusing(asked), loadIo);
    const entered = provider.connect({ roomId: "lobby", displayName: "Ada", avatarId: "amber" });
    expect(provider.status.state).toBe("connecting");
    expect(asked).toEqual(["lobby"]);
    provider.disconnect();
    await expect(entered).rejects.toMatchObject({ code: "left" });
  });
});

describe("the address to connect to", () => {
  const page = { protocol: "https:", host: "bar.example" };

  it.each([
    ["ws://bar.example/ws", "wss://bar.example/ws"],
    ["wss://bar.example/ws", "wss://bar.example/ws"],
    ["http://bar.example/", "https://bar.example/"],
    ["https://bar.example/", "https://bar.example/"],
    ["ws://other.example/ws", "ws://other.example/ws"],
    ["http://other.example/", "http://other.example/"],
    ["ws://bar.example:8000/ws", "ws://bar.example:8000/ws"],
  ])("is %s → %s for a page of https", (given, opened) => {
    expect(ownAddress(given, page)).toBe(opened);
  });

  it("stays as it is for a page of http", () => {
    const url = "ws://bar.example/ws";
    expect(ownAddress(url, { ...page, protocol: "http:" })).toBe(url);
  });
});
