/** Which view the page's address asks for: all of it behind the `#`, which no server sees. Pure. */

/** What a list of audit lines is narrowed to; empty fields do not matter. */
export interface AuditRoute {
  readonly room: string;
  readonly user: string;
  readonly actor: string;
  readonly action: string;
  /** As a field of dates and times has it: local, `2026-11-25T18:40`. */
  readonly from: string;
  readonly to: string;
}

export type Route =
  | { readonly type: "rooms" }
  | { readonly type: "room"; readonly roomId: string }
  | { readonly type: "reports"; readonly status: "open" | "closed" }
  | { readonly type: "report"; readonly reportId: string }
  /** Empty for the whole server. */
  | { readonly type: "sanctions"; readonly kind: "bans" | "mutes"; readonly room: string }
  | ({ readonly type: "audit" } & AuditRoute);

const FIRST: Route = { type: "rooms" };

/** Reads an address's hash; what makes no sense leads to the rooms. */
export function readRoute(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [first = "", second = ""] = path.split("/", 2).map(decode);
  const query = new URLSearchParams(search);
  const field = (name: string): string => query.get(name) ?? "";
  switch (first) {
    case "rooms":
      return second === "" ? FIRST : { type: "room", roomId: second };
    case "reports":
      if (second === "" || second === "open") return { type: "reports", status: "open" };
      if (second === "closed") return { type: "reports", status: "closed" };
      return { type: "report", reportId: second };
    case "sanctions":
      return { type: "sanctions", kind: second === "mutes" ? "mutes" : "bans", room: field("room") };
    case "audit": {
      const [room, user, actor] = [field("room"), field("user"), field("actor")];
      return {
        type: "audit",
        room,
        user,
        actor,
        action: field("action"),
        from: field("from"),
        to: field("to"),
      };
    }
    default:
      return FIRST;
  }
}

/** The hash that `readRoute` reads back. */
export function hashOf(route: Route): string {
  switch (route.type) {
    case "rooms":
      return "#/rooms";
    case "room":
      return `#/rooms/${encodeURIComponent(route.roomId)}`;
    case "reports":
      return `#/reports/${route.status}`;
    case "report":
      return `#/reports/${encodeURIComponent(route.reportId)}`;
    case "sanctions":
      return `#/sanctions/${route.kind}${search({ room: route.room })}`;
    case "audit": {
      const { room, user, actor, action, from, to } = route;
      return `#/audit${search({ room, user, actor, action, from, to })}`;
    }
  }
}

/** An audit route that asks for everything but what is given. */
export function auditOf(fields: Partial<AuditRoute>): Route {
  return { type: "audit", room: "", user: "", actor: "", action: "", from: "", to: "", ...fields };
}

function search(fields: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== ""));
  return query.size === 0 ? "" : `?${query.toString()}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return ""; // typed by hand, and no address of this page's
  }
}
