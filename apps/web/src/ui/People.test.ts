import { describe, expect, it } from "vitest";
import { sortPeople } from "./People";

function member(userId: string, displayName: string, isBot = false) {
  return { userId, displayName, avatarId: "amber", speaking: false, role: "guest", isBot };
}

describe("sortPeople", () => {
  it("puts bots behind people", () => {
    const sorted = sortPeople([member("a", "Ada", true), member("b", "Zoe"), member("c", "Cy", true)], "b");
    expect(sorted.map(({ userId }) => userId)).toEqual(["b", "a", "c"]);
    expect(sortPeople(sorted, null).map(({ userId }) => userId)).toEqual(["b", "a", "c"]);
  });

  it("puts oneself first, then goes by name, then by id", () => {
    const sorted = sortPeople(
      [member("c", "Zoe"), member("b", "ada"), member("d", "Émile"), member("a", "ada")],
      "c",
    );
    expect(sorted.map(({ userId }) => userId)).toEqual(["c", "a", "b", "d"]);
  });
});
