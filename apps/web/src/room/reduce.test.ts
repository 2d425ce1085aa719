import { describe, expect, it } from "vitest";
import type { MemberInfo, ServerEventEnvelope, ServerEventName, ServerPayloads } from "../net/realtime/types";
import { reduce } from "./reduce";
import { CHAT_KEPT_MAX, emptyRoom, headcount, type RoomState } from "./RoomState";
import { RoomStore } from "./RoomStore";

const ADA = member("ada", "Ada");
const GRACE = member("grace", "Grace");
const PLACE = { x: 0, y: 0, z: 0, rotY: 0, anim: "idle" } as const;

function member(userId: string, displayName: string): MemberInfo {
  return { userId, displayName, avatarId: "amber", x: 0, y: 0, z: 0, rotY: 0, anim: "idle" };
}

function event<Name extends ServerEventName>(
  t: Name,
  payload: ServerPayloads[Name],
  ts = 5,
): ServerEventEnvelope {
  return { t, ts, payload } as unknown as ServerEventEnvelope;
}

function after(...events: ServerEventEnvelope[]): RoomState {
  return events.reduce(reduce, emptyRoom("lobby"));
}

const entered = event("room_state", { roomId: "lobby", serverTimeMs: 1, members: [ADA, GRACE] });
const session = (muted: boolean): ServerEventEnvelope =>
  event("session", {
    userId: "ada",
    role: "guest",
    lastSeq: -1,
    resumed: false,
    rateHz: 20,
    expiresAtMs: 9,
    muted,
  });
const speaks = (userId: string, speaking: boolean, seq = 1): ServerEventEnvelope =>
  event("avatar_transform_broadcast", { userId, seq, ...PLACE, speaking });
const says = (userId: string, text: string, messageId = text): ServerEventEnvelope =>
  event("chat_broadcast", { userId, text, messageId });

describe("roles", () => {
  const told = event("roles", {
    members: [
      ["ada", "moderator", false],
      ["grace", "guest", true],
      ["gone", "admin", false],
    ],
  });

  it("say who keeps order and who is a bot, and nothing of those who are not here", () => {
    const { members } = after(entered, told);
    expect([...members.keys()]).toEqual(["ada", "grace"]);
    expect(members.get("ada")).toMatchObject({ role: "moderator", isBot: false });
    expect(members.get("grace")).toMatchObject({ role: "guest", isBot: true });
    expect(headcount(members)).toEqual({ people: 1, bots: 1 });
  });

  it("stay over another room_state and a member_joined that only resets an order", () => {
    const state = after(entered, told, entered, event("member_joined", { member: GRACE }));
    expect(state.members.get("ada")?.role).toBe("moderator");
    expect(headcount(state.members)).toEqual({ people: 1, bots: 1 });
  });

  it("begin anew with somebody who comes again, and change nothing where they say the same", () => {
    const state = after(entered, told, event("member_left", { userId: "grace" }));
    const again = reduce(state, event("member_joined", { member: GRACE }));
    expect(again.members.get("grace")?.isBot).toBe(false);
    expect(reduce(state, told)).toBe(state);
  });
});

describe("members", () => {
  it("are those of room_state, and then those who come and go", () => {
    const state = after(
      entered,
      event("member_joined", { member: member("hedy", "Hedy") }),
      event("member_left", { userId: "grace" }),
    );
    expect([...state.members.keys()]).toEqual(["ada", "hedy"]);
    expect(state.members.get("hedy")).toEqual({
      userId: "hedy",
      displayName: "Hedy",
      avatarId: "amber",
      speaking: false,
      role: "guest",
      isBot: false,
    });
  });

  it("are replaced by another room_state", () => {
    const again = event("room_state", { roomId: "lobby", serverTimeMs: 1, members: [ADA] });
    expect([...after(entered, again).members.keys()]).toEqual(["ada"]);
  });

  it("stay the very same where an event changes nothing that is shown", () => {
    const state = after(entered, speaks("grace", true));
    const nothing = [
      speaks("grace", true, 2),
      speaks("nobody", true),
      event("member_joined", { member: GRACE }),
      event("member_left", { userId: "nobody" }),
      event("heartbeat_ack", { clientTimeMs: 1, serverTimeMs: 1, lastSeq: 1 }),
      event("emote_broadcast", { userId: "grace", emoteId: "cheers" }),
      event("moderation_details", { type: "mutedByMod", untilMs: 1, scope: "room" }),
      event("token_renewed", { expiresAtMs: 1 }),
    ];
    for (const one of nothing) expect(reduce(state, one)).toBe(state);
  });

  it("keep speaking through another room_state, and take another name", () => {
    const renamed = event("member_joined", { member: member("grace", "Hopper") });
    const state = after(entered, speaks("grace", true), entered, renamed);
    expect(state.members.get("grace")).toMatchObject({ displayName: "Hopper", speaking: true });
    expect(after(entered, speaks("grace", true), speaks("grace", false)).members.get("grace")!.speaking).toBe(
      false,
    );
  });
});

