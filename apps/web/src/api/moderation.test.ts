import { describe, expect, it } from "vitest";
import type { Fetch } from "./http";
import { ModerationApi, query } from "./moderation";

const ME = { userId: "alice", role: "admin", displayName: null, external: false };
const ROOM = {
  roomId: "lobby",
  name: "Lobby",
  ownerId: null,
  capacity: 250,
  locked: false,
  members: 1,
  bots: 0,
  connected: 1,
  movesPerSecond: 0.5,
  messagesPerMinute: 0,
  emotesPerMinute: 0,
};
const MEMBER = {
  userId: "ada",
  displayName: "Ada",
  avatarId: "amber",
  role: "guest",
  device: "desktop",
  x: 1.5,
  z: -2,
  rotY: 0,
  anim: "idle",
  connected: true,
  visible: true,
  muted: false,
  mutedUntilMs: null,
  mayModerate: true,
  isBot: false,
};
const LOOK = { serverTimeMs: 5, room: ROOM, members: [MEMBER], chat: [] };
const REPORT = {
  reportId: "r1",
  roomId: "lobby",
  reporterId: "nina",
  reportedId: "rudi",
  reason: "Watches.",
  madeMs: 5,
  status: "open",
  closedMs: null,
  closedBy: null,
  note: "",
  reporterName: "Nina",
  reportedName: "Rudi",
  closedByName: null,
};
const EVIDENCE = {
  fromMs: 1,
  toMs: 5,
  people: { rudi: "Rudi" },
  events: [{ atMs: 2, kind: "chat", userId: "rudi", text: "Watches!" }],
  positions: [{ atMs: 2, places: { rudi: [1, -2] } }],
};

interface Asked {
  readonly url: string;
  readonly method: string;
  readonly body: unknown;
  readonly authorization: string | null;
}

/** A server that gives this answer. */
function serving(body: unknown, status = 200) {
  const asked: Asked[] = [];
  const fetch: Fetch = (url, init) => {
    const sent = typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : undefined;
    const authorization = new Headers(init.headers).get("Authorization");
    asked.push({ url, method: init.method ?? "GET", body: sent, authorization });
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  };
  return { api: new ModerationApi(fetch, () => "a.b.c"), asked };
}

