import { describe, expect, it } from "vitest";
import { IdentityKeeper } from "./IdentityKeeper";
import { JoinTickets } from "./JoinTickets";
import type { Fetch } from "./requests";

const TICKET = {
  realtimeToken: "token",
  expiresAtMs: 1_710_000_300_000,
  userId: "guest-a",
  roomId: "lobby",
  realtimeUrl: "ws://bar.test/ws",
  socketioUrl: "http://bar.test/socket.io/",
  wire: "json" as const,
  identityToken: "identity",
};

function answering(status: number, body: unknown): Fetch {
  return () => Promise.resolve(new Response(JSON.stringify(body), { status }));
}

describe("JoinTickets", () => {
  it("gives the ticket, and keeps who one is for the next one", async () => {
    const identity = new IdentityKeeper(null);
    const tickets = new JoinTickets(answering(200, TICKET), identity);
    const result = await tickets.request("lobby", new AbortController().signal);
    expect(result).toEqual({ type: "ticket", ticket: TICKET });
    expect(identity.token).toBe("identity");
    tickets.forgetIdentity();
    expect(identity.token).toBeNull();
  });

  it("keeps nothing of a request that was given up meanwhile", async () => {
    const identity = new IdentityKeeper(null);
    const asking = new AbortController();
    const tickets = new JoinTickets((url, init) => {
      asking.abort();
      return answering(200, TICKET)(url, init);
    }, identity);
    await tickets.request("lobby", asking.signal);
    expect(identity.token).toBeNull();
  });

  it("gives the server's refusal with all that it says of a ban", async () => {
    const body = { code: "banned", message: "No.", untilMs: null, reason: "Rude", scope: "server" };
    const tickets = new JoinTickets(answering(403, body), new IdentityKeeper(null));
    const result = await tickets.request("lobby", new AbortController().signal);
    expect(result).toMatchObject({ type: "ticketRefused", refusal: { status: 403, ...body } });
  });

  it("makes refusals of an identity that cannot be had, and of a request that was given up", async () => {
    const gone = new IdentityKeeper(null, () => Promise.reject(new Error("provider away")));
    const tickets = new JoinTickets(answering(200, TICKET), gone);
    const refusal = { status: 0, code: "unreachable" };
    for (const signal of [new AbortController().signal, AbortSignal.abort()]) {
      expect(await tickets.request("lobby", signal)).toMatchObject({ type: "ticketRefused", refusal });
    }
  });
});
