/** Lines of the audit, and times, in words. Pure. */
import type { AuditFilter, AuditLine } from "../../api/moderation";
import type { AuditRoute } from "../route";

/** What the audit knows, as the filter offers it; other actions are shown as they are called. */
export const ACTIONS: Readonly<Record<string, string>> = {
  kick: "kicked",
  ban: "banned",
  unban: "lifted a ban of",
  mute: "muted",
  unmute: "unmuted",
  denied: "was not allowed to act on",
  report: "reported",
  close_report: "closed a report about",
  view_report: "read a report about",
  view_reports: "looked at the reports",
  view_room: "looked into the room",
  view_chat: "read the stored chat",
  view_overview: "looked over the rooms",
  view_bans: "looked at the bans",
  view_mutes: "looked at the mutes",
  view_audit: "looked at the audit",
  view_settings: "looked at the settings",
  create_room: "made the room",
  change_room: "changed the room",
  erase: "erased a person",
};

export function actionText(action: string): string {
  return ACTIONS[action] ?? action.replaceAll("_", " ");
}

/** What else a line has to say: `reason: Shouting · until: 18:40`. */
export function detailText({ detail }: Pick<AuditLine, "detail">, timeText: (ms: number) => string): string {
  return Object.entries(detail)
    .filter(([name, value]) => !isId(name) && value !== null && value !== "")
    .map(([name, value]) => `${words(name)}: ${valueText(name, value, timeText)}`)
    .join(" · ");
}

/** Ids of records are for programs: `reportId`, `sanction_id`. */
function isId(name: string): boolean {
  return /[a-z](?:Id|_id)$/.test(name);
}

function isTime(name: string): boolean {
  return /(?:Ms|_ms)$/.test(name);
}

function words(name: string): string {
  return name
    .replace(/(?:Ms|_ms)$/, "")
    .replaceAll("_", " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
}

function valueText(name: string, value: unknown, timeText: (ms: number) => string): string {
  if (typeof value === "number" && isTime(name)) return timeText(value);
  if (Array.isArray(value)) return value.map((one) => valueText("", one, timeText)).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What the server is asked for; a local time that cannot be read does not matter. */
export function filterOf({ user, actor, action, from, to }: AuditRoute): AuditFilter {
  const fromMs = Date.parse(from);
  const toMs = Date.parse(to);
  return {
    ...(user !== "" && { userId: user }),
    ...(actor !== "" && { actorId: actor }),
    ...(action !== "" && { action }),
    ...(Number.isFinite(fromMs) && { fromMs }),
    ...(Number.isFinite(toMs) && { toMs }),
  };
}
