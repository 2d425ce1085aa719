import { describe, expect, it } from "vitest";
import { ManualEnvironment, settle } from "../../testing/ManualEnvironment";
import { decodeServer } from "./codec";
import { parseSimOptions } from "./sim/options";
import { SimProvider } from "./SimProvider";
import type { JoinError, ServerEventEnvelope, ServerEventName, Transform } from "./types";

const ME = { roomId: "lobby", displayName: "Ada", avatarId: "amber" };
const STANDING: Transform = { x: 1, y: 0, z: 2, rotY: 0.5, anim: "idle", speaking: false };

interface Heard {
  readonly event: ServerEventEnvelope;
  readonly atMs: number;
}

function evening(options = "") {
  const environment = new ManualEnvironment();
  const provider = new SimProvider(environment, parseSimOptions(options));
  const heard: Heard[] = [];
  const states: string[] = [];
  provider.on((event, atMs) => heard.push({ event, atMs }));
  provider.onStatus((status) => states.push(status.state));
  return { environment, provider, heard, states };
}

function only<Name extends ServerEventName>(heard: readonly Heard[], t: Name) {
  type Wanted = Extract<ServerEventEnvelope, { t: Name }>;
  return heard.map((one) => one.event).filter((event): event is Wanted => event.t === t);
}

