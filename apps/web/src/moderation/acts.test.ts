import { describe, expect, it } from "vitest";
import type { ActRequest } from "../api/moderation";
import { Role } from "../net/realtime/constants";
import { actTitle, checkReason, consequences, doneText, mayActOnServer, personChoices } from "./acts";

const BAN: ActRequest = {
  action: "ban",
  userId: "ada",
  reason: "Selling watches.",
  durationSeconds: 600,
  scope: "room",
};

describe("the menu on a person", () => {
  it.each([undefined, Role.GUEST, Role.MEMBER])("offers a %s to walk over and to report", (role) => {
    expect(personChoices(role, undefined)).toEqual(["walk", "report"]);
  });

  it.each([Role.OWNER, Role.MODERATOR, Role.ADMIN])("offers a %s to keep order too", (role) => {
    expect(personChoices(role, false)).toEqual(["walk", "report", "mute", "kick", "ban"]);
    expect(personChoices(role, true)).toEqual(["walk", "report", "unmute", "kick", "ban"]);
  });

  it("offers both where it is not known whether somebody is muted", () => {
    expect(personChoices(Role.MODERATOR, undefined)).toEqual([
      "walk",
      "report",
      "mute",
      "unmute",
      "kick",
      "ban",
    ]);
  });

  it("has the whole server for admins only", () => {
    expect([Role.ADMIN, Role.OWNER, Role.MODERATOR, Role.GUEST].map(mayActOnServer)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe("what will happen", () => {
  it("says from where somebody is banned, and for how long", () => {
    expect(consequences(BAN, "Ada", "Garden").join(" ")).toBe(
      "Ada is shown out now, and cannot enter Garden for 10 minutes. They read your reason. The others only see them leave.",
    );
    const forGood: ActRequest = { ...BAN, scope: "server", durationSeconds: null, reason: "" };
    expect(consequences(forGood, "Ada", "Garden").join(" ")).toBe(
      "Ada is shown out now, and cannot enter any room of this server for good. They are told no reason. The others only see them leave.",
    );
  });

  it("says that a kick lets people come back after half a minute", () => {
    expect(consequences({ ...BAN, action: "kick" }, "Ada", "Garden")[0]).toContain(
      "cannot come back for 30 seconds",
    );
  });

  it.each(["mute", "unmute", "unban"] as const)("names the person and the place of %s", (action) => {
    const text = consequences({ ...BAN, action }, "Ada", "Garden").join(" ");
    expect(text).toMatch(/^Ada can/);
    expect(text).toContain("Garden");
  });
});

describe("what was done", () => {
  it.each([
    ["kick", "Ada was shown out."],
    ["ban", "Ada is banned on the whole server for good."],
    ["mute", "Ada is muted on the whole server for good."],
    ["unmute", "Ada can chat again on the whole server."],
    ["unban", "Ada may come in again on the whole server."],
  ] as const)("by %s is told", (action, text) => {
    expect(doneText({ action, userId: "ada", scope: "server", untilMs: null }, "Ada", 0)).toBe(text);
  });

  it("has a title that says to whom", () => {
    expect(actTitle("unban", "Ada")).toBe("Lift the ban of Ada");
  });
});

describe("checkReason", () => {
  it("counts characters as people do, without the blanks around", () => {
    expect(checkReason("  🍻🍻  ")).toMatchObject({ text: "🍻🍻", length: 2, isEmpty: false, isOver: false });
    expect(checkReason(" \n ").isEmpty).toBe(true);
    expect(checkReason("a".repeat(500)).isOver).toBe(false);
    expect(checkReason("a".repeat(501)).isOver).toBe(true);
  });
});
