import { describe, expect, it } from "vitest";
import { CHAT_REPLAY_MAX } from "../constants";
import type { ServerEventEnvelope } from "../types";
import { Incoming } from "./Incoming";

const said = (id: number): ServerEventEnvelope => {
  const messageId = id.toString().padStart(6, "0");
  return { t: "chat_broadcast", ts: 0, payload: { userId: "a", text: "Hi", messageId } };
};
const moved = (userId: string, seq: number): ServerEventEnvelope => {
  const place = { x: 0, y: 0, z: 0, rotY: 0, anim: "idle", speaking: false } as const;
  return { t: "avatar_transform_broadcast", ts: 0, payload: { userId, seq, ...place } };
};

describe("Incoming", () => {
  it("knows two whole replays of chat, and forgets what is older", () => {
    const incoming = new Incoming();
    for (let id = 0; id <= 2 * CHAT_REPLAY_MAX; id++) expect(incoming.isNews(said(id))).toBe(true);
    for (let id = 1; id <= 2 * CHAT_REPLAY_MAX; id++) expect(incoming.isNews(said(id))).toBe(false);
    expect(incoming.isNews(said(0))).toBe(true);
  });

  it("knows of whom comes back to ask for all that they missed, and of newcomers that they do not", () => {
    expect(new Incoming().lastMessageId).toBeNull();
    const incoming = new Incoming(true);
    expect(incoming.lastMessageId).toBe("");
    incoming.isNews(said(7));
    expect(incoming.lastMessageId).toBe("000007");
  });

  it("follows each member's transforms in their order", () => {
    const incoming = new Incoming();
    const seqs = [3, 3, 2, 4].map((seq) => incoming.isNews(moved("a", seq)));
    expect(seqs).toEqual([true, false, false, true]);
    expect(incoming.isNews(moved("b", 0))).toBe(true);
  });

  it("begins anew where the server says that a member's order does", () => {
    const member = { userId: "a", displayName: "A", avatarId: "a" };
    const place = { x: 0, y: 0, z: 0, rotY: 0, anim: "idle" } as const;
    const anew: readonly ServerEventEnvelope[] = [
      { t: "room_state", ts: 0, payload: { roomId: "lobby", serverTimeMs: 0, members: [] } },
      { t: "member_joined", ts: 0, payload: { member: { ...member, ...place } } },
      { t: "member_left", ts: 0, payload: { userId: "a" } },
    ];
    for (const event of anew) {
      const incoming = new Incoming();
      incoming.isNews(moved("a", 9));
      expect(incoming.isNews(event)).toBe(true);
      expect(incoming.isNews(moved("a", 0))).toBe(true);
    }
  });
});
