import { describe, expect, it } from "vitest";
import type { RoomSettings } from "../api/moderation";
import { changeOf, checkDraft, draftOf, wordsOf } from "./roomSettings";

const ROOM: RoomSettings = {
  roomId: "lobby",
  name: "Lobby",
  capacity: 250,
  ownerId: null,
  hearingRadiusM: null,
  emotes: ["wave"],
  public: true,
  locked: false,
  allowedRoles: null,
  slowModeSeconds: 0,
  words: ["two words", "one"],
  guard: "off",
  chatRetentionDays: null,
  crowdThreshold: null,
};

describe("the settings of a room, as a form", () => {
  it("change nothing where nothing was changed", () => {
    expect(changeOf(ROOM, draftOf(ROOM))).toEqual({});
  });

  it("change only what is other than before", () => {
    const draft = {
      ...draftOf(ROOM),
      name: " Garden ",
      locked: true,
      slowMode: " 30 ",
      words: "one\n\n one \nnew",
    };
    expect(changeOf(ROOM, { ...draft, guard: "strict" })).toEqual({
      name: "Garden",
      locked: true,
      slowModeSeconds: 30,
      words: ["one", "new"],
      guard: "strict",
    });
  });

  it("keep guests out by the roles of everybody else, and let all in again", () => {
    const closed = changeOf(ROOM, { ...draftOf(ROOM), isSignInNeeded: true });
    expect(closed.allowedRoles).toEqual(["member", "owner", "moderator", "admin"]);
    const room = { ...ROOM, allowedRoles: ["member"] };
    expect(draftOf(room).isSignInNeeded).toBe(true);
    expect(changeOf(room, { ...draftOf(room), isSignInNeeded: false })).toEqual({ allowedRoles: null });
  });

  it("say what is wrong with each field", () => {
    expect(checkDraft(draftOf(ROOM))).toEqual({ name: "", slowMode: "", words: "", isGood: true });
    const draft = { ...draftOf(ROOM), name: " ", slowMode: "1.5", words: "a".repeat(65) };
    const wrong = checkDraft(draft);
    expect([wrong.name, wrong.slowMode, wrong.words].every((why) => why !== "")).toBe(true);
    expect(wrong.isGood).toBe(false);
    for (const slowMode of ["", "-1", "3601", "x"])
      expect(checkDraft({ ...draft, slowMode }).slowMode).not.toBe("");
    const many = Array.from({ length: 501 }, (_, index) => `w${index}`).join("\n");
    expect(checkDraft({ ...draftOf(ROOM), words: many }).words).toContain("500");
    expect(checkDraft({ ...draftOf(ROOM), name: "n".repeat(65) }).name).toContain("64");
  });

  it("take words a line each, once", () => {
    expect(wordsOf(" a \n\nb b\na")).toEqual(["a", "b b"]);
  });
});
