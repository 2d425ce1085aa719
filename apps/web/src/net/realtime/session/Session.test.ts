import { describe, expect, it } from "vitest";
import { SEQ_MAX, SEQ_RESTART } from "../constants";
import { Chance } from "../sim/Chance";
import type { ServerEventEnvelope } from "../types";
import { Session } from "./Session";
import { SOCKET_STEPS, stateOf, type Command, type Input, type Step } from "./steps";

const EPOCH_MS = 1_710_000_000_000;
const OPTIONS = { roomId: "lobby", displayName: "Ada", avatarId: "amber", epochMs: EPOCH_MS };
const TICKET = {
  realtimeToken: "token",
  expiresAtMs: EPOCH_MS + 300_000,
  userId: "ada",
  roomId: "lobby",
  realtimeUrl: "ws://bar.test/ws",
  socketioUrl: "http://bar.test/socket.io/",
  wire: "json" as const,
};

/** Everything that may happen to a session, but for what ends it at once. */
function anything(chance: Chance, nowMs: number): Input {
  const refusal = { code: "x", message: "", retryAfterMs: null };
  const expiresAtMs = Math.round(EPOCH_MS + nowMs) + 300_000;
  const granted = { userId: "ada", role: "guest", resumed: false, rateHz: 20, expiresAtMs };
  const events: readonly ServerEventEnvelope[] = [
    { t: "room_state", ts: 0, payload: { roomId: "lobby", serverTimeMs: 0, members: [] } },
    { t: "session", ts: 0, payload: { ...granted, lastSeq: 5, muted: false } },
    { t: "auth_error", ts: 0, payload: { code: "token_expired", message: "" } },
    { t: "auth_error", ts: 0, payload: { code: "room_full", message: "" } },
    { t: "token_renewed", ts: 0, payload: { expiresAtMs } },
    { t: "moderation_action", ts: 0, payload: { type: "mutedByMod", reason: "" } },
  ];
  return chance.pick<Input>([
    { type: "start" },
    { type: "ticket", ticket: TICKET },
    { type: "ticket", ticket: TICKET },
    { type: "ticketRefused", refusal: { status: 0, ...refusal } },
    { type: "ticketRefused", refusal: { status: 503, ...refusal, retryAfterMs: 500 } },
    { type: "opened" },
    { type: "opened" },
    { type: "socketClosed", code: chance.pick([1001, 1006, 1013, 4008, 4010]), reason: "" },
    { type: "timer" },
    { type: "timer" },
    { type: "visibility", visible: chance.next() < 0.5 },
    { type: "nudge" },
    ...events.map((event): Input => ({ type: "received", event })),
    { type: "received", event: events[1]! },
  ]);
}

/** What a shell may rely on, held after every input. */
class Watch {
  #hasSocket = false;
  #asks = false;

