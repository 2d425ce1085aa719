import { describe, expect, it } from "vitest";
import { actionText, detailText } from "./auditText";

const at = (ms: number): string => `at ${ms}`;

describe("the audit in words", () => {
  it("knows what was done, and shows what it does not know as it is called", () => {
    expect(actionText("unban")).toBe("lifted a ban of");
    expect(actionText("some_new_thing")).toBe("some new thing");
  });

  it("tells details as words, times as times, and leaves ids to programs", () => {
    const detail = {
      reason: "Shouting",
      untilMs: 77,
      made_ms: 78,
      sanctionId: "x",
      sanction_id: "y",
      scope: "room",
    };
    expect(detailText({ detail }, at)).toBe("reason: Shouting · until: at 77 · made: at 78 · scope: room");
  });

  it("tells lists and numbers, and nothing of what is empty", () => {
    const detail = { fields: ["name", "locked"], count: 3, reason: "", until: null };
    expect(detailText({ detail }, at)).toBe("fields: name, locked · count: 3");
    expect(detailText({ detail: {} }, at)).toBe("");
  });
});