describe("SimProvider", () => {
  it("comes in with room_state first, then session and seats", async () => {
    const { environment, provider, heard, states } = evening("latency:100,jitter:0");
    const entered = provider.connect(ME);
    environment.pass(200);
    await entered;
    expect(heard.slice(0, 3).map((one) => one.event.t)).toEqual(["room_state", "session", "seats"]);
    expect(states.slice(0, 3)).toEqual(["connecting", "joining", "joined"]);
    expect(only(heard, "room_state")[0]!.payload.members.at(-1)).toMatchObject({
      userId: provider.userId,
      displayName: "Ada",
    });
  });

  it("gives a seat to one alone, as a server does, guests or not", () => {
    const { environment, provider, heard } = evening("guests:40,latency:50,jitter:0");
    void provider.connect(ME);
    environment.pass(1_000);
    const taken = new Map(only(heard, "seats")[0]!.payload.taken);
    expect(taken.size).toBeGreaterThan(10);
    provider.sendSeat([...taken.keys()][0]!);
    environment.pass(300);
    expect(only(heard, "error").at(-1)!.payload).toMatchObject({ code: "seat_taken", event: "seat" });
    provider.sendSeat("bench-1");
    environment.pass(60_000);
    for (const { payload } of only(heard, "seat_changed")) {
      for (const [seatId, holder] of taken) if (holder === payload.userId) taken.delete(seatId);
      if (payload.seatId === null) continue;
      expect(taken.has(payload.seatId)).toBe(false);
      taken.set(payload.seatId, payload.userId);
    }
    expect(taken.get("bench-1")).toBe(provider.userId);
    provider.sendTransform({ ...STANDING, x: 5 });
    environment.pass(300);
    expect(only(heard, "seat_changed").at(-1)!.payload).toEqual({ userId: provider.userId, seatId: null });
  });

  it("calls one who gives no name a guest, as a server does", () => {
    const { environment, provider, heard } = evening();
    void provider.connect({ ...ME, displayName: " " });
    environment.pass(2_000);
    expect(only(heard, "room_state")[0]!.payload.members.at(-1)!.displayName).toMatch(/^Guest-[0-9a-f]{4}$/);
  });

  it("gives the same evening for the same seed, and another for another", () => {
    const first = evening("seed:7,loss:0.05,jitter:40");
    const second = evening("seed:7,loss:0.05,jitter:40");
    const third = evening("seed:8,loss:0.05,jitter:40");
    for (const { provider, environment } of [first, second, third]) {
      void provider.connect(ME);
      environment.pass(60_000);
    }
    expect(first.heard.length).toBeGreaterThan(1_000);
    expect(second.heard).toEqual(first.heard);
    expect(third.heard).not.toEqual(first.heard);
  });

  it("sends nothing that the wire's checks would refuse", () => {
    const { environment, provider, heard } = evening("guests:30,muted:50");
    void provider.connect(ME);
    environment.pass(40_000);
    provider.sendChat("Hello");
    provider.sendEmote("cheers");
    provider.sendEmote("moonwalk");
    provider.sendTransform(STANDING);
    environment.pass(20_000);
    for (const { event } of heard) {
      expect(decodeServer(JSON.stringify({ v: 1, ...event })).event).toEqual(event);
    }
    expect(new Set(heard.map((one) => one.event.t))).toEqual(
      new Set([
        "room_state",
        "session",
        "seats",
        "seat_changed",
        "heartbeat_ack",
        "avatar_transform_broadcast",
        "chat_broadcast",
        "emote_broadcast",
        "error",
        "moderation_action",
        "moderation_details",
      ]),
    );
  });

  it("makes events as late as the network that was asked for", () => {
    const { environment, provider, heard } = evening("latency:300,jitter:40,seed:3");
    void provider.connect(ME);
    environment.pass(20_000);
    const acks = heard.filter((one) => one.event.t === "heartbeat_ack");
    for (const { event, atMs } of acks) {
      if (event.t !== "heartbeat_ack") continue;
      const roundTripMs = environment.epochMs + atMs - event.payload.clientTimeMs;
      expect(roundTripMs).toBeGreaterThanOrEqual(300);
      expect(roundTripMs).toBeLessThanOrEqual(380);
    }
    expect(provider.status.roundTripMs).toBeGreaterThanOrEqual(300);
    expect(provider.status.jitterMs).toBeGreaterThan(0);
  });

  it("loses the share of transforms that was asked for, and never chat", () => {
    const calm = evening("loss:0,seed:5");
    const lossy = evening("loss:0.3,seed:5");
    for (const { provider, environment } of [calm, lossy]) {
      void provider.connect(ME);
      environment.pass(60_000);
    }
    const count = only(calm.heard, "avatar_transform_broadcast").length;
    const left = only(lossy.heard, "avatar_transform_broadcast").length;
    expect(left / count).toBeGreaterThan(0.6);
    expect(left / count).toBeLessThan(0.8);
    const said = only(calm.heard, "chat_broadcast");
    expect(only(lossy.heard, "chat_broadcast").length).toBe(said.length);
  });

  it("echoes the own transform with its seq, rounded as the server rounds", () => {
    const { environment, provider, heard } = evening("guests:0");
    void provider.connect(ME);
    environment.pass(500);
    expect(provider.sendTransform({ ...STANDING, x: 1.23456 })).toBe(0);
    expect(provider.sendTransform({ ...STANDING, x: 1.5 })).toBe(1);
    environment.pass(500);
    const echoes = only(heard, "avatar_transform_broadcast");
    expect(echoes.at(-1)!.payload).toMatchObject({ userId: provider.userId, seq: 1, x: 1.5 });
  });

  it("answers the own chat, and refuses what a server refuses", () => {
    const { environment, provider, heard } = evening("seed:2");
    void provider.connect(ME);
    environment.pass(500);
    provider.sendChat("  Good\nevening  ");
    provider.sendChat("   ");
    provider.sendChat("x".repeat(241));
    for (let count = 0; count < 3; count++) provider.sendChat("again");
    environment.pass(5_000);
    const own = only(heard, "chat_broadcast").filter((one) => one.payload.userId === provider.userId);
    expect(own.map((one) => one.payload.text)).toEqual(["Good evening", "again", "again"]);
    const refusals = only(heard, "error").map((one) => one.payload);
    expect(refusals.map((one) => one.code)).toEqual(["chat_empty", "chat_too_long", "rate_limited"]);
    expect(refusals[2]!.retryAfterMs).toBeGreaterThan(0);
  });

  it("gives each chat message an id of its own that rises", () => {
    const { environment, provider, heard } = evening("guests:30");
    void provider.connect(ME);
    environment.pass(120_000);
    const ids = only(heard, "chat_broadcast").map((one) => one.payload.messageId);
    expect(ids.length).toBeGreaterThan(5);
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it("sends no transforms to a hidden page, and one room_state when it is seen again", () => {
    const { environment, provider, heard } = evening();
    void provider.connect(ME);
    environment.pass(2_000);
    provider.setVisible(false);
    environment.pass(500);
    const before = heard.length;
    environment.pass(10_000);
    expect(only(heard.slice(before), "avatar_transform_broadcast")).toEqual([]);
    provider.setVisible(true);
    environment.pass(500);
    expect(only(heard.slice(before), "room_state")).toHaveLength(1);
  });

  it("comes back after a lost connection to the place where it was", () => {
    const { environment, provider, heard, states } = evening("drop:10,guests:3");
    void provider.connect(ME);
    environment.pass(5_000);
    provider.sendTransform({ ...STANDING, x: 3, z: 1 });
    environment.pass(6_000);
    expect(provider.status).toMatchObject({ state: "reconnecting", retryInMs: 3_000 });
    expect(provider.sendTransform(STANDING)).toBeNull();
    provider.retryNow();
    provider.retryNow();
    environment.pass(500);
    expect(states.filter((state) => state === "joined").length).toBeGreaterThan(1);
    expect(only(heard, "session").map((one) => one.payload.resumed)).toEqual([false, true]);
    expect(only(heard, "room_state").at(-1)!.payload.members.at(-1)).toMatchObject({ x: 3, z: 1 });
  });

  it("ends for good when a moderator bans", () => {
    const { environment, provider, heard } = evening("banned:2");
    void provider.connect(ME);
    environment.pass(5_000);
    expect(provider.status).toMatchObject({ state: "closed", closeCode: 4003 });
    expect(only(heard, "moderation_action")[0]!.payload.type).toBe("banned");
    expect(provider.failure).toMatchObject({ code: "banned" });
    expect(provider.failure!.untilMs).toBeGreaterThan(environment.epochMs);
    expect(environment.timersWaiting).toBe(0);
  });

  it("lets a moderator show somebody out, and refuses it to a guest", async () => {
    for (const [options, answer] of [
      ["moderator:1,guests:4", "moderation_done"],
      ["guests:4", "error"],
    ] as const) {
      const { environment, provider, heard } = evening(options);
      const entered = provider.connect(ME);
      environment.pass(500);
      await entered;
      const [guest] = only(heard, "room_state")[0]!.payload.members;
      const { userId } = guest!;
      provider.moderate({ action: "kick", userId, reason: "Loud", requestId: "act-1" });
      environment.pass(1_000);
      const isOut = answer === "moderation_done";
      expect(only(heard, "member_left").map(({ payload }) => payload)).toEqual(isOut ? [{ userId }] : []);
      const answers = heard.filter(({ event }) => event.t === answer);
      expect(answers).toMatchObject([{ event: { payload: { requestId: "act-1" } } }]);
      heard.length = 0;
      environment.pass(20_000);
      const still = only(heard, "avatar_transform_broadcast").some(
        ({ payload }) => payload.userId === userId,
      );
      expect(still).toBe(!isOut);
    }
  });

  it("hears nothing of whom a moderator has muted until that is lifted", async () => {
    const { environment, provider, heard } = evening("moderator:1,guests:1");
    const entered = provider.connect(ME);
    environment.pass(500);
    await entered;
    const { userId } = only(heard, "room_state")[0]!.payload.members[0]!;
    const saidIn = (ms: number): number => {
      heard.length = 0;
      environment.pass(ms);
      return only(heard, "chat_broadcast").filter(({ payload }) => payload.userId === userId).length;
    };
    provider.moderate({ action: "mute", userId, reason: "Loud", durationSeconds: 600 });
    environment.pass(1_000);
    expect(only(heard, "moderation_done")[0]!.payload).toMatchObject({ action: "mute", userId });
    expect(saidIn(120_000)).toBe(0);
    provider.moderate({ action: "unmute", userId });
    expect(saidIn(120_000)).toBeGreaterThan(0);
  });

  it("leaves when told to, with nothing left running", async () => {
    const { environment, provider } = evening();
    const entered = provider.connect(ME);
    provider.disconnect();
    await expect(entered).rejects.toMatchObject({ code: "left" } satisfies Partial<JoinError>);
    await settle();
    expect(provider.status.state).toBe("closed");
    expect(environment.timersWaiting).toBe(0);
  });
});
