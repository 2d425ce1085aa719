import { clockTime } from "../../ui/format";

/** A time, with its day where it was not today. */
export function When({ ms }: { ms: number }) {
  return (
    <time dateTime={new Date(ms).toISOString()} title={new Date(ms).toLocaleString()}>
      {whenText(ms)}
    </time>
  );
}

export function whenText(ms: number): string {
  const isToday = new Date(ms).toDateString() === new Date().toDateString();
  if (isToday) return clockTime(ms);
  return new Intl.DateTimeFormat(undefined, {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  }).format(ms);
}
