import { describe, expect, it } from "vitest";
import { sortPeople } from "./People";

function member(userId: string, displayName: string) {
  return { userId, displayName, avatarId: "amber", speaking: false };
}

describe("sortPeople", () => {
  it("puts oneself first, then goes by name, then by id", () => {
    const sorted = sortPeople(
      [member("c", "Zoe"), member("b", "ada"), member("d", "Émile"), member("a", "ada")],
      "c",
    );
    expect(sorted.map(({ userId }) => userId)).toEqual(["c", "a", "b", "d"]);
  });
});