describe("ModerationApi", () => {
  it("sends the token in a header, and never in an address", async () => {
    const { api, asked } = serving(ME);
    await expect(api.me()).resolves.toEqual(ME);
    expect(asked).toEqual([
      { url: "/moderation/me", method: "GET", body: undefined, authorization: "Bearer a.b.c" },
    ]);
  });

  it("acts on somebody, for a while or for good", async () => {
    const done = { action: "ban", userId: "ada", scope: "room", sanctionId: "s", untilMs: 9 };
    const { api, asked } = serving(done);
    const request = {
      action: "ban",
      userId: "ada",
      reason: "R",
      durationSeconds: 60,
      scope: "room",
    } as const;
    await expect(api.act("a room", request)).resolves.toMatchObject({ untilMs: 9 });
    await api.act("lobby", { ...request, durationSeconds: null, scope: "server" });
    expect(asked.map(({ url, method, body }) => [url, method, body])).toEqual([
      ["/rooms/a%20room/moderation", "POST", request],
      ["/rooms/lobby/moderation", "POST", { action: "ban", userId: "ada", reason: "R", scope: "server" }],
    ]);
  });

  it("looks into a room from the newest known message on", async () => {
    const { api, asked } = serving(LOOK);
    await expect(api.look("lobby", null)).resolves.toEqual(LOOK);
    await api.look("lobby", "m1");
    expect(asked.map(({ url }) => url)).toEqual(["/rooms/lobby/live", "/rooms/lobby/live?after=m1"]);
  });

  it("reads stored chat page by page", async () => {
    const page = { items: LOOK.chat, nextCursor: "next" };
    const { api, asked } = serving(page);
    await expect(api.storedChat("a room", null)).resolves.toEqual(page);
    await api.storedChat("lobby", "c");
    expect(asked.map(({ url }) => url)).toEqual([
      "/rooms/a%20room/chat?limit=100",
      "/rooms/lobby/chat?limit=100&cursor=c",
    ]);
  });

  it("lists page by page, of a room or of everything", async () => {
    const { api, asked } = serving({ items: [], nextCursor: "next" });
    await expect(api.audit(null, {}, null)).resolves.toEqual({ items: [], nextCursor: "next" });
    await api.audit("lobby", { action: "ban", fromMs: 5 }, "c");
    await api.bans("lobby", "room", null);
    await api.mutes("lobby", "server", "c");
    await api.reports("open", null);
    expect(asked.map(({ url }) => url)).toEqual([
      "/moderation/audit",
      "/rooms/lobby/audit?action=ban&fromMs=5&cursor=c",
      "/rooms/lobby/bans",
      "/rooms/lobby/mutes?scope=server&cursor=c",
      "/moderation/reports?status=open",
    ]);
  });

  it("reports somebody, reads a report and closes it", async () => {
    const made = serving({ reportId: "r1" }, 201);
    await expect(made.api.report("lobby", "rudi", "Watches.")).resolves.toBe("r1");
    expect(made.asked[0]).toMatchObject({
      url: "/rooms/lobby/reports",
      body: { userId: "rudi", reason: "Watches." },
    });
    const read = serving({ ...REPORT, evidence: EVIDENCE });
    await expect(read.api.fullReport("r1")).resolves.toMatchObject({ evidence: EVIDENCE });
    const closed = serving({ ...REPORT, status: "closed", closedMs: 9, closedBy: "alice", note: "Talked." });
    await expect(closed.api.closeReport("r1", "Talked.")).resolves.toMatchObject({ closedBy: "alice" });
    expect(closed.asked[0]).toMatchObject({ url: "/moderation/reports/r1/close", body: { note: "Talked." } });
  });

  it("changes only what it is given", async () => {
    const settings = {
      ...{ roomId: "lobby", name: "Lobby", capacity: 9, ownerId: null, hearingRadiusM: null, emotes: [] },
      ...{ public: true, locked: true, allowedRoles: null, slowModeSeconds: 0, words: [], guard: "off" },
      chatRetentionDays: null,
      crowdThreshold: null,
    };
    const { api, asked } = serving(settings);
    await expect(api.change("lobby", { locked: true })).resolves.toEqual(settings);
    expect(asked[0]).toMatchObject({ url: "/rooms/lobby", method: "PATCH", body: { locked: true } });
  });

  it.each([
    ["a member without a place", { ...LOOK, members: [{ ...MEMBER, x: null }] }],
    ["a room that is none", { ...LOOK, room: [] }],
    ["no chat", { ...LOOK, chat: undefined }],
  ])("does not believe a look with %s", async (_, body) => {
    await expect(serving(body).api.look("lobby", null)).rejects.toMatchObject({ code: "bad_answer" });
  });

  it.each([
    ["an unknown kind", { ...EVIDENCE, events: [{ atMs: 1, kind: "danced", userId: "rudi" }] }],
    ["half a place", { ...EVIDENCE, positions: [{ atMs: 1, places: { rudi: [1] } }] }],
    ["a name that is none", { ...EVIDENCE, people: { rudi: 5 } }],
  ])("does not believe evidence with %s", async (_, evidence) => {
    const { api } = serving({ ...REPORT, evidence });
    await expect(api.fullReport("r1")).rejects.toMatchObject({ code: "bad_answer" });
  });

  it("gives the server's refusal, with all that it says", async () => {
    const { api } = serving({ code: "banned", message: "No.", untilMs: null, reason: "Watches." }, 403);
    await expect(api.me()).rejects.toMatchObject({ status: 403, untilMs: null, reason: "Watches." });
  });
});

describe("query", () => {
  it("leaves out what is absent, and escapes the rest", () => {
    expect(query({})).toBe("");
    expect(query({ a: undefined, b: "", c: "x y&z", d: 0 })).toBe("?c=x+y%26z&d=0");
  });
});
