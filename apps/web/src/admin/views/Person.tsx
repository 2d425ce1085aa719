import { PersonId } from "./PersonId";

interface PersonProps {
  /** What they were called; null where nobody knew, and then only their id says who it is. */
  readonly name: string | null;
  readonly userId: string;
  /** Where the audit is to look; empty for every room. */
  readonly room: string;
}

/** Somebody by their name, and by their id for those who ask for it. */
export function Person({ name, userId, room }: PersonProps) {
  if (name === null) return <span class="mono">{userId}</span>;
  return (
    <span class="person-named">
      <bdi translate={false}>{name}</bdi> <PersonId userId={userId} room={room} />
    </span>
  );
}
