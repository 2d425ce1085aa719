import { clockTime } from "../../text/format";
import { useServerTime } from "../../ui/useNow";

/** A time, with its day where it was not today. */
export function When({ ms }: { ms: number }) {
  const serverNow = useServerTime();
  return (
    <time dateTime={new Date(ms).toISOString()} title={new Date(ms).toLocaleString()}>
      {whenText(ms, serverNow())}
    </time>
  );
}

/** Both in epoch ms on the server's clock. */
export function whenText(ms: number, nowMs: number): string {
  const isToday = new Date(ms).toDateString() === new Date(nowMs).toDateString();
  if (isToday) return clockTime(ms);
  return new Intl.DateTimeFormat(undefined, {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  }).format(ms);
}
