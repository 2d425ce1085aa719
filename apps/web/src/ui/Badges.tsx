import { badgesOf } from "../room/badges";

const LOOKS = { staff: "tag tag-aqua", bot: "tag tag-dim" } as const;

interface BadgesProps {
  readonly role: string;
  readonly isBot: boolean;
}

/** What somebody is, beside every name of theirs in a list. */
export function Badges({ role, isBot }: BadgesProps) {
  return (
    <>
      {badgesOf(role, isBot).map(({ text, kind }) => (
        <span class={LOOKS[kind]} key={kind}>
          {text}
        </span>
      ))}
    </>
  );
}
