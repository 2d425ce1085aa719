import { describe, expect, it } from "vitest";
import { getRoom, joinRoom, type Fetch } from "./requests";

const { signal } = new AbortController();
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
const ROOM = {
  roomId: "lobby",
  name: "Lobby",
  capacity: 250,
  memberCount: 3,
  personCount: 2,
  botCount: 1,
  ownerId: null,
  hearingRadiusM: null,
  emotes: ["cheers"],
  locked: false,
  allowedRoles: null,
};

function answering(status: number, body: string): { fetch: Fetch; asked: [string, RequestInit][] } {
  const asked: [string, RequestInit][] = [];
  const fetch: Fetch = (url, init) => {
    asked.push([url, init]);
    return Promise.resolve(new Response(body, { status }));
  };
  return { fetch, asked };
}

describe("joinRoom", () => {
  it("asks with its identity, without cookies, and gives the ticket", async () => {
    const { fetch, asked } = answering(200, JSON.stringify(TICKET));
    await expect(joinRoom(fetch, { roomId: "lobby" }, "identity", signal)).resolves.toEqual(TICKET);
    const [[url, init]] = asked as [[string, RequestInit]];
    expect(url).toBe("/rooms/join");
    expect(init).toMatchObject({ method: "POST", credentials: "omit", body: '{"roomId":"lobby"}' });
    expect(new Headers(init.headers).get("Authorization")).toBe("Bearer identity");
  });

  it("takes a ticket without an identity token, but not one without a token or an address", async () => {
    const anonymous = { ...TICKET, identityToken: null };
    const external = answering(200, JSON.stringify(anonymous));
    await expect(joinRoom(external.fetch, { roomId: "a" }, null, signal)).resolves.toEqual(anonymous);
    for (const missing of ["realtimeToken", "realtimeUrl", "socketioUrl", "wire"]) {
      const broken = answering(200, JSON.stringify({ ...TICKET, [missing]: undefined }));
      const refused = joinRoom(broken.fetch, { roomId: "a" }, null, signal);
      await expect(refused).rejects.toMatchObject({ status: 0, code: "bad_answer" });
    }
  });

  it("gives the server's refusal", async () => {
    const body = { code: "rate_limited", message: "Wait.", retryAfterMs: 3_000 };
    const { fetch } = answering(429, JSON.stringify(body));
    const refused = joinRoom(fetch, { roomId: "lobby" }, null, signal);
    await expect(refused).rejects.toMatchObject({ status: 429, ...body });
  });

  it("tells an answer that is not the server's from one that is", async () => {
    const { fetch } = answering(404, "<html>");
    const refused = joinRoom(fetch, { roomId: "lobby" }, null, signal);
    await expect(refused).rejects.toMatchObject({ status: 0, code: "bad_answer" });
  });

  it("says that the server cannot be reached", async () => {
    const fetch: Fetch = () => Promise.reject(new TypeError("Failed to fetch"));
    const refused = joinRoom(fetch, { roomId: "lobby" }, null, signal);
    await expect(refused).rejects.toMatchObject({ status: 0, code: "unreachable" });
  });
});

describe("getRoom", () => {
  it("gives the room, whatever its id has in it", async () => {
    const { fetch, asked } = answering(200, JSON.stringify(ROOM));
    await expect(getRoom(fetch, "a/b", signal)).resolves.toEqual(ROOM);
    expect(asked[0]![0]).toBe("/rooms/a%2Fb");
  });

  it("gives the server's word that there is none", async () => {
    const { fetch } = answering(404, '{"code":"room_not_found","message":"None."}');
    await expect(getRoom(fetch, "none", signal)).rejects.toMatchObject({
      status: 404,
      code: "room_not_found",
    });
  });
});
