import { describe, expect, it } from "vitest";
import { actFailure, listFailure, reportFailure, settingsFailure } from "./failures";

const failed = (code: string, retryAfterMs: number | null = null) => ({
  code,
  message: "The server's own.",
  retryAfterMs,
});

describe("why something was not done", () => {
  it.each([
    ["forbidden", "You may not do this"],
    ["not_stored", "nothing was done"],
    ["no_answer", "No answer came"],
    ["not_joined", "being restored"],
    ["unreachable", "cannot be reached"],
    ["token_expired", "does not know who you are"],
  ])("is told of an act for %s", (code, text) => {
    expect(actFailure(failed(code))).toContain(text);
  });

  it.each([
    ["not_a_member", "not in the room"],
    ["person_not_found", "more than five minutes ago"],
    ["not_stored", "could not keep the report"],
    ["unreachable", "cannot be reached"],
  ])("is told of a report for %s", (code, text) => {
    expect(reportFailure(failed(code))).toContain(text);
  });

  it("says when another try makes sense", () => {
    expect(reportFailure(failed("rate_limited", 18_000))).toContain("in 18 s");
    expect(actFailure(failed("rate_limited", 2_000))).toContain("in 2 s");
  });

  it("is told of settings and lists", () => {
    expect(settingsFailure(failed("forbidden"))).toContain("may not change");
    expect(settingsFailure(failed("not_stored"))).toContain("nothing has changed");
    expect(listFailure(failed("forbidden"))).toContain("not for you");
    expect(listFailure(failed("room_not_found"))).toContain("no room");
  });

  it("is the server's own words where there are no better ones", () => {
    for (const tell of [actFailure, reportFailure, settingsFailure, listFailure]) {
      expect(tell(failed("something_new"))).toBe("The server's own.");
    }
  });
});
