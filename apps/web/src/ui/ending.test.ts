import { describe, expect, it } from "vitest";
import { completed, endText } from "./ending";

const NOW = Date.UTC(2026, 10, 23, 18, 0, 0);

describe("completed", () => {
  it("adds until when and how widely a ban holds, where only the other source has said it", () => {
    const told = { type: "banned", reason: "Spam", untilMs: undefined };
    const failure = { code: "banned", message: "No.", untilMs: null, scope: "server" } as const;
    expect(completed(told, failure)).toEqual({ ...told, untilMs: null, scope: "server" });
    expect(completed(told, { ...failure, untilMs: 7 })).toMatchObject({ reason: "Spam", untilMs: 7 });
    expect(completed({ ...told, untilMs: null }, null)).toEqual({ ...told, untilMs: null });
  });
});

describe("endText", () => {
  it("says who was kicked why, for how long, and that they may come back", () => {
    const text = endText({ type: "kicked", reason: "Loud", untilMs: NOW + 20_000 }, NOW);
    expect(text).toMatchObject({ why: "Loud", againFromMs: NOW + 20_000 });
    expect(text.what).toContain("for 20 s more");
    expect(text.again).not.toBeNull();
  });

  it("offers no button to one who is banned for good, but says whom to ask", () => {
    const text = endText({ code: "banned", message: "Spam", untilMs: null }, NOW);
    expect(text.again).toBeNull();
    expect(text.what).toContain("for good");
    expect(text.hope).toContain("speak to the people who run the room");
  });

  it("sends nobody to other rooms who is banned from all of them", () => {
    const text = endText({ code: "banned", untilMs: null, scope: "server" }, NOW);
    expect(text.title).toBe("This bar is closed to you");
    expect(text.what).toContain("all of its rooms");
    expect(text.hope).not.toContain("Other rooms");
    expect(endText({ code: "banned", untilMs: null, scope: "room" }, NOW).hope).toContain(
      "Other rooms are open",
    );
  });

  it("lets one who is banned for a while try when it is over", () => {
    const text = endText({ code: "banned", untilMs: NOW + 1 }, NOW);
    expect(text).toMatchObject({ againFromMs: NOW + 1, why: "" });
    expect(text.again).not.toBeNull();
  });

  it("blames nobody for a second tab", () => {
    expect(endText({ type: "replaced", reason: "You came in from elsewhere." }, NOW)).toMatchObject({
      why: "",
      againFromMs: null,
    });
  });

  it("tells the moderator's words from the server's, and none where there are none", () => {
    const cause = { code: "kicked", message: "You were asked to leave: Loud", untilMs: NOW };
    expect(endText({ ...cause, reason: "Loud" }, NOW).why).toBe("Loud");
    expect(endText({ ...cause, reason: "" }, NOW).why).toBe("");
  });

  it.each([
    ["room_locked", "door is locked"],
    ["sign_in_required", "signed in"],
    ["not_allowed", "not open to everybody"],
  ])("says at the door what %s means, and leaves another try open", (code, words) => {
    const text = endText({ code, message: "The server's own." }, NOW);
    expect(text.title).toContain(words);
    expect(text).toMatchObject({ why: "", againFromMs: null });
    expect(text.again).not.toBeNull();
  });

  it.each(["room_full", "room_not_found", "closed", "token_invalid"])("has words for %s", (code) => {
    const { title, what, hope } = endText({ code, message: "m" }, NOW);
    for (const text of [title, what, hope]) expect(text).not.toBe("");
  });
});
