// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { ModerationApi, type ActRequest } from "../api/moderation";
import { parseSimOptions } from "../net/realtime/sim/options";
import { SimProvider } from "../net/realtime/SimProvider";
import type { ServerEventEnvelope, SessionPayload } from "../net/realtime/types";
import { emptyRoom } from "../room/RoomState";
import { ManualEnvironment, settle } from "../testing/ManualEnvironment";
import { RoomControls } from "./RoomControls";

const MUTE: ActRequest = { action: "mute", userId: "ada", reason: "", durationSeconds: 60, scope: "room" };

function session(role: string): SessionPayload {
  return { userId: "mo", role, lastSeq: -1, resumed: false, rateHz: 20, expiresAtMs: 9, muted: false };
}

function sanction(userId: string, scope: "room" | "server") {
  const made = {
    actorId: "mo",
    actorRole: "moderator",
    reason: "",
    madeMs: 1,
    untilMs: null,
    userName: null,
    actorName: null,
  };
  const roomId = scope === "room" ? "lobby" : null;
  return { sanctionId: userId, kind: "mute", scope, roomId, userId, ...made };
}

/** Two pages of the room's own mutes, one of the server's. */
function mutesAt(url: string) {
  if (url.includes("scope=server")) return { items: [sanction("eve", "server")], nextCursor: null };
  if (url.includes("cursor=more")) return { items: [sanction("linus", "room")], nextCursor: null };
  return { items: [sanction("grace", "room")], nextCursor: "more" };
}

/** Somebody of that role in a room whose server says who is muted, or fails. */
function inside(role: string) {
  const asked: string[] = [];
  const server = { isDown: false };
  const api = new ModerationApi(
    (url) => {
      asked.push(url);
      const body = JSON.stringify(mutesAt(url));
      return Promise.resolve(new Response(body, { status: server.isDown ? 503 : 200 }));
    },
    () => "a.b.c",
  );
  const room = signal({ ...emptyRoom("lobby"), session: session(role) });
  const provider = new SimProvider(new ManualEnvironment(), parseSimOptions(""));
  return { controls: new RoomControls({ provider, api, roomId: "lobby", room }), asked, server };
}

function done(action: "mute" | "unmute", scope: "room" | "server" = "room"): ServerEventEnvelope {
  return { t: "moderation_done", ts: 1, payload: { action, userId: "ada", scope, untilMs: 7 } };
}

async function waited(): Promise<void> {
  await settle();
  await new Promise((resolve) => setTimeout(resolve));
}

describe("RoomControls", () => {
  it("finds out who is muted, for those who keep order, and not at every look", async () => {
    const { controls, asked } = inside("moderator");
    controls.look();
    controls.look();
    await waited();
    expect(asked).toEqual(["/rooms/lobby/mutes", "/rooms/lobby/mutes?cursor=more"]);
    expect([...controls.muted.value!.keys()]).toEqual(["grace", "linus"]);
  });

  it("tells admins who is muted on the whole server, and where to unmute them", async () => {
    const { controls, asked } = inside("admin");
    controls.look();
    await waited();
    expect(asked).toContain("/rooms/lobby/mutes?scope=server");
    expect(Object.fromEntries(controls.muted.value!)).toEqual({
      eve: "server",
      grace: "room",
      linus: "room",
    });
    controls.handle(done("mute", "server"));
    controls.handle(done("mute", "room"));
    expect(controls.muted.value!.get("ada")).toBe("room");
    controls.handle(done("unmute", "room"));
    expect(controls.muted.value!.get("ada")).toBe("server");
  });

  it("asks nothing for a guest, who may not know", async () => {
    const { controls, asked } = inside("guest");
    controls.look();
    await waited();
    expect(asked).toEqual([]);
    expect(controls.muted.value).toBeNull();
  });

  it("does without what the server does not say, and asks again at the next look", async () => {
    const { controls, asked, server } = inside("owner");
    server.isDown = true;
    controls.look();
    await waited();
    expect(controls.muted.value).toBeNull();
    server.isDown = false;
    controls.look();
    await waited();
    expect(asked).toHaveLength(3);
    expect(controls.muted.value?.has("grace")).toBe(true);
  });

  it("follows what one has done oneself", async () => {
    const { controls } = inside("moderator");
    controls.look();
    await waited();
    controls.handle(done("mute"));
    expect(controls.muted.value!.has("ada")).toBe(true);
    controls.handle(done("unmute"));
    expect(controls.muted.value!.has("ada")).toBe(false);
  });

  it("gives an act its answer from the socket", async () => {
    const { controls } = inside("moderator");
    const answer = controls.act(MUTE);
    controls.handle({
      t: "moderation_done",
      ts: 1,
      payload: { action: "mute", userId: "ada", scope: "room", untilMs: 7, requestId: "act-1" },
    });
    await expect(answer).resolves.toMatchObject({ action: "mute", untilMs: 7 });
  });

  it("has nobody to report to in a simulated evening", async () => {
    const provider = new SimProvider(new ManualEnvironment(), parseSimOptions(""));
    const controls = new RoomControls({
      provider,
      api: null,
      roomId: "lobby",
      room: signal(emptyRoom("lobby")),
    });
    expect(controls.hasSettings).toBe(false);
    await expect(controls.report("ada", "Loud")).rejects.toMatchObject({ code: "simulated" });
  });
});
