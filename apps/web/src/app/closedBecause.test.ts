import { describe, expect, it } from "vitest";
import { closedBecause } from "./closedBecause";

const OPEN = { locked: false, allowedRoles: null, memberCount: 3, capacity: 4 };

describe("closedBecause", () => {
  it.each([
    [{}, null],
    [{ memberCount: 4 }, "full"],
    [{ locked: true, memberCount: 4 }, "locked"],
    [{ allowedRoles: ["member"] }, "members"],
    [{ allowedRoles: ["guest", "member"] }, null],
  ] as const)("says of a room with %o: %s", (rules, expected) => {
    expect(closedBecause({ ...OPEN, ...rules }, false)).toBe(expected);
  });

  it("leaves it to the server what the role of somebody is whom another vouches for", () => {
    expect(closedBecause({ ...OPEN, allowedRoles: ["member"] }, true)).toBeNull();
  });
});