describe("chat", () => {
  it("has who said it, when, and whether it was oneself", () => {
    const state = after(entered, session(false), says("ada", "Hello"), says("grace", "Hi"));
    expect(state.chat).toEqual([
      {
        messageId: "Hello",
        userId: "ada",
        displayName: "Ada",
        text: "Hello",
        tsMs: 5,
        own: true,
        heardBy: null,
      },
      {
        messageId: "Hi",
        userId: "grace",
        displayName: "Grace",
        text: "Hi",
        tsMs: 5,
        own: false,
        heardBy: null,
      },
    ]);
  });

  it("remembers the name of one who has left, and does without one it never knew", () => {
    const left = event("member_left", { userId: "grace" });
    const state = after(entered, says("grace", "Bye"), left, says("grace", "Late"), says("x", "?"));
    expect(state.chat.map((message) => message.displayName)).toEqual(["Grace", "Grace", "Someone"]);
  });

  it("keeps of an own message by how many it was heard", () => {
    const state = after(entered, says("ada", "Psst"), says("grace", "Hm?"));
    const [own, other] = state.chat;
    const known = reduce(state, event("chat_heard", { messageId: own!.messageId, count: 2 }));
    expect(known.chat).toEqual([{ ...own, heardBy: 2 }, other]);
  });

  it("forgets what is older than the last 500 messages", () => {
    const texts = Array.from({ length: CHAT_KEPT_MAX + 1 }, (_, index) => says("ada", `${index}`));
    const { chat } = after(entered, ...texts);
    expect(chat).toHaveLength(CHAT_KEPT_MAX);
    expect([chat[0]!.text, chat.at(-1)!.text]).toEqual(["1", "500"]);
  });
});

describe("seats", () => {
  const seats = event("seats", {
    taken: [
      ["stool", "ada"],
      ["chair", "grace"],
    ],
  });
  const changed = (userId: string, seatId: string | null) => event("seat_changed", { userId, seatId });

  it("are one person's each, and one each person's", () => {
    const state = after(entered, seats, changed("grace", "bench"), changed("ada", null));
    expect([...state.seats]).toEqual([["bench", "grace"]]);
  });

  it("are all told anew with every connection", () => {
    const again = event("seats", { taken: [["bench", "ada"]] });
    expect([...after(entered, seats, again).seats]).toEqual([["bench", "ada"]]);
  });

  it("are free when who had them has left", () => {
    const left = event("member_left", { userId: "grace" });
    expect([...after(entered, seats, left).seats]).toEqual([["stool", "ada"]]);
  });
});

describe("moderation", () => {
  const muted = event("moderation_action", { type: "mutedByMod", reason: "Shouting" });
  const until = event("moderation_details", { type: "mutedByMod", untilMs: 77, scope: "room" });

  it("mutes with a reason and an end, until it is lifted", () => {
    expect(after(entered, muted).mute).toEqual({ reason: "Shouting", untilMs: undefined });
    expect(after(entered, muted, until).mute).toEqual({ reason: "Shouting", untilMs: 77 });
    const lifted = event("moderation_lifted", { type: "mutedByMod" });
    expect(after(entered, muted, until, lifted).mute).toBeNull();
  });

  it("holds through a rejoin as the session says", () => {
    expect(after(muted, until, entered, session(true)).mute).toMatchObject({ untilMs: 77 });
    expect(after(muted, entered, session(false)).mute).toBeNull();
    expect(after(entered, session(true)).mute).toEqual({ reason: "", untilMs: undefined });
  });

  it("ends the evening with its reason, until when and how widely", () => {
    const banned = event("moderation_action", { type: "banned", reason: "Spilled drinks" });
    const details = event("moderation_details", { type: "banned", untilMs: null, scope: "server" });
    const refused = event("auth_error", { code: "banned", message: "You are banned." });
    const state = after(entered, banned, details, refused);
    expect(state.ended).toEqual({
      type: "banned",
      reason: "Spilled drinks",
      untilMs: null,
      scope: "server",
    });
  });

  it("ends it where one came in from elsewhere, but not where a token is to be renewed", () => {
    const replaced = event("auth_error", { code: "replaced", message: "Elsewhere." });
    expect(after(entered, replaced).ended).toMatchObject({ type: "replaced", reason: "Elsewhere." });
    const expired = event("auth_error", { code: "token_expired", message: "Ended." });
    expect(after(entered, expired).ended).toBeNull();
  });
});

describe("the session", () => {
  it("says who one is, and when the token ends", () => {
    const state = after(entered, session(false), event("token_renewed", { expiresAtMs: 99 }));
    expect(state.me).toBe("ada");
    expect(state.session).toMatchObject({ role: "guest", expiresAtMs: 99 });
  });

  it("counts refusals, so that the same one twice is seen twice", () => {
    const refusal = event("error", {
      code: "rate_limited",
      message: "Slow.",
      event: "emote",
      retryAfterMs: 400,
    });
    expect(after(entered, refusal).lastError).toEqual({
      code: "rate_limited",
      message: "Slow.",
      event: "emote",
      retryAfterMs: 400,
      count: 1,
    });
    expect(after(refusal, refusal).lastError!.count).toBe(2);
  });
});

describe("RoomStore", () => {
  it("tells of what changed something, and of nothing else", () => {
    const store = new RoomStore("lobby");
    const seen: RoomState[] = [];
    const stop = store.subscribe((state) => seen.push(state));
    store.handle(entered);
    store.handle(event("member_left", { userId: "nobody" }));
    stop();
    store.handle(says("ada", "Hello"));
    expect(seen).toHaveLength(1);
    expect(store.state.chat).toHaveLength(1);
  });
});
