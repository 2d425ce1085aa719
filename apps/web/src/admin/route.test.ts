import { describe, expect, it } from "vitest";
import { filterOf } from "./model/auditText";
import { auditOf, hashOf, readRoute, type Route } from "./route";

const ROUTES: readonly Route[] = [
  { type: "rooms" },
  { type: "room", roomId: "lobby" },
  { type: "reports", status: "open" },
  { type: "reports", status: "closed" },
  { type: "report", reportId: "01890a5d-ac96-7000-8000-000000000001" },
  { type: "sanctions", kind: "bans", room: "lobby" },
  { type: "sanctions", kind: "mutes", room: "" },
  auditOf({ room: "lobby", user: "a|b@c+d=", action: "ban", from: "2026-11-25T18:40" }),
  auditOf({}),
];

describe("readRoute", () => {
  it.each(ROUTES.map((route) => [hashOf(route), route] as const))("reads %s back", (hash, route) => {
    expect(readRoute(hash)).toEqual(route);
  });

  it.each(["", "#", "#/", "#/nonsense/x", "#/rooms/%E0%A4%A"])("leads from %j to the rooms", (hash) => {
    expect(readRoute(hash)).toEqual({ type: "rooms" });
  });
});

describe("filterOf", () => {
  it("asks for what is given, in the reader's own time", () => {
    const asked = { room: "", user: "ada", actor: "", action: "", from: "2026-11-25T18:40", to: "nonsense" };
    expect(filterOf(asked)).toEqual({
      userId: "ada",
      fromMs: new Date(2026, 10, 25, 18, 40).getTime(),
    });
  });
});
