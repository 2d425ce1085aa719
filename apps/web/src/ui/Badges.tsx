import { Role } from "../net/realtime/constants";

const KEEPS_ORDER: ReadonlySet<string> = new Set([Role.OWNER, Role.MODERATOR, Role.ADMIN]);

interface BadgesProps {
  readonly role: string;
  readonly isBot: boolean;
}

/** What somebody is by the server's word, whatever they call themselves: beside every name. */
export function Badges({ role, isBot }: BadgesProps) {
  return (
    <>
      {KEEPS_ORDER.has(role) && <span class="tag tag-aqua">{role}</span>}
      {isBot && <span class="tag tag-dim">bot</span>}
    </>
  );
}
