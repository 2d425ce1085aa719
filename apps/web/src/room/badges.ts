import { Role } from "../net/realtime/constants";

const KEEPS_ORDER: ReadonlySet<string> = new Set([Role.OWNER, Role.MODERATOR, Role.ADMIN]);

/** A word beside a name. */
export interface Badge {
  readonly text: string;
  readonly kind: "staff" | "bot";
}

/** What somebody is by the server's word, whatever they call themselves; most are nothing. */
export function badgesOf(role: string, isBot: boolean): readonly Badge[] {
  const badges: Badge[] = [];
  if (KEEPS_ORDER.has(role)) badges.push({ text: role, kind: "staff" });
  if (isBot) badges.push({ text: "bot", kind: "bot" });
  return badges;
}
