import { describe, expect, it } from "vitest";
import { FakeSocket } from "../../testing/FakeSocket";
import { ManualEnvironment, settle } from "../../testing/ManualEnvironment";
import type { Ticket, Wire } from "./session/tickets";
import { WsProvider, type WireChoice } from "./WsProvider";

const COMPACT = ["virtubar.v1.compact", "virtubar.v1"];
const JSON_ALONE = ["virtubar.v1"];

/** What a provider offers that was built so, with a server that would like that. */
async function offered(choice: WireChoice | undefined, wire: Wire): Promise<readonly string[]> {
  const environment = new ManualEnvironment();
  const ticket: Ticket = {
    realtimeToken: "token",
    expiresAtMs: environment.epochMs + 300_000,
    userId: "ada",
    roomId: "lobby",
    realtimeUrl: "ws://bar.test/ws",
    socketioUrl: "http://bar.test/socket.io/",
    wire,
  };
  const sockets: FakeSocket[] = [];
  const world = {
    now: () => environment.now(),
    epochMs: environment.epochMs,
    random: () => environment.random(),
    after: environment.after.bind(environment),
    report: environment.report.bind(environment),
    tickets: {
      request: () => Promise.resolve({ type: "ticket", ticket } as const),
      forgetIdentity: () => undefined,
    },
    onOnline: () => () => undefined,
  };
  const open = (url: string, subprotocols: readonly string[]): FakeSocket => {
    const socket = new FakeSocket(url, subprotocols);
    sockets.push(socket);
    return socket;
  };
  const provider = choice === undefined ? new WsProvider(world, open) : new WsProvider(world, open, choice);
  const entered = provider.connect({ roomId: "lobby", displayName: "Ada", avatarId: "amber" });
  entered.catch(() => undefined); // it is left below
  await settle();
  provider.disconnect();
  return sockets.flatMap((socket) => socket.offered);
}

describe("the wire over the raw WebSocket", () => {
  it.each([
    [undefined, "json", JSON_ALONE],
    [undefined, "compact", COMPACT],
    ["auto", "compact", COMPACT],
    ["json", "compact", JSON_ALONE],
    ["compact", "json", COMPACT],
  ] as const)("chosen as %s, where the server would like %s, is offered as %j", async (choice, wire, all) => {
    expect(await offered(choice, wire)).toEqual(all);
  });
});
