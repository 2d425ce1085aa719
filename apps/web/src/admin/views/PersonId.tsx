import { auditOf, hashOf } from "../route";

interface PersonIdProps {
  readonly userId: string;
  /** Where the audit is to look; empty for every room. */
  readonly room: string;
}

/** Somebody's id, for those who ask for it: people are shown by their names. */
export function PersonId({ userId, room }: PersonIdProps) {
  return (
    <details class="person-id">
      <summary>id</summary>
      <a class="mono" href={hashOf(auditOf({ room, user: userId }))} title="What the audit has about them">
        {userId}
      </a>
    </details>
  );
}