  check(session: Session, input: Input, commands: readonly Command[]): void {
    if (input.type === "socketClosed") this.#hasSocket = false;
    if (input.type === "ticket" || input.type === "ticketRefused") this.#asks = false;
    for (const command of commands) this.#follow(command);
    expect(this.#hasSocket, session.step).toBe(SOCKET_STEPS.has(session.step));
    const mustAsk: readonly Step[] = ["ticket", "reticket"];
    if (mustAsk.includes(session.step)) expect(this.#asks).toBe(true);
    const mayRest: readonly Step[] = ["idle", "closed", "wait"];
    if (!mayRest.includes(session.step)) expect(session.dueMs).not.toBeNull();
  }

  #follow(command: Command): void {
    switch (command.type) {
      case "requestTicket":
        this.#asks = true;
        break;
      case "abandonTicket":
        this.#asks = false;
        break;
      case "openSocket":
        expect(this.#hasSocket, "one socket at a time").toBe(false);
        this.#hasSocket = true;
        break;
      case "closeSocket":
        expect(this.#hasSocket).toBe(true);
        this.#hasSocket = false;
        break;
      case "send":
        expect(this.#hasSocket, command.t).toBe(true);
        break;
      case "deliver":
      case "forgetIdentity":
        break;
    }
  }
}

describe("Session", () => {
  it("keeps one socket, one request and a next deadline, whatever happens in whatever order", () => {
    const visited = new Set<Step>();
    for (let seed = 0; seed < 100; seed++) {
      const chance = new Chance(seed);
      const session = new Session({ ...OPTIONS, random: () => chance.next() });
      const watch = new Watch();
      let nowMs = 0;
      for (let count = 0; count < 300; count++) {
        nowMs += chance.next() < 0.9 ? chance.between(0, 500) : chance.between(0, 20_000);
        const input = anything(chance, nowMs);
        if (input.type === "socketClosed" && !SOCKET_STEPS.has(session.step)) continue;
        const before = session.nextSeq();
        watch.check(session, input, session.handle(input, nowMs));
        expect(session.nextSeq()).toBeGreaterThan(before);
        visited.add(session.step);
      }
    }
    expect([...visited].sort()).toEqual([
      "answer",
      "closed",
      "idle",
      "joined",
      "pause",
      "reticket",
      "socket",
      "ticket",
      "wait",
    ]);
  });

  it("always finds its way back where everything goes well again", () => {
    for (let seed = 0; seed < 200; seed++) {
      const chance = new Chance(seed);
      const session = new Session({ ...OPTIONS, random: () => chance.next() });
      let nowMs = 0;
      for (let count = 0; count < 100; count++) {
        nowMs += chance.between(0, 2_000);
        const input = anything(chance, nowMs);
        if (input.type === "socketClosed" && !SOCKET_STEPS.has(session.step)) continue;
        session.handle(input, nowMs);
      }
      if (session.step === "closed") continue;
      session.handle({ type: "start" }, nowMs);
      session.handle({ type: "visibility", visible: true }, nowMs);
      for (let count = 0; count < 20 && session.step !== "joined"; count++) {
        nowMs = Math.max(nowMs, session.dueMs ?? nowMs);
        for (const input of help(session.step, nowMs)) session.handle(input, nowMs);
      }
      expect(session.step).toBe("joined");
    }
  });

  it.each([
    [SEQ_RESTART, SEQ_RESTART + 1],
    [SEQ_RESTART + 1, 0],
    [SEQ_MAX, 0],
  ])("begins its seq again before it comes to the end: %i, then %i", (lastSeq, following) => {
    const session = new Session({ ...OPTIONS, random: () => 0 });
    session.handle({ type: "start" }, 0);
    session.handle({ type: "ticket", ticket: TICKET }, 0);
    session.handle({ type: "opened" }, 0);
    const granted = { userId: "ada", role: "guest", resumed: true, rateHz: 20, expiresAtMs: EPOCH_MS + 1e6 };
    const payload = { ...granted, lastSeq, muted: false };
    session.handle({ type: "received", event: { t: "session", ts: 0, payload } }, 0);
    expect(session.step).toBe("joined");
    expect(session.nextSeq()).toBe(following);
  });

  it("does nothing any more once it is closed", () => {
    const session = new Session({ ...OPTIONS, random: () => 0 });
    session.handle({ type: "start" }, 0);
    session.handle({ type: "stop" }, 0);
    const chance = new Chance(1);
    for (let count = 0; count < 200; count++) {
      expect(session.handle(anything(chance, count), count)).toEqual([]);
      expect(session.dueMs).toBeNull();
    }
  });
});

/** What a server in good health would do next. */
function help(step: Step, nowMs: number): readonly Input[] {
  switch (step) {
    case "ticket":
    case "reticket":
      return [{ type: "ticket", ticket: TICKET }];
    case "socket":
      return [{ type: "opened" }];
    case "answer": {
      const expiresAtMs = Math.round(EPOCH_MS + nowMs) + 300_000;
      const granted = { userId: "ada", role: "guest", resumed: false, rateHz: 20, expiresAtMs };
      const payload = { ...granted, lastSeq: -1, muted: false };
      return [{ type: "received", event: { t: "session", ts: 0, payload } }];
    }
    case "pause":
    case "wait":
      return [{ type: "timer" }];
    case "idle":
    case "joined":
    case "closed":
      return [];
  }
}

describe("stateOf", () => {
  it("is reconnecting in every step between two memberships", () => {
    const steps: readonly Step[] = ["ticket", "socket", "answer", "pause", "reticket", "wait"];
    expect(new Set(steps.map((step) => stateOf(step, true)))).toEqual(new Set(["reconnecting"]));
    expect(new Set(steps.map((step) => stateOf(step, false)))).toEqual(new Set(["connecting", "joining"]));
    for (const step of ["idle", "joined", "closed"] as const) expect(stateOf(step, true)).toBe(step);
  });
});
